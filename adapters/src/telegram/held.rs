//! What if one conversation cannot take what was said in it, because too much waits there? Reading goes on for all others.
//!
//! 1. Updates that were fetched together are sorted by their chats, which are taken beside each other; within a chat
//!    each waits for the one before.
//! 2. Where an update must wait, it and those behind it in its chat are held: the host keeps them over restarts, so that
//!    Telegram may take them for done. Whatever comes in that chat from then on is held behind them.
//! 3. They are tried again and again, each chat for itself, and leave once they are accepted. A repeat is recognised.
//! 4. So many are held and no more: then reading waits, and what is not read stays with Telegram.

use futures::StreamExt as _;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    life::{Account, pause},
    receive::Later,
};
use crate::host::Host;

/// Their name among what the host keeps of a connection.
const KEY: &str = "held";
/// Most updates that are held, and most bytes of them.
const MOST: usize = 200;
const MOST_BYTES: usize = 512 << 10;
/// Chats that are taken beside each other.
const AT_ONCE: usize = 16;
/// Accepted ones that are kept at most: after a restart they would be recognised.
const STALE: usize = 16;
/// The longest that a held update waits for its next try.
const LONGEST: SignedDuration = SignedDuration::from_secs(30);
/// How often is looked whether those before have gone.
const LOOK: std::time::Duration = std::time::Duration::from_millis(200);

/// Updates that must wait, in their order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Held {
    updates: Vec<(String, Value)>,
    /// Accepted since the host was told last.
    #[serde(skip)]
    stale: usize,
}

impl Held {
    /// What the host kept; whatever cannot be read was not written by us.
    fn read(kept: Option<&str>) -> Self {
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    fn write(&self) -> String {
        serde_json::to_string(self).expect("what was read as JSON can be written as JSON")
    }

    fn holds(&self, chat: &str) -> bool {
        self.updates.iter().any(|(held, _)| held == chat)
    }

    /// The next one of each chat.
    fn first_of_each(&self) -> Vec<(String, Value)> {
        let mut firsts: Vec<(String, Value)> = Vec::new();
        for (chat, update) in &self.updates {
            if firsts.iter().all(|(known, _)| known != chat) {
                firsts.push((chat.clone(), update.clone()));
            }
        }
        firsts
    }

    /// The first one of a chat was accepted.
    fn accepted(&mut self, chat: &str) {
        if let Some(place) = self.updates.iter().position(|(held, _)| held == chat) {
            self.updates.remove(place);
            self.stale += 1;
        }
    }
}

/// The chat of an update; what belongs to none has its kind for one.
fn chat_of(update: &Value) -> String {
    let mut parts = update.as_object().into_iter().flatten();
    let Some((kind, part)) = parts.find(|(name, _)| *name != "update_id") else { return String::new() };
    let chat = [&part["chat"]["id"], &part["message"]["chat"]["id"]].into_iter().find(|id| id.is_i64());
    chat.map_or_else(|| kind.clone(), Value::to_string)
}

/// A chat gets another name: what comes behind it may be of either.
fn moves(update: &Value) -> bool {
    let message = &update["message"];
    ["migrate_to_chat_id", "migrate_from_chat_id"].iter().any(|field| !message[field].is_null())
}

impl Account {
    /// Returns once every update is durable, or known to mean nothing.
    pub(super) async fn take_all<H: Host>(&self, host: &H, updates: &[Value]) {
        for update in updates {
            self.stop_wheel(update);
        }
        for together in updates.chunk_by(|before, next| !moves(before) && !moves(next)) {
            let mut chats: Vec<(String, Vec<&Value>)> = Vec::new();
            for update in together {
                let chat = chat_of(update);
                match chats.iter_mut().find(|(known, _)| *known == chat) {
                    Some((_, of_chat)) => of_chat.push(update),
                    None => chats.push((chat, vec![update])),
                }
            }
            let each = futures::stream::iter(chats);
            each.for_each_concurrent(AT_ONCE, async |(chat, updates)| {
                self.take_of(host, &chat, &updates).await;
            })
            .await;
        }
    }

    /// Takes the updates of one chat.
    async fn take_of<H: Host>(&self, host: &H, chat: &str, updates: &[&Value]) {
        let mut rest = updates;
        if !self.is_held(host, chat).await {
            while let [next, behind @ ..] = rest {
                match self.take(host, next).await {
                    Ok(()) => rest = behind,
                    Err(Later { why, .. }) => {
                        self.note(host, &format!("an update must wait: {why}"));
                        break;
                    }
                }
            }
        }
        if rest.is_empty() || self.hold(host, chat, rest).await {
            return;
        }
        while self.is_held(host, chat).await {
            tokio::time::sleep(LOOK).await;
        }
        for update in rest {
            self.take_patiently(host, update).await;
        }
    }

