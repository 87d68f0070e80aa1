//! What is a turn like? A message of a visitor and the bot's reply, as large as the benchmark's own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use studio_core::{
    api::Conversation,
    content::Content,
    dialogue::{Body, Entry, Event, Happening, Owner, Speaker, State, Status},
    id::{ContactId, ConversationId, EventKey, OrganisationId},
    understanding::Understanding,
};
use studio_store::{Arrival, FirstContact, InboxRow, Outgoing, Turn};

pub const ORGANISATION: OrganisationId = OrganisationId::FIRST;
const ASKED: &str = "where is my order 4711, please?";
const ANSWERED: &str = "Order 4711 is on its way and should be with you tomorrow.";

/// What the visitor of a thread says.
pub fn arrival(connection: &str, channel: &str, thread: String, native: String, at: Timestamp) -> Arrival {
    Arrival {
        conversation: ConversationId::of_thread(ORGANISATION, connection, &thread),
        connection: connection.to_owned(),
        channel: channel.to_owned(),
        external: Some(thread.clone()),
        fingerprint: None,
        attachments: Vec::new(),
        event: Event::new(
            EventKey { source: connection.to_owned(), native },
            at,
            Body::Message {
                content: Content::text(ASKED),
                understanding: Understanding::default(),
                language: None,
            },
        ),
        thread,
    }
}

/// What the bot makes of it: the `version`th turn of its conversation, counted from 0. Nothing is to leave.
pub fn turn(row: &InboxRow, version: u64, state: State) -> Turn {
    let at = row.event.at;
    let entry = |sequence, what| Entry { sequence, at, author: None, what };
    let content = answer();
    let sequence = state.sequence + 2;
    let received = Happening::Received {
        id: row.event.key.native.clone(),
        content: Content::text(ASKED),
        understanding: Understanding::default(),
    };
    let said = Happening::Said { by: Speaker::Bot, content: content.clone(), why: None, template: None };
    Turn {
        inbox: row.key.clone(),
        conversation: Conversation {
            id: row.conversation,
            contact: ContactId::of_identity(ORGANISATION, &row.connection, &row.thread),
            contact_name: format!("Visitor {}", row.thread),
            thread: None,
            bot: "load".to_owned(),
            connection: row.connection.clone(),
            channel: row.channel.clone(),
            language: "en".to_owned(),
            status: Status::Open,
            owner: Owner::Bot,
            tags: BTreeSet::new(),
            preview: content.plain(),
            unanswered: false,
            waiting_since: None,
            urgent: false,
            mood: None,
            trend: None,
            sequence,
            created_at: at,
            updated_at: at,
        },
        thread: row.thread.clone(),
        expected_version: version,
        entries: vec![entry(sequence - 1, received), entry(sequence, said)],
        state: State { sequence, ..state },
        outgoing: Vec::<Outgoing>::new(),
        remind: Vec::new(),
        unremind: Vec::new(),
        wished: false,
        contact: (version == 0).then(|| FirstContact {
            external: row.thread.clone(),
            name: format!("Visitor {}", row.thread),
            attributes: BTreeMap::new(),
            told: false,
        }),
        erase: false,
    }
}

pub fn answer() -> Content {
    Content::text(ANSWERED)
}
