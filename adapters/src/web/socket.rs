//! `GET /web/{connection}/socket`: one conversation, live.
//!
//! The widget says `hello` with its token and the last sequence that it saw; the studio answers
//! `welcome`, then every message after that place, then what happens. Subscribing comes before
//! reading, and messages are sent by rising sequence only, so none is missed and none comes twice.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{
        Path, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{Extensions, StatusCode},
    response::Response,
};
use jiff::SignedDuration;
use studio_core::api::DeliveryState;
use tokio::{
    select,
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout},
};

use super::{
    deliver::deliver,
    door::{Visitor, visitor_of},
    frame::{ClientFrame, CloseCode, ErrorCode, ErrorFrame, ServerFrame},
    life::{Shared, address},
    outbound,
};
use crate::{
    host::{BotFace, Host, HostEvent, Standing, told_goodbye},
    problem::Problem,
    rate::{Limiter, Rate},
};

const LARGEST_FRAME: usize = 64 << 10;
const READ_BUFFER: usize = 2 << 10;
const WRITE_BUFFER: usize = 16 << 10;
/// What a slow reader may cost; no frame of ours is larger than half of it.
const LARGEST_WRITE_BUFFER: usize = 2 * outbound::LARGEST;
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Frames of every kind; messages have a lower limit of their own.
const FRAMES: Rate = Rate { count: 100, per: SignedDuration::from_secs(10) };
const PAGE: usize = 100;
/// For how long a socket is not read whose frame the studio was too busy to store: a flood waits in its sender.
const REST: Duration = Duration::from_secs(1);
/// For how long a client may take to hear why it is cut off.
const LINGER: Duration = Duration::from_secs(1);

pub(super) async fn upgrade<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let config = shared.host.web(&name).ok_or_else(|| Problem::no_connection(&name, "web"))?;
    let upgrade = upgrade.map_err(|_| {
        Problem::new(StatusCode::UPGRADE_REQUIRED, "this address is a WebSocket; use …/messages without one")
    })?;
    let address = address(&extensions);
    let place = shared.address_sockets.take(address, config.limits.sockets_per_address);
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(LARGEST_WRITE_BUFFER)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME);
    Ok(upgrade.on_upgrade(async move |mut socket| {
        let slow = Duration::from_secs(config.limits.slow_reader_seconds.into());
        // A page cannot read why an upgrade was refused, so too many are let in to be told.
        let mut goodbye = shared.host.goodbye();
        let ended = match &place {
            // What was answered before the goodbye leaves before it.
            Some(_) => select! {
                biased;
                ended = converse(&shared, &name, address, &mut socket) => ended,
                () = told_goodbye(&mut goodbye) => Err(Some(CloseCode::GoingAway)),
            },
            None => Err(Some(CloseCode::TooMany)),
        };
        if let Err(Some(code)) = ended {
            close(&mut socket, code, slow).await;
        }
    }))
}

async fn close(socket: &mut WebSocket, code: CloseCode, slow: Duration) {
    let frame = CloseFrame { code: code.number(), reason: code.reason().into() };
    // Whoever does not read cannot be told.
    if !matches!(timeout(slow, socket.send(Message::Close(Some(frame)))).await, Ok(Ok(()))) {
        return;
    }
    // What is still on its way would reset the connection, and the reason would be lost with it.
    let heard = async {
        while let Some(Ok(_)) = socket.recv().await {}
        // Behind a frame that is too large nothing can be read any more.
        if code == CloseCode::TooLarge {
            std::future::pending::<()>().await;
        }
    };
    let _ = timeout(LINGER, heard).await;
}

/// The first thing that a client learns.
pub(super) fn welcome<H: Host>(host: &H, visitor: &Visitor, standing: &Standing) -> ServerFrame {
    let BotFace { title, languages, commands: _ } = face(host, &visitor.config.bot);
    ServerFrame::Welcome {
        sequence: standing.sequence,
        title,
        languages,
        owner: outbound::owner(&standing.owner),
    }
}

fn face<H: Host>(host: &H, bot: &str) -> BotFace {
    host.face(bot).unwrap_or_else(|| BotFace {
        title: bot.to_owned(),
        languages: Vec::new(),
        commands: Vec::new(),
    })
}

/// Why a socket ends: with a code, or because the other side is gone already.
type End = Option<CloseCode>;

