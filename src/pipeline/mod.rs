//! What happens to an event, and what may never happen?
//!
//! ```text
//! receive ── accept ──► lane: understand, step ── commit ──► deliver ──► project, index
//!    ▲                                                          │
//!    └── wake (due timers) ── acts of members ── answers to calls ◄┘
//! ```
//!
//! An event is acknowledged when `receive` returns: from then on it stands in the inbox. Everything
//! after that may be killed at any moment and goes on at the next start.

mod assemble;
mod call;
mod converse;
mod correct;
mod deliver;
mod fetch;
mod held;
mod http_reply;
mod index;
mod kept_back;
mod left_over;
mod outgoing;
mod pace;
pub mod place;
mod platform_reply;
mod project;
mod publish;
mod receive;
mod recover;
pub mod refused;
pub mod replay;
pub mod stages;
mod supervise;
mod sweep;
mod think;
mod translating;
mod unreadable;
mod waiting;
mod wake;
mod wishes;

use std::sync::Arc;

use studio_core::id::ConversationId;
use studio_store::{InboxRow, Store, StoreError};
use tokio::sync::mpsc;

pub use self::{
    deliver::Deliverer,
    receive::{Backlog, Intake, Receipt, ReceiveError},
    supervise::panics,
};
use self::{
    left_over::{LeftOver, Turns},
    outgoing::Outgoing,
    receive::Queued,
    sweep::{Done, Unswept},
};
use crate::studio::Studio;

/// Lanes in which turns run. With the writers that accept, mark as delivered and project they make eight:
/// the database's group commit sleeps its full 5 ms where twelve commits wait.
pub const LANES: usize = 4;

/// The lane of a conversation: all its turns run there, one after the other.
pub fn lane(conversation: ConversationId) -> usize {
    // The id is a hash already, or random in its last bits.
    (conversation.0.0 % LANES as u128) as usize
}

/// The queues of a pipeline that is not running yet.
pub struct Lanes {
    senders: receive::LaneSenders,
    receivers: Vec<mpsc::UnboundedReceiver<Queued>>,
    unswept: Unswept,
    done: mpsc::UnboundedReceiver<Done>,
    outgoing: Outgoing,
}

impl Lanes {
    pub fn new() -> Self {
        let mut receivers = Vec::with_capacity(LANES);
        let senders = std::array::from_fn(|_| {
            let (sender, receiver) = mpsc::unbounded_channel();
            receivers.push(receiver);
            sender
        });
        let (unswept, done) = Unswept::new();
        Self { senders, receivers, unswept, done, outgoing: Outgoing::default() }
    }

    /// The way in; what it takes waits until the lanes run.
    pub fn intake(&self, store: &Store, limit: usize) -> Intake {
        Intake::start(store, self.senders.clone(), self.outgoing.clone(), limit)
    }

    /// Where delivered rows are told.
    pub fn deliverer(&self) -> Deliverer {
        Deliverer::new(self.unswept.clone(), self.outgoing.clone())
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::new()
    }
}

/// Goes on with what the last run left, then with what comes.
pub async fn start(studio: &Arc<Studio>, lanes: Lanes) -> Result<(), StoreError> {
    tracing::info!("pipeline.recovering");
    studio.deliverer.recall_unreachable(&studio.store).await?;
    // Inbox and outbox are read before anything new can arrive or leave, so that the old comes first.
    let mut left_over: [LeftOver; LANES] = Default::default();
    let resume = |row: InboxRow| {
        left_over[lane(row.conversation)].add(row.key.clone());
        studio.intake.resume(row);
    };
    recover::inbox(&studio.store, resume).await?;
    recover::outbox(studio).await?;
    refused::left_over(studio).await?;
    let turns = Turns::default();
    for (receiver, left_over) in lanes.receivers.into_iter().zip(left_over) {
        tokio::spawn(converse::run(Arc::clone(studio), receiver, left_over, turns.clone()));
    }
    tokio::spawn(sweep::run(Arc::clone(studio), lanes.unswept, lanes.done));
    tokio::spawn(wake::run(Arc::clone(studio)));
    supervise::spawn("project", studio, project::run);
    supervise::spawn("index", studio, index::run);
    supervise::spawn("wishes", studio, wishes::run);
    supervise::spawn("fetch", studio, fetch::run);
    Ok(())
}
