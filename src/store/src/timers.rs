//! What is due?
//!
//! Timers are set and unset by turns. A due one becomes an inbox row: it then goes the way of all
//! events.

use jiff::Timestamp;
use studio_core::{
    dialogue::{Body, Event, Timer, TimerKind},
    id::{EventKey, OrganisationId},
};
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    InboxRow, Store,
    accept::{Arrival, INSERT},
    error::{Failure, StoreError},
    json,
    keys::{Parts, microseconds, parse, record},
    transact::Probe,
    turns::Turn,
};

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    at: String,
    kind: String,
    connection: String,
    channel: String,
    thread: String,
}

pub(crate) fn id(organisation: OrganisationId, turn: &Turn, timer: Timer, at: Timestamp) -> RecordId {
    let conversation = turn.conversation.id.to_string();
    record("timer", array![microseconds(at), organisation.to_string(), conversation, timer.timer])
}

pub(crate) fn row(
    organisation: OrganisationId,
    turn: &Turn,
    timer: Timer,
    at: Timestamp,
) -> Result<Value, StoreError> {
    Ok(object! {
        id: id(organisation, turn, timer, at),
        at: at.to_string(),
        kind: json::write("timer", &timer.kind)?,
        connection: turn.conversation.connection.clone(),
        channel: turn.conversation.channel.clone(),
        thread: turn.thread.clone(),
    }
    .into_value())
}

pub(crate) const DUE: &str = "SELECT * FROM type::record(timer:[0]..=[$now, []]) ORDER BY id LIMIT $limit";

pub(crate) const NEXT_DUE: &str = "SELECT VALUE at FROM timer ORDER BY id LIMIT 1";

impl Store {
    /// Turns up to `limit` timers of all organisations that are due at `now` into inbox rows.
    /// Fewer than `limit` rows: no more are due.
    pub async fn fire_due(&self, now: Timestamp, limit: u32) -> Result<Vec<InboxRow>, StoreError> {
        let bind = object! { now: microseconds(now), limit: limit.min(300) };
        for _ in 0..5 {
            let due: Vec<Row> = self.rows("timer", DUE, bind.clone()).await?;
            let (mut timers, mut rows) = (Vec::with_capacity(due.len()), Vec::with_capacity(due.len()));
            let mut unreadable = Vec::new();
            for timer in due {
                let id = timer.id.clone();
                match self.fired(timer, now) {
                    Ok(row) => {
                        timers.push(id);
                        rows.push(row);
                    }
                    Err(error) => {
                        tracing::error!(?id, %error, "store.timer.unreadable");
                        unreadable.push(id);
                    }
                }
            }
            if !unreadable.is_empty() {
                // It can never fire; left where it is it would be looked at for ever, before all others.
                let bind = object! { ids: unreadable };
                self.transact(&["DELETE $ids RETURN NONE"], bind, Probe::Repeat).await?;
                if rows.is_empty() {
                    continue;
                }
            }
            let Some(first) = rows.first() else { return Ok(rows) };
            let probe = Probe::Exists(first.key.record());
            let bind = object! {
                count: timers.len(),
                timers: timers,
                receipts: rows.iter().map(|row| row.receipt_row(None)).collect::<Vec<_>>(),
                inbox: rows.iter().map(InboxRow::row).collect::<Result<Vec<_>, _>>()?,
            };
            let parts =
                ["IF count((DELETE $timers RETURN BEFORE)) != $count { THROW 'gone' }", INSERT[0], INSERT[1]];
            match self.transact(&parts, bind, probe).await {
                Ok(()) => return Ok(rows),
                // A turn unset one of them in between: look again.
                Err(Failure::Thrown(_)) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(StoreError::Busy { tries: 5 })
    }

    /// When the next timer of any organisation is due.
    pub async fn next_timer_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Vec<String> = self.rows("timer", NEXT_DUE, Object::new()).await?;
        next.first().map(|at| parse("timer", at)).transpose()
    }

    fn fired(&self, row: Row, now: Timestamp) -> Result<InboxRow, StoreError> {
        let mut parts = Parts::of("timer", &row.id)?;
        let due = parts.number()?;
        let organisation = parts.parse()?;
        let conversation: studio_core::id::ConversationId = parts.parse()?;
        let timer = parts.number()?;
        let kind: TimerKind = json::read("timer", &row.kind)?;
        let key = EventKey { source: "timer".to_owned(), native: format!("{conversation}.{timer}.{due}") };
        let event = Event::new(key, now, Body::Timer { timer, kind });
        let arrival = Arrival {
            conversation,
            connection: row.connection,
            channel: row.channel,
            thread: row.thread,
            external: None,
            event,
            fingerprint: None,
            attachments: Vec::new(),
        };
        Ok(self.arrive(organisation, arrival))
    }
}
