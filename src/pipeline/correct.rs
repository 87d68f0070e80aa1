//! How is a message changed that has left, or taken back? By the names that its platform gave its parts.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use studio_core::{api::Correction, content::Content, id::ConversationId};
use studio_store::{Departure, OutboxRow, StoreError};
use tokio::sync::Notify;

use super::{call::AGAIN, deliver::Delivery, platform_reply};
use crate::{
    breakpoint,
    studio::{Connection, Studio},
};

/// Messages that have left, and of which it is not kept yet how they are called: the sweep does that, many at once. A
/// correction right behind one waits for it, or it would find nothing to change.
#[derive(Debug, Default)]
pub(super) struct Unnoted {
    messages: Mutex<HashSet<(ConversationId, u64)>>,
    noted: Notify,
}

impl Unnoted {
    pub fn left(&self, departure: Option<&Departure>) {
        self.lock().extend(departure.map(of));
    }

    pub fn noted(&self, departures: &[Departure]) {
        let mut messages = self.lock();
        for departure in departures {
            messages.remove(&of(departure));
        }
        drop(messages);
        self.noted.notify_waiters();
    }

    /// Returns once it is kept how a message is called that has left.
    pub async fn until_noted(&self, conversation: ConversationId, sequence: u64) {
        loop {
            let noted = self.noted.notified();
            tokio::pin!(noted);
            noted.as_mut().enable();
            if !self.lock().contains(&(conversation, sequence)) {
                return;
            }
            noted.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<(ConversationId, u64)>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of(departure: &Departure) -> (ConversationId, u64) {
    (departure.conversation, departure.sequence)
}

/// A change that was made: the platform's own ids of the parts that the message has now, and what the channel could not show.
#[derive(Debug)]
pub(super) struct Made {
    parts: Vec<String>,
    losses: Vec<String>,
}

/// Changes a message that has left, or takes it back, unless that was `made` in a try before, and notes it. A note that the store
/// does not take is tried again, and the platform is left alone.
pub(super) async fn correct(
    studio: &Arc<Studio>,
    row: &OutboxRow,
    of: u64,
    content: Option<&Content>,
    made: &mut Option<Made>,
) -> Delivery {
    let Made { parts, losses } = match made {
        Some(made) => made,
        None => match change(studio, row, of, content).await {
            Delivery::Done { parts, losses, .. } => made.insert(Made { parts, losses }),
            delivery => return delivery,
        },
    };
    // What was taken back keeps its names.
    let names = if content.is_some() { parts.as_slice() } else { &[] };
    let correction = Correction { content: content.cloned(), losses: losses.clone() };
    if let Err(error) = note(studio, row, of, &correction, names).await {
        tracing::error!(connection = row.connection, %error, "delivery.correction.not_noted");
        if !stays_so(&error) {
            let error = error.to_string();
            return Delivery::Retry { after: Some(AGAIN), error, parts: Vec::new(), whole_connection: false };
        }
        studio.deliverer.unreadable.note(&row.connection, studio.clock.now(), &error.to_string());
    }
    Delivery::Done { parts: parts.clone(), losses: losses.clone(), noted: false }
}

async fn note(
    studio: &Studio,
    row: &OutboxRow,
    of: u64,
    correction: &Correction,
    names: &[String],
) -> Result<(), StoreError> {
    breakpoint::busy("corrected")?;
    let (organisation, conversation) = (row.key.inbox.organisation, row.conversation);
    let told = platform_reply::told(studio, row, names);
    studio.store.note_correction(organisation, conversation, of, correction, names, told.as_ref()).await
}

async fn change(studio: &Arc<Studio>, row: &OutboxRow, of: u64, content: Option<&Content>) -> Delivery {
    match studio.connection(&row.connection) {
        Some(Connection::Platform(platform)) => match content {
            Some(content) => platform_reply::edit(studio, &platform, row, of, content).await,
            None => platform_reply::retract(studio, &platform, row, of).await,
        },
        // They read the journal.
        Some(Connection::Web(_) | Connection::Http(_)) => Delivery::nothing(),
        None => Delivery::Untried { error: format!("there is no connection {} any more", row.connection) },
    }
}

/// Whether a note that the store did not take will never be taken.
fn stays_so(error: &StoreError) -> bool {
    match error {
        StoreError::Corrupt { .. } | StoreError::Refused(_) => true,
        StoreError::Closed
        | StoreError::Disk(_)
        | StoreError::Taken(_)
        | StoreError::Busy { .. }
        | StoreError::Unavailable(_)
        | StoreError::Unknown(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use jiff::Timestamp;
    use studio_core::id::OrganisationId;

    use super::*;

    #[test]
    fn a_note_is_tried_again_only_where_the_store_may_take_it_then() {
        let corrupt = StoreError::Corrupt { table: "sending", what: "no JSON".to_owned() };
        assert!(stays_so(&corrupt) && stays_so(&StoreError::Refused("no".to_owned())));
        assert!(!stays_so(&StoreError::Busy { tries: 8 }));
        assert!(!stays_so(&StoreError::Unavailable("no answer".to_owned())));
    }

    #[tokio::test]
    async fn a_correction_waits_until_its_message_is_noted() {
        let conversation = ConversationId::of_thread(OrganisationId::FIRST, "team", "D0ANNA");
        let departure = Departure {
            conversation,
            sequence: 7,
            parts: vec!["a".to_owned()],
            uncertain: false,
            losses: Vec::new(),
            error: None,
            at: Timestamp::UNIX_EPOCH,
            otherwise: Vec::new(),
            told: None,
        };
        let unnoted = Unnoted::default();
        assert_eq!(unnoted.until_noted(conversation, 7).now_or_never(), Some(()), "of a run before");
        unnoted.left(Some(&departure));
        let waits = unnoted.until_noted(conversation, 7);
        tokio::pin!(waits);
        assert_eq!(waits.as_mut().now_or_never(), None);
        assert_eq!(unnoted.until_noted(conversation, 8).now_or_never(), Some(()), "of another message");
        unnoted.noted(&[Departure { sequence: 8, ..departure.clone() }]);
        assert_eq!(waits.as_mut().now_or_never(), None);
        unnoted.noted(&[departure]);
        waits.await;
    }
}
