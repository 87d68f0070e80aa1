//! What could be had at best? A server that only checks the signature and answers.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use ed25519_dalek::{Signature, VerifyingKey};
use studio_simulators::{slack, whatsapp};
use tokio::net::TcpListener;

use super::requests::{Sender, hmac_of};

struct Keys {
    /// By name of the connection.
    all: Vec<(&'static str, Key)>,
}

enum Key {
    Telegram(String),
    Slack(String),
    WhatsApp(String),
    Discord(VerifyingKey),
}

/// Serves on a port of its own until the process ends.
pub(super) async fn start(senders: &[Sender]) -> anyhow::Result<SocketAddr> {
    let mut all = Vec::new();
    for sender in senders {
        let key = match sender {
            Sender::Telegram { secret, .. } => Key::Telegram(secret.clone()),
            Sender::Slack { .. } => Key::Slack(slack::Settings::default().signing_secret),
            Sender::WhatsApp { .. } => Key::WhatsApp(whatsapp::Settings::default().app_secret),
            Sender::Discord { simulator, .. } => {
                let bytes: [u8; 32] =
                    hex::decode(simulator.public_key())?.try_into().ok().context("32 bytes of a key")?;
                Key::Discord(VerifyingKey::from_bytes(&bytes)?)
            }
        };
        all.push((sender.name(), key));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the floor")?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/webhooks/{name}", post(check)).with_state(Arc::new(Keys { all }));
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

async fn check(
    State(keys): State<Arc<Keys>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let key = keys.all.iter().find(|(known, _)| *known == name).map(|(_, key)| key);
    match key {
        Some(key) if key.is_right(&headers, &body) => StatusCode::OK,
        Some(_) => StatusCode::UNAUTHORIZED,
        None => StatusCode::NOT_FOUND,
    }
}

impl Key {
    fn is_right(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match self {
            Self::Telegram(secret) => header("x-telegram-bot-api-secret-token") == secret,
            Self::Slack(secret) => {
                let signed = [b"v0:", header("x-slack-request-timestamp").as_bytes(), b":", body].concat();
                header("x-slack-signature") == format!("v0={}", hmac_of(secret, &signed))
            }
            Self::WhatsApp(secret) => {
                header("x-hub-signature-256") == format!("sha256={}", hmac_of(secret, body))
            }
            Self::Discord(key) => {
                let signed = [header("x-signature-timestamp").as_bytes(), body].concat();
                let signature = hex::decode(header("x-signature-ed25519")).ok();
                let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
                signature.is_some_and(|signature| key.verify_strict(&signed, &signature).is_ok())
            }
        }
    }
}
