//! What exactly is committed? A turn with the summary that lists show of its conversation.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use studio_core::{
    api::Conversation,
    dialogue::{Body, Entry, Happening, State, Status, TimerKind},
    feeling::Trend,
    id::{ContactId, OrganisationId},
};
use studio_store::{FirstContact, InboxRow, Outgoing, Payload, StoredConversation, Turn};

use crate::turn;

/// Characters of the last message that lists show.
const PREVIEW: usize = 120;

/// What a lane remembers of a conversation; nothing for a new one.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub stored: Option<Arc<StoredConversation>>,
}

/// The turn to commit, and the conversation as it stands after it but for its version. Where nothing is
/// pushed (`pushes`), messages are read from the journal and need no row of the outbox.
pub(super) fn assemble(
    row: &InboxRow,
    known: &Known,
    turn: turn::Turn,
    bot: String,
    (pushes, is_group): (bool, bool),
    now: Timestamp,
) -> Turn {
    let organisation = row.key.organisation;
    let before = known.stored.as_deref();
    let conversation = summary(organisation, row, before, &turn, bot, now);
    let contact = first_contact(row, before, &turn.state, &conversation, is_group);
    let messages = turn.messages.into_iter().filter(|_| pushes).map(|message| Outgoing {
        sequence: message.sequence,
        lease: message.lease,
        payload: Payload::Message(message.content),
        not_before: now,
    });
    let (sequence, lease) = (turn.state.sequence, turn.state.lease);
    let corrections: Vec<_> = turn
        .entries
        .iter()
        .filter(|_| pushes)
        .filter_map(|entry| match &entry.what {
            Happening::Corrected { of, content, .. } => Some(Outgoing {
                sequence: entry.sequence,
                lease,
                payload: Payload::Correction { of: *of, content: content.clone() },
                not_before: now,
            }),
            _ => None,
        })
        .collect();
    let calls = turn.calls.into_iter().map(|call| Outgoing {
        sequence,
        lease,
        payload: Payload::Call(call),
        not_before: now,
    });
    Turn {
        inbox: row.key.clone(),
        conversation,
        thread: row.thread.clone(),
        expected_version: before.map_or(0, |before| before.version),
        outgoing: messages.chain(corrections).chain(calls).collect(),
        entries: turn.entries,
        remind: turn.reminders,
        unremind: turn.forgotten_reminders,
        wished: !is_group && is_wished(row, before, &turn.state, contact.as_ref()),
        state: turn.state,
        contact,
        erase: turn.erase,
    }
}

fn summary(
    organisation: OrganisationId,
    row: &InboxRow,
    before: Option<&StoredConversation>,
    turn: &turn::Turn,
    bot: String,
    now: Timestamp,
) -> Conversation {
    let contact = match (before, &row.external) {
        (Some(before), _) => before.conversation.contact,
        (None, Some(external)) => ContactId::of_identity(organisation, &row.connection, external),
        (None, None) => ContactId::of_identity(organisation, &row.connection, &row.thread),
    };
    let mut preview = before.map(|before| before.conversation.preview.clone()).unwrap_or_default();
    let mut unanswered = before.is_some_and(|before| before.conversation.unanswered);
    for entry in &turn.entries {
        if let Some((words, by_visitor)) = preview_of(entry) {
            (preview, unanswered) = (words, by_visitor);
        }
    }
    if turn.erase {
        (preview, unanswered) = (String::new(), false);
    }
    Conversation {
        id: row.conversation,
        contact,
        contact_name: name_of(&turn.state, contact),
        bot,
        connection: row.connection.clone(),
        channel: row.channel.clone(),
        language: turn.state.language.clone(),
        status: turn.state.status,
        owner: turn.state.owner.clone(),
        tags: turn.state.tags.clone(),
        preview,
        unanswered,
        urgent: turn.state.urgent && turn.state.status == Status::Open,
        mood: Some(turn.state.mood.score).filter(|mood| *mood != 0.0),
        trend: Some(turn.state.mood.trend()).filter(|trend| *trend != Trend::Steady),
        sequence: turn.state.sequence,
        created_at: before.map_or(now, |before| before.conversation.created_at),
        // A timer that came too early, or that ends a session without a word, brings nothing to the top of a list.
        updated_at: before
            .filter(|_| turn.entries.is_empty() || is_silent_end(row, turn))
            .map_or(now, |before| before.conversation.updated_at),
    }
}

fn is_silent_end(row: &InboxRow, turn: &turn::Turn) -> bool {
    let is_end = matches!(row.event.body, Body::Timer { kind: TimerKind::Session, .. });
    is_end && turn.messages.is_empty() && turn.calls.is_empty()
}

/// The words of an entry that lists show, and whether the visitor said them.
fn preview_of(entry: &Entry) -> Option<(String, bool)> {
    let (words, by_visitor) = match &entry.what {
        Happening::Received { content, .. } => (content.plain(), true),
        Happening::Pressed { title, .. } => (title.clone(), true),
        Happening::Said { content, .. } => (content.plain(), false),
        _ => return None,
    };
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((line.chars().take(PREVIEW).collect(), by_visitor))
}

/// The visitor's name where the page or the channel told it, a made-up one otherwise.
fn name_of(state: &State, contact: ContactId) -> String {
    let told = state.contact.get("name").and_then(|name| name.as_str()).map(str::trim);
    if let Some(name) = told.filter(|name| !name.is_empty()) {
        return name.chars().take(100).collect();
    }
    let id = contact.to_string();
    format!("Visitor {}", &id[id.len() - 4..])
}

/// Whether a language was wished for, or the conversation is new in which somebody who may have wished for one elsewhere speaks.
fn is_wished(
    row: &InboxRow,
    before: Option<&StoredConversation>,
    state: &State,
    contact: Option<&FirstContact>,
) -> bool {
    match before {
        Some(before) => state.wished_at.is_some() && state.wished_at != before.state.wished_at,
        // Where a person's own thread is new, so is the person.
        None => state.wished_at.is_some() || contact.is_some_and(|contact| contact.external != row.thread),
    }
}

fn first_contact(
    row: &InboxRow,
    before: Option<&StoredConversation>,
    state: &State,
    conversation: &Conversation,
    is_group: bool,
) -> Option<FirstContact> {
    let unchanged = before.is_some_and(|before| {
        // Where several talk, none of them is the contact whom another turn tells of.
        is_group
            || before.state.contact == state.contact
                && before.conversation.contact_name == conversation.contact_name
    });
    if unchanged {
        return None;
    }
    Some(FirstContact {
        external: row.external.clone().unwrap_or_else(|| row.thread.clone()),
        name: conversation.contact_name.clone(),
        attributes: if is_group { BTreeMap::new() } else { state.contact.clone() },
        // A conversation in which nobody was introduced yet knows nothing better of somebody who is known.
        told: !is_group && (before.is_some() || !state.contact.is_empty()),
    })
}
