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
use futures::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue, protocol::WebSocketConfig},
};

use crate::home::WEB;

/// Sockets that are being opened at once.
const OPENING: usize = 64;
/// Sockets from one address of ours: a pair of addresses has no more than some 28,000 ports.
const FROM_ONE_ADDRESS: usize = 10_000;
/// Files that a studio and this program have open besides.
const OTHER_FILES: usize = 1_000;
/// Of ours, so that 20,000 clients fit beside the studio.
const BUFFER: usize = 1 << 10;

pub type Socket = WebSocketStream<TcpStream>;

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
    let request = client.post(format!("http://{address}/web/{WEB}/sessions"));
    let request =
        request.header("origin", format!("http://{address}")).header("content-type", "application/json");
    let opened = request.body("{}").send().await?.error_for_status()?.text().await?;
    let opened: Value = serde_json::from_str(&opened)?;
    Ok(opened["token"].as_str().context("a session has a token")?.to_owned())
}

/// Opens a socket, says hello and waits for the welcome.
pub async fn open(address: SocketAddr, token: &str, place: usize) -> anyhow::Result<Socket> {
    let from = u8::try_from(2 + place / FROM_ONE_ADDRESS).context("too many sockets")?;
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into())?;
    let stream = socket.connect(address).await?;
    let mut request = format!("ws://{address}/web/{WEB}/socket").into_client_request()?;
    request.headers_mut().insert("origin", HeaderValue::try_from(format!("http://{address}"))?);
    let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    socket.send(Message::text(json!({ "type": "hello", "token": token, "after": 0 }).to_string())).await?;
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
