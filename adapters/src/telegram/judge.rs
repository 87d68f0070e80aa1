//! What does an error of Telegram mean for a message? (pure)

use jiff::SignedDuration;

use super::{
    call::{CallError, Refusal},
    life::with_advice,
};
use crate::platform::{Outcome, Scope};

/// While the token is refused, or another address than Telegram's answers.
const TOKEN_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Why nothing reaches a person, and how Telegram says so.
pub const BLOCKED: &str =
    "the person has blocked the bot; nothing can be sent until the person starts it again";
const BY_THE_USER: &str = "blocked by the user";
const IS_GONE: &str = "deactivated";

/// `limited` is whether so many chats have to wait that it is the whole bot which sends too much.
pub fn judge(error: &CallError, limited: bool) -> Outcome {
    let retry = |after, scope| Outcome::Retry { after, scope, error: error.to_string() };
    let dead = |what: &str| Outcome::Dead { reason: format!("{what} ({error})") };
    let refusal = match error {
        CallError::Unreachable(_) => return retry(None, Scope::Connection),
        CallError::Lost(_) => return retry(None, Scope::Chat),
        CallError::Refused(refusal) => refusal,
    };
    match refusal.code {
        429 => {
            let scope = if limited { Scope::Connection } else { Scope::Chat };
            retry(refusal.retry_after.or(Some(SignedDuration::from_secs(1))), scope)
        }
        401 | 404 => {
            Outcome::Retry { after: Some(TOKEN_PAUSE), scope: Scope::Connection, error: with_advice(error) }
        }
        403 if [BY_THE_USER, IS_GONE].iter().any(|words| refusal.description.contains(words)) => {
            Outcome::Unreachable { reason: format!("{} ({error})", forbidden(refusal)) }
        }
        403 => dead(forbidden(refusal)),
        409 => retry(None, Scope::Chat),
        413 => dead("the file is too large for Telegram; send a smaller one, or a link"),
        400 => dead(bad_request(refusal)),
        500..=599 => retry(refusal.retry_after, Scope::Chat),
        // What stands in Telegram's place is to be set right.
        300..=399 => retry(Some(TOKEN_PAUSE), Scope::Connection),
        _ => dead("Telegram does not take this message"),
    }
}

fn forbidden(refusal: &Refusal) -> &'static str {
    let says = |words: &str| refusal.description.contains(words);
    if says(BY_THE_USER) {
        BLOCKED
    } else if says(IS_GONE) {
        "the person's account is gone"
    } else if says("kicked") || says("not a member") {
        "the bot is not in this group any more; add it again"
    } else if says("initiate conversation") {
        "the person has never started the bot; only then may it write"
    } else if says("not enough rights") || says("have no rights") {
        "the bot may not write in this group; give it the right to"
    } else {
        "the bot may not write here"
    }
}

fn bad_request(refusal: &Refusal) -> &'static str {
    let says = |words: &str| refusal.description.contains(words);
    if says("chat not found") {
        "there is no such chat for this bot; was the connection given another bot's token?"
    } else if says("thread not found") || says("TOPIC_CLOSED") || says("TOPIC_DELETED") {
        "the topic is closed or was deleted; open it again, or write in another one"
    } else if says("not enough rights") || says("have no rights") || says("CHAT_WRITE_FORBIDDEN") {
        "the bot may not write in this group; give it the right to"
    } else if says("BUSINESS_CONNECTION") || says("business connection") {
        "the business account is not connected to the bot any more; connect it again in its settings"
    } else if says("to edit not found") || says("can't be edited") {
        "the message cannot be changed any more"
    } else if says("in the message to edit") {
        "what was sent has no text that could be changed so; take it back and send a new one"
    } else if says("to delete not found") || says("can't be deleted") {
        "the message cannot be deleted any more; Telegram allows it for 48 hours"
    } else {
        "Telegram does not take this message as it is"
    }
}

/// Whether words were refused because of their marks: they can go without.
pub fn is_about_marks(error: &CallError) -> bool {
    refused_with(error, &["can't parse entities"])
}

/// Whether a message was refused because of an address on one of its buttons: it can go into the words.
pub fn is_about_links(error: &CallError) -> bool {
    refused_with(
        error,
        &[
            "BUTTON_URL_INVALID",
            "inline keyboard button URL",
            "Wrong HTTP URL",
            "Wrong port number",
            "URL host is empty",
        ],
    )
}

