//! How far have messages come that the other end fetches, such as those of the widget?
//!
//! They stand in no outbox and are told in the order of the journal, so a conversation has one row: the highest numbers up to
//! which they were handed over, are known to be there, and were read. Each only grows.

use studio_core::{
    api::DeliveryState,
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{Store, accept::MOST_ROWS, error::StoreError, keys::record, transact::Probe};

/// The numbers up to which the messages of a conversation have come so far; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    sent: u64,
    delivered: u64,
    read: u64,
}

const RAISE: &str = "FOR $row IN $rows { UPSERT $row.id SET \
    sent = math::max([sent ?? 0, $row.sent]), \
    delivered = math::max([delivered ?? 0, $row.delivered]), \
    read = math::max([read ?? 0, $row.read]) RETURN NONE }";

fn id(organisation: OrganisationId, conversation: ConversationId) -> RecordId {
    record("reached", array![organisation.to_string(), conversation.to_string()])
}

impl Reached {
    /// Everything up to this number has come so far at least.
    pub fn raise(&mut self, state: DeliveryState, sequence: u64) {
        let mark = match state {
            DeliveryState::Sent => &mut self.sent,
            DeliveryState::Delivered => &mut self.delivered,
            DeliveryState::Read => &mut self.read,
            // What nobody has fetched has neither left nor failed.
            DeliveryState::Waiting | DeliveryState::Failed => return,
        };
        *mark = sequence.max(*mark);
    }

    /// What either of both knows.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            sent: self.sent.max(other.sent),
            delivered: self.delivered.max(other.delivered),
            read: self.read.max(other.read),
        }
    }

    /// How far the message of this number has come.
    pub fn state(self, sequence: u64) -> DeliveryState {
        if sequence <= self.read {
            DeliveryState::Read
        } else if sequence <= self.delivered {
            DeliveryState::Delivered
        } else if sequence <= self.sent {
            DeliveryState::Sent
        } else {
            DeliveryState::Waiting
        }
    }
}

impl Store {
    /// Notes how far conversations have come; what is known already stays.
    pub async fn note_reached(
        &self,
        organisation: OrganisationId,
        reached: &[(ConversationId, Reached)],
    ) -> Result<(), StoreError> {
        for reached in reached.chunks(MOST_ROWS) {
            let rows: Vec<Value> = reached
                .iter()
                .map(|(conversation, reached)| {
                    object! {
                        id: id(organisation, *conversation),
                        sent: reached.sent,
                        delivered: reached.delivered,
                        read: reached.read,
                    }
                    .into_value()
                })
                .collect();
            self.transact(&[RAISE], object! { rows: rows }, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// How far the messages of a conversation have come.
    pub async fn reached(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Reached, StoreError> {
        let bind = object! { id: id(organisation, conversation) };
        let text = "SELECT sent, delivered, read FROM $id";
        let rows: Vec<Row> = self.rows("reached", text, bind).await?;
        let found = rows.into_iter().next();
        Ok(found.map_or_else(Reached::default, |row| Reached {
            sent: row.sent,
            delivered: row.delivered,
            read: row.read,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{memory, run};

    #[test]
    fn what_was_fetched_comes_further_and_never_back() {
        use DeliveryState::{Delivered, Failed, Read, Sent, Waiting};
        run(async {
            let store = memory().await.expect("opened");
            let one = ConversationId::of_thread(OrganisationId::FIRST, "web", "one");
            let other = ConversationId::of_thread(OrganisationId::FIRST, "web", "other");
            let known =
                async |conversation| store.reached(OrganisationId::FIRST, conversation).await.expect("read");
            assert_eq!(known(one).await.state(1), Waiting);
            let mut reached = Reached::default();
            for (state, sequence) in [(Sent, 9), (Delivered, 7), (Read, 4), (Sent, 3), (Failed, 20)] {
                reached.raise(state, sequence);
            }
            store.note_reached(OrganisationId::FIRST, &[(one, reached)]).await.expect("noted");
            // Another start knows less.
            let late = Reached { sent: 8, delivered: 8, read: 0 };
            store.note_reached(OrganisationId::FIRST, &[(one, late), (other, late)]).await.expect("noted");
            let states = [4, 5, 8, 9, 10]
                .map(|sequence| (sequence, Reached { delivered: 8, ..reached }.state(sequence)));
            assert_eq!(states, [(4, Read), (5, Delivered), (8, Delivered), (9, Sent), (10, Waiting)]);
            assert_eq!(known(one).await, Reached { sent: 9, delivered: 8, read: 4 });
            assert_eq!(known(other).await, late);
            assert_eq!(known(one).await, reached.with(late));
            let foreign = store.reached(OrganisationId(ulid::Ulid(2)), one).await.expect("read");
            assert_eq!(foreign, Reached::default());
        });
    }
}
