//! What if one conversation is flooded? Two bots that talk to each other do it in a minute.
//!
//! Many senders offer as fast as they are answered, each message once (`flood`), or again as `Retry-After` says until it is acknowledged
//! (`resent`), so that all of them come to be stored. The conversation may use a tenth of the inbox; meanwhile another visitor is never refused.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    Outcome, Size,
    post::Line,
    probe,
    world::{Refused, World},
};
use crate::process::Program;

const SENDERS: usize = 64;
/// Turns a second that a conversation has at least, one after the other, and how much longer it may take with them until all is acknowledged.
const LEAST_RATE: usize = if cfg!(debug_assertions) { 5 } else { 100 };
const LONGER: Duration = Duration::from_mins(1);

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let world = World::start(program, size).await?;
    let thread = world.open("flood");
    let bystanders = Bystanders::come(&world);
    senders(&world, &thread, size.flood, Refused::GiveUp).join_all().await;
    let others = bystanders.leave().await?;
    world.finish("flood", others).await
}

pub(super) async fn resent(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let world = World::start(program, size).await?;
    let thread = world.open("resent");
    let bystanders = Bystanders::come(&world);
    let within = LONGER + Duration::from_secs(size.flood.div_ceil(LEAST_RATE).try_into()?);
    let begun = Instant::now();
    let senders = senders(&world, &thread, size.flood, Refused::Again);
    let is_over = timeout(within, senders.join_all()).await.is_ok();
    let (took, taken) = (begun.elapsed().as_secs(), world.book.taken(&thread));
    let others = bystanders.leave().await?;
    if taken < size.flood {
        let how = if is_over { "" } else { ", and senders still wait" };
        world.finding(format!("{taken} of {} messages were acknowledged in {took} s{how}", size.flood));
    }
    world.finish("resent", format!("{taken} acknowledged within {took} s; {others}")).await
}

/// Who share so many messages to one conversation among them, and say the next when the last was acknowledged or given up.
fn senders(world: &Arc<World>, thread: &str, messages: usize, refused: Refused) -> JoinSet<()> {
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let (world, thread) = (Arc::clone(world), thread.to_owned());
        senders.spawn(async move {
            let mut line = Line::new(world.home.address);
            for number in (sender..messages).step_by(SENDERS) {
                let (id, text) = (format!("m{number}"), format!("say {number}"));
                world.say(&mut line, (&thread, sender), (&id, &text), refused).await;
            }
        });
    }
    senders
}

/// New visitors, one after the other; none may be refused, nor wait for ten seconds.
struct Bystanders {
    over: CancellationToken,
    task: tokio::task::JoinHandle<anyhow::Result<(usize, Duration)>>,
}

impl Bystanders {
    fn come(world: &Arc<World>) -> Self {
        let over = CancellationToken::new();
        let task = tokio::spawn(bystanders(Arc::clone(world), over.clone()));
        Self { over, task }
    }

    /// What became of them.
    async fn leave(self) -> anyhow::Result<String> {
        self.over.cancel();
        let (served, longest) = self.task.await??;
        Ok(format!("{served} other visitors meanwhile, longest wait {} ms", longest.as_millis()))
    }
}

async fn bystanders(world: Arc<World>, over: CancellationToken) -> anyhow::Result<(usize, Duration)> {
    let (mut served, mut longest) = (0, Duration::ZERO);
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
