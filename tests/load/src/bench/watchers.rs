//! How are very many sockets opened that only watch?

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, bail, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{net::TcpSocket, task::JoinSet};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};

use crate::widget::{self, Socket};

/// Sockets that are being opened at once.
const OPENING: usize = 64;
/// Sockets from one address of ours: a pair of addresses has no more than some 28,000 ports.
const FROM_ONE_ADDRESS: usize = 10_000;
/// Files that a studio and this program have open besides.
const OTHER_FILES: usize = 1_000;
/// Of ours, so that 20,000 clients fit beside the studio.
const BUFFER: usize = 1 << 10;

/// Open sockets, each read by a task of its own until this is dropped.
#[derive(Debug)]
pub struct Watchers {
    tasks: JoinSet<()>,
    heard: Arc<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    /// When each of them was told of the bot's reply.
    at: Mutex<Vec<Instant>>,
    broken: AtomicUsize,
}

/// Raises the number of files that this process and those it starts may open, as far as that is allowed; how many
/// of `count` sockets that is enough for.
pub fn allow(count: usize) -> usize {
    let wanted = (count + OTHER_FILES) as u64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return count;
    }
    let higher = maximum.map(|maximum| maximum.max(wanted));
    let tries = [Rlimit { current: Some(wanted), maximum: higher }, Rlimit { current: maximum, maximum }];
    for limits in tries {
        if setrlimit(Resource::Nofile, limits).is_ok() {
            break;
        }
    }
    match getrlimit(Resource::Nofile).current {
        None => count,
        Some(current) => {
            count.min(usize::try_from(current).unwrap_or(usize::MAX).saturating_sub(OTHER_FILES))
        }
    }
}

/// A new visitor's token.
pub async fn token(client: &reqwest::Client, address: SocketAddr) -> anyhow::Result<String> {
    Ok(widget::session(client, address).await?.token)
}

/// Opens a socket, says hello and waits for the welcome.
pub async fn open(address: SocketAddr, token: &str, place: usize) -> anyhow::Result<Socket> {
    let from = u8::try_from(2 + place / FROM_ONE_ADDRESS).context("too many sockets")?;
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into())?;
    let stream = socket.connect(address).await?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
    let mut socket = widget::socket(stream, address, token, Some(config)).await?;
    match socket.next().await {
        Some(Ok(Message::Text(text))) if text.contains(r#""type":"welcome""#) => Ok(socket),
        other => bail!("no welcome, but {other:?}"),
    }
}

impl Watchers {
    /// Opens a socket for each token.
    pub async fn open(address: SocketAddr, tokens: &[String]) -> anyhow::Result<Self> {
        let mut watchers = Self { tasks: JoinSet::new(), heard: Arc::default() };
        let opening = stream::iter(tokens.iter().enumerate())
            .map(|(place, token)| open(address, token, place))
            .buffer_unordered(OPENING);
        let mut opening = std::pin::pin!(opening);
        while let Some(socket) = opening.try_next().await? {
            watchers.tasks.spawn(watch(socket, Arc::clone(&watchers.heard)));
        }
        Ok(watchers)
    }

    /// When the replies since the last call were heard; an error if a socket broke.
    pub fn take(&self) -> anyhow::Result<Vec<Instant>> {
        let broken = self.heard.broken.load(Ordering::Relaxed);
        ensure!(broken == 0, "{broken} sockets broke");
        Ok(std::mem::take(&mut *self.heard.at.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// How many have heard a reply since the last [`Self::take`].
    pub fn heard(&self) -> usize {
        self.heard.at.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Reads, and by reading answers pings.
async fn watch(mut socket: Socket, heard: Arc<Heard>) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        if text.contains("pong") {
            heard.at.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        }
    }
    heard.broken.fetch_add(1, Ordering::Relaxed);
}
