//! How does a message or a call leave? In order within its conversation, tried again by what its error says.

use std::collections::VecDeque;

use jiff::SignedDuration;
use rand::RngExt as _;
use studio_core::{
    dialogue::{Body, CallOutcome},
    id::EventKey,
    policy::{
        delivery::{call_key, is_uncertain},
        retry::{WEBHOOK, next_attempt},
    },
};

use crate::{
    sabotage::Sabotage,
    store::{Arrival, OutboxRow, Payload},
    task::{Back, Message, Outside, Queue, Reply, Request, Work},
    world::World,
};

/// How long the address of a connection may take to answer.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);

/// The rows of a queue; the first one is on its way.
#[derive(Debug, Default)]
pub struct Leaving {
    rows: VecDeque<OutboxRow>,
    /// Number of the attempt that is under way.
    attempt: Option<u64>,
}

impl World {
    /// Takes a row that stands in the outbox; one that is on its way already is left to it.
    pub fn deliver(&mut self, row: OutboxRow) {
        if !self.studio.held.insert(row.key.clone()) {
            return;
        }
        let queue = match &row.payload {
            Payload::Message(_) => Queue::Messages(row.conversation),
            Payload::Call(_) => Queue::Calls(row.conversation),
        };
        let leaving = self.studio.queues.entry(queue).or_default();
        leaving.rows.push_back(row);
        if leaving.rows.len() == 1 {
            self.work_soon(Work::Send { queue });
        }
    }

    /// What was said in a conversation before this number does not leave any more; the first of each queue may be on its way.
    pub fn leave_nothing_of(&mut self, conversation: usize, before: u64) {
        for queue in [Queue::Messages(conversation), Queue::Calls(conversation)] {
            let Some(leaving) = self.studio.queues.get_mut(&queue) else { continue };
            let Some(first) = leaving.rows.pop_front() else { continue };
            let (gone, kept): (Vec<_>, Vec<_>) =
                leaving.rows.drain(..).partition(|row| row.sequence < before);
            leaving.rows = std::iter::once(first).chain(kept).collect();
            self.studio.delivered.extend(gone.into_iter().map(|row| row.key));
        }
    }

    /// One try of the first row of a queue.
    pub fn send(&mut self, queue: Queue) {
        let Some(row) = self.studio.queues.get(&queue).and_then(|leaving| leaving.rows.front()).cloned()
        else {
            return;
        };
        let wait = row.next_at.duration_since(self.now);
        if wait.is_positive() {
            return self.work_later(wait, Work::Send { queue });
        }
        let attempt = self.studio.next_attempt();
        if let Some(leaving) = self.studio.queues.get_mut(&queue) {
            leaving.attempt = Some(attempt);
        }
        match row.payload.clone() {
            Payload::Message(content) => {
                let marks_all = self.sabotage == Some(Sabotage::MarkAll);
                let uncertain = marks_all || is_uncertain(row.attempts, row.uncertain);
                self.books.tried(row.conversation, row.sequence);
                let message = Message { sequence: row.sequence, content, uncertain };
                self.note(format_args!("send message {} of {queue:?}", row.sequence));
                self.transmit(Outside::Posted { run: self.studio.run, queue, attempt, message });
                self.work_later(PATIENCE, Work::Sent { queue, attempt, reply: Reply::Nothing });
            }
            Payload::Call(call) => {
                let key = call_key(&row.conversation, call.call);
                self.note(format_args!("call {key}"));
                let timeout = i64::try_from(call.timeout_ms).unwrap_or(i64::MAX);
                let timed_out = Reply::Outcome(CallOutcome::Failed("it timed out".to_owned()));
                let run = self.studio.run;
                self.transmit(Outside::Called { run, queue, attempt, key, call });
                let pause = SignedDuration::from_millis(timeout);
                self.work_later(pause, Work::Sent { queue, attempt, reply: timed_out });
            }
        }
    }

    /// The other side answered, or did not. Only the first answer to the attempt under way counts.
    pub fn sent(&mut self, queue: Queue, attempt: u64, reply: Reply) {
        let Some(row) = self.under_way(queue, attempt) else { return };
        match (reply, &row.payload) {
            (Reply::Taken, _) => self.delivered(queue),
            (Reply::Refused | Reply::Nothing, _) => self.try_again(queue, None),
            (Reply::Outcome(outcome), Payload::Call(call)) => {
                let key =
                    EventKey { source: "answer".to_owned(), native: call_key(&row.conversation, call.call) };
                let body = Body::Answer { call: call.call, outcome };
                let arrival = Arrival { conversation: row.conversation, key: key.clone(), body };
                self.books.sent(row.conversation, &key);
                let back = self.studio.next_attempt();
                if let Some(leaving) = self.studio.queues.get_mut(&queue) {
                    leaving.attempt = Some(back);
                }
                self.receive(Request { arrival, back: Back::Call { queue, attempt: back } });
            }
            (Reply::Outcome(_), Payload::Message(_)) => {}
        }
    }

    /// A call is delivered once its answer is stored.
    pub fn answer_stored(&mut self, queue: Queue, attempt: u64, stored: bool) {
        if self.under_way(queue, attempt).is_none() {
            return;
        }
        if stored {
            self.delivered(queue);
        } else {
            self.try_again(queue, Some(SignedDuration::from_secs(2)));
        }
    }

    fn under_way(&self, queue: Queue, attempt: u64) -> Option<OutboxRow> {
        let leaving = self.studio.queues.get(&queue)?;
        if leaving.attempt == Some(attempt) { leaving.rows.front().cloned() } else { None }
    }

    fn delivered(&mut self, queue: Queue) {
        let Some(leaving) = self.studio.queues.get_mut(&queue) else { return };
        leaving.attempt = None;
        let key = leaving.rows.pop_front().map(|row| row.key);
        let more = !leaving.rows.is_empty();
        self.studio.delivered.extend(key);
        if more {
            self.work_soon(Work::Send { queue });
        }
        self.sweep_later();
    }

    fn try_again(&mut self, queue: Queue, after: Option<SignedDuration>) {
        let fraction: f64 = self.random.random();
        let now = self.now;
        let Some(leaving) = self.studio.queues.get_mut(&queue) else { return };
        leaving.attempt = None;
        let Some(row) = leaving.rows.front_mut() else { return };
        row.attempts += 1;
        // Nothing is refused so often that it would be given up.
        let pause = next_attempt(&WEBHOOK, row.attempts, after, fraction).unwrap_or(PATIENCE);
        row.next_at = now.checked_add(pause).unwrap_or(now);
        let (key, attempts, next_at) = (row.key.clone(), row.attempts, row.next_at);
        // That it could not be written down is no reason not to try again.
        self.transact("deliver later", |store| store.deliver_later(&key, attempts, next_at));
        self.work_later(pause, Work::Send { queue });
    }
}
