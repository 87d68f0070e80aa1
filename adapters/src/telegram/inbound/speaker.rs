//! Who speaks, and where? (pure)

use std::collections::BTreeMap;

use serde_json::{Value, json};
use studio_core::dialogue::Body;
use teloxide_core::types::{Chat, Message, User};

use super::Ear;
use crate::{fingerprint::fingerprint, host::Incoming, http::is_language, telegram::place::Place};

pub(super) struct Speaker<'m> {
    pub external: String,
    pub user: Option<&'m User>,
    /// The owner of a business account writes himself.
    pub owner: bool,
}

impl Ear<'_> {
    /// Who wrote, if it is someone whom a bot answers.
    pub(super) fn speaker<'m>(message: &'m Message, place: &Place) -> Option<Speaker<'m>> {
        if message.sender_business_bot.is_some() || message.chat.is_channel() {
            return None;
        }
        let from = message.from.as_ref()?;
        if place.business.is_some() {
            let owner = i64::try_from(from.id.0).ok() != Some(place.chat);
            return Some(Speaker { external: from.id.0.to_string(), user: Some(from), owner });
        }
        match &message.sender_chat {
            // An administrator who wants to be no one in particular.
            Some(sender) if sender.id == message.chat.id => {
                Some(Speaker { external: sender.id.0.to_string(), user: None, owner: false })
            }
            // What a channel posts into its group.
            Some(_) => None,
            None if from.is_bot => None,
            None => Some(Speaker { external: from.id.0.to_string(), user: Some(from), owner: false }),
        }
    }

    /// Who is to be told of before what is said, and what is known of a person.
    pub(super) fn introduced(
        &self,
        message: &Message,
        place: &Place,
        speaker: &Speaker<'_>,
        own_phone: Option<String>,
    ) -> (Option<Incoming>, Value) {
        // Of a group nobody is the contact alone.
        if place.is_group() {
            return (self.group(place, &message.chat, topic_name(message)), json!({}));
        }
        let mut attributes = attributes(speaker.user);
        if let Some(phone) = own_phone {
            // Telegram vouches for a number that someone shares as his own.
            attributes["phone"] = phone.into();
            attributes["phone_verified"] = true.into();
        }
        let person = self.person(place, &speaker.external, language(speaker.user), &attributes);
        (Some(person), attributes)
    }

    /// Told once: the same person with the same name has the same id.
    pub(super) fn person(
        &self,
        place: &Place,
        external: &str,
        language: Option<String>,
        attributes: &Value,
    ) -> Incoming {
        let looks = fingerprint(self.key, "telegram person", &(&language, attributes));
        let body = Body::Introduced { language, attributes: fields(attributes) };
        Incoming {
            native: format!("{}:person:{place}:{looks:016x}", self.bot),
            fingerprint: None,
            ..self.incoming(0, place, external, body)
        }
    }

    /// How a group is called, and the topic where Telegram says it.
    pub(super) fn group(&self, place: &Place, chat: &Chat, topic: Option<&str>) -> Option<Incoming> {
        chat.title().filter(|_| place.is_group()).map(|title| self.named(place, title, topic))
    }

    pub(super) fn named(&self, place: &Place, title: &str, topic: Option<&str>) -> Incoming {
        let mut attributes = json!({ "name": title });
        if let Some(topic) = topic.filter(|_| place.topic.is_some()) {
            attributes["topic"] = topic.into();
        }
        self.person(place, &place.chat.to_string(), None, &attributes)
    }
}

/// How somebody who writes in a group is called; an administrator who wants to be no one in particular as the group is.
pub(super) fn called(message: &Message) -> String {
    let sender = message.sender_chat.as_ref().and_then(|sender| sender.title().map(str::to_owned));
    let user = || message.from.as_ref().map(User::full_name);
    sender.or_else(user).unwrap_or_default()
}

/// What is said in a topic to nobody in particular answers the message that made the topic.
pub(super) fn topic_name(message: &Message) -> Option<&str> {
    Some(message.reply_to_message()?.forum_topic_created()?.name.as_str())
}

pub(super) fn attributes(user: Option<&User>) -> Value {
    let Some(user) = user else { return json!({}) };
    let mut attributes = json!({ "name": user.full_name() });
    if let Some(username) = &user.username {
        attributes["username"] = username.as_str().into();
    }
    attributes
}

pub(super) fn fields(attributes: &Value) -> BTreeMap<String, Value> {
    attributes.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

pub(super) fn language(user: Option<&User>) -> Option<String> {
    user?.language_code.clone().filter(|tag| is_language(tag))
}
