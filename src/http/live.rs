//! The live stream of an organisation: `GET /api/v1/live`.

use std::{future::pending, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
    routing::get,
};
use futures::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use studio_core::api::{LiveFrame, LiveHello, Role, list_for_object};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{sleep, timeout},
};

use super::{
    LocalPeer,
    caller::{Caller, authenticate},
};
use crate::{
    config::std_duration,
    live::{Next, Notice, Watch},
    studio::Studio,
};

/// The first frame must come within this time.
const HELLO: Duration = Duration::from_secs(10);
/// A frame that cannot be written in this time ends the connection.
const WRITE: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(25);
/// How often a connection's login is looked at again: another node may have ended it.
const REAUTHENTICATE: Duration = Duration::from_mins(1);

/// How long the connection stays open behind a reason, so that it is read before the end.
const LINGER: Duration = Duration::from_secs(1);

/// Largest frame of a client, in bytes.
const LARGEST: usize = 64 << 10;
/// Shortest wait for the end of a login.
const SHORTEST: Duration = Duration::from_millis(10);

const GOING_AWAY: u16 = 1001;
const TOO_LARGE: u16 = 1009;
const LARGER: &str = "frames are of at most 64 KiB";
const NO_HELLO: u16 = 4400;
const LOG_IN: u16 = 4401;
const WRONG_TOKEN: &str = "the token is wrong or has ended: log in again";
const TOO_SLOW: u16 = 4429;

pub fn router(studio: Arc<Studio>) -> Router {
    Router::new().route("/live", get(open)).with_state(studio)
}

/// What happens, as it happens
///
/// A WebSocket. The client's first frame, within 10 s, is a `LiveHello`; every frame of the server is a `LiveFrame`, the
/// first one `welcome`. A client that comes back gives the last `position` that it saw as `after`: what it missed follows,
/// or `caught_up` is false and it reads the lists again. Close codes: 1001 the server stops, 1009 a frame over 64 KiB, 4400
/// no hello, 4401 log in, 4429 too slow, come again. `docs/api.md` has an example.
#[utoipa::path(
    get, path = "/live", tag = "live", security(()),
    responses((status = 101, description = "a WebSocket", body = LiveFrame))
)]
pub async fn open(
    State(studio): State<Arc<Studio>>,
    local: Option<Extension<LocalPeer>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .read_buffer_size(4 << 10)
        .write_buffer_size(16 << 10)
        .max_write_buffer_size(1 << 20)
        .max_message_size(LARGEST)
        .on_upgrade(move |socket| serve(studio, socket, local.is_some()))
}

/// By what a socket was let in.
struct Login {
    caller: Caller,
    token: Option<String>,
    local: bool,
    ended_early: watch::Receiver<()>,
}