async fn converse<H: Host>(
    shared: &Shared<H>,
    name: &str,
    address: IpAddr,
    socket: &mut WebSocket,
) -> Result<(), End> {
    let (visitor, after) = hello(shared, name, socket).await?;
    let key = (visitor.session.clone(), address);
    let _place =
        shared.visitor_sockets.take(key, visitor.config.limits.sockets).ok_or(Some(CloseCode::TooMany))?;
    let mut live = shared.host.subscribe(visitor.conversation);
    // What is rarely under way is boxed: thousands of sockets wait, and each would hold the room for it.
    let standing = Box::pin(shared.host.standing(visitor.conversation)).await;
    let standing = standing.map_err(|_| Some(CloseCode::Unavailable))?;

    let limits = &visitor.config.limits;
    let slow = Duration::from_secs(limits.slow_reader_seconds.into());
    let ping_every = Duration::from_secs(limits.ping_seconds.max(1).into());
    let left = u64::try_from(visitor.until - shared.host.now().as_second()).unwrap_or(0);
    if !standing.outdates(after) {
        shared.host.reached(visitor.conversation, DeliveryState::Delivered, after);
    }
    let mut wire = Wire { shared, visitor: &visitor, socket, slow, sent: after, reads_at: None };
    Box::pin(wire.greet(&standing)).await?;

    let frames = Limiter::new(1);
    let mut ping = interval_at(Instant::now() + ping_every, ping_every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let ends = sleep(Duration::from_secs(left));
    tokio::pin!(ends);
    loop {
        select! {
            () = until(wire.reads_at) => wire.reads_at = None,
            received = wire.socket.recv(), if wire.reads_at.is_none() => {
                heard = Instant::now();
                match received {
                    Some(Ok(Message::Text(text))) => {
                        frames.take((), FRAMES, shared.host.now()).map_err(|_| Some(CloseCode::TooMany))?;
                        Box::pin(wire.take(&text)).await?;
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Close(_))) | None => return Err(None),
                    // A connection that broke is not there to be told.
                    Some(Ok(Message::Binary(_)) | Err(_)) => return Err(Some(CloseCode::TooLarge)),
                }
            }
            happened = live.recv() => Box::pin(wire.tell(happened, &mut live)).await?,
            _ = ping.tick() => {
                if heard.elapsed() > 2 * ping_every {
                    return Err(None);
                }
                wire.send(Message::Ping(Vec::new().into())).await?;
            }
            () = &mut ends => return Err(Some(CloseCode::Unauthorized)),
        }
    }
}

async fn until(reads_at: Option<Instant>) {
    match reads_at {
        Some(reads_at) => sleep_until(reads_at).await,
        None => std::future::pending().await,
    }
}

async fn hello<H: Host>(
    shared: &Shared<H>,
    name: &str,
    socket: &mut WebSocket,
) -> Result<(Visitor, u64), End> {
    let first = timeout(HELLO_WITHIN, socket.recv()).await.map_err(|_| Some(CloseCode::HelloTimeout))?;
    let text = match first {
        Some(Ok(Message::Text(text))) => text,
        Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => {
            return Err(Some(CloseCode::NoHello));
        }
        Some(Err(_)) => return Err(Some(CloseCode::TooLarge)),
        Some(Ok(Message::Close(_))) | None => return Err(None),
    };
    match ClientFrame::read(text.as_bytes()) {
        Ok(ClientFrame::Hello { token, after }) => {
            let visitor =
                visitor_of(&shared.host, name, &token).map_err(|_| Some(CloseCode::Unauthorized))?;
            Ok((visitor, after))
        }
        Ok(
            ClientFrame::Message { .. }
            | ClientFrame::Press { .. }
            | ClientFrame::Event { .. }
            | ClientFrame::Typing {}
            | ClientFrame::Read { .. },
        )
        | Err(_) => Err(Some(CloseCode::NoHello)),
    }
}

struct Wire<'a, H> {
    shared: &'a Shared<H>,
    visitor: &'a Visitor,
    socket: &'a mut WebSocket,
    slow: Duration,
    /// Sequence of the last message that was sent.
    sent: u64,
    /// Nothing is read before: the studio is too busy to store it.
    reads_at: Option<Instant>,
}

