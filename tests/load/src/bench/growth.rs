//! Is it as fast with many conversations stored?

use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Client;
use studio_core::id::{ConversationId, OrganisationId};

use super::{CONNECTIONS, disk::Disk, filled::Filler};
use crate::{
    home::HTTP,
    process::Program,
    stored,
    table::{grouped, head, megabytes, rounded, row, waits},
    turns::{Floor, Latency, Rate, Stage, Straight, Threads},
};

/// How long messages are offered at most.
const SECONDS: u32 = 10;
/// Requests of each kind.
const READS: usize = 300;

/// How long the floor is written.
const STRAIGHT: u32 = 5;

const HEADS: [&str; 10] = [
    "conversations, with four messages each",
    "filled in",
    "on disk",
    "turns/s",
    "acknowledged p50 / p99 / p99.9",
    "list p50 / p99",
    "messages",
    "timeline",
    "floor: turns/s written straight",
    "floor: messages read straight p50 / p99",
];

/// Fills a store with each number of conversations, and runs turns and reads on it; then the same is done straight in the same store.
pub async fn run(
    program: &Program,
    filler: &Filler,
    conversations: &[usize],
    rate: u32,
) -> anyhow::Result<()> {
    let floor = Floor::new(program, filler.program()).await;
    println!("{}", head(&HEADS));
    for &stored in conversations {
        println!("{}", row(&measure(program, filler, floor.as_ref().ok(), stored, rate).await?));
    }
    println!(
        "\n{} messages a second were offered, each to another conversation, which the studio must read first.",
        grouped(rate)
    );
    // Behind what was measured all the same.
    floor.map(drop).context("no floor")
}

/// The cells of a row.
async fn measure(
    program: &Program,
    filler: &Filler,
    floor: Option<&Floor>,
    stored: usize,
    rate: u32,
) -> anyhow::Result<[String; HEADS.len()]> {
    // Each is spoken to once, so that none is one that was read before.
    let seconds = u32::try_from(stored)?.div_euclid(rate).clamp(1, SECONDS);
    let rate = Rate { messages: rate, seconds, connections: CONNECTIONS };
    let count = rate.count().min(stored);
    let stage = Stage::new(Threads { count, step: stored / count }).await?;
    let filled_in = filler.fill(&stage.home, stored).await?;
    let disk = Disk::of(&stage.home.store())?;
    let mut bench = stage.start(program).await?;
    let client = stored::client(&bench.stage.home)?;
    let mut random = StdRng::seed_from_u64(1);
    let list = read(&client, || "?limit=50".to_owned()).await?;
    let messages = read(&client, || format!("/{}/messages", one_of(stored, &mut random))).await?;
    let timeline = read(&client, || format!("/{}/timeline", one_of(stored, &mut random))).await?;
    let measured = bench.run(rate).await?;
    let stage = bench.stop().await?;
    let straight = match floor {
        Some(floor) => Some(floor.on(&stage.home.store(), stored, STRAIGHT).await?),
        None => None,
    };
    let of_floor = |cell: fn(Straight) -> String| straight.map_or_else(|| "not measured".to_owned(), cell);
    Ok([
        grouped(stored),
        format!("{} s", filled_in.as_secs()),
        megabytes(disk.bytes),
        rounded(measured.turns_per_second()),
        measured.acknowledged.to_string(),
        list.two(),
        messages.two(),
        timeline.two(),
        of_floor(|straight| rounded(straight.turns)),
        of_floor(|straight| waits(straight.read)),
    ])
}

fn one_of(stored: usize, random: &mut StdRng) -> ConversationId {
    let thread = random.random_range(0..stored).to_string();
    ConversationId::of_thread(OrganisationId::FIRST, HTTP, &thread)
}

/// One request after the other below `/conversations`.
async fn read(client: &Client, mut path: impl FnMut() -> String) -> anyhow::Result<Latency> {
    let mut seen: Vec<Duration> = Vec::with_capacity(READS);
    for _ in 0..READS {
        let address = format!("http://studio/api/v1/conversations{}", path());
        let begun = Instant::now();
        client.get(address).send().await?.error_for_status()?.bytes().await?;
        seen.push(begun.elapsed());
    }
    Ok(Latency::of(seen))
}
