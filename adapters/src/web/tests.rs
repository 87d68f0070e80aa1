//! The web channel from outside: a widget in Rust.

mod requests;
mod socket;
mod widget;

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use futures::{SinkExt as _, StreamExt as _};
use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    api::{DeliveryState, Sender},
    content::{Action, Button, Card, Content, Picture, Source},
    dialogue::{self, Owner, Speaker},
    id::{ConversationId, MemberId},
    translation::Translation,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, error::Error},
};
use tower::ServiceExt as _;
use ulid::Ulid;

use super::*;
use crate::{
    host::{AcceptError, Host as _, HostEvent},
    testing::{Memory, serve},
};

const ORIGIN: &str = "https://shop.example";
/// Nothing here takes longer.
const SOON: Duration = Duration::from_secs(10);
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn memory(more: &str) -> Memory {
    Memory::new(&[&format!(
        "name = 'shop'\nchannel = 'web'\nbot = 'shop'\norigins = ['{ORIGIN}']\nsample_page = true\n{more}"
    )])
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("routers do not fail");
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 24).await.expect("a short body").to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

async fn open_with(router: &Router, body: Value) -> Answer {
    let headers = [("origin", ORIGIN), ("content-type", "application/json")];
    ask(router, "POST", "/web/shop/sessions", &headers, body.to_string()).await
}

/// A session with what is needed to speak in it.
struct Visit {
    session: String,
    token: String,
    refresh: String,
}

async fn open(router: &Router) -> Visit {
    let answer = open_with(router, json!({"language": "de-AT"})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let text = |name: &str| answer.json()[name].as_str().expect("a text").to_owned();
    Visit { session: text("session"), token: text("token"), refresh: text("refresh") }
}

impl Visit {
    async fn ask(
        &self,
        router: &Router,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("origin", ORIGIN), ("authorization", bearer.as_str())];
        headers.extend(more);
        ask(router, method, path, &headers, body).await
    }

    fn conversation(&self, memory: &Memory) -> ConversationId {
        memory.conversation("shop", &self.session)
    }
}

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn connect(address: SocketAddr, origin: Option<&str>) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/web/shop/socket").into_client_request()?;
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header value"));
        }
        connect_async(request).await.map(|(socket, _)| Self(socket))
    }

    async fn hello(address: SocketAddr, token: &str, after: u64) -> Self {
        let mut socket = Self::connect(address, Some(ORIGIN)).await.expect("a socket");
        socket.say(json!({"type": "hello", "token": token, "after": after})).await;
        socket
    }

    async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.expect("an open socket");
    }

    async fn hear(&mut self) -> Value {
        match timeout(SOON, self.0.next()).await.expect("a frame in time") {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("JSON"),
            Some(Ok(Message::Close(frame))) => json!({"close": frame.map(|frame| u16::from(frame.code))}),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {
                json!("control")
            }
            Some(Err(error)) => json!({"error": error.to_string()}),
            None => json!("end"),
        }
    }

    /// The frames up to the first that is not of this type.
    async fn hear_types(&mut self, count: usize) -> Vec<String> {
        let mut types = Vec::new();
        for _ in 0..count {
            types.push(self.hear().await["type"].as_str().unwrap_or("none").to_owned());
        }
        types
    }
}
