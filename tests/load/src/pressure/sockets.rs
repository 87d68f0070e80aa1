//! Who talks by the widget's sockets, and do they hear all that they are told? Once the load is over each visitor comes back with the number of
//! the last message that it heard, and hears the rest; then what it heard is compared with what the store has.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use futures::{SinkExt as _, StreamExt as _};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use super::world::World;
use crate::{
    bench::watchers::open,
    ledger::Ledger,
    widget::{self, Session, Socket, session},
};

const SOCKETS: usize = 64;
/// Least time between two messages: a socket takes 100 frames in 10 s.
const LEAST_PAUSE: Duration = Duration::from_millis(120);
/// No answer for so long is none.
const SILENCE: Duration = Duration::from_secs(20);
/// After a socket that broke, and between two looks.
const AGAIN: Duration = Duration::from_millis(100);
/// Longest wait until one of so many who come again and again was taken in and told something.
pub(super) const HEARD_WITHIN: Duration = Duration::from_mins(1);

/// Visitors by socket, who say the next thing when the last was acknowledged or refused.
pub(super) fn talk(world: &Arc<World>, until: Instant, senders: &mut JoinSet<()>) {
    for _ in 0..SOCKETS {
        let world = Arc::clone(world);
        senders.spawn(async move {
            let client = Client::new();
            while Instant::now() < until {
                let Err(error) = talk_once(&world, &client, until).await else { continue };
                if is_shed(&error) {
                    world.refused();
                } else {
                    world.broke(format!("a socket broke: {error:#}"));
                }
                sleep(AGAIN).await;
            }
        });
    }
}

/// Waits until somebody who talks has heard something, for most of what they say is refused under load; but not for ever.
pub(super) async fn until_heard(world: &World) {
    let begun = Instant::now();
    while !world.is_heard_by_socket() && begun.elapsed() < HEARD_WITHIN {
        sleep(AGAIN).await;
    }
}

/// Visitors who have come back.
pub(super) struct Listeners {
    threads: Vec<String>,
    tasks: JoinSet<()>,
}

impl Listeners {
    /// Whoever talked by a socket comes back, and stays.
    pub fn come_back(world: &Arc<World>) -> Self {
        let sessions = world.take_sessions();
        let threads = sessions.iter().map(|session| session.thread.clone()).collect();
        let mut tasks = JoinSet::new();
        for session in sessions {
            tasks.spawn(listen(Arc::clone(world), session));
        }
        Self { threads, tasks }
    }

    /// Sends them home; how many messages they heard in all, in a sentence. Nothing where they heard none.
    pub async fn leave(mut self, ledger: &Ledger) -> Option<String> {
        self.tasks.shutdown().await;
        let heard = self.threads.iter().filter_map(|thread| ledger.conversation(thread));
        let heard: usize = heard.map(|conversation| conversation.heard.len()).sum();
        (heard > 0).then(|| format!("{heard} messages heard in {} sessions by socket", self.threads.len()))
    }
}

/// Hears what has not been heard yet, over as many sockets as it takes.
async fn listen(world: Arc<World>, Session { thread, token }: Session) {
    loop {
        if let Ok(mut socket) = come_again(&world, &thread, &token).await {
            while let Some(Ok(frame)) = socket.next().await {
                take(&world.ledger, &thread, &frame);
            }
        }
        sleep(AGAIN).await;
    }
}

async fn come_again(world: &World, thread: &str, token: &str) -> anyhow::Result<Socket> {
    let address = world.home.address;
    let conversation = world.ledger.conversation(thread).context("it was opened")?;
    let seen = conversation.heard.iter().map(|heard| heard.sequence).max().unwrap_or_default();
    widget::socket_after(TcpStream::connect(address).await?, address, token, seen).await
}

/// The frame; where it brings a message, that is heard.
fn take(ledger: &Ledger, thread: &str, frame: &Message) -> Option<Value> {
    let Message::Text(frame) = frame else { return None };
    let frame: Value = serde_json::from_str(frame).ok()?;
    if let Some(heard) = widget::heard(&frame) {
        ledger.heard(thread, heard);
    }
    Some(frame)
}

/// Whether a visitor was told to come again later, which under too much load is right.
fn is_shed(error: &anyhow::Error) -> bool {
    let status = error.downcast_ref::<reqwest::Error>().and_then(reqwest::Error::status);
    status == Some(StatusCode::SERVICE_UNAVAILABLE)
}

async fn talk_once(world: &World, client: &Client, until: Instant) -> anyhow::Result<()> {
    let session = session(client, world.home.address).await?;
    let mut socket = open(world.home.address, &session.token, 0).await?;
    let thread = session.thread.clone();
    world.open_session(session);
    for number in 1.. {
        if Instant::now() >= until {
            break;
        }
        let (id, text) = (format!("m{number}"), format!("say {number}"));
        let frame = json!({ "type": "message", "id": id, "text": text, "language": "en" });
        world.book.sent(&thread, 0, (&id, &text));
        socket.send(Message::text(frame.to_string())).await?;
        let pause = if let Some(pause) = refused_for(&world.ledger, &thread, &mut socket, &id).await? {
            world.refused();
            pause
        } else {
            world.book.acknowledged(&thread, 0);
            LEAST_PAUSE
        };
        sleep(pause.max(LEAST_PAUSE)).await;
    }
    Ok(())
}

/// How long a message is to wait; nothing where it is acknowledged.
async fn refused_for(
    ledger: &Ledger,
    thread: &str,
    socket: &mut Socket,
    id: &str,
) -> anyhow::Result<Option<Duration>> {
    while let Some(frame) = timeout(SILENCE, socket.next()).await.context("a message has no answer")? {
        let Some(frame) = take(ledger, thread, &frame?) else { continue };
        match frame["type"].as_str() {
            Some("ack") if frame["id"] == id => return Ok(None),
            Some("error") => {
                let pause = frame["retry_after_ms"].as_u64();
                let pause = pause.with_context(|| format!("a message was refused for good: {frame}"))?;
                return Ok(Some(Duration::from_millis(pause)));
            }
            _ => {}
        }
    }
    bail!("the studio closed it")
}
