//! Who is told of a committed turn? Its watchers, its visitor's sockets, the deliverer, the timers.

use std::sync::Arc;

use studio_adapters::host::HostEvent;
use studio_core::{api::Message, dialogue::Happening};
use studio_store::{InboxRow, OutboxRow, Payload, Turn};

use crate::studio::Studio;

/// Largest message that is handed round, in bytes of its content as JSON; a larger one is read from the journal. A room
/// keeps up to 64 of them for its slowest reader, so a thousand sockets that never read keep 128 MiB at most.
const LARGEST: usize = 2 << 10;

pub(super) fn publish(studio: &Arc<Studio>, row: &InboxRow, turn: Turn, outbox: Vec<OutboxRow>) {
    let organisation = row.key.organisation;
    let conversation = turn.conversation.id;
    if turn.erase {
        studio.live.erase(organisation, conversation);
        studio.deliverer.forget(conversation);
        studio.rooms.tell(conversation, HostEvent::Erased);
    }
    for entry in &turn.entries {
        if let Happening::OwnerChanged { to, .. } = &entry.what {
            studio.rooms.tell(conversation, HostEvent::OwnerChanged(to.clone()));
        }
        if let Some(message) = Message::visible(entry) {
            studio.rooms.tell(conversation, event(message));
        }
    }
    // While a remote service is asked, the visitor sees that somebody is at it.
    if outbox.iter().any(|row| matches!(row.payload, Payload::Call(_))) {
        studio.rooms.tell(conversation, HostEvent::Typing { who: turn.conversation.bot.clone() });
    }
    for row in outbox {
        let entry = turn.entries.iter().find(|entry| entry.sequence == row.sequence);
        studio.deliver(row, entry.and_then(Message::visible));
    }
    studio.deliverer.turns_done(organisation);
    if !turn.remind.is_empty() {
        studio.timers_changed.notify_one();
    }
    studio.live.turn(organisation, turn.conversation, turn.entries);
}

/// Of a turn whose commit nobody saw: whoever watches is sent to read what there is.
pub(super) async fn publish_unseen(studio: &Arc<Studio>, row: &InboxRow, outbox: Vec<OutboxRow>) {
    let organisation = row.key.organisation;
    studio.rooms.tell(row.conversation, HostEvent::LargeMessage);
    for row in outbox {
        studio.deliver(row, None);
    }
    studio.deliverer.turns_done(organisation);
    studio.timers_changed.notify_one();
    match studio.store.conversation(organisation, row.conversation).await {
        Ok(Some(found)) => studio.live.turn(organisation, found.conversation, Vec::new()),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "pipeline.publish.unseen"),
    }
}

fn event(message: Message) -> HostEvent {
    let size = serde_json::to_vec(&message.content).map_or(usize::MAX, |content| content.len());
    if size > LARGEST { HostEvent::LargeMessage } else { HostEvent::Message(Arc::new(message)) }
}
