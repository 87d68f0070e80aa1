//! How does the widget open a session and a socket? For who asks once; a visitor of the campaign, who asks again until there is a
//! studio, is in [`visitor`](crate::visitor).

use std::net::SocketAddr;

use anyhow::Context as _;
use futures::SinkExt as _;
use reqwest::Client;
use serde_json::{Value, json};
use studio_core::invariants::Heard;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue, protocol::WebSocketConfig},
};

use crate::home::WEB;

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Of a new visitor.
pub(crate) struct Session {
    /// The thread of its conversation.
    pub thread: String,
    pub token: String,
}

pub(crate) async fn session(client: &Client, address: SocketAddr) -> anyhow::Result<Session> {
    let origin = format!("http://{address}");
    let request = client.post(format!("{origin}/web/{WEB}/sessions")).header("origin", &origin);
    let answer = request.header("content-type", "application/json").body("{}").send().await?;
    let opened: Value = serde_json::from_str(&answer.error_for_status()?.text().await?)?;
    let text = |name: &str| {
        let text = opened[name].as_str().map(str::to_owned);
        text.with_context(|| format!("a session has no {name}"))
    };
    Ok(Session { thread: text("session")?, token: text("token")? })
}

/// Opens a socket over this connection and says hello. What the studio says to that is still to be read.
pub(crate) async fn socket(
    stream: TcpStream,
    address: SocketAddr,
    token: &str,
    config: Option<WebSocketConfig>,
) -> anyhow::Result<Socket> {
    hello(stream, address, (token, 0), config).await
}

/// The same of a visitor who comes back and has seen all messages up to this number.
pub(crate) async fn socket_after(
    stream: TcpStream,
    address: SocketAddr,
    token: &str,
    seen: u64,
) -> anyhow::Result<Socket> {
    hello(stream, address, (token, seen), None).await
}

async fn hello(
    stream: TcpStream,
    address: SocketAddr,
    (token, after): (&str, u64),
    config: Option<WebSocketConfig>,
) -> anyhow::Result<Socket> {
    let mut request = format!("ws://{address}/web/{WEB}/socket").into_client_request()?;
    request.headers_mut().insert("origin", HeaderValue::try_from(format!("http://{address}"))?);
    let (mut socket, _) = client_async_with_config(request, stream, config).await?;
    let hello = json!({ "type": "hello", "token": token, "after": after });
    socket.send(Message::text(hello.to_string())).await?;
    Ok(socket)
}

/// The message that a frame brings, if it brings one. The widget hears each once, so that there is no mark.
pub(crate) fn heard(frame: &Value) -> Option<Heard> {
    (frame["type"] == "message").then(|| Heard {
        sequence: frame["sequence"].as_u64().unwrap_or_default(),
        text: frame["content"]["text"].as_str().unwrap_or_default().to_owned(),
        uncertain: false,
    })
}
