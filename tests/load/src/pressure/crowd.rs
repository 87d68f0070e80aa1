//! What if everybody comes at once? Each of 10,000 conversations says three things, over a connection of its own.
//!
//! Who is refused waits as long as it is told to and says the same again, as platforms do; all are acknowledged in the
//! end, and answered.

use std::sync::Arc;

use anyhow::ensure;
use tokio::task::JoinSet;

use super::{
    Outcome, Size,
    post::Line,
    world::{Refused, World},
};
use crate::{bench::watchers::allow, process::Program};

const MESSAGES: usize = 3;

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    ensure!(allow(size.crowd) == size.crowd, "{} senders need more open files (`ulimit -n`)", size.crowd);
    let world = World::start(program, size).await?;
    let mut senders = JoinSet::new();
    for _ in 0..size.crowd {
        let (world, thread) = (Arc::clone(&world), world.open("crowd"));
        senders.spawn(async move {
            let mut line = Line::new(world.home.address);
            for number in 1..=MESSAGES {
                let (id, text) = (format!("m{number}"), format!("say {number}"));
                world.say(&mut line, (&thread, 0), (&id, &text), Refused::Again).await;
            }
        });
    }
    senders.join_all().await;
    world.finish("crowd", format!("{} conversations", size.crowd)).await
}
