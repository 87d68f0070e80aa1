//! The live stream of an organisation: `GET /api/v1/live`.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
    routing::get,
};
use futures::{SinkExt as _, StreamExt as _, stream::SplitSink};
use studio_core::api::{LiveFrame, LiveHello, Role};
use tokio::{sync::broadcast::error::RecvError, time::timeout};

use super::{
    LocalPeer,
    caller::{Caller, authenticate},
};
use crate::{live::Watch, studio::Studio};

/// The first frame must come within this time.
const HELLO: Duration = Duration::from_secs(10);
/// A frame that cannot be written in this time ends the connection.
const WRITE: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(25);
/// How often a connection's login is looked at again.
const REAUTHENTICATE: Duration = Duration::from_mins(1);

pub fn router(studio: Arc<Studio>) -> Router {
    Router::new().route("/live", get(open)).with_state(studio)
}

async fn open(
    State(studio): State<Arc<Studio>>,
    local: Option<Extension<LocalPeer>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .read_buffer_size(4 << 10)
        .write_buffer_size(16 << 10)
        .max_write_buffer_size(1 << 20)
        .max_message_size(64 << 10)
        .on_upgrade(move |socket| serve(studio, socket, local.is_some()))
}

async fn serve(studio: Arc<Studio>, mut socket: WebSocket, local: bool) {
    let hello = match timeout(HELLO, socket.recv()).await {
        Ok(Some(Ok(Message::Text(text)))) => serde_json::from_str::<LiveHello>(&text).ok(),
        Ok(_) | Err(_) => None,
    };
    let Some(hello) = hello else {
        return close(socket, 4400, "the first frame must be {\"token\": …}").await;
    };
    let caller = match authenticate(&studio, hello.token.as_deref(), local).await {
        Ok(caller) if caller.must_be(Role::Analyst).is_ok() => caller,
        Ok(_) | Err(_) => return close(socket, 4401, "log in first").await,
    };
    let watch = studio.live.watch(caller.organisation, hello.after);
    follow(&studio, socket, watch, &caller, hello.token.as_deref(), local).await;
}

async fn follow(
    studio: &Studio,
    socket: WebSocket,
    mut watch: Watch,
    caller: &Caller,
    token: Option<&str>,
    local: bool,
) {
    let (mut sink, mut stream) = socket.split();
    let welcome = LiveFrame::Welcome { position: watch.position, caught_up: watch.caught_up };
    for frame in std::iter::once(welcome).chain(std::mem::take(&mut watch.missed)) {
        if !send(&mut sink, &frame).await {
            return;
        }
    }
    let mut ping = tokio::time::interval(PING);
    let mut look = tokio::time::interval(REAUTHENTICATE);
    look.tick().await;
    loop {
        let frame = tokio::select! {
            () = studio.stopping.cancelled() => break,
            incoming = stream.next() => match incoming {
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => continue,
            },
            _ = ping.tick() => {
                if !matches!(timeout(WRITE, sink.send(Message::Ping(Vec::new().into()))).await, Ok(Ok(()))) {
                    break;
                }
                continue;
            }
            _ = look.tick() => {
                match authenticate(studio, token, local).await {
                    Ok(still) if still.organisation == caller.organisation => continue,
                    Ok(_) | Err(_) => break,
                }
            }
            frame = watch.frames.recv() => match frame {
                Ok(frame) => frame,
                Err(RecvError::Lagged(_)) => LiveFrame::TooSlow,
                Err(RecvError::Closed) => break,
            },
        };
        if !send(&mut sink, &frame).await || frame == LiveFrame::TooSlow {
            break;
        }
    }
    let _ = timeout(WRITE, sink.close()).await;
}

async fn send(sink: &mut SplitSink<WebSocket, Message>, frame: &LiveFrame) -> bool {
    let Ok(text) = serde_json::to_string(frame) else { return false };
    matches!(timeout(WRITE, sink.send(Message::Text(text.into()))).await, Ok(Ok(())))
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    let _ = timeout(WRITE, socket.send(Message::Close(Some(frame)))).await;
}
