//! How do events come where Slack cannot reach the studio? By sockets that the studio opens (Socket Mode).
//!
//! The library's own listener reads an event into its types before anyone sees it, and acknowledges what it cannot read
//! although nobody has kept it; it waits in fixed steps, and its tasks outlive a stop. So the socket is our own: it
//! acknowledges what is stored, keeps what it cannot read, and opens the next before Slack closes the last
//! (`docs/decisions/0014-slack.md`).

use std::time::Duration;

use axum::body::Bytes;
use futures::{SinkExt as _, StreamExt as _, stream::FuturesUnordered};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::prelude::SlackApiToken;
use tokio::{select, sync::mpsc, time::Instant};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use url::Url;

use super::{
    life::{Account, delay, pause},
    payload::Payload,
    receive::{Opening, Receipt},
    tokens::Verdict,
    trouble::Trouble,
};
use crate::{
    fence::{Socket, SocketError},
    host::Host,
    misread::named,
};

const CONNECT: Duration = Duration::from_secs(15);
/// How often we knock, and after how much silence a socket is given up.
const PING: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(35);
/// How long one who asks waits for a socket.
const LONGEST_LOOK: Duration = Duration::from_secs(10);
/// A socket that lived so long was no failure.
const LASTED: Duration = Duration::from_mins(1);
/// A frame holds one event; Slack's largest are far below.
const LARGEST_FRAME: usize = 4 << 20;

/// What is tried, as the connection's life calls it.
const ADDRESS: &str = "address";
const SOCKET: &str = "socket";

/// Forms that are being opened at once.
const MOST_OPENING: usize = 64;

#[derive(Deserialize)]
struct Opened {
    url: Url,
}

/// A frame of Slack's.
#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    envelope_id: Option<String>,
    #[serde(default)]
    payload: Option<Value>,
    /// How often it was sent before.
    #[serde(default)]
    retry_attempt: Option<u64>,
    #[serde(default)]
    reason: Option<String>,
}

/// Why a socket is no more.
enum Ended {
    /// Slack asked for it.
    Asked,
    /// It was lost; a sentence.
    Lost(String),
    /// It could not be opened.
    Refused(Trouble),
}

/// What comes of a frame.
enum Next {
    Acknowledge(String),
    /// The same, and a form is to be opened.
    Open(String, Opening),
    /// Not acknowledged: Slack sends it again.
    Leave,
    Greeted,
    /// This socket will be closed: the next is to be opened.
    Replace,
    Off,
}

impl Account {
    /// Keeps a socket open; returns at once where none is wanted.
    pub(super) async fn listen<H: Host>(&self, host: &H) {
        let Some(token) = &self.app_token else { return };
        let (replace, mut replaced) = mpsc::channel(4);
        let mut sockets = FuturesUnordered::new();
        let open = |pause| self.socket(host, token, replace.clone(), pause);
        sockets.push(open(Duration::ZERO));
        let mut tries = 0;
        let mut replaced_at: Option<Instant> = None;
        loop {
            select! {
                Some(()) = replaced.recv() => {
                    // Slack asks once in hours; where it asks again and again, nothing is gained by haste.
                    let hasty = replaced_at.is_some_and(|at| at.elapsed() < LASTED);
                    replaced_at = Some(Instant::now());
                    sockets.push(open(if hasty { delay(host, 4) } else { Duration::ZERO }));
                }
                Some((ended, lasted)) = sockets.next() => {
                    tries = if lasted > LASTED { 0 } else { tries + 1 };
                    let pause = match ended {
                        Ended::Asked => continue,
                        Ended::Lost(why) => {
                            if lasted < LASTED {
                                self.notes().life.failed(SOCKET, &why);
                            }
                            self.warn(host, why);
                            self.missed(host);
                            self.tried.notify_waiters();
                            delay(host, tries)
                        }
                        Ended::Refused(trouble) => {
                            self.note_socket(host, &trouble);
                            self.notes().was_deaf = true;
                            self.missed(host);
                            self.tried.notify_waiters();
                            pause(host, &trouble, tries)
                        }
                    };
                    sockets.push(open(pause));
                }
            }
        }
    }

    /// One socket from its opening to its end, and how long it lived.
    async fn socket<H: Host>(
        &self,
        host: &H,
        token: &SlackApiToken,
        replace: mpsc::Sender<()>,
        pause: Duration,
    ) -> (Ended, Duration) {
        select! {
            () = tokio::time::sleep(pause) => {}
            () = self.wanted.notified() => {}
        }
        let mut socket = match self.open(host, token).await {
            Ok(socket) => socket,
            Err(ended) => return (ended, Duration::ZERO),
        };
        let began = Instant::now();
        let mut greeted = Greeted { account: self, yes: false };
        let ended = self.converse(host, &mut socket, &replace, &mut greeted).await;
        // It is gone already where it was lost.
        let _ = tokio::time::timeout(Duration::from_secs(1), socket.close(None)).await;
        (ended, began.elapsed())
    }

