//! One stream of messages, each at its time, for as long as it is wanted. Some begin a new conversation.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Latency, Rate, Target, Threads,
    send::{connect, due, post},
    stage::message,
};
use crate::home::HTTP;

/// Of so many messages one begins a conversation.
const NEW: usize = 10;

/// A stream under way.
#[derive(Debug)]
pub struct Stream {
    senders: JoinSet<anyhow::Result<()>>,
    seen: Arc<Seen>,
    over: CancellationToken,
}

#[derive(Debug, Default)]
struct Seen {
    next: AtomicUsize,
    /// Of each acknowledgement since the last look, from when its message was due.
    waits: Mutex<Vec<Duration>>,
    refused: AtomicUsize,
}

impl Stream {
    /// Begins to offer messages at this rate; its `seconds` are not looked at.
    pub fn start(address: SocketAddr, rate: Rate) -> Self {
        let (seen, over) = (Arc::new(Seen::default()), CancellationToken::new());
        let mut senders = JoinSet::new();
        let begun = Instant::now();
        for _ in 0..rate.connections {
            senders.spawn(send(address, rate, begun, Arc::clone(&seen), over.clone()));
        }
        Self { senders, seen, over }
    }

    /// The waits since the last look, and how many messages were refused so far. An error where a sender failed.
    pub fn look(&mut self) -> anyhow::Result<(Latency, usize)> {
        if let Some(ended) = self.senders.try_join_next() {
            ended.context("a sender failed")?.context("a sender came to an end")?;
        }
        let waits = std::mem::take(&mut *self.seen.waits.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((Latency::of(waits), self.seen.refused.load(Ordering::Relaxed)))
    }

    /// Ends it when what is under way was answered.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.over.cancel();
        while let Some(ended) = self.senders.join_next().await {
            ended.context("a sender failed")??;
        }
        Ok(())
    }
}

async fn send(
    address: SocketAddr,
    rate: Rate,
    begun: Instant,
    seen: Arc<Seen>,
    over: CancellationToken,
) -> anyhow::Result<()> {
    let target = Target { address, path: format!("/webhooks/{HTTP}") };
    let mut connection = connect(address).await?;
    loop {
        let number = seen.next.fetch_add(1, Ordering::Relaxed);
        let due = begun + due(rate, number);
        tokio::select! {
            () = tokio::time::sleep_until(due.into()) => {}
            () = over.cancelled() => return Ok(()),
        }
        let prepared = message(&target, conversation(number), number);
        let mut status = post(&mut connection, &prepared).await?;
        if status.is_none() {
            // It was idle for longer than the other side keeps it open.
            connection = connect(address).await?;
            status = post(&mut connection, &prepared).await?;
        }
        if status.is_some_and(|status| (200..300).contains(&status)) {
            seen.waits.lock().unwrap_or_else(PoisonError::into_inner).push(due.elapsed());
        } else {
            seen.refused.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Behind those that are spoken to again and again come the new ones.
fn conversation(number: usize) -> usize {
    if number.is_multiple_of(NEW) {
        Threads::FEW.count + number / NEW
    } else {
        Threads::FEW.of_message(number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_in_ten_begins_a_conversation() {
        let all: Vec<usize> = (0..1_000).map(conversation).collect();
        let new: BTreeSet<usize> = all.iter().copied().filter(|it| *it >= Threads::FEW.count).collect();
        assert_eq!(new.len(), 100);
        assert_eq!(all[..3], [2_000, 1, 2]);
    }
}
