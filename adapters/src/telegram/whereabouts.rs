//! In which conversation is a message of which Telegram tells only the chat and the number?
//!
//! That is all that it tells of a message that is gone below whose buttons somebody presses, and of one that somebody reacts to.
//! A chat may hold several conversations: topics, or a customer's beside their own. The studio keeps by chat and number in which of
//! them something left; and that a chat holds several is kept here.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
};

use teloxide_core::types::{Chat, ChatKind, ChatPublic, PublicChatKind, Update, UpdateKind};

use super::{inbound::native_of, life::Account, place::Place};
use crate::host::{Host, HostError};

/// Chats of which it is kept in mind that they hold several conversations; of more it is read anew.
const MOST_CHATS: usize = 10_000;

/// Chats for whose topics, or in a business's name, something left.
pub(super) type Places = HashSet<i64>;

/// Where an update takes place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// It tells that itself, or its chat holds one conversation alone.
    Told,
    At(Place),
    /// It is about a message that is not known, or is no business of the bot.
    Nowhere,
}

impl Account {
    /// Keeps that something leaves for a topic or a business chat.
    pub(super) async fn keep_place<H: Host>(&self, host: &H, place: &Place) {
        if place.topic.is_none() && place.business.is_none() {
            return;
        }
        if let Err(error) = self.add_place(host, place.chat).await {
            self.note(host, &format!("that a chat holds several conversations is not kept: {error}"));
        }
    }

    async fn add_place<H: Host>(&self, host: &H, chat: i64) -> Result<(), HostError> {
        if !self.holds_several(host, chat).await? {
            host.remember(self.name(), &key(chat), "several".to_owned()).await?;
            self.keep_in_mind(chat);
        }
        Ok(())
    }

    /// Whether a chat holds more conversations than the one of its own.
    async fn holds_several<H: Host>(&self, host: &H, chat: i64) -> Result<bool, HostError> {
        if self.places().contains(&chat) {
            return Ok(true);
        }
        // Versions before kept a list under the same name.
        let holds = host.recall(self.name(), &key(chat)).await?.is_some();
        if holds {
            self.keep_in_mind(chat);
        }
        Ok(holds)
    }

    fn keep_in_mind(&self, chat: i64) {
        let mut known = self.places();
        if known.len() >= MOST_CHATS {
            known.clear();
        }
        known.insert(chat);
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where an update takes place. Of the reactions of a group those count that are on what the bot said, or on what was taken in.
    pub(super) async fn whereabouts<H: Host>(
        &self,
        host: &H,
        update: &Update,
    ) -> Result<Whereabouts, HostError> {
        let Some((chat, message)) = about(update) else { return Ok(Whereabouts::Told) };
        let here = Place::chat(chat.id.0);
        let threads = host.threads_told(self.name(), &here.to_string(), &message.to_string()).await?;
        if let [thread] = threads.as_slice()
            && let Ok(place) = thread.parse::<Place>()
        {
            return Ok(Whereabouts::At(place));
        }
        // A business chat counts its messages apart from the private chat with the same person.
        if !threads.is_empty() || is_forum(chat) || self.holds_several(host, here.chat).await? {
            return Ok(Whereabouts::Nowhere);
        }
        let is_heard = !matches!(update.kind, UpdateKind::MessageReaction(_))
            || host.has_come(self.name(), &native_of(self.id, &here, message)).await?;
        Ok(if is_heard { Whereabouts::Told } else { Whereabouts::Nowhere })
    }
}

/// Chat and number of the message that an update is about, where it tells no more of it.
fn about(update: &Update) -> Option<(&Chat, i32)> {
    match &update.kind {
        UpdateKind::CallbackQuery(query) => {
            let message = query.message.as_ref().filter(|message| message.regular_message().is_none())?;
            Some((message.chat(), message.id().0))
        }
        UpdateKind::MessageReaction(reaction) if !reaction.chat.is_private() => {
            Some((&reaction.chat, reaction.message_id.0))
        }
        _ => None,
    }
}

fn is_forum(chat: &Chat) -> bool {
    let ChatKind::Public(ChatPublic { kind: PublicChatKind::Supergroup(group), .. }) = &chat.kind else {
        return false;
    };
    group.is_forum
}

fn key(chat: i64) -> String {
    format!("telegram.places:{chat}")
}