    async fn is_held<H: Host>(&self, host: &H, chat: &str) -> bool {
        let mut held = self.held.lock().await;
        self.open_held(host, &mut held).await.holds(chat)
    }

    /// Whether there was room for them.
    async fn hold<H: Host>(&self, host: &H, chat: &str, updates: &[&Value]) -> bool {
        let mut held = self.held.lock().await;
        let open = self.open_held(host, &mut held).await;
        let before = open.updates.len();
        open.updates.extend(updates.iter().map(|update| (chat.to_owned(), (*update).clone())));
        let kept = open.write();
        if open.updates.len() > MOST || kept.len() > MOST_BYTES {
            open.updates.truncate(before);
            return false;
        }
        if let Err(error) = host.remember(self.name(), KEY, kept).await {
            self.note(host, &format!("updates could not be held: {error}"));
            // What is kept may or may not hold them: it is read again before anything else.
            *held = None;
            return false;
        }
        open.stale = 0;
        self.holding.notify_one();
        true
    }

    /// Tries those that are held, for as long as the connection lives.
    pub(super) async fn let_go<H: Host>(&self, host: &H) {
        let mut tries = 0;
        loop {
            let firsts = {
                let mut held = self.held.lock().await;
                self.open_held(host, &mut held).await.first_of_each()
            };
            if firsts.is_empty() {
                self.holding.notified().await;
                continue;
            }
            let (mut accepted, mut wait) = (false, LONGEST);
            for (chat, update) in firsts {
                match self.take(host, &update).await {
                    Ok(()) => {
                        accepted = true;
                        self.release(host, &chat).await;
                    }
                    Err(Later { after, why }) => {
                        self.note(host, &format!("a held update must wait on: {why}"));
                        let after = after.unwrap_or_else(|| {
                            SignedDuration::try_from(pause(host, tries)).unwrap_or(LONGEST)
                        });
                        wait = wait.min(after);
                    }
                }
            }
            tries = if accepted { 0 } else { tries + 1 };
            if !accepted {
                tokio::time::sleep(wait.unsigned_abs()).await;
            }
        }
    }

    async fn release<H: Host>(&self, host: &H, chat: &str) {
        let mut held = self.held.lock().await;
        let open = self.open_held(host, &mut held).await;
        open.accepted(chat);
        if (open.updates.is_empty() || open.stale >= STALE)
            && host.remember(self.name(), KEY, open.write()).await.is_ok()
        {
            open.stale = 0;
        }
    }

    async fn open_held<'h, H: Host>(&self, host: &H, held: &'h mut Option<Held>) -> &'h mut Held {
        let mut tries = 0;
        while held.is_none() {
            match host.recall(self.name(), KEY).await {
                Ok(kept) => *held = Some(Held::read(kept.as_deref())),
                Err(error) => {
                    self.note(host, &format!("what is held could not be read: {error}"));
                    tokio::time::sleep(pause(host, tries)).await;
                    tries += 1;
                }
            }
        }
        held.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_update_belongs_to_its_chat() {
        for (update, expected) in [
            (json!({"update_id": 1, "message": {"chat": {"id": 7}}}), "7"),
            (json!({"update_id": 1, "callback_query": {"message": {"chat": {"id": -100}}}}), "-100"),
            (json!({"my_chat_member": {"chat": {"id": 7}}, "update_id": 1}), "7"),
            (json!({"update_id": 1, "business_connection": {"id": "b"}}), "business_connection"),
            (json!({"update_id": 1}), ""),
            (json!("nonsense"), ""),
        ] {
            assert_eq!(chat_of(&update), expected, "{update}");
        }
        assert!(moves(&json!({"message": {"migrate_to_chat_id": -100}})) && !moves(&json!({"message": {}})));
    }

    #[test]
    fn what_is_held_goes_in_its_order_and_survives() {
        let mut held = Held::default();
        for (chat, number) in [("a", 1), ("b", 2), ("a", 3)] {
            held.updates.push((chat.to_owned(), json!(number)));
        }
        let mut held = Held::read(Some(&held.write()));
        assert_eq!(held.first_of_each(), [("a".to_owned(), json!(1)), ("b".to_owned(), json!(2))]);
        held.accepted("a");
        assert_eq!(held.first_of_each()[1], ("a".to_owned(), json!(3)));
        held.accepted("a");
        assert!(held.holds("b") && !held.holds("a") && held.stale == 2);
        assert!(Held::read(Some("nonsense")).updates.is_empty());
    }
}
