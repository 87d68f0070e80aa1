//! What becomes of a studio that is told to stop in the middle of the load? It ends in time, and loses nothing.

use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};

use anyhow::bail;
use tokio::time::sleep;

use super::{Outcome, Size, mixed, overload::load, sockets};
use crate::process::{Program, Studio, last_words};

/// The setting `server.drain`, as it is by default.
const DRAIN: Duration = Duration::from_secs(20);

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let (world, mut people) = mixed::start(program, size).await?;
    mixed::come(&mut people).await?;
    let loaded = Duration::from_secs(size.seconds);
    // It goes on until the studio has ended.
    let mut senders = load(&world, Instant::now() + loaded + sockets::HEARD_WITHIN, "stop").await;
    sleep(loaded / 2).await;
    let mut studio = world.take_studio()?;
    studio.stop()?;
    let told = Instant::now();
    let status = loop {
        if let Some(status) = studio.ended()? {
            break status;
        }
        if told.elapsed() > 3 * DRAIN {
            bail!("it does not stop; it said:\n{}", last_words(&world.home));
        }
        sleep(Duration::from_millis(20)).await;
    };
    let took = told.elapsed();
    senders.shutdown().await;
    // Connections that broke are what is to be expected here.
    world.forgive();
    if took > DRAIN || !status.success() {
        world.finding(format!("it ended after {} ms with {status}", took.as_millis()));
    }
    let mut studio = Studio::start(program, &world.home)?;
    studio.ready(&world.home).await?;
    *world.studio.lock().unwrap_or_else(PoisonError::into_inner) = Some(studio);
    let note = format!("ended {:.1} s after SIGTERM", took.as_secs_f64());
    world.finish_with("stop", note, Some(&mut people)).await
}
