//! How do the messages leave, each at its time?

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Rate;

/// Where the messages go.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: SocketAddr,
    pub path: String,
}

/// A message that is written and signed, so that sending it costs little.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// When a message is due after the first.
pub(super) fn due(rate: Rate, number: usize) -> Duration {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_secs(1) * (number / rate.messages)
        + Duration::from_secs(1) * (number % rate.messages) / rate.messages
}

/// Sends all, and returns how long each acknowledgement took and how many were refused.
pub(super) async fn send(
    target: &Target,
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
        let target = target.clone();
        senders.spawn(async move {
            let mut connection = connect(target.address).await?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(prepared) = requests.get(number) else { return anyhow::Ok(()) };
                let due = begun + due(rate, number);
                tokio::time::sleep_until(due.into()).await;
                if connection.ready().await.is_err() {
                    // It was idle for longer than the other side keeps it open.
                    connection = connect(target.address).await?;
                }
                if post(&mut connection, &target, prepared).await?.is_success() {
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

async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Body>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn post(
    connection: &mut SendRequest<Body>,
    target: &Target,
    prepared: &Prepared,
) -> anyhow::Result<StatusCode> {
    let mut request = Request::post(&target.path)
        .header("host", target.address.to_string())
        .header("content-type", "application/json");
    for (name, value) in &prepared.headers {
        request = request.header(*name, value);
    }
    let answer = connection.send_request(request.body(Body::from(prepared.body.clone()))?).await?;
    let status = answer.status();
    axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await?;
    Ok(status)
}
