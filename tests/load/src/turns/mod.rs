//! How many durable turns a second, and how long is the wait?
//!
//! Open loop: messages are sent at fixed times whether or not earlier ones were answered, and every wait is
//! counted from the time at which its message was due. So a studio that falls behind shows it.

mod floor;
mod latency;
mod measured;
mod receive;
mod send;
mod stage;
mod stages;
mod stream;
mod wire;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::time::sleep;

pub use self::{
    floor::{Floor, Straight},
    latency::Latency,
    measured::{HEADS, Measured},
    receive::{Replies, start as receive},
    send::{Prepared, Target, send},
    stage::{Bench, Stage},
    stages::{Profile, Stages},
    stream::Stream,
};
use crate::usage::Usage;

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

impl Rate {
    /// All messages of it.
    pub fn count(self) -> usize {
        self.messages as usize * self.seconds as usize
    }
}

/// Conversations to which the messages go, one after the other: every `step`th, `count` of them. Their names are
/// their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    pub count: usize,
    pub step: usize,
}

impl Threads {
    /// So few that the studio has them all at hand.
    pub const FEW: Self = Self { count: 2_000, step: 1 };

    /// The conversation of a message.
    pub fn of_message(self, number: usize) -> usize {
        (number % self.count) * self.step
    }
}

/// Offers the messages at a rate to the process `pid`, and waits for all replies.
pub async fn offer(
    address: SocketAddr,
    requests: Vec<Prepared>,
    replies: &Replies,
    rate: Rate,
    pid: u32,
) -> anyhow::Result<Measured> {
    let (before, sender) = (Usage::of(pid)?, Usage::of(std::process::id())?);
    replies.expect(requests.len());
    let begun = Instant::now();
    let (acknowledged, refused) = send::send(address, requests, rate, begun).await?;
    while replies.missing() > refused && begun.elapsed() < PATIENCE + Duration::from_secs(rate.seconds.into())
    {
        sleep(Duration::from_millis(5)).await;
    }
    let arrived = replies.take();
    let took = arrived.iter().max().map_or(Duration::ZERO, |last| last.at.duration_since(begun));
    let handed_over = arrived.iter().map(|reply| {
        let due = begun + send::due(rate, reply.number);
        reply.at.saturating_duration_since(due)
    });
    let handed_over = Latency::of(handed_over.collect());
    let since = |earlier: Usage, later: Usage| {
        let turns = u32::try_from(handed_over.count()).unwrap_or(u32::MAX).max(1);
        later.processor.saturating_sub(earlier.processor) / turns
    };
    let after = Usage::of(pid)?;
    Ok(Measured {
        rate,
        acknowledged: Latency::of(acknowledged),
        per_turn: since(before, after),
        sender: since(sender, Usage::of(std::process::id())?),
        replied: handed_over,
        refused,
        took,
        resident: after.resident,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_spread_over_the_conversations() {
        let threads = Threads { count: 3, step: 100 };
        let places: Vec<usize> = (0..5).map(|number| threads.of_message(number)).collect();
        assert_eq!(places, [0, 100, 200, 0, 100]);
    }
}
