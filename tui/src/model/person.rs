//! The person of the open conversation, and whom it may be the same as.

use studio_core::{
    api::{ContactDetail, ContactIdentity, Conversation, TranscriptMessage},
    id::ContactId,
};

use super::Room;
use crate::draft::Draft;

/// The person of the open conversation.
#[derive(Clone, Debug, Default)]
pub struct PersonOf {
    pub detail: Option<ContactDetail>,
    /// Which of the identities, or of the messages behind them, the operator stands on.
    pub selected: usize,
    /// What was said on all channels, the last first.
    pub said: Vec<TranscriptMessage>,
    /// Where what was said before that is to be had.
    pub earlier: Option<String>,
    /// Whether some of it is being read.
    pub reading: bool,
    pub deed: Deed,
    /// What another contact is looked for by: words, or its id.
    pub query: Draft,
    /// The query that `found` answers, or that the server was asked.
    pub asked: String,
    pub looking: bool,
    pub found: Vec<Candidate>,
    /// Which of those that were found the operator stands on.
    pub chosen: usize,
}

/// What the operator does with a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Deed {
    #[default]
    Reading,
    /// Looks for another contact that is the same person.
    Seeking,
    /// Was asked whether the person should really become a part of this one.
    Merging(Candidate),
    /// Was asked whether this contact should really be taken out of the person.
    Parting(ContactId),
}

/// A contact that may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub contact: ContactId,
    pub name: String,
    /// What else tells it from others: its channel, and what was said last.
    pub known: String,
}

impl Candidate {
    pub fn of_conversation(conversation: &Conversation) -> Self {
        Self {
            contact: conversation.contact,
            name: conversation.contact_name.clone(),
            known: format!("{} · {}", conversation.channel, conversation.preview),
        }
    }

    pub fn of_contact(detail: &ContactDetail) -> Self {
        let known: Vec<&str> = detail.identities.iter().map(channel).collect();
        Self { contact: detail.id, name: detail.name.clone(), known: known.join(" · ") }
    }
}

/// The channel that somebody is known on, or the connection where it is gone.
pub fn channel(identity: &ContactIdentity) -> &str {
    identity.channel.as_deref().unwrap_or(&identity.connection)
}

impl PersonOf {
    /// Of the identities, and of what was said.
    pub fn rows(&self) -> usize {
        self.identities() + self.said.len()
    }

    /// The message that the operator stands on.
    pub fn message(&self) -> Option<&TranscriptMessage> {
        self.said.get(self.selected.checked_sub(self.identities())?)
    }

    /// Has the operator stand on something that is there.
    pub fn stay_within(&mut self) {
        self.selected = self.selected.min(self.rows().saturating_sub(1));
    }

    fn identities(&self) -> usize {
        self.detail.as_ref().map_or(0, |detail| detail.identities.len())
    }

    /// The contact that the operator stands on, where it can be taken out of the person.
    pub fn part(&self) -> Option<ContactId> {
        let detail = self.detail.as_ref()?;
        let contact = detail.identities.get(self.selected)?.contact;
        (contact != detail.id).then_some(contact)
    }

    fn has(&self, contact: ContactId) -> bool {
        self.detail.as_ref().is_some_and(|detail| {
            detail.id == contact || detail.identities.iter().any(|identity| identity.contact == contact)
        })
    }
}

impl Room {
    /// The contact of the conversation, once it is read.
    pub fn contact(&self) -> Option<ContactId> {
        self.detail.as_ref().map(|detail| detail.conversation.contact)
    }

    /// Whether a contact is this person already.
    pub fn is_of(&self, contact: ContactId) -> bool {
        self.contact() == Some(contact) || self.person.has(contact)
    }
}