impl<H: Host> Wire<'_, H> {
    /// Does what a frame of the widget asks.
    async fn take(&mut self, text: &str) -> Result<(), End> {
        let host = &self.shared.host;
        let invalid = |message: String| {
            ServerFrame::Error(ErrorFrame {
                code: ErrorCode::Invalid,
                message,
                id: None,
                retry_after_ms: None,
            })
        };
        match ClientFrame::read(text.as_bytes()) {
            Err(message) => self.say(&invalid(message)).await,
            Ok(ClientFrame::Hello { .. }) => self.say(&invalid("hello was said already".into())).await,
            Ok(ClientFrame::Typing {}) => {
                host.typing(self.visitor.conversation);
                Ok(())
            }
            Ok(ClientFrame::Read { sequence }) => {
                host.reached(self.visitor.conversation, DeliveryState::Read, sequence.min(self.sent));
                Ok(())
            }
            Ok(
                frame @ (ClientFrame::Message { .. } | ClientFrame::Press { .. } | ClientFrame::Event { .. }),
            ) => {
                let answer =
                    deliver(self.shared, self.visitor, frame).await.unwrap_or_else(ServerFrame::Error);
                if matches!(&answer, ServerFrame::Error(error) if error.code == ErrorCode::Busy) {
                    self.reads_at = Some(Instant::now() + REST);
                }
                self.say(&answer).await
            }
        }
    }

    /// Tells the widget what happened.
    async fn tell(
        &mut self,
        happened: Result<HostEvent, RecvError>,
        live: &mut Receiver<HostEvent>,
    ) -> Result<(), End> {
        match happened {
            Ok(HostEvent::Message(message)) => self.pass(&message).await,
            Ok(HostEvent::LargeMessage) => self.catch_up().await,
            Ok(HostEvent::Silent) => Ok(()),
            Ok(HostEvent::Typing { who }) => {
                let bot = &self.visitor.config.bot;
                let who = if who == *bot { face(&self.shared.host, bot).title } else { who };
                self.say(&ServerFrame::Typing { who }).await
            }
            Ok(HostEvent::OwnerChanged(owner)) => {
                self.say(&ServerFrame::Owner { owner: outbound::owner(&owner) }).await
            }
            Ok(HostEvent::Erased) => self.say(&ServerFrame::Erased {}).await,
            Err(RecvError::Lagged(_)) => {
                // What was missed may have been more than messages: say how things stand.
                *live = live.resubscribe();
                let standing = self.shared.host.standing(self.visitor.conversation).await;
                let standing = standing.map_err(|_| Some(CloseCode::Unavailable))?;
                self.greet(&standing).await
            }
            // Its conversation was swept from the rooms, which happens to none that is watched.
            Err(RecvError::Closed) => Err(Some(CloseCode::Unavailable)),
        }
    }

    /// Says how things stand, and what the widget does not have yet.
    async fn greet(&mut self, standing: &Standing) -> Result<(), End> {
        self.say(&welcome(&self.shared.host, self.visitor, standing)).await?;
        self.settle(standing).await?;
        self.catch_up().await
    }

    /// Has the widget forget what is no longer true.
    async fn settle(&mut self, standing: &Standing) -> Result<(), End> {
        if standing.outdates(self.sent) {
            self.say(&ServerFrame::Erased {}).await?;
            self.sent = 0;
        }
        Ok(())
    }

    /// Sends every message after the last one that was sent.
    async fn catch_up(&mut self) -> Result<(), End> {
        loop {
            let page = self.shared.host.messages(self.visitor.conversation, self.sent, PAGE).await;
            let page = page.map_err(|_| Some(CloseCode::Unavailable))?;
            for message in &page {
                self.pass(message).await?;
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    async fn pass(&mut self, message: &studio_core::api::Message) -> Result<(), End> {
        if message.sequence <= self.sent {
            return Ok(());
        }
        self.sent = message.sequence;
        let Some(frame) = outbound::message(message) else { return Ok(()) };
        let Some(text) = written(&ServerFrame::Message(frame)) else { return Ok(()) };
        self.send(Message::Text(text.into())).await?;
        self.shared.host.reached(self.visitor.conversation, DeliveryState::Sent, message.sequence);
        Ok(())
    }

    async fn say(&mut self, frame: &ServerFrame) -> Result<(), End> {
        match written(frame) {
            Some(text) => self.send(Message::Text(text.into())).await,
            None => Ok(()),
        }
    }

    /// A reader that takes nothing for too long is dropped: it comes back and catches up.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.slow, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => {
                tracing::warn!(connection = self.visitor.config.name, "channel.reader_too_slow");
                Err(None)
            }
        }
    }
}

/// What is sent of a frame; nothing where it is too large.
fn written(frame: &ServerFrame) -> Option<String> {
    let written = outbound::written(frame);
    written.inspect_err(|size_bytes| tracing::error!(size_bytes, "channel.message_too_large")).ok()
}
