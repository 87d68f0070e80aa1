//! How many durable turns a second, and how long is the wait?
//!
//! Open loop: messages are sent at fixed times whether or not earlier ones were answered, and every wait is
//! counted from the time at which its message was due. So a studio that falls behind shows it.

mod latency;
mod receive;
mod send;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::time::sleep;

pub use latency::Latency;
use receive::Replies;

use crate::{
    home::Home,
    process::{Program, Studio},
    usage::Usage,
};

/// Conversations among which the messages are spread.
const CONVERSATIONS: usize = 2_000;
/// Longest wait for the last replies.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is offered, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Messages a second.
    pub messages: u32,
    pub seconds: u32,
    /// Connections over which they are sent; more messages than these are never under way at once.
    pub connections: usize,
}

/// What came of one rate.
#[derive(Clone, Debug)]
pub struct Measured {
    pub rate: Rate,
    /// From when a message was due to its 202.
    pub acknowledged: Latency,
    /// From when a message was due to when its reply was handed over.
    pub replied: Latency,
    /// Answers other than 202.
    pub refused: usize,
    /// From the first message to the last reply.
    pub took: Duration,
    /// The studio's processor time for a turn.
    pub per_turn: Duration,
    /// The studio's resident memory afterwards, in bytes.
    pub resident: u64,
}

impl Measured {
    /// Turns whose reply came, per second.
    pub fn turns_per_second(&self) -> f64 {
        f64::from(u32::try_from(self.replied.count()).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:>6} {:>8.0}  {}  {}  {:>7} {:>8.0?} {:>6} MB",
            self.rate.messages,
            self.turns_per_second(),
            self.acknowledged,
            self.replied,
            self.refused,
            self.per_turn,
            self.resident >> 20,
        )
    }
}

/// The heads of the columns of [`Measured`].
pub const HEADS: &str = "offered  turns/s    acknowledged p50/p99/p99.9      reply in hand p50/p99/p99.9  \
                         refused cpu/turn    memory";

/// A studio with its receiver of replies, loaded at one rate after another.
#[derive(Debug)]
pub struct Bench {
    home: Home,
    studio: Studio,
    replies: Arc<Replies>,
    /// Messages sent so far, so that no id comes twice.
    sent: usize,
}

impl Bench {
    pub async fn start(program: &Program) -> anyhow::Result<Self> {
        let replies = Arc::new(Replies::new(CONVERSATIONS));
        let receiver = receive::start(Arc::clone(&replies)).await?;
        let home = Home::new(receiver, "[log]\nlevel = \"warn\"\n")?;
        let mut studio = Studio::start(program, &home)?;
        studio.ready(&home).await?;
        Ok(Self { home, studio, replies, sent: 0 })
    }

    /// Offers messages at a rate and waits for all replies.
    pub async fn run(&mut self, rate: Rate) -> anyhow::Result<Measured> {
        let count = rate.messages as usize * rate.seconds as usize;
        let requests = send::prepare(CONVERSATIONS, self.sent, count);
        self.sent += count;
        let pid = self.studio.pid().context("the studio has ended")?;
        let before = Usage::of(pid)?;
        self.replies.expect(count);
        let begun = Instant::now();
        let (acknowledged, refused) = send::send(self.home.address, requests, rate, begun).await?;
        while self.replies.missing() > refused
            && begun.elapsed() < PATIENCE + Duration::from_secs(rate.seconds.into())
        {
            sleep(Duration::from_millis(5)).await;
        }
        let arrived = self.replies.take();
        let took = arrived.iter().max().map_or(Duration::ZERO, |last| last.at.duration_since(begun));
        let replied = arrived.iter().map(|reply| {
            let due = begun + send::due(rate, reply.number);
            reply.at.saturating_duration_since(due)
        });
        let replied = Latency::of(replied.collect());
        let after = Usage::of(pid)?;
        Ok(Measured {
            rate,
            acknowledged: Latency::of(acknowledged),
            per_turn: after.processor.saturating_sub(before.processor)
                / u32::try_from(replied.count().max(1))?,
            replied,
            refused,
            took,
            resident: after.resident,
        })
    }
}
