//! How is an update read, whatever Telegram has added to it since?

use serde_json::{Value, json};
use teloxide_core::types::{MessageKind, Update, UpdateKind};

use crate::{misread::named, telegram::kinds};

/// Parts of a message that it can be understood without: a kind of mark or of keyboard that is not known yet must not cost
/// the words that it stands with.
const DISPENSABLE: [&str; 10] = [
    "entities",
    "caption_entities",
    "reply_to_message",
    "reply_markup",
    "quote",
    "external_reply",
    "forward_origin",
    "link_preview_options",
    "via_bot",
    "sender_tag",
];

/// Parts of a message that say nothing by themselves, and what a chat says of itself. Those that the library reads into a kind of
/// their own stand here for where it cannot.
pub const SILENT: [&str; 78] = [
    "author_signature",
    "boost_added",
    "business_connection_id",
    "caption",
    "caption_entities",
    "channel_chat_created",
    "chat",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "date",
    "delete_chat_photo",
    "direct_message_price_changed",
    "direct_messages_topic",
    "edit_date",
    "effect_id",
    "entities",
    "external_reply",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "forward_origin",
    "from",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift_upgrade_sent",
    "giveaway",
    "giveaway_completed",
    "giveaway_created",
    "giveaway_winners",
    "group_chat_created",
    "guest_bot_caller_chat",
    "guest_bot_caller_user",
    "guest_query_id",
    "has_media_spoiler",
    "has_protected_content",
    "is_automatic_forward",
    "is_from_offline",
    "is_paid_post",
    "is_topic_message",
    "link_preview_options",
    "managed_bot_created",
    "media_group_id",
    "message_auto_delete_timer_changed",
    "message_id",
    "message_thread_id",
    "new_chat_photo",
    "paid_message_price_changed",
    "paid_star_count",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "quote",
    "reply_markup",
    "reply_to_checklist_task_id",
    "reply_to_message",
    "reply_to_poll_option_id",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "sender_chat",
    "sender_tag",
    "show_caption_above_media",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_info",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "via_bot",
    "write_access_allowed",
];

/// Of these the library knows the older.
const CALLS: &str = "video_chat_";

/// What a person can say.
pub const SAID: [&str; 11] = [
    "text",
    "photo",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "location",
    "contact",
];

/// An update that cannot be read; a sentence for the log, without anything of what was said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("it has no update_id")]
    Form,
    #[error("it holds “{0}”, which this studio does not know or cannot read")]
    Kind(String),
}

/// The update that a text of JSON holds.
pub fn read(raw: &Value) -> Result<Update, Unread> {
    if raw["update_id"].as_u64().is_none() {
        return Err(Unread::Form);
    }
    let kind = kinds::of(raw);
    let unread = || Unread::Kind(named(kind).to_owned());
    // A reaction of nobody is more than teloxide can bear.
    let nobody =
        kind == "message_reaction" && raw[kind]["user"].is_null() && raw[kind]["actor_chat"].is_null();
    if nobody {
        return Err(unread());
    }
    let mut raw = raw.clone();
    // teloxide wants each of these ids as an object, which Telegram never sends.
    for id in raw[kind].get_mut("message_ids").and_then(Value::as_array_mut).into_iter().flatten() {
        *id = json!({ "message_id": id.take() });
    }
    let whole = try_read(&raw);
    if whole.as_ref().is_some_and(|update| !is_empty(update)) || !says_something(&raw[kind]) {
        return whole.ok_or_else(unread);
    }
    let mut bare = raw;
    if let Some(message) = bare.get_mut(kind).and_then(Value::as_object_mut) {
        message.retain(|name, _| !DISPENSABLE.contains(&name.as_str()));
    }
    try_read(&bare).filter(|update| !is_empty(update)).ok_or_else(unread)
}

/// What a message holds, in which nothing was found that is known, beside what says nothing: a kind that Telegram has added since.
pub fn unknown(raw: &Value) -> Option<Unread> {
    let fields = raw[kinds::of(raw)].as_object()?;
    let mut names = fields.keys().map(String::as_str);
    let name = names.find(|name| !SILENT.contains(name) && !name.starts_with(CALLS))?;
    Some(Unread::Kind(named(name).to_owned()))
}

/// Whether teloxide found nothing in a message: it does so too where one entity is of a kind that it does not know.
fn is_empty(update: &Update) -> bool {
    match &update.kind {
        UpdateKind::Message(message)
        | UpdateKind::EditedMessage(message)
        | UpdateKind::BusinessMessage(message)
        | UpdateKind::EditedBusinessMessage(message) => matches!(message.kind, MessageKind::Empty {}),
        _ => false,
    }
}

/// Whether a message holds anything that a person says, in contrast to what a chat says of itself.
fn says_something(message: &Value) -> bool {
    SAID.iter().any(|field| message.get(field).is_some())
}

fn try_read(raw: &Value) -> Option<Update> {
    // From a text: from a value whose names are not borrowed, teloxide loses the first of them.
    let update = serde_json::from_str::<Update>(&raw.to_string()).ok()?;
    (!matches!(update.kind, UpdateKind::Error(_))).then_some(update)
}
