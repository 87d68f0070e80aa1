//! On what stage are the turns played? A home with a receiver of the replies, and a studio in it.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use serde_json::json;

use super::{Measured, Prepared, Rate, Replies, Target, Threads, offer, receive};
use crate::{
    home::{HTTP, Home, SECRET},
    process::{Program, Studio},
    sign::signature,
};

/// A home that no studio runs in yet, with a receiver of the replies.
#[derive(Debug)]
pub struct Stage {
    pub home: Home,
    threads: Threads,
    replies: Arc<Replies>,
    /// Messages sent so far, so that no id comes twice.
    sent: usize,
}

impl Stage {
    pub async fn new(threads: Threads) -> anyhow::Result<Self> {
        let replies = Arc::new(Replies::new(threads));
        let receiver = receive::start(Arc::clone(&replies)).await?;
        let home = Home::new(receiver, "[log]\nlevel = \"warn\"\n")?;
        Ok(Self { home, threads, replies, sent: 0 })
    }

    /// Starts a studio in it and waits until it is ready.
    pub async fn start(self, program: &Program) -> anyhow::Result<Bench> {
        let mut studio = Studio::start(program, &self.home)?;
        let ready = studio.ready(&self.home).await?;
        Ok(Bench { stage: self, studio, ready })
    }
}

/// A studio that can be loaded at one rate after another.
#[derive(Debug)]
pub struct Bench {
    pub stage: Stage,
    pub studio: Studio,
    /// From its start until it was ready.
    pub ready: Duration,
}

impl Bench {
    /// A new home and a studio.
    pub async fn start(program: &Program) -> anyhow::Result<Self> {
        Stage::new(Threads::FEW).await?.start(program).await
    }

    /// Offers messages at a rate and waits for all replies.
    pub async fn run(&mut self, rate: Rate) -> anyhow::Result<Measured> {
        let Stage { home, threads, replies, sent } = &mut self.stage;
        let target = Target { address: home.address, path: format!("/webhooks/{HTTP}") };
        let requests = prepare(&target, *threads, *sent, rate.count());
        *sent += rate.count();
        let pid = self.studio.pid().context("the studio has ended")?;
        offer(home.address, requests, replies, rate, pid).await
    }

    /// Replies that came so far; when they came is forgotten.
    pub fn turns(&self) -> usize {
        self.stage.replies.total()
    }

    /// Ends the studio in good order and leaves the stage as it is.
    pub async fn stop(self) -> anyhow::Result<Stage> {
        self.studio.stop()?;
        self.studio.stopped(&self.stage.home).await?;
        Ok(self.stage)
    }

    /// Kills the studio, and leaves the stage as it is.
    pub async fn kill(self) -> anyhow::Result<Stage> {
        self.studio.kill(&self.stage.home).await?;
        Ok(self.stage)
    }
}

/// `count` messages, the first with the number `first`, written and signed.
fn prepare(target: &Target, threads: Threads, first: usize, count: usize) -> Vec<Prepared> {
    (0..count).map(|place| message(target, threads.of_message(place), first + place)).collect()
}

/// The message of this number to a conversation, written and signed.
pub(super) fn message(target: &Target, conversation: usize, number: usize) -> Prepared {
    #[expect(clippy::disallowed_methods, reason = "a client has no clock but the machine's")]
    let timestamp = jiff::Timestamp::now().as_second();
    let id = format!("m{number}");
    let body = json!({
        "conversation": conversation.to_string(), "id": id, "message": { "text": "ping" }, "language": "en",
    });
    let body = body.to_string();
    let headers = [
        ("webhook-id", id.as_str()),
        ("webhook-timestamp", &timestamp.to_string()),
        ("webhook-signature", &signature(SECRET, &id, timestamp, &body)),
    ];
    target.prepare(&headers, &body)
}
