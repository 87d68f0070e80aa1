//! A visitor with the widget: says hello, sends, waits for the acknowledgement, comes back with the last number seen.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, sleep_until},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::{AGAIN, Line, Plan, World};
use crate::{home::WEB, widget};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Least time between two messages: a socket takes 100 frames in 10 s.
const LEAST_PAUSE: Duration = Duration::from_millis(40);
/// No answer for so long: the socket is given up.
const SILENCE: Duration = Duration::from_secs(20);

/// What the studio closes a socket with whose token has ended.
const UNAUTHORIZED: u16 = 4401;

struct Visitor {
    world: World,
    plan: Plan,
    thread: String,
    token: String,
    refresh: String,
    /// Sequence of the last message seen.
    seen: u64,
    /// Sent, and not acknowledged yet.
    open: Option<Line>,
    /// What must be heard before the next is said.
    until: Option<String>,
    next_at: Instant,
}

pub(super) async fn run(world: World, plan: Plan) {
    let Some(Session { thread, token, refresh }) = session(&world, None).await else { return };
    plan.open(&world.ledger, WEB, &thread);
    let (next_at, seen) = (Instant::now(), 0);
    let mut visitor = Visitor { world, plan, thread, token, refresh, seen, open: None, until: None, next_at };
    while !visitor.world.end.is_cancelled() {
        if let Ok(socket) = visitor.connect().await {
            visitor.talk(socket).await;
        }
        sleep(AGAIN).await;
    }
}

pub(super) struct Session {
    pub thread: String,
    pub token: String,
    refresh: String,
}

/// A new session, or new tokens for an old one; the studio may have to be asked again and again.
pub(super) async fn session(world: &World, refresh: Option<&str>) -> Option<Session> {
    let client = reqwest::Client::new();
    let body = refresh.map_or_else(|| json!({}), |refresh| json!({ "refresh": refresh })).to_string();
    let address = format!("http://{}/web/{WEB}/sessions", world.address);
    loop {
        let request = client.post(&address).header("origin", origin(world)).timeout(SILENCE);
        if let Ok(answer) = request.header("content-type", "application/json").body(body.clone()).send().await
            && let Ok(text) = answer.text().await
            && let Ok(opened) = serde_json::from_str::<Value>(&text)
            && let Some([thread, token, refresh]) = fields(&opened, ["session", "token", "refresh"])
        {
            return Some(Session { thread, token, refresh });
        }
        tokio::select! {
            () = sleep(AGAIN) => {}
            () = world.end.cancelled() => return None,
        }
    }
}

fn fields<const N: usize>(opened: &Value, names: [&str; N]) -> Option<[String; N]> {
    let texts: Option<Vec<String>> =
        names.iter().map(|name| opened[*name].as_str().map(str::to_owned)).collect();
    texts?.try_into().ok()
}

pub(super) fn origin(world: &World) -> String {
    format!("http://{}", world.address)
}

impl Visitor {
    async fn connect(&self) -> anyhow::Result<Socket> {
        let mut request = format!("ws://{}/web/{WEB}/socket", self.world.address).into_client_request()?;
        request.headers_mut().insert("origin", HeaderValue::try_from(origin(&self.world))?);
        let (mut socket, _) = tokio::time::timeout(SILENCE, connect_async(request)).await??;
        let hello = json!({ "type": "hello", "token": self.token, "after": self.seen });
        socket.send(Message::text(hello.to_string())).await?;
        if let Some(line) = &self.open {
            socket.send(message(line)).await?;
        }
        Ok(socket)
    }

    /// Until the socket breaks or the world ends.
    async fn talk(&mut self, mut socket: Socket) {
        let quiet = self.world.quiet.clone();
        let end = self.world.end.clone();
        let mut heard_at = Instant::now();
        loop {
            let may_say = self.open.is_none() && self.until.is_none() && !quiet.is_cancelled();
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Ok(Message::Text(text))) => {
                        heard_at = Instant::now();
                        if !self.take(&text) {
                            return;
                        }
                    }
                    Some(Ok(Message::Close(Some(why)))) if u16::from(why.code) == UNAUTHORIZED => {
                        return self.renew().await;
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
                () = sleep_until(self.next_at), if may_say => {
                    let line = self.plan.say(&self.world.ledger, &self.thread);
                    let sent = socket.send(message(&line)).await;
                    self.open = Some(line);
                    if sent.is_err() {
                        return;
                    }
                }
                () = self.until_done(), if self.until.is_some() => self.until = None,
                () = sleep_until(heard_at + SILENCE), if self.open.is_some() => return,
                () = end.cancelled() => return,
            }
        }
    }

    /// Returns once what is waited for was heard, or will never be.
    async fn until_done(&self) {
        if let Some(until) = &self.until {
            self.world.ledger.until_heard(&self.thread, until).await;
        }
    }

    /// The token has ended, by the studio's clock at least.
    async fn renew(&mut self) {
        if let Some(Session { token, refresh, .. }) = session(&self.world, Some(&self.refresh)).await {
            (self.token, self.refresh) = (token, refresh);
        }
    }

    /// Takes a frame; `false` where it is better to come back.
    fn take(&mut self, text: &str) -> bool {
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return false };
        if let Some(heard) = widget::heard(&frame) {
            if self.until.as_ref() == Some(&heard.text) {
                self.until = None;
            }
            self.seen = self.seen.max(heard.sequence);
            self.world.ledger.heard(&self.thread, heard);
            return true;
        }
        match frame["type"].as_str() {
            Some("ack") => {
                if let Some(line) = self.open.take_if(|line| frame["id"] == line.id.as_str()) {
                    self.world.ledger.acknowledged(&self.thread);
                    let heard = |text: &String| self.world.ledger.has_heard(&self.thread, text);
                    self.until = line.until.filter(|text| !heard(text));
                    self.next_at = Instant::now() + LEAST_PAUSE + self.plan.pause();
                }
                true
            }
            // Busy, most of all: the same again over a new socket.
            Some("error") => false,
            _ => true,
        }
    }
}

fn message(line: &Line) -> Message {
    let frame = json!({ "type": "message", "id": line.id, "text": line.text, "language": "en" });
    Message::text(frame.to_string())
}
