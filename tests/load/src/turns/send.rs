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
use axum::{body::Body, http::Request};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::Rate;
use crate::{
    home::{HTTP, SECRET},
    sign::signature,
};

/// A message that is written and signed, so that sending it costs little.
pub(super) struct Prepared {
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

/// `count` messages, the first with the number `first`, to each conversation in turn.
pub(super) fn prepare(conversations: usize, first: usize, count: usize) -> Vec<Prepared> {
    #[expect(clippy::disallowed_methods, reason = "a client has no clock but the machine's")]
    let timestamp = jiff::Timestamp::now().as_second();
    let prepared = |place: usize| {
        let id = format!("m{}", first + place);
        let thread = (place % conversations).to_string();
        let body =
            json!({ "conversation": thread, "id": id, "message": { "text": "ping" }, "language": "en" });
        let body = body.to_string();
        Prepared { signature: signature(SECRET, &id, timestamp, &body), id, timestamp, body }
    };
    (0..count).map(prepared).collect()
}

/// When a message is due after the first.
pub(super) fn due(rate: Rate, number: usize) -> Duration {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_secs(1) * (number / rate.messages)
        + Duration::from_secs(1) * (number % rate.messages) / rate.messages
}

/// Sends all, and returns how long each acknowledgement took and how many were refused.
pub(super) async fn send(
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
                let status = post(&mut connection, address, prepared).await?;
                if status == 202 {
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
    address: SocketAddr,
    prepared: &Prepared,
) -> anyhow::Result<u16> {
    let request = Request::post(format!("/webhooks/{HTTP}"))
        .header("host", address.to_string())
        .header("content-type", "application/json")
        .header("webhook-id", &prepared.id)
        .header("webhook-timestamp", prepared.timestamp)
        .header("webhook-signature", &prepared.signature)
        .body(Body::from(prepared.body.clone()))?;
    connection.ready().await?;
    let answer = connection.send_request(request).await?;
    let status = answer.status().as_u16();
    axum::body::to_bytes(Body::new(answer.into_body()), 1 << 20).await?;
    Ok(status)
}