impl Login {
    /// Waits until its time is over, or somebody's login was ended.
    async fn may_have_ended(&mut self, studio: &Studio) {
        let left = self.caller.until.map(|until| std_duration(until.duration_since(studio.clock.now())));
        let over = async {
            match left {
                Some(left) => sleep(left.max(SHORTEST)).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = over => {}
            Ok(()) = self.ended_early.changed() => {}
        }
    }

    async fn still_holds(&self, studio: &Studio) -> bool {
        let found = authenticate(studio, self.token.as_deref(), self.local).await;
        found.is_ok_and(|still| still.organisation == self.caller.organisation)
    }
}

async fn serve(studio: Arc<Studio>, mut socket: WebSocket, local: bool) {
    let hello = match timeout(HELLO, socket.recv()).await {
        Ok(Some(Ok(Message::Text(text)))) => read(&text),
        // Of a connection that broke nobody is there to be told.
        Ok(Some(Err(_))) => return close(socket, TOO_LARGE, LARGER).await,
        Ok(_) | Err(_) => None,
    };
    let Some(hello) = hello else {
        return close(socket, NO_HELLO, "the first frame must be {\"token\": …}, within 10 s").await;
    };
    // Before the login is looked at, so that no end of it is missed.
    let ended_early = studio.ended_early.subscribe();
    let caller = match authenticate(&studio, hello.token.as_deref(), local).await {
        Ok(caller) if caller.must_be(Role::Analyst).is_ok() => caller,
        Ok(_) | Err(_) => {
            let reason = if hello.token.is_none() { "log in first" } else { WRONG_TOKEN };
            return close(socket, LOG_IN, reason).await;
        }
    };
    let watch = studio.live.watch(caller.organisation, hello.after);
    let mut login = Login { caller, token: hello.token, local, ended_early };
    let (mut sink, mut stream) = socket.split();
    let mut goodbye = studio.goodbye.subscribe();
    let ended = tokio::select! {
        ended = follow(&studio, &mut sink, &mut stream, watch, &mut login) => ended,
        // A server that is gone without a word is gone as well.
        _ = goodbye.wait_for(|told| *told) => Some((GOING_AWAY, "the server is going away")),
    };
    if let Some((code, reason)) = ended {
        let Ok(socket) = sink.reunite(stream) else { return };
        close(socket, code, reason).await;
    }
}

fn read(text: &str) -> Option<LiveHello> {
    let hello: LiveHello = serde_json::from_str(text).ok()?;
    list_for_object(text.as_bytes(), &hello).is_none().then_some(hello)
}

/// Passes on what happens until the socket ends: with a code and a reason, or because the other side is gone.
async fn follow(
    studio: &Studio,
    sink: &mut SplitSink<WebSocket, Message>,
    stream: &mut SplitStream<WebSocket>,
    mut watch: Watch,
    login: &mut Login,
) -> Option<(u16, &'static str)> {
    let welcome = LiveFrame::Welcome { position: watch.position, caught_up: watch.caught_up };
    say(sink, &welcome).await?;
    let mut ping = tokio::time::interval(PING);
    let mut look = tokio::time::interval(REAUTHENTICATE);
    look.tick().await;
    loop {
        match studio.live.next(&mut watch) {
            Next::Turn(frame) => {
                send(sink, Message::text(&*frame)).await?;
                continue;
            }
            Next::Missed => {
                note_slow();
                say(sink, &LiveFrame::TooSlow).await?;
                return Some((TOO_SLOW, "come again and read the lists"));
            }
            Next::Nothing => {}
        }
        tokio::select! {
            incoming = stream.next() => match incoming {
                Some(Ok(Message::Close(_))) | None => return None,
                Some(Err(_)) => return Some((TOO_LARGE, LARGER)),
                Some(Ok(_)) => {}
            },
            _ = ping.tick() => send(sink, Message::Ping(Vec::new().into())).await?,
            _ = look.tick() => if !login.still_holds(studio).await {
                return Some((LOG_IN, "log in again"));
            },
            () = login.may_have_ended(studio) => if !login.still_holds(studio).await {
                return Some((LOG_IN, "log in again"));
            },
            notice = watch.notices.recv() => match notice {
                Ok(Notice::Typing(frame)) => send(sink, Message::text(&*frame)).await?,
                Ok(Notice::Turn) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            },
        }
    }
}

async fn say(sink: &mut SplitSink<WebSocket, Message>, frame: &LiveFrame) -> Option<()> {
    send(sink, Message::text(serde_json::to_string(frame).ok()?)).await
}

/// Nothing, where the other side is gone or does not read.
async fn send(sink: &mut SplitSink<WebSocket, Message>, message: Message) -> Option<()> {
    let in_time = timeout(WRITE, sink.send(message)).await.inspect_err(|_| note_slow());
    in_time.ok()?.ok()
}

fn note_slow() {
    tracing::warn!("live.reader_too_slow");
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    if !matches!(timeout(WRITE, socket.send(Message::Close(Some(frame)))).await, Ok(Ok(()))) {
        return;
    }
    // What is still on its way would reset the connection, and the reason would be lost with it.
    let heard = async {
        while let Some(Ok(_)) = socket.recv().await {}
        // Behind a frame that is too large nothing can be read any more.
        if code == TOO_LARGE {
            std::future::pending::<()>().await;
        }
    };
    let _ = timeout(LINGER, heard).await;
}
