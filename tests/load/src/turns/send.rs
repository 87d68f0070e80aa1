//! How do the messages leave, each at its time?

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::net::TcpStream;

use super::{Rate, wire::Wire};

/// Where the messages go.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: SocketAddr,
    pub path: String,
}

/// A message that is written and signed, as it goes over the wire, so that sending it costs little.
#[derive(Clone, Debug)]
pub struct Prepared(Vec<u8>);

impl Target {
    /// A request with a body of JSON.
    pub fn prepare(&self, headers: &[(&str, &str)], body: &str) -> Prepared {
        let Self { address, path } = self;
        let mut head =
            format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        Prepared(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }
}

/// When a message is due after the first.
pub(super) fn due(rate: Rate, number: usize) -> Duration {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_secs(1) * (number / rate.messages)
        + Duration::from_secs(1) * (number % rate.messages) / rate.messages
}

/// Sends all, and returns how long each acknowledgement took and how many were refused.
pub async fn send(
    address: SocketAddr,
    requests: Vec<Prepared>,
    rate: Rate,
    begun: Instant,
) -> anyhow::Result<(Vec<Duration>, usize)> {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let waits = Arc::new(Mutex::new(Vec::with_capacity(requests.len())));
    let refused = Arc::new(AtomicUsize::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..rate.connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        let (waits, refused) = (Arc::clone(&waits), Arc::clone(&refused));
        senders.spawn(async move {
            let mut connection = connect(address).await?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(prepared) = requests.get(number) else { return anyhow::Ok(()) };
                let due = begun + due(rate, number);
                tokio::time::sleep_until(due.into()).await;
                let mut status = post(&mut connection, prepared).await?;
                if status.is_none() {
                    // It was idle for longer than the other side keeps it open.
                    connection = connect(address).await?;
                    status = post(&mut connection, prepared).await?;
                }
                if status.is_some_and(|status| (200..300).contains(&status)) {
                    waits.lock().unwrap_or_else(PoisonError::into_inner).push(due.elapsed());
                } else {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    while let Some(sender) = senders.join_next().await {
        sender.context("a sender failed")??;
    }
    let waits = std::mem::take(&mut *waits.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((waits, refused.load(Ordering::Relaxed)))
}

pub(super) async fn connect(address: SocketAddr) -> io::Result<Wire> {
    Wire::new(TcpStream::connect(address).await?)
}

/// The status of the answer; `None` where the connection was closed before.
pub(super) async fn post(connection: &mut Wire, prepared: &Prepared) -> io::Result<Option<u16>> {
    let answered = match connection.write(&prepared.0).await {
        Ok(()) => connection.next().await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(answer) => Ok(answer.map(|answer| answer.status())),
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Ok(None),
        Err(error) => Err(error),
    }
}
