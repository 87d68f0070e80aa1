//! Does a connection get through to its platform, and what is doubtful about one that does?

use studio_adapters::platform::{ConnectionStanding, RefusedToken};

/// Slack and Discord sign the time, and what is older or newer by more seconds is refused.
const FARTHEST_CLOCK: u64 = 300;
/// What is said of clocks that are farther apart, where what the platform signs is lost by it.
pub const POSTS_REFUSED: &str = "set this machine's clock: beyond 300 s signed posts are not believed";
/// The same where nothing is signed with its time.
const CLOCKS_DIFFER: &str = "set this machine's clock: it is more than 300 s from the platform's";

/// Why a connection that runs does not get through, where its platform or its own tries say so.
pub fn failing(standing: &ConnectionStanding) -> Option<String> {
    token_refused(standing).or_else(|| standing.life.reason().map(str::to_owned))
}

/// What is to be looked at, although it is not failing: anybody may call a webhook, so that calls which are not believed
/// do not make it so, and one failure may be chance.
pub fn doubtful(standing: &ConnectionStanding) -> Option<String> {
    if let (Some(false), Some(why)) = (standing.listening, standing.life.latest()) {
        return Some(format!("no events are on their way: {why}"));
    }
    let why = standing.unbelieved.reason()?;
    Some(format!("no call of the webhook was believed of late: {why}"))
}

/// What to do about the clock of this machine, where the channel's platform has another time by so many seconds.
pub fn clock(channel: &str, skew: Option<i64>) -> Option<&'static str> {
    let differs = skew.is_some_and(|skew| skew.unsigned_abs() > FARTHEST_CLOCK);
    let what = if matches!(channel, "slack" | "discord") { POSTS_REFUSED } else { CLOCKS_DIFFER };
    differs.then_some(what)
}

/// What the platform says where it refuses a token.
fn token_refused(standing: &ConnectionStanding) -> Option<String> {
    if !standing.refused_tokens.is_empty() {
        let reasons: Vec<String> = standing.refused_tokens.iter().map(refusal).collect();
        return Some(reasons.join("; "));
    }
    let advice = || "its token is not valid: get a new one".to_owned();
    let said = || standing.last_error.as_ref().map_or_else(advice, |(_, error)| error.clone());
    (standing.token_valid == Some(false)).then(said)
}

pub fn refusal(refused: &RefusedToken) -> String {
    format!("{} is refused: {}", refused.token, refused.reason)
}
