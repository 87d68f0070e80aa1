//! In which conversation is a message of which Telegram tells only the chat and the number?
//!
//! That is all that it tells of a message that is gone below whose buttons somebody presses, and of one that somebody reacts to.
//! A chat may hold several conversations: topics, or a customer's beside their own. So it is kept for which of them something
//! left, and the message is looked for among the parts of what left for each.

use std::collections::HashMap;

use serde_json::json;
use teloxide_core::types::{Chat, ChatKind, ChatPublic, PublicChatKind, Update, UpdateKind};

use super::{inbound::native_of, life::Account, place::Place, send::MORE};
use crate::host::{Host, HostError};

/// Conversations of one chat that are kept; the oldest make room.
const MOST_PLACES: usize = 500;
/// Chats whose conversations are kept in mind; then all are read anew.
const MOST_CHATS: usize = 1_000;

/// Threads for which something left, by their chat; only of topics and business chats.
pub(super) type Places = HashMap<i64, Vec<String>>;

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
        let thread = place.to_string();
        let mut known = self.places.lock().await;
        if known.get(&place.chat).is_some_and(|places| places.contains(&thread)) {
            return;
        }
        if let Err(error) = self.add_place(host, &mut known, place.chat, thread).await {
            self.note(host, &format!("the conversations of a chat are not kept: {error}"));
        }
    }

    async fn add_place<H: Host>(
        &self,
        host: &H,
        known: &mut Places,
        chat: i64,
        thread: String,
    ) -> Result<(), HostError> {
        let mut places = self.places_of(host, known, chat).await?;
        if !places.contains(&thread) {
            places.push(thread);
            let too_many = places.len().saturating_sub(MOST_PLACES);
            places.drain(..too_many);
            host.remember(self.name(), &key(chat), json!(places).to_string()).await?;
        }
        if known.len() >= MOST_CHATS {
            known.clear();
        }
        known.insert(chat, places);
        Ok(())
    }

    async fn places_of<H: Host>(
        &self,
        host: &H,
        known: &Places,
        chat: i64,
    ) -> Result<Vec<String>, HostError> {
        if let Some(places) = known.get(&chat) {
            return Ok(places.clone());
        }
        let kept = host.recall(self.name(), &key(chat)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    /// Where an update takes place. Of the reactions of a group those count that are on what the bot said, or on what was taken in.
    pub(super) async fn whereabouts<H: Host>(
        &self,
        host: &H,
        update: &Update,
    ) -> Result<Whereabouts, HostError> {
        let Some((chat, message)) = about(update) else { return Ok(Whereabouts::Told) };
        let here = Place::chat(chat.id.0);
        let others = {
            let known = self.places.lock().await;
            self.places_of(host, &known, here.chat).await?
        };
        let is_alone = others.is_empty() && !is_forum(chat);
        let mut found = Vec::new();
        for thread in std::iter::once(here.to_string()).chain(others) {
            let conversation = host.conversation(self.name(), &thread);
            // Of a piece that became several messages all but the last are called so.
            let is_ours = host.has_said(conversation, &message.to_string()).await?
                || host.has_said(conversation, &format!("{message}{MORE}")).await?;
            if is_ours {
                found.extend(thread.parse::<Place>());
            }
        }
        if found.len() == 1
            && let Some(place) = found.pop()
        {
            return Ok(Whereabouts::At(place));
        }
        // A business chat counts its messages apart from the private chat with the same person.
        if !found.is_empty() || !is_alone {
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
