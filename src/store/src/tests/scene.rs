//! Organisations, events and turns for the tests.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use studio_core::{
    api::{Conversation, DeliveryState},
    content::Content,
    dialogue::{Body, Entry, Event, Happening, Owner, Speaker, State, Status},
    id::{ContactId, ConversationId, EventKey, OrganisationId},
    understanding::Understanding,
};
use ulid::Ulid;

use crate::{
    Accepted, Address, Arrival, Departure, FirstContact, InboxRow, Outgoing, PartReport, Payload, Settings,
    Store, Turn, TurnOutcome,
};

pub const FIRST: OrganisationId = OrganisationId::FIRST;
pub const SECOND: OrganisationId = OrganisationId(Ulid(2));

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
}

pub async fn in_folder(folder: &std::path::Path) -> Store {
    Store::open(&Settings::new(Address::Folder(folder.to_owned()))).await.expect("opened")
}

pub fn message(organisation: OrganisationId, thread: &str, native: &str, text: &str) -> Arrival {
    Arrival {
        conversation: ConversationId::of_thread(organisation, "web", thread),
        connection: "web".to_owned(),
        channel: "web".to_owned(),
        thread: thread.to_owned(),
        external: Some(thread.to_owned()),
        fingerprint: None,
        attachments: Vec::new(),
        event: Event::new(
            EventKey { source: "web".to_owned(), native: native.to_owned() },
            at(0),
            Body::Message {
                content: Content::text(text),
                understanding: Understanding::default(),
                language: None,
            },
        ),
    }
}

pub fn departure(sequence: u64, parts: &[&str]) -> Departure {
    Departure {
        conversation: message(FIRST, "a", "", "").conversation,
        sequence,
        parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        uncertain: sequence == 9,
        losses: vec!["picture written as a link".to_owned()],
        error: None,
        at: at(0),
        otherwise: Vec::new(),
        told: None,
    }
}

pub async fn report(store: &Store, part: &str, state: DeliveryState, error: Option<&str>, seconds: i64) {
    let report = PartReport {
        conversation: message(FIRST, "a", "", "").conversation,
        part: part.to_owned(),
        tag: None,
        state,
        error: error.map(str::to_owned),
        again: None,
        at: at(seconds),
    };
    store.note_reports(FIRST, &[report]).await.expect("noted");
}

pub async fn arrive(store: &Store, organisation: OrganisationId, arrival: Arrival) -> InboxRow {
    let accepted = store.accept(organisation, vec![arrival]).await.expect("accepted");
    match accepted.into_iter().next() {
        Some(Accepted::New(row)) => *row,
        other => panic!("not new: {other:?}"),
    }
}

/// A turn that journals what came in and says `reply`.
pub fn turn(row: &InboxRow, version: u64, state: State, reply: &str) -> Turn {
    let organisation = row.key.organisation;
    let said = match &row.event.body {
        Body::Message { content, .. } => content.clone(),
        _ => Content::text(""),
    };
    let received = Entry {
        sequence: state.sequence + 1,
        at: row.event.at,
        author: row.event.author.clone(),
        what: Happening::Received {
            id: row.event.key.native.clone(),
            content: said,
            understanding: Understanding::default(),
        },
    };
    let answer = Entry {
        sequence: state.sequence + 2,
        at: row.event.at,
        author: None,
        what: Happening::Said { by: Speaker::Bot, content: Content::text(reply), why: None, template: None },
    };
    let sequence = state.sequence + 2;
    Turn {
        inbox: row.key.clone(),
        conversation: Conversation {
            id: row.conversation,
            contact: ContactId::of_identity(organisation, "web", &row.thread),
            contact_name: format!("Visitor {}", row.thread),
            thread: None,
            bot: "shop".to_owned(),
            connection: row.connection.clone(),
            channel: row.channel.clone(),
            language: "en".to_owned(),
            status: Status::Open,
            owner: Owner::Bot,
            tags: BTreeSet::new(),
            preview: reply.to_owned(),
            unanswered: false,
            waiting_since: None,
            urgent: false,
            mood: None,
            trend: None,
            sequence,
            created_at: at(0),
            updated_at: row.event.at,
        },
        thread: row.thread.clone(),
        expected_version: version,
        state: State { sequence, ..state },
        entries: vec![received, answer],
        outgoing: vec![Outgoing {
            sequence,
            lease: 0,
            payload: Payload::Message(Content::text(reply)),
            not_before: row.event.at,
        }],
        remind: Vec::new(),
        unremind: Vec::new(),
        wished: false,
        contact: (version == 0).then(|| FirstContact {
            external: row.thread.clone(),
            name: format!("Visitor {}", row.thread),
            attributes: BTreeMap::new(),
            told: true,
        }),
        erase: false,
    }
}

/// Accepts a message and commits its turn.
pub async fn talk(store: &Store, organisation: OrganisationId, thread: &str, native: &str, text: &str) {
    let row = arrive(store, organisation, message(organisation, thread, native, text)).await;
    let (version, state) = match store.conversation(organisation, row.conversation).await.expect("read") {
        Some(found) => (found.version, found.state),
        None => (0, State::default()),
    };
    let turn = turn(&row, version, state, &format!("you said {text}"));
    let outcome = commit(store, organisation, turn).await;
    assert!(matches!(outcome, TurnOutcome::Committed { .. }), "{outcome:?}");
}

pub async fn commit(store: &Store, organisation: OrganisationId, turn: Turn) -> TurnOutcome {
    let outcomes = store.commit_turns(organisation, &[turn]).await.expect("committed");
    outcomes.into_iter().next().expect("one outcome a turn")
}
