//! Does anything grow that should not?
//!
//! Half of the most that the studio can, in one stream for long: messages to conversations that are spoken to again and
//! again, one in ten to a new one, and visitors of the widget who come, say something, stay for a minute, and go. Every ten seconds it
//! is looked at, and its memory every second. After the first five minutes a line is laid through what was seen: its slope says what
//! grows. Whether it is flat is judged by `flat`. The disk must grow: every turn is kept.

mod flat;
mod guests;

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::time::sleep;

use self::{
    flat::{Look, Verdict},
    guests::{Guests, Unserved},
};
use super::{CONNECTIONS, Judged, disk::Disk};
use crate::{
    process::Program,
    turns::{Bench, Rate, Stream},
    usage::Usage,
};

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);
/// Between two looks at its memory alone.
const OFTEN: Duration = Duration::from_secs(1);
/// Before this nothing is taken to be flat.
const WARM: Duration = Duration::from_mins(5);
/// Offered at first, to find the most that it can.
const MOST: Rate = Rate { messages: 8_000, seconds: 10, connections: CONNECTIONS };

/// An error where it is not flat, or something was refused, or dropped.
pub async fn run(program: &Program, minutes: u32, rate: Option<u32>) -> anyhow::Result<Judged> {
    let messages = match rate {
        Some(rate) => rate,
        None => half_of_the_most(program).await?,
    };
    let bench = Bench::start(program).await?;
    let address = bench.stage.home.address;
    println!("{messages} messages a second for {minutes} minutes, one in ten to a new conversation");
    println!("minute  turns/s  {}  refused  sockets opened  dropped", Look::HEADS.join("  "));
    let mut stream = Stream::start(address, Rate { messages, seconds: 0, connections: CONNECTIONS });
    let guests = Guests::start(address);
    let begun = Instant::now();
    let mut seen: Vec<Look> = Vec::new();
    let (mut looked_at, mut before, mut refused) = (begun, bench.turns(), 0);
    while begun.elapsed() < Duration::from_mins(minutes.into()) {
        let pid = bench.studio.pid().context("the studio has ended")?;
        let usage = watched(pid).await?;
        let waits;
        (waits, refused) = stream.look()?;
        let (now, turns) = (Instant::now(), bench.turns());
        let disk = Disk::of(&bench.stage.home.store())?;
        let look = Look::new(begun.elapsed(), usage, disk, waits.at(990), turns);
        let rate = number(turns - before) / now.duration_since(looked_at).as_secs_f64();
        let (opened, dropped) = (guests.opened(), guests.dropped());
        println!("{:>6.1} {rate:>8.0}  {look}  {refused:>7}  {opened:>14}  {dropped:>7}", look.minute);
        (looked_at, before) = (now, turns);
        if begun.elapsed() > WARM {
            seen.push(look);
        }
    }
    let Unserved { broken, dropped } = guests.stop().await;
    stream.stop().await?;
    bench.kill().await?;
    println!("after the first five minutes:");
    for measure in flat::measures(&seen) {
        println!("  {measure}");
    }
    let Verdict { mut wrong, untold } = flat::judge(&seen);
    wrong.extend((refused > 0).then(|| format!("{refused} messages were refused")));
    wrong.extend((broken > 0).then(|| format!("{broken} visitors of the widget were not served")));
    wrong.extend((dropped > 0).then(|| format!("{dropped} sockets were closed while their visitors stayed")));
    ensure!(wrong.is_empty(), "not flat: {}", wrong.join("; "));
    if untold.is_empty() {
        println!("flat");
        return Ok(Judged::Well);
    }
    println!("too short to be judged: {}", untold.join("; "));
    Ok(Judged::TooShort)
}

/// What it takes after a while, and the least that was resident meanwhile.
async fn watched(pid: u32) -> anyhow::Result<(Usage, u64)> {
    let begun = Instant::now();
    let mut least = u64::MAX;
    loop {
        sleep(OFTEN).await;
        let usage = Usage::of(pid)?;
        least = least.min(usage.resident);
        if begun.elapsed() >= EVERY {
            return Ok((usage, least));
        }
    }
}

async fn half_of_the_most(program: &Program) -> anyhow::Result<u32> {
    let mut bench = Bench::start(program).await?;
    let most = bench.run(MOST).await?.turns_per_second();
    bench.kill().await?;
    println!("most turns a second: {most:.0}");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is a small, positive number"
    )]
    Ok((most / 2.0) as u32)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
