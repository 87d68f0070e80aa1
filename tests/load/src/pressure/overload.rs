//! What is shed when more comes than can be worked off? What visitors say; never what was begun.
//!
//! Senders offer as fast as they are answered, to many conversations, and never rest when refused; beside them visitors by socket, and
//! people on every platform, whose events are offered again. Meanwhile visitors whose messages make the bot call a service, and a member who takes a conversation over and hands it back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use reqwest::Client;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Outcome, Size, mixed,
    post::Line,
    sockets,
    world::{Refused, World},
};
use crate::{process::Program, stored};

const SENDERS: usize = 256;
const CALLERS: usize = 8;
/// Events that may wait, at most: by default more may than so many senders have under way.
const INBOX: usize = 1_000;
/// Between two acts of the member.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn run(program: &Program, size: Size) -> anyhow::Result<Outcome> {
    let size = Size { inbox: size.inbox.min(INBOX), ..size };
    let (world, mut people) = mixed::start(program, size).await?;
    let held = world.open("held");
    world.say(&mut Line::new(world.home.address), (&held, 0), ("m1", "say 1"), Refused::Again).await;
    let over = CancellationToken::new();
    let member = tokio::spawn(member(Arc::clone(&world), held, over.clone()));

    mixed::come(&mut people).await?;
    let until = Instant::now() + Duration::from_secs(size.seconds);
    let mut senders = load(&world, until, "over").await;
    for _ in 0..CALLERS {
        senders.spawn(call(Arc::clone(&world), world.open("call"), until));
    }
    senders.join_all().await;
    over.cancel();
    let acts = member.await??;
    let note = format!("{acts} acts of a member, none refused");
    world.finish_with("overload", note, Some(&mut people)).await
}

/// Visitors by socket, and, once one of them has heard something, senders that never rest: beside these nobody new may be taken in.
pub(super) async fn load(world: &Arc<World>, until: Instant, kind: &str) -> JoinSet<()> {
    let mut senders = JoinSet::new();
    sockets::talk(world, until, &mut senders);
    sockets::until_heard(world).await;
    posts(world, until, kind, &mut senders);
    senders
}

/// Senders that never rest, each with a conversation of its own.
pub(super) fn posts(world: &Arc<World>, until: Instant, kind: &str, senders: &mut JoinSet<()>) {
    for _ in 0..SENDERS {
        let (world, thread) = (Arc::clone(world), world.open(kind));
        senders.spawn(async move {
            let mut line = Line::new(world.home.address);
            let mut number = 0;
            while Instant::now() < until {
                number += 1;
                let (id, text) = (format!("m{number}"), format!("say {number}"));
                world.say(&mut line, (&thread, 0), (&id, &text), Refused::GiveUp).await;
            }
        });
    }
}

/// Has the bot call its service, again and again, each time when the answer of the last is there.
async fn call(world: Arc<World>, thread: String, until: Instant) {
    let mut line = Line::new(world.home.address);
    for number in 1.. {
        if Instant::now() > until {
            return;
        }
        let (id, text) = (format!("m{number}"), format!("call {number}"));
        if world.say(&mut line, (&thread, 0), (&id, &text), Refused::Again).await {
            world.ledger.until_heard(&thread, &format!("done {text}")).await;
        }
    }
}

/// Takes a conversation over and hands it back; how often.
async fn member(world: Arc<World>, thread: String, over: CancellationToken) -> anyhow::Result<usize> {
    let client = stored::client(&world.home)?;
    let id = world.ledger.conversation(&thread).context("it was opened")?.id;
    // The first message has its turn before anybody can take the conversation over.
    while stored::journal(&client, id).await?.is_empty() {
        sleep(PAUSE).await;
    }
    let mut acts = 0;
    while !over.is_cancelled() {
        for act in ["take-over", "hand-back"] {
            match done(&client, &format!("http://studio/api/v1/conversations/{id}/{act}")).await? {
                Ok(()) => acts += 1,
                Err(status) => world.finding(format!("the act {act} was answered with {status}")),
            }
            sleep(PAUSE).await;
        }
    }
    Ok(acts)
}

/// An act that makes no sense yet (409: the one before waits for its turn) is tried again.
async fn done(client: &Client, address: &str) -> anyhow::Result<Result<(), u16>> {
    loop {
        let answer =
            client.post(address).header("content-type", "application/json").body("{}").send().await?;
        match answer.status().as_u16() {
            202 => return Ok(Ok(())),
            409 => sleep(PAUSE).await,
            other => return Ok(Err(other)),
        }
    }
}