/// Whether Telegram could not fetch a file from its address, or does not take it as what it is.
pub fn is_about_source(error: &CallError) -> bool {
    refused_with(
        error,
        &[
            "failed to get HTTP URL content",
            "wrong type of the web page content",
            "wrong file identifier",
            "WEBPAGE_",
            "PHOTO_INVALID_DIMENSIONS",
            "IMAGE_PROCESS_FAILED",
            "URL host is empty",
            "file is too big",
            "URL protocol",
        ],
    )
}

/// Whether the server takes no file of this size.
pub fn is_too_large(error: &CallError) -> bool {
    matches!(error, CallError::Refused(refusal) if refusal.code == 413)
}

/// Whether nothing had to be changed.
pub fn is_unchanged(error: &CallError) -> bool {
    refused_with(error, &["message is not modified"])
}

/// Whether a message is a picture or a file, below which words can stand, or neither.
pub fn has_no_text(error: &CallError) -> bool {
    refused_with(error, &["there is no text in the message"])
}

/// Whether a message has words in place of the picture whose caption was to be changed.
pub fn has_no_caption(error: &CallError) -> bool {
    refused_with(error, &["there is no caption in the message"])
}

/// Whether a message that was to be deleted is not there any more.
pub fn is_gone(error: &CallError) -> bool {
    refused_with(error, &["message to delete not found"])
}

fn refused_with(error: &CallError, words: &[&str]) -> bool {
    matches!(error, CallError::Refused(refusal)
        if refusal.code == 400 && words.iter().any(|words| refusal.description.contains(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, description: &str, retry_after: Option<i64>) -> CallError {
        let retry_after = retry_after.map(SignedDuration::from_secs);
        CallError::Refused(Refusal {
            code,
            description: description.to_owned(),
            retry_after,
            migrated_to: None,
        })
    }

    #[test]
    fn every_error_says_what_happens_next() {
        let check = |error: &CallError, limited: bool, expected: &str| {
            let said = match judge(error, limited) {
                Outcome::Done => "done".to_owned(),
                Outcome::Retry { after, scope, .. } => {
                    format!("retry {scope:?} {:?}", after.map(|after| after.as_secs()))
                }
                Outcome::Dead { reason } => format!("dead: {reason}"),
                Outcome::Unreachable { reason } => format!("unreachable: {reason}"),
            };
            assert!(said.starts_with(expected), "{said:?} does not begin with {expected:?}");
        };
        check(&refused(429, "Too Many Requests: retry after 7", Some(7)), false, "retry Chat Some(7)");
        check(&refused(429, "Too Many Requests: retry after 7", Some(7)), true, "retry Connection Some(7)");
        check(
            &refused(403, "Forbidden: bot was blocked by the user", None),
            false,
            "unreachable: the person has blocked",
        );
        check(
            &refused(403, "Forbidden: user is deactivated", None),
            false,
            "unreachable: the person's account is gone",
        );
        check(
            &refused(403, "Forbidden: bot was kicked from the group chat", None),
            false,
            "dead: the bot is not in",
        );
        check(&refused(400, "Bad Request: chat not found", None), false, "dead: there is no such chat");
        check(&refused(400, "Bad Request: message thread not found", None), false, "dead: the topic");
        check(&refused(401, "Unauthorized", None), false, "retry Connection Some(60)");
        check(&refused(404, "Not Found", None), false, "retry Connection Some(60)");
        assert!(with_advice(&refused(401, "Unauthorized", None)).contains("the token is not valid"));
        assert!(with_advice(&refused(404, "Not Found", None)).contains("is api right"));
        check(&refused(413, "Request Entity Too Large", None), false, "dead: the file is too large");
        check(&refused(500, "Internal Server Error", None), false, "retry Chat None");
        check(&refused(502, "Bad Gateway", None), false, "retry Chat None");
        check(&refused(418, "I'm a teapot", None), false, "dead: Telegram does not take");
        check(&CallError::Unreachable("refused".to_owned()), false, "retry Connection None");
        check(&CallError::Lost("reset".to_owned()), false, "retry Chat None");
    }
}
