//! Is it the bot's token, or another of the many secrets that the developer portal shows? By its form alone: whether it is good
//! Discord says. (pure)
//!
//! A bot's token is three pieces with dots between: the bot's id in base 64, a time, and a code (discord-api-docs, "Authentication").

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Tokens that were issued since 2016 have 59 characters and more; what is much shorter was not copied whole.
const SHORTEST: usize = 50;

/// Why a text is no bot's token; says what to do, and nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOfBot {
    #[error("has “{0}” before it: set it without “{0}” before it, the studio writes that itself")]
    Scheme(&'static str),
    #[error("is {0}: in the developer portal choose Bot → Reset Token, and set what it shows")]
    Other(&'static str),
    #[error(
        "is shorter than any bot's token: copy it whole; in the developer portal Bot → Reset Token shows it once"
    )]
    Short,
    #[error(
        "is not three pieces with dots between, of letters, digits, `-` and `_`, as a bot's token is: in the developer portal choose Bot → Reset Token, and set what it shows"
    )]
    Form,
}

/// Has the form of one, and opens nothing.
#[cfg(test)]
pub const MADE_UP: &str = "MQ.only-for-the-form.of-a-token-that-opens-nothing";

/// What may stand before a token in the header of a request.
const SCHEMES: [&str; 2] = ["Bot", "Bearer"];

/// Looks at a text that is to be a bot's token.
pub fn check(text: &str) -> Result<(), NotOfBot> {
    if let Some(scheme) = SCHEMES.into_iter().find(|scheme| has_before(text, scheme)) {
        return Err(NotOfBot::Scheme(scheme));
    }
    let all = |allowed: fn(u8) -> bool| text.bytes().all(allowed);
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(NotOfBot::Other("an address, such as a webhook's"));
    }
    if text.starts_with("mfa.") {
        return Err(NotOfBot::Other("a person's token, by which Discord lets no program write"));
    }
    if all(|byte| byte.is_ascii_digit()) && text.len() >= 17 {
        return Err(NotOfBot::Other("an id, such as the application's"));
    }
    if all(|byte| byte.is_ascii_hexdigit()) && text.len() == 64 {
        return Err(NotOfBot::Other("the application's public key"));
    }
    if all(in_piece) && text.len() == 32 {
        return Err(NotOfBot::Other("the client secret of OAuth2"));
    }
    let pieces = text.split('.').collect::<Vec<_>>();
    let [id, time, code] = pieces.as_slice() else { return Err(unfit(text)) };
    let are_pieces =
        [id, time, code].into_iter().all(|piece| !piece.is_empty() && piece.bytes().all(in_piece));
    if !are_pieces || !names_a_bot(id) {
        return Err(unfit(text));
    }
    if text.len() < SHORTEST { Err(NotOfBot::Short) } else { Ok(()) }
}

/// Where a text has neither the form nor the length, that it was not copied whole is the likelier.
fn unfit(text: &str) -> NotOfBot {
    let is_cut = text.len() < SHORTEST && text.bytes().all(|byte| in_piece(byte) || byte == b'.');
    if is_cut { NotOfBot::Short } else { NotOfBot::Form }
}

fn has_before(text: &str, scheme: &str) -> bool {
    let rest = text.get(..scheme.len()).filter(|before| before.eq_ignore_ascii_case(scheme));
    rest.is_some() && text[scheme.len()..].starts_with([' ', ':', '\t'])
}

const fn in_piece(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether the first piece is a number in base 64.
fn names_a_bot(piece: &str) -> bool {
    let id = URL_SAFE_NO_PAD.decode(piece).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    id.is_some_and(|id| id.parse::<u64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_in_place_of_a_token_is_told_by_its_form() {
        // Of the id 198622483471925248; time and code are made up.
        let good = "MTk4NjIyNDgzNDcxOTI1MjQ4.GAbcDe.made-up-for-this-test_and-opens-nothing";
        assert_eq!(check(good), Ok(()));
        let check = |text: &str, expected: &str| {
            let error = check(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text:?}: {error}");
            assert!(text.len() < 8 || !error.contains(text), "{error}");
        };
        check(&format!("Bot {good}"), "without “Bot” before it");
        check(&format!("bot: {good}"), "without “Bot” before it");
        check(&format!("Bearer {good}"), "without “Bearer” before it");
        check("mfa.made-up-for-this-test", "a person's token");
        check("https://discord.com/api/webhooks/1/made-up", "an address");
        check("198622483471925248", "an id");
        check(&"4f".repeat(32), "public key");
        check("made-up-for-this-test_0123456789", "client secret");
        for cut in ["a", "very-secret", "MTk4NjIyNDgzNDcxOTI1MjQ4", &good[..good.len() - 30]] {
            check(cut, "copy it whole");
        }
        // A token of another service has three pieces as well.
        let of_others = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.made-up-for-this-test";
        check(of_others, "three pieces");
        check(&good.replace("GAbcDe", "GA cDe"), "three pieces");
        check(&format!("\"{good}\""), "three pieces");
        check(&format!("{good}é"), "three pieces");
    }
}
