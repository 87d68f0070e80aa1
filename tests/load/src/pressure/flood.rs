//! What if one conversation is flooded? Two bots that talk to each other do it in a minute.
//!
//! Many senders offer as fast as they are answered, each message once. The conversation may use a tenth of the inbox;
//! meanwhile another visitor is never refused.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Outcome, Size,
    post::Line,
    probe,
    world::{Refused, World},
};
use crate::process::Program;

const SENDERS: usize = 64;

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let world = World::start(program, size).await?;
    let thread = world.open("flood");
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let (world, thread) = (Arc::clone(&world), thread.clone());
        senders.spawn(async move {
            let mut line = Line::new(world.home.address);
            for number in (sender..size.flood).step_by(SENDERS) {
                let (id, text) = (format!("m{number}"), format!("say {number}"));
                world.say(&mut line, (&thread, sender), (&id, &text), Refused::GiveUp).await;
            }
        });
    }
    let over = CancellationToken::new();
    let bystander = tokio::spawn(bystander(Arc::clone(&world), over.clone()));
    senders.join_all().await;
    over.cancel();
    let (served, longest) = bystander.await??;
    let note = format!("{served} other visitors meanwhile, longest wait {} ms", longest.as_millis());
    world.finish("flood", note).await
}

/// New visitors, one after the other; none may be refused, nor wait for ten seconds.
async fn bystander(
    world: Arc<World>,
    over: CancellationToken,
) -> anyhow::Result<(usize, std::time::Duration)> {
    let (mut served, mut longest) = (0, std::time::Duration::ZERO);
    while !over.is_cancelled() {
        match probe::probe(&world).await? {
            Some(wait) => {
                served += 1;
                longest = longest.max(wait);
            }
            None => world.finding("another visitor was refused or waited for 10 s".to_owned()),
        }
    }
    Ok((served, longest))
}
