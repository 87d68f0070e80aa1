//! What does a visitor cost who only watches, and how fast are all told? The same is asked of a server that does nothing else.

mod floor;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

pub use self::floor::serve as serve_bare;
use super::watchers::{Watchers, allow, open, token};
use crate::{
    process::Program,
    turns::{Bench, Latency},
    usage::Usage,
};

/// Longer than the studio's time between two pings, so that every socket has answered one.
const IDLE: Duration = Duration::from_secs(30);
/// Messages to all.
const ROUNDS: usize = 5;
const ALL_TOLD_WITHIN: Duration = Duration::from_secs(30);

/// Opens each number of sockets at a studio of its own, and at a bare server.
pub async fn run(program: &Program, counts: &[usize]) -> anyhow::Result<()> {
    println!(
        "sockets  opened in   resident before/after     each     closed   told: first   half    99%    all   a socket"
    );
    for &wanted in counts {
        let count = allow(wanted);
        if count < wanted {
            println!(
                "{wanted} sockets need more open files than are allowed (`ulimit -n`): {count} are opened"
            );
        }
        println!("{}  studio", of_studio(program, count).await?);
        println!("{}  floor", of_floor(count).await?);
    }
    println!(
        "aim: under 20 KiB for each; told is counted from when a visitor's message left, over its durable turn. The floor \
         is a server of axum's that keeps nothing"
    );
    Ok(())
}

async fn of_studio(program: &Program, count: usize) -> anyhow::Result<String> {
    let bench = Bench::start(program).await?;
    let address = bench.stage.home.address;
    let pid = bench.studio.pid().context("the studio has ended")?;
    let client = reqwest::Client::new();
    let tokens = stream::iter(0..count).map(|_| token(&client, address)).buffer_unordered(16);
    let tokens: Vec<String> = tokens.try_collect().await?;
    let measured = measure(address, pid, &tokens).await?;
    bench.kill().await?;
    Ok(measured)
}

async fn of_floor(count: usize) -> anyhow::Result<String> {
    let (process, address) = floor::start().await?;
    let pid = process.id().context("the floor has ended")?;
    measure(address, pid, &vec![String::new(); count]).await
}

/// Opens a socket for each token at the server with this `pid`.
async fn measure(address: SocketAddr, pid: u32, tokens: &[String]) -> anyhow::Result<String> {
    let count = tokens.len();
    // What a start took and gave back is gone from its memory by then.
    sleep(IDLE).await;

    // A visitor each, with a conversation each.
    let before = Usage::of(pid)?;
    let begun = Instant::now();
    let watchers = Watchers::open(address, tokens).await?;
    let opened_in = begun.elapsed();
    sleep(IDLE).await;
    watchers.take()?;
    let after = Usage::of(pid)?;
    drop(watchers);
    while Usage::of(pid)?.descriptors > before.descriptors + 16 {
        sleep(Duration::from_millis(50)).await;
    }
    let closed = Usage::of(pid)?;

    // All of one conversation.
    let token = tokens.first().context("at least one socket is opened")?;
    let watchers = Watchers::open(address, &vec![token.clone(); count]).await?;
    let mut speaker = open(address, token, count).await?;
    let (mut first, mut told) = (Vec::new(), Vec::new());
    let busy = Usage::of(pid)?;
    for round in 0..ROUNDS {
        let message =
            json!({ "type": "message", "id": format!("m{round}"), "text": "ping", "language": "en" });
        let begun = Instant::now();
        speaker.send(Message::text(message.to_string())).await?;
        while watchers.heard() < count {
            ensure!(begun.elapsed() < ALL_TOLD_WITHIN, "only {} of {count} were told", watchers.heard());
            sleep(Duration::from_millis(2)).await;
        }
        let waits = watchers.take()?.into_iter().map(|at| at.duration_since(begun));
        let waits: Vec<Duration> = waits.collect();
        first.extend(waits.iter().min());
        told.extend(waits);
        sleep(Duration::from_millis(500)).await;
    }
    let each = (Usage::of(pid)?.processor.saturating_sub(busy.processor)) / u32::try_from(told.len())?;

    let told = Latency::of(told);
    let [half, most, all] = [500, 990, 1_000].map(|share| told.at(share).as_millis());
    Ok(format!(
        "{count:>7} {:>8.1} s {:>9} MB {:>6} MB {:>5.1} KiB {:>6} MB {:>9} ms {half:>3} ms {most:>3} ms {all:>3} ms {:>6} µs",
        opened_in.as_secs_f64(),
        before.resident >> 20,
        after.resident >> 20,
        kib(after.resident.saturating_sub(before.resident), count),
        closed.resident >> 20,
        Latency::of(first).at(500).as_millis(),
        each.as_micros(),
    ))
}

fn kib(bytes: u64, count: usize) -> f64 {
    let tenths = bytes * 10 / 1_024 / (count.max(1) as u64);
    f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0
}
