//! In which conversations does a chat have a message of ours of this number?
//!
//! Some platforms tell of a message no more than its chat and its number there, while the chat holds several conversations.

use studio_core::id::{ConversationId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{Store, error::StoreError, keys::record};

pub(crate) const PUT: &str = "INSERT IGNORE INTO chat_part $told RETURN NONE";
pub(crate) const OF_NUMBER: &str = "SELECT VALUE thread FROM chat_part:[$organisation, $connection, $chat, $number]..\
    [$organisation, $connection, $chat, $number, []]";

/// How a platform tells of the parts of a message, where it tells no more of one than its chat and its number there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub connection: String,
    pub chat: String,
    /// The conversation's own name on the platform.
    pub thread: String,
    /// Of the parts, in their order.
    pub numbers: Vec<String>,
}

impl Told {
    /// What stands for this part, which counts from 0.
    pub(crate) fn id(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        part: usize,
    ) -> Option<RecordId> {
        let number = self.numbers.get(part)?.clone();
        let (connection, chat) = (self.connection.clone(), self.chat.clone());
        let key = array![organisation.to_string(), connection, chat, number, conversation.to_string()];
        Some(record("chat_part", key))
    }

    pub(crate) fn rows(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> impl Iterator<Item = Value> {
        let ids = (0..self.numbers.len()).filter_map(move |part| self.id(organisation, conversation, part));
        ids.map(move |id| object! { id: id, thread: self.thread.clone() }.into_value())
    }
}

impl Store {
    /// The threads of a chat for which a message left that the platform tells of by this number.
    pub async fn threads_told(
        &self,
        organisation: OrganisationId,
        connection: &str,
        chat: &str,
        number: &str,
    ) -> Result<Vec<String>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            connection: connection.to_owned(),
            chat: chat.to_owned(),
            number: number.to_owned(),
        };
        self.rows("chat_part", OF_NUMBER, bind).await
    }
}
