//! How does the widget open a session and a socket? For who asks once; a visitor of the campaign, who asks again until there is a
//! studio, is in [`visitor`](crate::visitor).

use std::net::SocketAddr;

use anyhow::Context as _;
use futures::SinkExt as _;
use reqwest::Client;
use serde_json::{Value, json};
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
    let mut request = format!("ws://{address}/web/{WEB}/socket").into_client_request()?;
    request.headers_mut().insert("origin", HeaderValue::try_from(format!("http://{address}"))?);
    let (mut socket, _) = client_async_with_config(request, stream, config).await?;
    socket.send(Message::text(json!({ "type": "hello", "token": token, "after": 0 }).to_string())).await?;
    Ok(socket)
}