    /// Learns whether a socket can be opened, where none is. Slack gives out few addresses: one that waits is opened now.
    pub(super) async fn ask_for_a_socket<H: Host>(&self, host: &H) {
        let Some(token) = &self.app_token else { return };
        let (is_living, hears) = {
            let notes = self.notes();
            let is_open = notes.sockets > 0 && ![ADDRESS, SOCKET].iter().any(|what| notes.life.fails(what));
            (notes.is_living, notes.tokens.app == Verdict::Taken && (is_open || !notes.is_living))
        };
        if hears {
            return;
        }
        if is_living {
            let tried = self.tried.notified();
            self.wanted.notify_one();
            // What has become of it stands in the notes.
            let _ = tokio::time::timeout(LONGEST_LOOK, tried).await;
        } else if let Err(trouble) = self.address(host, token).await {
            self.note_socket(host, &trouble);
        }
    }

    /// Keeps why there is no socket.
    fn note_socket<H: Host>(&self, host: &H, trouble: &Trouble) {
        let refused = trouble.of_app_token();
        if let Some(reason) = refused.clone() {
            self.notes().tokens.app = Verdict::Refused { at: host.now(), reason };
        }
        let why = refused.unwrap_or_else(|| trouble.sentence());
        if trouble.needs_somebody() {
            self.notes().life.refused(ADDRESS, &why);
        } else {
            self.notes().life.failed(ADDRESS, &why);
        }
        self.warn(host, why);
    }

    /// Where the next socket may be opened.
    async fn address<H: Host>(&self, host: &H, token: &SlackApiToken) -> Result<Opened, Trouble> {
        let opened = self.post_as(host, token, "apps.connections.open", &json!({})).await?;
        let mut notes = self.notes();
        notes.tokens.app = Verdict::Taken;
        notes.life.passed(ADDRESS);
        Ok(opened)
    }

    async fn open<H: Host>(&self, host: &H, token: &SlackApiToken) -> Result<Socket, Ended> {
        let opened = self.address(host, token).await.map_err(Ended::Refused)?;
        let mut config = WebSocketConfig::default();
        config.read_buffer_size = 16 << 10;
        config.write_buffer_size = 4 << 10;
        config.max_write_buffer_size = 1 << 20;
        config.max_message_size = Some(LARGEST_FRAME);
        config.max_frame_size = Some(LARGEST_FRAME);
        let connecting = self.fence.socket(&opened.url, Some(config));
        match tokio::time::timeout(CONNECT, connecting).await {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(SocketError::Barred(barred))) => {
                Err(Ended::Lost(format!("the socket of Slack's was not opened: {barred}")))
            }
            // What it says may hold the address, which is a secret for as long as it is good.
            Ok(Err(SocketError::Failed(_))) | Err(_) => {
                Err(Ended::Lost("the socket of Slack's could not be opened".to_owned()))
            }
        }
    }

    async fn converse<H: Host>(
        &self,
        host: &H,
        socket: &mut Socket,
        replace: &mpsc::Sender<()>,
        greeted: &mut Greeted<'_>,
    ) -> Ended {
        let mut knock = tokio::time::interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        let mut leaving = false;
        let mut opening = FuturesUnordered::new();
        loop {
            let message = select! {
                message = socket.next() => message,
                Some(()) = opening.next() => continue,
                _ = knock.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Ended::Lost("the socket of Slack's fell silent".to_owned());
                    }
                    if socket.send(Message::Ping(Bytes::from_static(b"studio"))).await.is_err() {
                        return lost(leaving);
                    }
                    continue;
                }
            };
            heard = Instant::now();
            let text = match message {
                Some(Ok(Message::Text(text))) => Bytes::from(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return lost(leaving),
            };
            let next = match self.frame(host, text).await {
                Next::Open(envelope, form) => {
                    // Beside what is said meanwhile. Who finds no room presses again.
                    if opening.len() < MOST_OPENING {
                        opening.push(self.open_form(host, form, Instant::now()));
                    }
                    Next::Acknowledge(envelope)
                }
                other => other,
            };
            match next {
                Next::Open(envelope, _) | Next::Acknowledge(envelope) => {
                    let acknowledgement = json!({ "envelope_id": envelope }).to_string();
                    if socket.send(Message::text(acknowledgement)).await.is_err() {
                        return lost(leaving);
                    }
                }
                Next::Greeted => greeted.say(host),
                // Slack closes it; until then events may still come.
                Next::Replace if !leaving => {
                    leaving = true;
                    // The receiver lives as long as this future.
                    let _ = replace.send(()).await;
                }
                Next::Replace | Next::Leave => {}
                Next::Off => {
                    let code = "link_disabled".to_owned();
                    return Ended::Refused(Trouble::Refused { code, details: Vec::new() });
                }
            }
        }
    }

    async fn frame<H: Host>(&self, host: &H, text: Bytes) -> Next {
        let Ok(frame) = serde_json::from_slice::<Frame>(&text) else {
            // Without its envelope it cannot be acknowledged.
            self.receive(host, Err("a frame of the socket is not as documented".to_owned()), &text).await;
            return Next::Leave;
        };
        if frame.retry_attempt.is_some_and(|before| before > 0) {
            self.missed(host);
        }
        match (frame.kind.as_str(), frame.envelope_id, frame.payload) {
            ("hello", _, _) => Next::Greeted,
            ("disconnect", _, _) if frame.reason.as_deref() == Some("link_disabled") => Next::Off,
            ("disconnect", _, _) => Next::Replace,
            (kind, Some(envelope), Some(payload)) => {
                let unknown = || Err(format!("frames of the kind {} are not known", named(kind)));
                let payload = Payload::of_socket(kind, payload).unwrap_or_else(unknown);
                match self.receive(host, payload, &text).await {
                    Receipt::Stored | Receipt::Challenge(_) => Next::Acknowledge(envelope),
                    Receipt::Open(form) => Next::Open(envelope, form),
                    Receipt::Busy(_) => Next::Leave,
                }
            }
            (kind, envelope, _) => {
                let lacking = if envelope.is_some() { "payload" } else { "envelope_id" };
                let why = format!("a frame of the kind {} lacks the field {lacking}", named(kind));
                match (self.receive(host, Err(why), &text).await, envelope) {
                    (Receipt::Busy(_), _) | (_, None) => Next::Leave,
                    (Receipt::Stored | Receipt::Open(_) | Receipt::Challenge(_), Some(envelope)) => {
                        Next::Acknowledge(envelope)
                    }
                }
            }
        }
    }
}

