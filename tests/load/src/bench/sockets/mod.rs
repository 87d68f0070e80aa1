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
    aim::Aim,
    process::Program,
    table::{grouped, head, megabytes, row, waits},
    turns::{Bench, Latency},
    usage::Usage,
};

/// Longer than the studio's time between two pings, so that every socket has answered one.
const IDLE: Duration = Duration::from_secs(30);
/// Messages to all.
const ROUNDS: usize = 5;
const ALL_TOLD_WITHIN: Duration = Duration::from_secs(30);

/// Of the server's memory, for each of them: less than this.
const AIM: u64 = 20 << 10;

const HEADS: [&str; 9] = [
    "sockets",
    "opened in",
    "resident before / after / when closed",
    "each",
    "told: first (p50)",
    "half within",
    "99 of 100",
    "all",
    "processor a socket told",
];

/// What was seen of one server.
struct Seen {
    count: usize,
    opened_in: Duration,
    before: u64,
    after: u64,
    closed: u64,
    /// When the first of all was told, of each message; and when each was.
    first: Latency,
    told: Latency,
    processor: Duration,
}

impl Seen {
    /// Of its memory, for one socket.
    fn each(&self) -> u64 {
        self.after.saturating_sub(self.before) / (self.count.max(1) as u64)
    }

    fn row(&self, whose: &str) -> String {
        let [half, most, all] = [500, 990, 1_000].map(|share| waits([self.told.at(share)]));
        row(&[
            format!("{}, {whose}", grouped(self.count)),
            format!("{:.1} s", self.opened_in.as_secs_f64()),
            [self.before, self.after, self.closed].map(megabytes).join(" / "),
            kib(self.each()),
            waits([self.first.at(500)]),
            half,
            most,
            all,
            format!("{} µs", self.processor.as_micros()),
        ])
    }
}

/// Opens each number of sockets at a studio of its own, and at a bare server.
pub async fn run(program: &Program, counts: &[usize]) -> anyhow::Result<()> {
    println!("{}", head(&HEADS));
    let mut aims = Vec::new();
    for &wanted in counts {
        let count = allow(wanted);
        let studio = of_studio(program, count).await?;
        println!("{}", studio.row("studio"));
        println!("{}", of_floor(count).await?.row("floor"));
        aims.extend(judged(wanted, count, studio.each()));
    }
    println!(
        "\nTold is counted from when a visitor's message left, over its durable turn. The floor is a server of axum's that keeps nothing.\n"
    );
    for aim in aims {
        println!("{aim}");
    }
    Ok(())
}

/// Of so many sockets that were wanted, so many that could be opened, and the memory of each.
fn judged(wanted: usize, count: usize, each: u64) -> Vec<Aim> {
    let what = |count: usize| format!("memory of a socket, of {}", grouped(count));
    let mut aims = vec![Aim::measured(what(count), "under 20 KiB", kib(each), each < AIM)];
    if count < wanted {
        let said =
            format!("{}: the machine allows a process no more open files (`ulimit -Hn`)", grouped(count));
        aims.push(Aim::measured("sockets at once", grouped(wanted), said, false));
    }
    aims
}

async fn of_studio(program: &Program, count: usize) -> anyhow::Result<Seen> {
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

async fn of_floor(count: usize) -> anyhow::Result<Seen> {
    let (process, address) = floor::start().await?;
    let pid = process.id().context("the floor has ended")?;
    measure(address, pid, &vec![String::new(); count]).await
}

/// Opens a socket for each token at the server with this `pid`.
async fn measure(address: SocketAddr, pid: u32, tokens: &[String]) -> anyhow::Result<Seen> {
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
    let processor =
        Usage::of(pid)?.processor.saturating_sub(busy.processor) / u32::try_from(told.len().max(1))?;
    Ok(Seen {
        count,
        opened_in,
        before: before.resident,
        after: after.resident,
        closed: closed.resident,
        first: Latency::of(first),
        told: Latency::of(told),
        processor,
    })
}

fn kib(bytes: u64) -> String {
    let tenths = bytes * 10 / 1_024;
    format!("{}.{} KiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_that_could_not_be_opened_are_an_aim_that_is_missed() {
        let said = |wanted: usize, count: usize, each: u64| -> Vec<String> {
            judged(wanted, count, each).iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            said(5_000, 5_000, 8_294),
            ["aim met | memory of a socket, of 5,000 | under 20 KiB | 8.0 KiB"]
        );
        let both = said(20_000, 19_000, 20 << 10);
        assert_eq!(both[0], "aim missed | memory of a socket, of 19,000 | under 20 KiB | 20.0 KiB");
        assert!(
            both[1].starts_with("aim missed | sockets at once | 20,000 | 19,000: the machine"),
            "{both:?}"
        );
    }

    #[test]
    fn a_row_has_a_cell_for_each_head() {
        let (first, told) = (Latency::default(), Latency::default());
        let (opened_in, processor) = (Duration::from_secs(19), Duration::from_micros(12));
        let seen = Seen { count: 10, opened_in, before: 0, after: 10_240, closed: 0, first, told, processor };
        assert_eq!(seen.row("studio").matches('|').count(), HEADS.len() + 1);
        assert_eq!(seen.each(), 1_024);
    }
}
