//! Who is told of a committed turn? Its watchers, its visitor's sockets, the deliverer, the timers.

use std::sync::Arc;

use studio_adapters::host::HostEvent;
use studio_core::{
    addresses::verified,
    api::Message,
    dialogue::{Body, Happening},
    id::{ContactId, OrganisationId},
};
use studio_store::{InboxRow, Merging, OutboxRow, StoredConversation, Turn};

use crate::studio::Studio;

/// Largest message that is handed round, in bytes of its content as JSON; a larger one is read from the journal. A room
/// keeps up to 64 of them for its slowest reader, so a thousand sockets that never read keep 128 MiB at most.
const LARGEST: usize = 2 << 10;

/// Tells them all of the turn that led to this version; how the conversation stands by it is given back.
pub(super) fn publish(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    turn: Turn,
    version: u64,
    outbox: Vec<OutboxRow>,
) -> StoredConversation {
    let conversation = turn.conversation.id;
    if let Some(before) = turn.erases_before() {
        studio.models.forget();
        studio.live.erase(organisation, conversation);
        studio.deliverer.forget(conversation, before);
        studio.rooms.tell(conversation, HostEvent::Erased);
    }
    studio.messages.change(organisation, conversation);
    for entry in &turn.entries {
        // The error itself may hold what the visitor said; it stands in the timeline.
        if let Happening::Faulted { flow, node, error: _, reason } = &entry.what {
            let why = reason.told();
            tracing::warn!(bot = turn.conversation.bot, flow, %node, %conversation, why, "flow.faulted");
        }
    }
    if studio.rooms.is_watched(conversation) {
        tell_room(studio, &turn);
    }
    for row in outbox {
        let entry = turn.entries.iter().find(|entry| entry.sequence == row.sequence);
        studio.deliver(row, entry.and_then(Message::visible));
    }
    studio.deliverer.turn_done(organisation);
    if !turn.remind.is_empty() {
        studio.timers_changed.notify_one();
    }
    if let Some(person) = &turn.contact
        && turn.conversation.channel != "web"
    {
        let contact = turn.conversation.contact;
        // What a web page tells is not believed: whoever opens it can make it tell anything.
        for (kind, address) in verified(&person.attributes) {
            tokio::spawn(meet(Arc::clone(studio), organisation, contact, kind, address));
        }
    }
    let Turn { conversation, state, thread, entries, .. } = turn;
    studio.live.turn(organisation, &conversation, entries);
    StoredConversation { version, state, conversation, thread }
}

/// What the sockets of the conversation's visitor hear.
fn tell_room(studio: &Studio, turn: &Turn) {
    let conversation = turn.conversation.id;
    let mut is_silent = true;
    for entry in &turn.entries {
        if let Happening::OwnerChanged { to, .. } = &entry.what {
            studio.rooms.tell(conversation, HostEvent::OwnerChanged(to.clone()));
        }
        if let Some(message) = Message::visible(entry) {
            is_silent = false;
            studio.rooms.tell(conversation, event(message));
        }
    }
    if is_silent {
        studio.rooms.tell(conversation, HostEvent::Silent);
    }
}

/// A person known by this address before is the same person.
async fn meet(
    studio: Arc<Studio>,
    organisation: OrganisationId,
    contact: ContactId,
    kind: &'static str,
    address: String,
) {
    let met = async {
        let known = studio.store.claim_address(organisation, kind, &address, contact).await?;
        match known {
            None => Ok(Merging::Already),
            Some(known) => {
                let now = studio.clock.now();
                studio.store.merge_contacts(organisation, contact, known, None, now).await
            }
        }
    };
    match met.await {
        Ok(Merging::Merged) => tracing::info!(%contact, kind, "contact.merged"),
        Ok(Merging::Already | Merging::Unknown | Merging::Apart) => {}
        Err(error) => tracing::error!(%error, %contact, "contact.merge.failed"),
    }
}

/// Of a turn whose commit nobody saw: whoever watches is sent to read what there is.
pub(super) async fn publish_unseen(studio: &Arc<Studio>, row: &InboxRow, outbox: Vec<OutboxRow>) {
    let (organisation, conversation) = (row.key.organisation, row.conversation);
    let found = match studio.store.conversation(organisation, conversation).await {
        Ok(found) => found.map(|found| found.conversation),
        Err(error) => {
            tracing::warn!(%error, "pipeline.publish.unseen");
            None
        }
    };
    if matches!(row.event.body, Body::Forget) {
        studio.models.forget();
        studio.live.erase(organisation, conversation);
        // What the turn says itself is not erased; no turn of the conversation came behind it.
        let own = outbox.iter().map(|row| row.sequence).min();
        if let Some(before) = own.or(found.as_ref().map(|found| found.sequence + 1)) {
            studio.deliverer.forget(conversation, before);
        }
        studio.rooms.tell(conversation, HostEvent::Erased);
    }
    studio.messages.change(organisation, conversation);
    studio.rooms.tell(conversation, HostEvent::LargeMessage);
    for row in outbox {
        studio.deliver(row, None);
    }
    studio.deliverer.turn_done(organisation);
    studio.timers_changed.notify_one();
    if let Some(found) = found {
        studio.live.turn(organisation, &found, Vec::new());
    }
}

fn event(message: Message) -> HostEvent {
    let size = serde_json::to_vec(&message.content).map_or(usize::MAX, |content| content.len());
    if size > LARGEST { HostEvent::LargeMessage } else { HostEvent::Message(Arc::new(message)) }
}