/// Counts an open socket for as long as it lives, however it ends.
struct Greeted<'a> {
    account: &'a Account,
    yes: bool,
}

impl Greeted<'_> {
    fn say<H: Host>(&mut self, host: &H) {
        if self.yes {
            return;
        }
        self.yes = true;
        let was_deaf = {
            let mut notes = self.account.notes();
            notes.sockets += 1;
            notes.life.passed(SOCKET);
            std::mem::take(&mut notes.was_deaf)
        };
        self.account.tried.notify_waiters();
        if was_deaf {
            // What was said until now came by no socket.
            self.account.missed(host);
        }
    }
}

impl Drop for Greeted<'_> {
    fn drop(&mut self) {
        if self.yes {
            let mut notes = self.account.notes();
            notes.sockets = notes.sockets.saturating_sub(1);
            notes.was_deaf |= notes.sockets == 0;
        }
    }
}

fn lost(leaving: bool) -> Ended {
    if leaving { Ended::Asked } else { Ended::Lost("the socket of Slack's was closed".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fence::Fence, slack::Config, testing::Memory};

    fn account() -> Account {
        let config: Config =
            toml::from_str("name = 'support'\nbot = 'shop'\nbot_token = 'xoxb-1'\napp_token = 'xapp-1'")
                .expect("the connection of the test");
        let read = |_: &_| Err(std::io::Error::other("no files"));
        config.account(&Fence::none(), read).expect("its credentials")
    }

    #[tokio::test]
    async fn a_frame_that_says_nothing_known_is_kept_and_acknowledged_where_it_can_be() {
        let (account, host) = (account(), Memory::new(&[]));
        let frames = [
            (
                r#"{"type": "telepathy", "envelope_id": "E1", "payload": {}}"#,
                "frames of the kind telepathy are not",
            ),
            (r#"{"type": "events_api", "envelope_id": "E2"}"#, "lacks the field payload"),
            (r#"{"type": "events_api", "payload": {}}"#, "lacks the field envelope_id"),
            ("{", "not as documented"),
        ];
        for ((frame, expected), kept) in frames.into_iter().zip(1..) {
            let next = account.frame(&host, Bytes::from_static(frame.as_bytes())).await;
            let is_acknowledged = matches!(next, Next::Acknowledge(_));
            assert_eq!(is_acknowledged, frame.contains("envelope_id"), "{frame}");
            let unread = host.unread();
            assert_eq!(unread.len(), kept, "{frame}");
            assert!(unread[kept - 1].2.contains(expected), "{unread:?}");
        }
    }

    #[test]
    fn what_was_said_while_no_socket_was_open_is_read_once_one_is_again() {
        let (account, host) = (account(), Memory::new(&[]));
        let greeted = || {
            let mut greeted = Greeted { account: &account, yes: false };
            greeted.say(&host);
            greeted
        };
        let is_missing = || account.notes().reading.begin().is_some();
        let first = greeted();
        let second = greeted();
        drop(first);
        let third = greeted();
        assert!(!is_missing(), "one was open all the time");
        drop((second, third));
        let _fourth = greeted();
        assert!(is_missing());
        let _fifth = greeted();
        assert!(!is_missing());
    }
}
