//! Who is told of a committed turn? Its watchers, its visitor's sockets, the deliverer, the timers.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use studio_adapters::host::HostEvent;
use studio_core::{
    api::Message,
    dialogue::{Body, Happening},
    id::{ContactId, OrganisationId},
};
use studio_store::{InboxRow, Merging, OutboxRow, Payload, Turn};

use crate::studio::Studio;

/// Largest message that is handed round, in bytes of its content as JSON; a larger one is read from the journal. A room
/// keeps up to 64 of them for its slowest reader, so a thousand sockets that never read keep 128 MiB at most.
const LARGEST: usize = 2 << 10;

pub(super) fn publish(studio: &Arc<Studio>, row: &InboxRow, turn: Turn, outbox: Vec<OutboxRow>) {
    let organisation = row.key.organisation;
    let conversation = turn.conversation.id;
    if let Some(before) = turn.erases_before() {
        studio.models.forget();
        studio.live.erase(organisation, conversation);
        studio.deliverer.forget(conversation, before);
        studio.rooms.tell(conversation, HostEvent::Erased);
    }
    studio.messages.change(organisation, conversation);
    let mut is_silent = true;
    for entry in &turn.entries {
        // The error itself may hold what the visitor said; it stands in the timeline.
        if let Happening::Faulted { flow, node, .. } = &entry.what {
            tracing::warn!(bot = turn.conversation.bot, flow, %node, %conversation, "flow.faulted");
        }
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
    // While a remote service is asked, the visitor sees that somebody is at it.
    if outbox.iter().any(|row| matches!(row.payload, Payload::Call(_))) {
        studio.rooms.tell(conversation, HostEvent::Typing { who: turn.conversation.bot.clone() });
        studio.show_typing(&turn.conversation.connection, &turn.thread);
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
        for (kind, address) in verified(&person.attributes) {
            tokio::spawn(meet(Arc::clone(studio), organisation, contact, kind, address));
        }
    }
    studio.live.turn(organisation, turn.conversation, turn.entries);
}

/// The addresses that an attribute says are verified (`email` with `email_verified`, `phone` with `phone_verified`). What
/// a web page tells is not believed: whoever opens it can make it tell anything.
fn verified(attributes: &BTreeMap<String, Value>) -> Vec<(&'static str, String)> {
    let is_true = |name: &str| attributes.get(name).and_then(Value::as_bool) == Some(true);
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).map(str::trim);
    let mut found = Vec::new();
    if let Some(email) = text("email").filter(|email| email.contains('@') && is_true("email_verified")) {
        found.push(("email", email.to_lowercase()));
    }
    if let Some(phone) = text("phone").filter(|_| is_true("phone_verified")) {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 7 {
            found.push(("phone", digits));
        }
    }
    found
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
        studio.live.turn(organisation, found, Vec::new());
    }
}

fn event(message: Message) -> HostEvent {
    let size = serde_json::to_vec(&message.content).map_or(usize::MAX, |content| content.len());
    if size > LARGEST { HostEvent::LargeMessage } else { HostEvent::Message(Arc::new(message)) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_said_to_be_verified_is_an_address() {
        let check = |attributes: Value, expected: &[(&'static str, &str)]| {
            let attributes = serde_json::from_value(attributes).expect("an object");
            let expected: Vec<_> =
                expected.iter().map(|(kind, address)| (*kind, (*address).to_owned())).collect();
            assert_eq!(verified(&attributes), expected);
        };
        check(json!({ "email": "ada@example.org" }), &[]);
        check(json!({ "email": "ada@example.org", "email_verified": "true" }), &[]);
        check(
            json!({ "email": " Ada@Example.org", "email_verified": true }),
            &[("email", "ada@example.org")],
        );
        check(json!({ "email": "ada", "email_verified": true }), &[]);
        check(
            json!({ "phone": "+49 (89) 123 456", "phone_verified": true, "email_verified": true }),
            &[("phone", "4989123456")],
        );
        check(json!({ "phone": "112", "phone_verified": true }), &[]);
    }
}
