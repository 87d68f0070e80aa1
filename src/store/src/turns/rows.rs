//! Which rows does a turn write, and by which statements?

use studio_core::id::OrganisationId;
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};

use super::{FirstContact, Turn};
use crate::{
    InboxKey, OutboxKey, OutboxRow, accept::size, changed, contacts, conversations, error::StoreError, json,
    keys::record, statistics, timers, wishes,
};

/// A turn with its rows.
pub(super) struct Prepared<'a> {
    /// Place in the caller's list.
    pub(super) place: usize,
    pub(super) turn: &'a Turn,
    pub(super) inbox: InboxKey,
    pub(super) outbox: Vec<OutboxRow>,
    pub(super) mark: String,
    /// The marks of its conversation that are not swept yet, with its own.
    done: Vec<String>,
    /// Taken by the first try to commit them; a later one makes them anew.
    rows: Option<Rows>,
    pub(super) count: usize,
    pub(super) bytes: usize,
}

/// What a transaction writes, by statement.
#[derive(Default)]
pub(super) struct Rows {
    conversations: Vec<Value>,
    turns: Vec<Value>,
    /// Ids of the turns; they share one row of the feed.
    fed: Vec<RecordId>,
    outbox: Vec<Value>,
    timers: Vec<Value>,
    unset: Vec<RecordId>,
    contacts: Vec<Value>,
    /// Contacts that are not told anything of where they are known.
    strangers: Vec<Value>,
    identities: Vec<Value>,
    contact_identities: Vec<Value>,
    erasures: Vec<Value>,
    wishes: Vec<Value>,
    changed: Vec<Value>,
}

/// A turn with its rows. `done` are the marks of its conversation that are not swept yet, `mark` its own.
pub(super) fn prepare(
    inbox: InboxKey,
    (mut done, mark): (Vec<String>, String),
    place: usize,
    turn: &Turn,
) -> Result<Prepared<'_>, StoreError> {
    let summary = &turn.conversation;
    let outbox: Vec<_> = (0_u32..)
        .zip(&turn.outgoing)
        .map(|(index, outgoing)| OutboxRow {
            key: OutboxKey { inbox: inbox.clone(), index },
            conversation: summary.id,
            connection: summary.connection.clone(),
            channel: summary.channel.clone(),
            thread: turn.thread.clone(),
            sequence: outgoing.sequence,
            lease: outgoing.lease,
            payload: outgoing.payload.clone(),
            attempts: 0,
            next_at: outgoing.not_before,
            error: None,
            parts: Vec::new(),
            uncertain: false,
            again: false,
            otherwise: Vec::new(),
        })
        .collect();
    done.push(mark.clone());
    let mut prepared = Prepared { place, turn, inbox, outbox, mark, done, rows: None, count: 0, bytes: 0 };
    let rows = prepared.rows()?;
    (prepared.count, prepared.bytes) = (rows.count(), rows.bytes());
    prepared.rows = Some(rows);
    Ok(prepared)
}

fn rows(inbox: &InboxKey, done: Vec<String>, turn: &Turn, outbox: &[OutboxRow]) -> Result<Rows, StoreError> {
    let organisation = inbox.organisation;
    let summary = &turn.conversation;
    let conversation = summary.id.to_string();
    let mut rows = Rows {
        conversations: vec![conversations::row(organisation, turn, done)?],
        outbox: outbox.iter().map(OutboxRow::row).collect::<Result<_, _>>()?,
        unset: turn.unremind.iter().map(|(timer, at)| timers::id(organisation, turn, *timer, *at)).collect(),
        ..Rows::default()
    };
    for (timer, at) in &turn.remind {
        rows.timers.push(timers::row(organisation, turn, *timer, *at)?);
    }
    if let (Some(first), Some(last)) = (turn.entries.first(), turn.entries.last()) {
        let key = array![organisation.to_string(), conversation.clone(), last.sequence];
        let id = record("turn", key);
        let row = object! {
            id: id.clone(),
            first: first.sequence,
            bot: summary.bot.clone(),
            event: inbox.event.to_string(),
            at: last.at.to_string(),
            entries: json::write("turn", &turn.entries)?,
        };
        rows.turns.push(row.into_value());
        rows.fed.push(id);
    }
    for entry in &turn.entries {
        rows.changed.extend(changed::row(organisation, summary.id, entry)?);
    }
    if let Some(person) = &turn.contact {
        add_contact(organisation, turn, person, &mut rows)?;
    }
    if turn.wished {
        let token = format!("{} {}", inbox.arrived, inbox.event);
        rows.wishes.push(wishes::row(organisation, summary.contact, &token).into_value());
    }
    if let Some(before) = turn.erases_before() {
        let row = object! {
            id: record("erasure", array![organisation.to_string(), conversation, turn.state.sequence]),
            contact: summary.contact.to_string(),
            before: before,
            arrived: inbox.arrived,
            at: summary.updated_at.to_string(),
        };
        rows.erasures.push(row.into_value());
    }
    Ok(rows)
}

