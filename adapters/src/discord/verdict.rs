//! What does a refusal of Discord mean for a message?

use jiff::SignedDuration;

use super::{frame::TOKEN_REFUSED, rest::Refusal};
use crate::platform::{Outcome, Scope};

/// How long everything rests where the token is refused: 10,000 refused requests within 10 minutes would have the
/// address banned (`rate-limits.mdx`).
const REST: SignedDuration = SignedDuration::from_mins(5);

/// How long everything rests where another than Discord refuses it.
const REST_ELSEWHERE: SignedDuration = SignedDuration::from_mins(1);

/// The person takes no direct messages from the bot, or shares no server with it any more.
const TAKES_NOTHING: [u64; 2] = [50_007, 50_278];

pub fn judge(refusal: Refusal) -> Outcome {
    if refusal.is_foreign() {
        let (after, scope) = (Some(REST_ELSEWHERE), Scope::Connection);
        return Outcome::Retry { after, scope, error: refusal.advised() };
    }
    match refusal {
        Refusal::Limited { after, everything } => Outcome::Retry {
            after: SignedDuration::try_from(after).ok(),
            scope: if everything { Scope::Connection } else { Scope::Chat },
            error: "Discord's rate limit is reached".into(),
        },
        Refusal::Failed(error) => Outcome::Retry { after: None, scope: Scope::Chat, error },
        Refusal::Refused { status: 401, .. } => {
            Outcome::Retry { after: Some(REST), scope: Scope::Connection, error: TOKEN_REFUSED.into() }
        }
        Refusal::Refused { code, status, message } => match advice(code) {
            Some(advice) => {
                let reason = format!("{advice} (Discord's code {code})");
                if TAKES_NOTHING.contains(&code) {
                    Outcome::Unreachable { reason }
                } else {
                    Outcome::Dead { reason }
                }
            }
            // Slow mode of the channel, and a resource that is still being made.
            None if matches!(code, 20_016 | 40_006 | 130_000) || status == 408 => Outcome::Retry {
                after: Some(SignedDuration::from_secs(10)),
                scope: Scope::Chat,
                error: message,
            },
            None => Outcome::Dead {
                reason: format!("Discord refused the message with {status}, code {code}: {message}"),
            },
        },
    }
}

/// What to do about a code of `opcodes-and-status-codes.mdx`.
fn advice(code: u64) -> Option<&'static str> {
    Some(match code {
        10_003 => "the channel no longer exists; close the conversation",
        10_008 => "the message no longer exists; send a new one",
        30_046 => "the message is older than an hour and was edited too often; send a new one",
        40_005 => "the file is larger than Discord takes; send a link",
        50_001 => "the bot cannot see the channel; add it to the server and give it View Channel",
        50_006 => "the message is empty; give it words",
        50_007 => {
            "the person takes no direct messages from the bot: they blocked it or left the shared server"
        }
        50_013 => {
            "the bot may not write there; give it Send Messages, Embed Links and Attach Files (in threads: Send Messages in Threads)"
        }
        50_083 => "the thread is archived; open it again in Discord",
        50_278 => "the person shares no server with the bot any more; ask them by another channel",
        160_005 => "the thread is locked; open it again in Discord",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_refusal_says_what_happens_next() {
        let check = |refusal: Refusal, expected: &str| {
            let told = match judge(refusal.clone()) {
                Outcome::Done => "done".to_owned(),
                Outcome::Retry { after, scope, .. } => {
                    format!("retry {scope:?} {:?}", after.map(|after| after.as_secs()))
                }
                Outcome::Dead { reason } => format!("dead: {reason}"),
                Outcome::Unreachable { reason } => format!("unreachable: {reason}"),
            };
            assert!(told.starts_with(expected), "{refusal:?}: {told}");
        };
        let limited = |everything| Refusal::Limited { after: Duration::from_secs(3), everything };
        check(limited(false), "retry Chat Some(3)");
        check(limited(true), "retry Connection Some(3)");
        check(Refusal::Failed("no answer".into()), "retry Chat None");
        let refused = |status, code| Refusal::Refused { status, code, message: "as Discord says it".into() };
        check(refused(401, 0), "retry Connection Some(300)");
        for elsewhere in [301, 403, 404, 405, 407, 451] {
            check(refused(elsewhere, 0), "retry Connection Some(60)");
        }
        check(refused(400, 0), "dead: Discord refused the message with 400, code 0: as Discord says it");
        check(refused(403, 50_007), "unreachable: the person takes no direct messages");
        check(refused(400, 50_278), "unreachable: the person shares no server");
        check(refused(403, 50_013), "dead: the bot may not write there");
        check(refused(404, 10_003), "dead: the channel no longer exists");
        check(
            refused(400, 50_035),
            "dead: Discord refused the message with 400, code 50035: as Discord says it",
        );
        check(refused(429, 20_016), "retry Chat Some(10)");
    }
}
