//! What if a client sends or reads a byte a second? It is cut off, and told why where it can be.
//!
//! Each opens a connection by hand and crawls until the studio ends it; the trial gives up on a studio that does not.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures::StreamExt as _;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use super::guest::Guest;
use crate::{
    home::{HTTP, Home},
    narrow::narrow,
    widget,
};

const A_BYTE: Duration = Duration::from_secs(1);
/// Of which 256 MiB are read together, and how many are more than that.
const LARGE: usize = 1_000_000;
const BODIES: usize = 300;
const A_MOMENT: Duration = Duration::from_millis(50);
/// To the widget that reads slowly.
const MESSAGES: usize = 100;

/// A request whose head never ends.
pub(super) async fn head(home: &Home) -> anyhow::Result<u64> {
    let mut stream = TcpStream::connect(home.address).await?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: studio\r\nx-slow: ").await?;
    let (said, sent) = crawl(&mut stream).await?;
    // Nothing was asked yet, so nothing need be answered.
    if said.is_empty() || said.starts_with("HTTP/1.1 408 ") { Ok(sent) } else { bail!("it said {said:?}") }
}

/// A message whose body never ends.
pub(super) async fn body(home: &Home) -> anyhow::Result<u64> {
    let mut stream = TcpStream::connect(home.address).await?;
    let head = format!(
        "POST /webhooks/{HTTP} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
        home.address
    );
    stream.write_all(head.as_bytes()).await?;
    let (said, sent) = crawl(&mut stream).await?;
    if said.starts_with("HTTP/1.1 408 ") { Ok(sent) } else { bail!("it said {said:?}") }
}

/// More large bodies at once than are read together, each without its last byte; how many of them were not waited for.
pub(super) async fn bodies(home: &Home) -> anyhow::Result<u64> {
    let head = format!(
        "POST /webhooks/{HTTP} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {LARGE}\r\n\r\n",
        home.address
    );
    let body = vec![b' '; LARGE - 1];
    let mut streams = Vec::with_capacity(BODIES);
    for _ in 0..BODIES {
        let mut stream = TcpStream::connect(home.address).await?;
        stream.write_all(head.as_bytes()).await?;
        // Where the other end does not want it any more, reading says so.
        let _ = stream.write_all(&body).await;
        streams.push(stream);
    }
    let mut refused = 0;
    for stream in &mut streams {
        let mut part = [0; 1_024];
        // An answer, or the end of a connection whose answer was overtaken by what was still being sent.
        refused += u64::from(timeout(A_MOMENT, stream.read(&mut part)).await.is_ok());
    }
    Ok(refused)
}

/// Sends a byte a second until the other end closes; what that said, and how many bytes were sent.
async fn crawl(stream: &mut TcpStream) -> anyhow::Result<(String, u64)> {
    let (mut said, mut sent) = (Vec::new(), 0);
    loop {
        let mut part = [0; 1_024];
        tokio::select! {
            read = stream.read(&mut part) => match read {
                Ok(count @ 1..) => said.extend_from_slice(&part[..count]),
                Ok(0) | Err(_) => return Ok((String::from_utf8_lossy(&said).into_owned(), sent)),
            },
            () = sleep(A_BYTE) => {
                // Where the other end is gone, reading says so.
                sent += u64::from(stream.write_all(b"a").await.is_ok());
            }
        }
    }
}

/// An answer of which a byte a second is taken.
pub(super) async fn reader(home: &Home) -> anyhow::Result<u64> {
    let mut stream = narrow(home).await?;
    // More than the systems on both sides keep, if it is asked for often enough over the same connection.
    let request = format!("GET /widget.js HTTP/1.1\r\nhost: {}\r\n\r\n", home.address);
    let asking = request.repeat(100);
    stream.write_all(asking.as_bytes()).await?;
    trickle(&mut stream).await
}

/// Messages of which a byte a second is taken. Whoever comes back reads on.
pub(super) async fn socket(home: &Home) -> anyhow::Result<u64> {
    let mut guest = Guest::come(home).await?;
    let token = guest.token.clone();
    let open = async |stream: TcpStream| {
        let mut socket = widget::socket(stream, home.address, &token, None).await?;
        socket.next().await.context("a welcome")??;
        anyhow::Ok(socket)
    };
    let mut socket = open(narrow(home).await?).await?;
    for _ in 0..MESSAGES {
        let status = guest.say(&format!("say {}", "x".repeat(9_000))).await?;
        ensure!(status.is_success(), "a message was answered with {status}");
    }
    let bytes_read = trickle(socket.get_mut()).await?;
    let mut socket = open(TcpStream::connect(home.address).await?).await?;
    let last = format!("{MESSAGES} say ");
    while let Some(frame) = socket.next().await {
        let Message::Text(frame) = frame? else { continue };
        let frame: Value = serde_json::from_str(&frame)?;
        if frame["content"]["text"].as_str().is_some_and(|text| text.starts_with(&last)) {
            return Ok(bytes_read);
        }
    }
    bail!("who came back was cut off before the last reply")
}

/// Reads a byte a second until the studio has let go of the connection; how many it read.
async fn trickle(stream: &mut TcpStream) -> anyhow::Result<u64> {
    let mut taken = 0;
    let ours = stream.local_addr()?.port();
    while !is_held(ours)? {
        sleep(Duration::from_millis(10)).await;
    }
    while is_held(ours)? {
        sleep(A_BYTE).await;
        if stream.read_u8().await.is_err() {
            break;
        }
        taken += 1;
    }
    Ok(taken)
}

/// Whether a process still holds the other end of the connection from this port. Its system may go on for long to
/// offer what was written, so that nothing of it is seen from here.
fn is_held(port: u16) -> anyhow::Result<bool> {
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let theirs = format!(":{port:04X}");
    let line = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let other_end = line.filter(|fields| fields.get(2).is_some_and(|remote| remote.ends_with(&theirs)));
    Ok(other_end.into_iter().any(|fields| fields.get(9).is_some_and(|inode| *inode != "0")))
}
