//! When did the replies come?

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context as _;
use serde::Deserialize;
use tokio::net::{TcpListener, TcpStream};

use super::{Threads, wire::Wire};

/// The replies of one rate. Those of a conversation come in the order of its messages.
#[derive(Debug)]
pub struct Replies {
    threads: Threads,
    /// Replies so far, by conversation.
    counts: Vec<AtomicUsize>,
    arrived: Mutex<Vec<Arrived>>,
    /// Of all conversations, also those whose replies are not told one by one.
    total: AtomicUsize,
    expected: AtomicUsize,
}

/// A reply, and which of the messages of its rate it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrived {
    pub at: Instant,
    pub number: usize,
}

/// As both studio and Telegram's API are answered.
const TAKEN: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 23\r\n\r\n\
    {\"ok\":true,\"result\":{}}";
const REFUSED: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";

/// What a studio posts, or what is sent by Telegram's API.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    chat_id: Option<usize>,
}

#[derive(Deserialize)]
struct Data<'a> {
    conversation: &'a str,
}

impl Replies {
    pub fn new(threads: Threads) -> Self {
        let counts = (0..threads.count).map(|_| AtomicUsize::new(0)).collect();
        let (total, expected) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { threads, counts, arrived: Mutex::default(), total, expected }
    }

    pub(super) fn expect(&self, count: usize) {
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
        self.expected.store(count, Ordering::Relaxed);
    }

    pub(super) fn missing(&self) -> usize {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.expected.load(Ordering::Relaxed).saturating_sub(arrived)
    }

    pub(super) fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replies so far. Forgets when they came.
    pub(super) fn total(&self) -> usize {
        self.take();
        self.total.load(Ordering::Relaxed)
    }

    /// Notes that a reply to this conversation came.
    fn note(&self, conversation: usize) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let place = conversation / self.threads.step;
        let Some(count) = self.counts.get(place) else { return };
        let earlier = count.fetch_add(1, Ordering::Relaxed);
        let arrived = Arrived { at: Instant::now(), number: place + earlier * self.counts.len() };
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
    }
}

/// Takes the replies of a studio, and what a bot says by Telegram's API.
pub async fn start(replies: Arc<Replies>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the receiver of replies")?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&replies)));
        }
    });
    Ok(address)
}

async fn serve(stream: TcpStream, replies: Arc<Replies>) -> io::Result<()> {
    let mut wire = Wire::new(stream)?;
    while let Some(request) = wire.next().await? {
        let answer = match conversation(request.body) {
            Some(conversation) => {
                replies.note(conversation);
                TAKEN
            }
            None => REFUSED,
        };
        wire.write(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Whom a reply is for.
fn conversation(body: &[u8]) -> Option<usize> {
    match serde_json::from_slice::<Body>(body).ok()? {
        Body { data: Some(data), .. } => data.conversation.parse().ok(),
        Body { chat_id, .. } => chat_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_names_its_conversation() {
        assert_eq!(
            conversation(br#"{"type":"message","data":{"conversation":"17","message":{}}}"#),
            Some(17)
        );
        assert_eq!(conversation(br#"{"chat_id":17,"text":"ping"}"#), Some(17));
        assert_eq!(conversation(b"{}"), None);
    }
}
