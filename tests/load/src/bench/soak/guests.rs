//! Visitors of the widget who come one after the other, say something, stay for a while, and go.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::bench::watchers::{open, token};

/// Between two who come, and how long each stays: some 300 are there at a time.
const EVERY: Duration = Duration::from_millis(200);
const STAYS: Duration = Duration::from_mins(1);
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Guests {
    coming: tokio::task::JoinHandle<()>,
    counts: Arc<Counts>,
    over: CancellationToken,
}

#[derive(Default)]
struct Counts {
    opened: AtomicUsize,
    broken: AtomicUsize,
    /// Sockets that the studio closed while their visitors stayed.
    dropped: AtomicUsize,
}

/// What became of those that were not served to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unserved {
    pub broken: usize,
    pub dropped: usize,
}

impl Guests {
    pub fn start(address: SocketAddr) -> Self {
        let (counts, over) = (Arc::new(Counts::default()), CancellationToken::new());
        let coming = tokio::spawn(come(address, Arc::clone(&counts), over.clone()));
        Self { coming, counts, over }
    }

    /// Sockets so far.
    pub fn opened(&self) -> usize {
        self.counts.opened.load(Ordering::Relaxed)
    }

    /// Sockets that the studio closed so far. It may close none: each of them answers pings, and stays for less than a session lasts.
    pub fn dropped(&self) -> usize {
        self.counts.dropped.load(Ordering::Relaxed)
    }

    /// Sends all home; how many of all that came were not served.
    pub async fn stop(self) -> Unserved {
        self.over.cancel();
        // A task that panicked is told by the test's output, and is no guest that was served.
        let failed = usize::from(self.coming.await.is_err());
        let broken = self.counts.broken.load(Ordering::Relaxed) + failed;
        Unserved { broken, dropped: self.counts.dropped.load(Ordering::Relaxed) }
    }
}

async fn come(address: SocketAddr, counts: Arc<Counts>, over: CancellationToken) {
    let client = reqwest::Client::new();
    let mut guests = JoinSet::new();
    let mut next = interval(EVERY);
    loop {
        tokio::select! {
            _ = next.tick() => {}
            () = over.cancelled() => break,
        }
        while guests.try_join_next().is_some() {}
        let (client, counts, over) = (client.clone(), Arc::clone(&counts), over.clone());
        guests.spawn(async move {
            if visit(&client, address, &counts, &over).await.is_err() && !over.is_cancelled() {
                counts.broken.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    guests.shutdown().await;
}

async fn visit(
    client: &reqwest::Client,
    address: SocketAddr,
    counts: &Counts,
    over: &CancellationToken,
) -> anyhow::Result<()> {
    let token = timeout(PATIENCE, token(client, address)).await??;
    let mut socket = timeout(PATIENCE, open(address, &token, 0)).await??;
    counts.opened.fetch_add(1, Ordering::Relaxed);
    let message = json!({ "type": "message", "id": "m1", "text": "ping", "language": "en" });
    socket.send(Message::text(message.to_string())).await?;
    let answered = async {
        while let Some(frame) = socket.next().await {
            if matches!(frame?, Message::Text(text) if text.contains("pong")) {
                return Ok(());
            }
        }
        anyhow::bail!("the socket was closed before the answer")
    };
    timeout(PATIENCE, answered).await??;
    // Reads on, and by reading answers pings.
    let staying = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::select! {
        stayed = timeout(STAYS, staying) => {
            if stayed.is_ok() && !over.is_cancelled() {
                counts.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        () = over.cancelled() => {}
    }
    Ok(())
}
