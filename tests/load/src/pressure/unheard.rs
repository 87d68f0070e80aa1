//! What if nobody takes the replies? They wait in the store, no more of them than may, and what comes besides is refused until they leave.
//!
//! The signed posts of `overload`; the address of the replies takes each connection and answers none. Then it answers, and all is heard.

use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use super::{Outcome, Size, overload::posts, probe, world::World};
use crate::{home::HTTP, process::Program, stored};

/// Until a new visitor is answered again, behind all replies that waited.
const SERVED_WITHIN: Duration = Duration::from_mins(if cfg!(debug_assertions) { 5 } else { 1 });
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let (gate, is_open) = watch::channel(true);
    let world = World::behind(program, size, is_open).await?;
    let (_, before) = world.book.counts();
    gate.send_replace(false);
    let begun = Instant::now();
    let mut senders = JoinSet::new();
    posts(&world, begun + Duration::from_secs(size.seconds), "unheard", &mut senders);
    senders.join_all().await;
    let (_, after) = world.book.counts();
    // As many may wait for their turn as may wait to leave, and those that had theirs when the others were full leave as well.
    let (taken, most) = (after - before, 3 * size.inbox);
    if taken > most {
        world.finding(format!("{taken} messages were taken in while no reply left, {most} may be"));
    }
    gate.send_replace(true);
    // What waits for a later try need wait no longer.
    let address = format!("http://studio/api/v1/connections/{HTTP}/resume");
    stored::client(&world.home)?.post(address).send().await?.error_for_status()?;
    let opened = Instant::now();
    while probe::probe(&world).await?.is_none() {
        ensure!(opened.elapsed() < SERVED_WITHIN, "nobody new is served though the replies leave");
        sleep(PAUSE).await;
    }
    let note = format!("{taken} taken in while no reply left");
    world.finish("unheard", note).await
}
