//! What does a socket cost a server that does nothing else? axum's own, in a process of its own: it says welcome, keeps
//! nothing, and tells all what one says.

use std::{net::SocketAddr, process::Stdio};

use anyhow::Context as _;
use axum::{
    Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::any,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
    select,
    sync::broadcast::{self, error::RecvError},
};

use crate::home::WEB;

/// As the studio's own sockets have them.
const READ_BUFFER: usize = 4 << 10;
const WRITE_BUFFER: usize = 16 << 10;
const WELCOME: &str = r#"{"type":"welcome"}"#;
/// What those who watch take for the bot's reply.
const TOLD: &str = r#"{"type":"message","text":"pong"}"#;
/// Messages that one may be behind.
const BEHIND: usize = 16;

/// Serves until it is killed; its address is the first line that it prints.
pub async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let told = broadcast::channel::<()>(BEHIND).0;
    let router = Router::new().route(&format!("/web/{WEB}/socket"), any(upgrade)).with_state(told);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn upgrade(State(told): State<broadcast::Sender<()>>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(WRITE_BUFFER);
    upgrade.on_upgrade(|socket| talk(socket, told))
}

async fn talk(mut socket: WebSocket, told: broadcast::Sender<()>) {
    let mut news = told.subscribe();
    loop {
        let answer = select! {
            came = socket.recv() => match came {
                Some(Ok(Message::Text(text))) if text.contains("hello") => WELCOME,
                Some(Ok(Message::Text(_))) => {
                    // This very socket listens.
                    let _ = told.send(());
                    continue;
                }
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
            new = news.recv() => match new {
                Ok(()) | Err(RecvError::Lagged(_)) => TOLD,
                Err(RecvError::Closed) => return,
            },
        };
        if socket.send(Message::text(answer)).await.is_err() {
            return;
        }
    }
}

/// The server in a process of its own, killed when dropped, and its address.
pub(super) async fn start() -> anyhow::Result<(Child, SocketAddr)> {
    let mut process = Command::new(std::env::current_exe()?)
        .arg("bare-sockets")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("the floor cannot be started")?;
    let said = process.stdout.take().context("its output is read")?;
    let line = BufReader::new(said).lines().next_line().await?.context("the floor ended by itself")?;
    Ok((process, line.parse()?))
}
