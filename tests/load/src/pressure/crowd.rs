//! What if everybody comes at once? Each of 10,000 conversations says three things.
//!
//! Who is refused waits as long as it is told to and says the same again, as platforms do; all are acknowledged in the
//! end, and answered.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::task::JoinSet;

use super::{
    Outcome, Size,
    post::Line,
    world::{Refused, World},
};
use crate::process::Program;

/// Each with a connection, on which it speaks for one conversation after the other.
const SENDERS: usize = 256;
const MESSAGES: usize = 3;

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let world = World::start(program, size, "").await?;
    let threads: Arc<Vec<String>> = Arc::new((0..size.crowd).map(|_| world.open("crowd")).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let (world, threads, next) = (Arc::clone(&world), Arc::clone(&threads), Arc::clone(&next));
        senders.spawn(async move {
            let mut line = Line::new(world.home.address);
            // All say the first thing before any says the second.
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let (message, place) = (number / threads.len() + 1, number % threads.len());
                if message > MESSAGES {
                    return;
                }
                let (id, text) = (format!("m{message}"), format!("say {message}"));
                world.say(&mut line, (&threads[place], message), (&id, &text), Refused::Again).await;
            }
        });
    }
    senders.join_all().await;
    world.finish("crowd", format!("{} conversations", size.crowd)).await
}
