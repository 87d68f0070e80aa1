//! What do sockets cost that never read? They are cut off, and what they were told stands in the journal.
//!
//! Every visitor's socket reads nothing after its hello, with as little room as the system allows for what waits.
//! Then each of them is told more than the system keeps, by way of its own long messages, which the bot repeats.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, stream};
use reqwest::Client;
use serde_json::json;
use tokio::time::sleep;

use super::{Outcome, Size, world::World};
use crate::{
    home::WEB,
    narrow::narrow,
    process::Program,
    usage::Usage,
    widget::{Session, Socket, session, socket},
};

/// Sockets opened, and messages sent, at a time.
const AT_ONCE: usize = 64;
/// Characters of a message. The bot says the same again.
const LONG: usize = 9_000;
/// All visitors together are told so much.
const MESSAGES: usize = 12;
/// The setting `slow_reader_seconds`, and as long for whatever else is to be done.
const DROPPED_WITHIN: Duration = Duration::from_secs(40);

struct Visitor {
    session: String,
    token: String,
    /// Open, and never read.
    _socket: Socket,
}

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let world = World::start(program, size).await?;
    let pid = world.pid()?;
    let without = Usage::of(pid)?.descriptors;
    let client = Client::new();
    let opening = (0..size.sockets).map(|_| open(&world, &client));
    let opened: Vec<anyhow::Result<Visitor>> =
        stream::iter(opening).buffer_unordered(AT_ONCE).collect().await;
    let visitors = opened.into_iter().collect::<anyhow::Result<Vec<Visitor>>>()?;

    for number in 0..MESSAGES {
        let telling = visitors.iter().map(|visitor| tell(&world, &client, visitor, number));
        let told: Vec<anyhow::Result<()>> = stream::iter(telling).buffer_unordered(AT_ONCE).collect().await;
        told.into_iter().collect::<anyhow::Result<()>>()?;
    }
    let begun = Instant::now();
    // The connections that sent the messages are kept for a while, those of the sockets are gone.
    while Usage::of(pid)?.descriptors > without + size.sockets / 10 + AT_ONCE + 16 {
        if begun.elapsed() > DROPPED_WITHIN {
            let left = Usage::of(pid)?.descriptors;
            world.finding(format!("{left} descriptors are open, {without} were before the sockets"));
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let note = format!(
        "{} sockets, cut off {:.1} s after the last message",
        size.sockets,
        begun.elapsed().as_secs_f64()
    );
    drop(visitors);
    world.finish("asleep", note).await
}

async fn open(world: &World, client: &Client) -> anyhow::Result<Visitor> {
    let Session { thread, token } = session(client, world.home.address).await?;
    let socket = socket(narrow(&world.home).await?, world.home.address, &token, None).await?;
    world.open_deaf(&thread);
    Ok(Visitor { session: thread, token, _socket: socket })
}

async fn tell(world: &World, client: &Client, visitor: &Visitor, number: usize) -> anyhow::Result<()> {
    let origin = format!("http://{}", world.home.address);
    let (id, text) = (format!("m{number}"), format!("say {}", "x".repeat(LONG)));
    let body = json!({ "type": "message", "id": id, "text": text, "language": "en" }).to_string();
    world.book.sent(&visitor.session, 0, (&id, &text));
    loop {
        let request = client.post(format!("{origin}/web/{WEB}/messages")).header("origin", &origin);
        let request = request.bearer_auth(&visitor.token).header("content-type", "application/json");
        let answer = request.body(body.clone()).send().await?;
        match answer.status().as_u16() {
            202 => {
                world.book.acknowledged(&visitor.session, 0);
                return Ok(());
            }
            503 => {
                let after =
                    answer.headers().get("retry-after").and_then(|after| after.to_str().ok()?.parse().ok());
                world.refused();
                sleep(Duration::from_secs(after.context("503 without Retry-After")?)).await;
            }
            other => anyhow::bail!("a message was answered with {other}"),
        }
    }
}
