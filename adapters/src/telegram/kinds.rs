//! Which kinds of updates are there? Those that are asked for and heard, and those that mean nothing to a bot. Any other is new, and
//! is kept as it came.

use serde_json::Value;

/// Kinds that are heard; the same are asked for (see `life.rs`).
const HEARD: [&str; 9] = [
    "business_connection",
    "business_message",
    "callback_query",
    "deleted_business_messages",
    "edited_business_message",
    "edited_message",
    "message",
    "message_reaction",
    "my_chat_member",
];

/// Kinds that Telegram describes and that mean nothing to a bot, whatever they hold.
const PASSED: [&str; 16] = [
    "channel_post",
    "chat_boost",
    "chat_join_request",
    "chat_member",
    "chosen_inline_result",
    "edited_channel_post",
    "guest_message",
    "inline_query",
    "managed_bot",
    "message_reaction_count",
    "poll",
    "poll_answer",
    "pre_checkout_query",
    "purchased_paid_media",
    "removed_chat_boost",
    "shipping_query",
];

/// What an update says that it is.
pub fn of(update: &Value) -> &str {
    let mut names = update.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    names.find(|name| *name != "update_id").unwrap_or("nothing")
}

/// The kind of an update that is heard.
pub fn heard(update: &Value) -> &'static str {
    let kind = of(update);
    HEARD.into_iter().find(|known| *known == kind).unwrap_or("update")
}

/// The kind of an update that means nothing.
pub fn passed(update: &Value) -> Option<&'static str> {
    let kind = of(update);
    PASSED.into_iter().find(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telegram::life::WANTED;

    #[test]
    fn what_is_asked_for_is_what_is_heard() {
        let mut wanted = WANTED.map(|wanted| json!(wanted).as_str().map(str::to_owned).expect("a name"));
        wanted.sort_unstable();
        assert_eq!(wanted, HEARD);
    }
}
