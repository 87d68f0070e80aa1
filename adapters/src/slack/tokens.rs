//! Which of the connection's two tokens does Slack take? What it says of one is nothing of the other.

use jiff::Timestamp;

use crate::platform::RefusedToken;

/// What Slack said last of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Verdict {
    #[default]
    Unknown,
    Taken,
    Refused {
        at: Timestamp,
        /// A sentence that says what to do.
        reason: String,
    },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    pub bot: Verdict,
    pub app: Verdict,
}

impl Tokens {
    pub fn refused(&self) -> Vec<RefusedToken> {
        let refused = |(token, verdict): (&'static str, &Verdict)| match verdict {
            Verdict::Refused { at, reason } => Some(RefusedToken { token, reason: reason.clone(), at: *at }),
            Verdict::Unknown | Verdict::Taken => None,
        };
        [("bot_token", &self.bot), ("app_token", &self.app)].into_iter().filter_map(refused).collect()
    }

    /// Whether both are good; the app's counts for as much as is known of it.
    pub fn are_valid(&self) -> Option<bool> {
        match (&self.bot, &self.app) {
            (Verdict::Refused { .. }, _) | (_, Verdict::Refused { .. }) => Some(false),
            (Verdict::Taken, Verdict::Unknown | Verdict::Taken) => Some(true),
            (Verdict::Unknown, Verdict::Unknown | Verdict::Taken) => None,
        }
    }
}
