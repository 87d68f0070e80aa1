//! How is a session of the gateway opened, kept alive and taken up again?
//!
//! 1. Hello tells the interval; the first heartbeat falls at a random place within it.
//! 2. A known session is resumed, otherwise we identify ourselves.
//! 3. A heartbeat that was not acknowledged when the next is due means a dead connection: it is closed with a code
//!    that keeps the session, and resumed.
//! 4. A frame that cannot be read is handed on as it came, and the next one is read. After a second one behind it
//!    the session is given up: what it held is caught up on by a new one.

use std::{pin::pin, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{
    Error, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::frame::{After, Dispatch, Session, Told, Unread, after, beat, identify, resume};
use crate::{
    fence::{Fence, Socket},
    pause::fraction,
};

/// Nothing of the gateway takes longer than this to open.
const PATIENCE: Duration = Duration::from_secs(20);
/// Any code but 1000 and 1001 keeps the session for a while.
const COMING_BACK: u16 = 4900;

/// What a session is opened with.
pub struct Opening<'a> {
    pub token: &'a str,
    pub intents: u64,
    /// Where a new session is opened.
    pub url: &'a str,
    /// Where it may be, and the address at which a session is taken up again.
    pub fence: &'a Fence,
    pub random: [u8; 32],
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Stopped,
    /// Nobody was reached at the address, or nobody who says hello; why.
    Unreached(String),
    /// Take the session up again; why it ended.
    Resume(String),
    Identify(String),
    Give(&'static str),
}

/// Takes what happened; `false` where there is no room for it now.
pub trait Sink {
    fn take(&mut self, dispatch: Dispatch) -> bool;
    /// Keeps a frame that cannot be read.
    fn keep(&mut self, unread: Unread);
    /// The session is open.
    fn opened(&mut self, session: &Session, resumed: bool);
}

/// Holds one connection until it ends. `session` is the one to resume, and becomes the one that there is.
pub async fn hold(
    opening: &Opening<'_>,
    session: &mut Option<Session>,
    sink: &mut impl Sink,
    stop: &CancellationToken,
) -> Ended {
    let base = session.as_ref().map_or(opening.url, |session| &session.url).to_owned();
    let Some(url) = address(&base) else {
        *session = None;
        return Ended::Identify(format!("“{base}” is no address of a gateway"));
    };
    let again = |why: String| Ended::Unreached(why);
    let mut socket = match timeout(PATIENCE, opening.fence.socket(&url, None)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => return again(format!("the gateway was not reached: {error}")),
        Err(_) => return again("the gateway was not reached in time".into()),
    };
    let mut connection =
        Connection { socket: &mut socket, session, sink, opening, resuming: false, last_unread: false };
    let ended = tokio::select! {
        ended = connection.live() => ended,
        () = stop.cancelled() => Ended::Stopped,
    };
    let keeps = !matches!(ended, Ended::Identify(_) | Ended::Give(_));
    let code = if keeps { CloseCode::from(COMING_BACK) } else { CloseCode::Normal };
    let goodbye = Message::Close(Some(CloseFrame { code, reason: "".into() }));
    let _ = timeout(Duration::from_secs(1), socket.send(goodbye)).await;
    ended
}

struct Connection<'a, S> {
    socket: &'a mut Socket,
    session: &'a mut Option<Session>,
    sink: &'a mut S,
    opening: &'a Opening<'a>,
    resuming: bool,
    /// Whether the event before could not be read.
    last_unread: bool,
}

impl<S: Sink> Connection<'_, S> {
    async fn live(&mut self) -> Ended {
        let interval = match timeout(PATIENCE, self.hello()).await {
            Ok(Ok(interval)) => interval,
            Ok(Err(Ended::Resume(why))) => return Ended::Unreached(why),
            Ok(Err(ended)) => return ended,
            Err(_) => return Ended::Unreached("the gateway said nothing".into()),
        };
        self.resuming = self.session.is_some();
        let first = match self.session.as_ref() {
            Some(session) => resume(self.opening.token, session),
            None => identify(self.opening.token, self.opening.intents),
        };
        if let Err(ended) = self.say(first).await {
            return ended;
        }
        let mut due = pin!(sleep_until(Instant::now() + interval.mul_f64(fraction(self.opening.random))));
        let mut acknowledged = true;
        loop {
            let told = tokio::select! {
                () = &mut due => {
                    if !acknowledged {
                        return Ended::Resume("a heartbeat was not acknowledged".into());
                    }
                    acknowledged = false;
                    due.as_mut().reset(Instant::now() + interval);
                    Told::Beat
                }
                told = next(self.socket) => match told {
                    Ok(told) => told,
                    Err(ended) => return ended,
                },
            };
            match told {
                Told::Unread(unread) => {
                    if let Err(ended) = self.pass(unread) {
                        return ended;
                    }
                }
                Told::Beat => {
                    let sequence = self.session.as_ref().map(|session| session.sequence);
                    if let Err(ended) = self.say(beat(sequence)).await {
                        return ended;
                    }
                }
                Told::Acknowledged => acknowledged = true,
                Told::Event(dispatch) => {
                    if let Err(ended) = self.happened(dispatch) {
                        return ended;
                    }
                }
                Told::Reconnect => return Ended::Resume("the gateway asks to come again".into()),
                Told::InvalidSession { resumable: true } => {
                    return Ended::Resume("the session is to be taken up again".into());
                }
                Told::InvalidSession { resumable: false } => {
                    *self.session = None;
                    return Ended::Identify("the session is gone".into());
                }
                // A kind that Discord adds may come often: it costs no session.
                Told::Unknown(unknown) => self.set_aside(unknown),
                Told::Hello { .. } => {}
            }
        }
    }

    async fn hello(&mut self) -> Result<Duration, Ended> {
        loop {
            if let Told::Hello { interval_milliseconds } = next(self.socket).await? {
                return Ok(Duration::from_millis(interval_milliseconds));
            }
        }
    }

    async fn say(&mut self, text: String) -> Result<(), Ended> {
        let sent = timeout(PATIENCE, self.socket.send(Message::text(text))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            // What the gateway said before it closed is read first.
            Ok(Err(error)) => match timeout(Duration::from_secs(1), next(self.socket)).await {
                Ok(Err(ended)) => Err(ended),
                Ok(Ok(_)) | Err(_) => Err(Ended::Resume(format!("the connection broke: {error}"))),
            },
            Err(_) => Err(Ended::Resume("the gateway takes nothing".into())),
        }
    }

    fn pass(&mut self, unread: Unread) -> Result<(), Ended> {
        let why = unread.why.clone();
        self.set_aside(unread);
        if std::mem::replace(&mut self.last_unread, true) { Err(Ended::Identify(why)) } else { Ok(()) }
    }

    fn set_aside(&mut self, unread: Unread) {
        let sequence = unread.sequence;
        self.sink.keep(unread);
        if let (Some(session), Some(sequence)) = (self.session.as_mut(), sequence) {
            session.sequence = session.sequence.max(sequence);
        }
    }

    fn happened(&mut self, dispatch: Dispatch) -> Result<(), Ended> {
        self.last_unread = false;
        let sequence = dispatch.sequence;
        match dispatch.kind.as_str() {
            "READY" => {
                let text = |field: &str| dispatch.data[field].as_str().map(str::to_owned);
                if let Some(id) = text("session_id") {
                    let url = text("resume_gateway_url").unwrap_or_else(|| self.opening.url.to_owned());
                    let session = Session { id, url, sequence };
                    self.sink.opened(&session, false);
                    *self.session = Some(session);
                }
            }
            "RESUMED" => {
                if let Some(session) = self.session.as_ref() {
                    self.sink.opened(session, true);
                }
            }
            _ => {}
        }
        if !self.sink.take(dispatch) {
            // It will be told again.
            return Err(Ended::Resume("too much waits to be stored".into()));
        }
        if let Some(session) = self.session.as_mut() {
            session.sequence = session.sequence.max(sequence);
        }
        Ok(())
    }
}

/// The next frame, or how the connection ended.
async fn next(socket: &mut Socket) -> Result<Told, Ended> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(Told::of(&text)),
            Some(Ok(Message::Close(close))) => {
                let code = close.as_ref().map(|close| u16::from(close.code));
                let why = match &close {
                    Some(close) => {
                        format!("the gateway closed with {}: {}", u16::from(close.code), close.reason)
                    }
                    None => "the gateway closed".to_owned(),
                };
                return Err(match after(code) {
                    After::Resume => Ended::Resume(why),
                    After::Identify => Ended::Identify(why),
                    After::Give(advice) => Ended::Give(advice),
                });
            }
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Err(Error::Capacity(error))) => {
                return Err(Ended::Identify(format!("a frame of the gateway is too large: {error}")));
            }
            Some(Err(error)) => return Err(Ended::Resume(format!("the connection broke: {error}"))),
            None => return Err(Ended::Resume("the connection ended".into())),
        }
    }
}

/// The address with version and encoding; `None` where it is not one of a socket.
fn address(base: &str) -> Option<Url> {
    let mut url = Url::parse(base).ok().filter(|url| matches!(url.scheme(), "ws" | "wss"))?;
    url.set_query(Some("v=10&encoding=json"));
    Some(url)
}
