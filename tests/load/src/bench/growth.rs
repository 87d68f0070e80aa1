//! Is it as fast with many conversations stored?

use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Client;
use studio_core::id::{ConversationId, OrganisationId};

use super::{CONNECTIONS, disk::Disk, filled::Filler};
use crate::{
    home::HTTP,
    process::Program,
    stored,
    turns::{Latency, Rate, Stage, Threads},
};

/// How long messages are offered at most.
const SECONDS: u32 = 10;
/// Requests of each kind.
const READS: usize = 300;

/// Fills a store with each number of conversations, and runs turns and reads on it.
pub async fn run(
    program: &Program,
    filler: &Filler,
    conversations: &[usize],
    rate: u32,
) -> anyhow::Result<()> {
    println!(
        "conversations  filled in    disk   turns/s  acknowledged p50/p99/p99.9     list p50/p99        messages            timeline"
    );
    let mut first = None;
    for &stored in conversations {
        let (row, turns) = measure(program, filler, stored, rate).await?;
        let floor = *first.get_or_insert(turns);
        println!("{row}   {:.2} of the first row's turns/s", turns / floor);
    }
    println!(
        "each conversation has four messages; every message goes to another one, which the studio must read first"
    );
    Ok(())
}

/// A row, and the turns a second in it.
async fn measure(
    program: &Program,
    filler: &Filler,
    stored: usize,
    rate: u32,
) -> anyhow::Result<(String, f64)> {
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
    bench.kill().await?;
    let [list, messages, timeline] = [list, messages, timeline].map(|waits| {
        let [half, most] = [500, 990].map(|share| waits.at(share).as_secs_f64() * 1e3);
        format!("{half:>6.1} {most:>6.1} ms")
    });
    let turns = measured.turns_per_second();
    let row = format!(
        "{stored:>13} {:>8} s {:>5} MB {turns:>8.0}  {}    {list}    {messages}    {timeline}",
        filled_in.as_secs(),
        disk.bytes >> 20,
        measured.acknowledged,
    );
    Ok((row, turns))
}

fn one_of(stored: usize, random: &mut StdRng) -> ConversationId {
    let thread = random.random_range(0..stored).to_string();
    ConversationId::of_thread(OrganisationId::FIRST, HTTP, &thread)
}

/// One request after the other below `/conversations`.
async fn read(client: &Client, mut path: impl FnMut() -> String) -> anyhow::Result<Latency> {
    let mut waits: Vec<Duration> = Vec::with_capacity(READS);
    for _ in 0..READS {
        let address = format!("http://studio/api/v1/conversations{}", path());
        let begun = Instant::now();
        client.get(address).send().await?.error_for_status()?.bytes().await?;
        waits.push(begun.elapsed());
    }
    Ok(Latency::of(waits))
}
