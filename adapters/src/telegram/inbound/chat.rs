//! What happens in a chat beside its messages? (pure)

use serde_json::{Value, json};
use studio_core::dialogue::Body;
use teloxide_core::types::{
    BusinessConnection, ChatMemberKind, ChatMemberUpdated, Message, MessageKind, MessageReactionUpdated,
    ReactionType, User,
};

use super::{
    Ear, Heard, Meaning, address, files, heard,
    speaker::{Speaker, attributes, language, topic_name},
};
use crate::{host::Incoming, telegram::place::Place};

/// The event that tells that the person has blocked the bot.
const BLOCKED: &str = "blocked";

/// Whether nothing gets through to the person from this event on.
pub fn blocks(event: &Incoming) -> bool {
    matches!(&event.body, Body::Custom { name, .. } if name == BLOCKED)
}

impl Ear<'_> {
    /// What the chat itself says, and what a bot cannot read.
    pub(super) fn service(&self, id: u32, message: &Message, place: &Place, speaker: &Speaker<'_>) -> Heard {
        let custom = |name: &str, data: Value| Heard {
            person: self.group(place, &message.chat, topic_name(message)),
            ..heard(vec![self.custom(id, place, &speaker.external, name, data)])
        };
        let people = |users: &[User]| {
            let others = users.iter().filter(|user| user.id.0 != self.bot);
            others.map(|user| json!({"id": user.id.0, "name": user.full_name()})).collect::<Vec<_>>()
        };
        match &message.kind {
            MessageKind::NewChatMembers(joined) => match people(&joined.new_chat_members) {
                none if none.is_empty() => Heard::NOTHING,
                people => custom("joined", json!({ "people": people })),
            },
            MessageKind::LeftChatMember(left) => match people(std::slice::from_ref(&left.left_chat_member)) {
                none if none.is_empty() => Heard::NOTHING,
                people => custom("left", json!({ "people": people })),
            },
            MessageKind::WebAppData(app) => custom(
                "web_app_data",
                json!({"data": app.web_app_data.data, "button": app.web_app_data.button_text}),
            ),
            MessageKind::Empty {} if address::concerns(self, message, place) => {
                Heard { person: None, meaning: Meaning::Empty }
            }
            _ => match files::unsupported(message) {
                Some(kind) if address::concerns(self, message, place) => {
                    custom("unsupported", json!({ "kind": kind }))
                }
                Some(_) | None => Heard::NOTHING,
            },
        }
    }

    /// A group, or a topic of it, is called otherwise. It may be called so for the second time: each is told.
    pub(super) fn renamed(&self, message: &Message, place: &Place) -> Option<Heard> {
        let topic = message.forum_topic_edited().and_then(|edited| edited.name.as_deref());
        let title = message.new_chat_title();
        if topic.or(title).is_none() || !place.is_group() {
            return None;
        }
        let group = self.named(place, title.or_else(|| message.chat.title())?, topic);
        let native = self.message_native(place, message.id.0);
        Some(Heard { person: Some(Incoming { native, ..group }), meaning: Meaning::Renamed })
    }

    pub(super) fn reaction(&self, id: u32, reaction: &MessageReactionUpdated) -> Heard {
        let external = match (reaction.actor.user(), reaction.actor.chat()) {
            (Some(user), _) => user.id.0.to_string(),
            (None, Some(chat)) => chat.id.0.to_string(),
            (None, None) => return Heard::NOTHING,
        };
        let fresh = |these: &[ReactionType], those: &[ReactionType]| {
            these.iter().filter(|one| !those.contains(one)).map(reaction_name).collect::<Vec<_>>()
        };
        let data = json!({
            "message": reaction.message_id.0.to_string(),
            "added": fresh(&reaction.new_reaction, &reaction.old_reaction),
            "removed": fresh(&reaction.old_reaction, &reaction.new_reaction),
        });
        heard(vec![self.custom(id, &self.place_in(reaction.chat.id.0), &external, "reaction", data)])
    }

    pub(super) fn membership(&self, id: u32, member: &ChatMemberUpdated) -> Heard {
        if member.chat.is_channel() {
            return Heard::NOTHING;
        }
        let here = |kind: &ChatMemberKind| kind.is_present();
        let (before, after) = (here(&member.old_chat_member.kind), here(&member.new_chat_member.kind));
        let name = match (member.chat.is_private(), before, after) {
            (true, _, false) => BLOCKED,
            (true, _, true) => "unblocked",
            (false, true, false) => "removed",
            (false, false, true) => "added",
            (false, true, true) | (false, false, false) => return Heard::NOTHING,
        };
        let data = json!({ "chat": member.chat.title() });
        let place = Place::chat(member.chat.id.0);
        let event = self.custom(id, &place, &member.from.id.0.to_string(), name, data);
        Heard { person: self.group(&place, &member.chat, None), ..heard(vec![event]) }
    }

    pub(super) fn business(&self, id: u32, connection: &BusinessConnection) -> Heard {
        let name = if connection.is_enabled { "business_connected" } else { "business_disconnected" };
        let may_reply = connection.rights.as_ref().is_some_and(|rights| rights.can_reply);
        let data = json!({"connection": connection.id.0, "may_reply": may_reply});
        let owner = connection.user.id.0.to_string();
        let place = Place::chat(i64::try_from(connection.user_chat_id.0).unwrap_or_default());
        let user = Some(&connection.user);
        let person = self.person(&place, &owner, language(user), &attributes(user));
        Heard { person: Some(person), ..heard(vec![self.custom(id, &place, &owner, name, data)]) }
    }
}

fn reaction_name(reaction: &ReactionType) -> String {
    match reaction {
        ReactionType::Emoji { emoji } => emoji.clone(),
        ReactionType::CustomEmoji { custom_emoji_id } => format!("custom:{custom_emoji_id}"),
        ReactionType::Paid => "paid".to_owned(),
    }
}
