//! Who answers the bot's calls? A service that may fail, be silent or late, and is asked more than once.

use std::collections::BTreeMap;

use serde_json::json;
use studio_core::{
    dialogue::{CallOutcome, CallRequest, RemoteAnswer},
    invariants::Violation,
};

use crate::{
    task::{Queue, Reply},
    world::World,
};

/// What it was asked, by the key that each call has.
#[derive(Debug, Default)]
pub struct Service {
    seen: BTreeMap<String, CallRequest>,
}

impl World {
    /// A call reaches the service.
    pub fn called(&mut self, run: u32, queue: Queue, attempt: u64, key: String, call: &CallRequest) {
        self.tally.calls += 1;
        let (Queue::Messages(conversation) | Queue::Calls(conversation)) = queue;
        let before = self.service.seen.entry(key.clone()).or_insert_with(|| call.clone());
        if before != call {
            self.store.broken.push((conversation, Violation::Miscalled { key }));
        }
        if self.chance(self.faults.silent) {
            return;
        }
        let status = if self.chance(self.faults.failing) { 500 } else { 200 };
        let text = call.body.as_ref().map(|body| body["text"].clone()).unwrap_or_default();
        let body = json!({ "text": format!("done {}", text.as_str().unwrap_or_default()) });
        let answer = RemoteAnswer { status, headers: BTreeMap::new(), body };
        self.reply(run, queue, attempt, Reply::Outcome(CallOutcome::Answered(answer)));
    }
}