fn add_contact(
    organisation: OrganisationId,
    turn: &Turn,
    person: &FirstContact,
    rows: &mut Rows,
) -> Result<(), StoreError> {
    let summary = &turn.conversation;
    let contact = summary.contact.to_string();
    let created_at = summary.updated_at.to_string();
    let contacts = if person.told { &mut rows.contacts } else { &mut rows.strangers };
    contacts.push(
        object! {
            id: contacts::contact_id(organisation, summary.contact),
            name: person.name.clone(),
            attributes: json::write("contact", &person.attributes)?,
            created_at: created_at.clone(),
        }
        .into_value(),
    );
    rows.identities.push(
        object! {
            id: contacts::identity_id(organisation, &summary.connection, &person.external),
            contact: contact.clone(),
            created_at: created_at,
        }
        .into_value(),
    );
    let key = array![organisation.to_string(), contact, summary.connection.clone(), person.external.clone()];
    rows.contact_identities.push(object! { id: record("contact_identity", key) }.into_value());
    Ok(())
}

impl Prepared<'_> {
    pub(super) fn rows(&mut self) -> Result<Rows, StoreError> {
        match self.rows.take() {
            Some(rows) => Ok(rows),
            None => rows(&self.inbox, self.done.clone(), self.turn, &self.outbox),
        }
    }

    pub(super) fn conversation(&self) -> RecordId {
        conversations::id(self.inbox.organisation, self.turn.conversation.id)
    }
}

impl Rows {
    pub(super) fn extend(&mut self, more: Self) {
        self.conversations.extend(more.conversations);
        self.turns.extend(more.turns);
        self.fed.extend(more.fed);
        self.outbox.extend(more.outbox);
        self.timers.extend(more.timers);
        self.unset.extend(more.unset);
        self.contacts.extend(more.contacts);
        self.strangers.extend(more.strangers);
        self.identities.extend(more.identities);
        self.contact_identities.extend(more.contact_identities);
        self.erasures.extend(more.erasures);
        self.wishes.extend(more.wishes);
        self.changed.extend(more.changed);
    }

    fn lists(&self) -> [&Vec<Value>; 11] {
        [
            &self.conversations,
            &self.turns,
            &self.outbox,
            &self.timers,
            &self.contacts,
            &self.strangers,
            &self.identities,
            &self.contact_identities,
            &self.erasures,
            &self.wishes,
            &self.changed,
        ]
    }

    pub(super) fn count(&self) -> usize {
        self.unset.len() + self.lists().iter().map(|list| list.len()).sum::<usize>()
    }

    pub(super) fn bytes(&self) -> usize {
        self.lists().iter().flat_map(|list| list.iter()).map(size).sum()
    }

    /// The statements that have rows, with their rows.
    pub(super) fn statements(self, first: &InboxKey) -> (Vec<&'static str>, Object) {
        let mut parts = vec![conversations::WRITE];
        let mut bind = object! { conversations: self.conversations };
        // Unset before set: a turn may move a timer.
        if !self.unset.is_empty() {
            parts.push("DELETE $unset RETURN NONE");
            bind.insert("unset", self.unset);
        }
        let feed = if self.fed.is_empty() { Vec::new() } else { vec![statistics::fed(first, self.fed)] };
        let optional = [
            ("turns", self.turns, "INSERT INTO turn $turns RETURN NONE"),
            ("feed", feed, "INSERT INTO feed $feed RETURN NONE"),
            ("outbox", self.outbox, "INSERT INTO outbox $outbox RETURN NONE"),
            ("timers", self.timers, "INSERT IGNORE INTO timer $timers RETURN NONE"),
            (
                "contacts",
                self.contacts,
                "INSERT INTO contact $contacts ON DUPLICATE KEY UPDATE name = $input.name, \
                 attributes = $input.attributes RETURN NONE",
            ),
            (
                "strangers",
                self.strangers,
                "INSERT INTO contact $strangers ON DUPLICATE KEY UPDATE \
                 name = IF name = '' { $input.name } ELSE { name } RETURN NONE",
            ),
            ("identities", self.identities, "INSERT IGNORE INTO identity $identities RETURN NONE"),
            (
                "contact_identities",
                self.contact_identities,
                "INSERT IGNORE INTO contact_identity $contact_identities RETURN NONE",
            ),
            ("erasures", self.erasures, "INSERT INTO erasure $erasures RETURN NONE"),
            ("wishes", self.wishes, wishes::PUT),
            ("changed", self.changed, changed::PUT),
        ];
        for (name, rows, statement) in optional {
            if !rows.is_empty() {
                parts.push(statement);
                bind.insert(name, rows);
            }
        }
        (parts, bind)
    }
}
