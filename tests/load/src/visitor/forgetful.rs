//! A visitor who says something, wants it forgotten, and goes on, again and again.
//!
//! By the widget's posts or by signed ones. Nothing of it is heard here, nor looked at by the comparison of the ledgers: what of it is to
//! stand in the store stands in [`crate::forgotten`].

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    AGAIN, Plan, Way, World,
    web::{self, Session},
};
use crate::{
    forgotten,
    home::{HTTP, SECRET, WEB},
    sign::signed,
};

/// Most that is said between two wishes, and the longest pause behind it, in milliseconds.
const MOST: usize = 4;
const LONGEST: u64 = 400;
/// The rest behind a wish: each goes through all that its conversation has.
const REST: Duration = Duration::from_millis(1500);
/// One message in so many has the bot wait.
const SELDOM: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(20);

/// Until the world is quiet. `name` is the conversation, where it is not the studio that names it.
pub async fn run(world: World, way: Way, name: String, seed: u64) {
    let client = Client::builder().timeout(PATIENCE).build().expect("a client without TLS files");
    let door = match way {
        Way::Http => Door::Http { thread: name },
        Way::Web => {
            let Some(Session { thread, token, .. }) = web::session(&world, None).await else { return };
            Door::Web { thread, token }
        }
    };
    let (random, plan) = (StdRng::seed_from_u64(seed), Plan { bytes: world.bytes, ..Plan::new(seed) });
    world.ledger.remembered().begin(door.thread());
    let mut visitor = Visitor { world, client, door, random, plan, number: 0 };
    while !visitor.world.quiet.is_cancelled() && visitor.speak_and_wish().await.is_some() {}
}

/// How the visitor gets to the studio.
enum Door {
    Http { thread: String },
    Web { thread: String, token: String },
}

/// What is asked for.
enum What<'a> {
    Say { text: &'a str },
    Forget,
}

impl Door {
    fn thread(&self) -> &str {
        match self {
            Self::Http { thread } | Self::Web { thread, .. } => thread,
        }
    }
}

struct Visitor {
    world: World,
    client: Client,
    door: Door,
    random: StdRng,
    plan: Plan,
    /// Of what was asked for so far.
    number: usize,
}

impl Visitor {
    /// Says something and wishes that it be forgotten, unless the world is quiet by then; `None` at its end.
    async fn speak_and_wish(&mut self) -> Option<()> {
        let mut words = Vec::new();
        for _ in 0..self.random.random_range(1..=MOST) {
            if self.world.quiet.is_cancelled() {
                return Some(());
            }
            let word = forgotten::word(self.random.random());
            let kind = if self.random.random_ratio(1, SELDOM) { "wait" } else { "say" };
            let text = format!("{kind} {word} {}", self.plan.padding());
            self.until_taken(&What::Say { text: text.trim_end() }).await?;
            self.world.ledger.remembered().said(&word);
            words.push(word);
            self.pause().await;
        }
        self.world.ledger.remembered().wishes(&words);
        self.until_taken(&What::Forget).await?;
        self.world.ledger.remembered().granted(words);
        tokio::select! {
            () = sleep(REST) => {}
            () = self.world.quiet.cancelled() => {}
        }
        Some(())
    }

    async fn pause(&mut self) {
        sleep(Duration::from_millis(self.random.random_range(0..LONGEST))).await;
    }

    /// Asks until it is acknowledged; `None` at the end of the world.
    async fn until_taken(&mut self, what: &What<'_>) -> Option<()> {
        self.number += 1;
        loop {
            if self.request(what).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Some(());
            }
            tokio::select! {
                () = sleep(AGAIN) => {}
                () = self.world.end.cancelled() => return None,
            }
        }
    }

    fn request(&self, what: &What<'_>) -> RequestBuilder {
        let (id, address) = (format!("m{}", self.number), &self.world.address);
        match &self.door {
            Door::Http { thread } => {
                let message = match what {
                    What::Say { text } => json!({ "text": text }),
                    What::Forget => json!({ "forget": {} }),
                };
                let body = json!({ "conversation": thread, "id": id, "message": message, "language": "en" });
                let body = body.to_string();
                let request = self.client.post(format!("http://{address}/webhooks/{HTTP}"));
                let request = request.header("content-type", "application/json").body(body.clone());
                signed(request, SECRET, &format!("{thread}-{id}"), &body)
            }
            Door::Web { token, .. } => {
                let place = format!("http://{address}/web/{WEB}");
                let request = match what {
                    What::Say { text } => {
                        let body: Value =
                            json!({ "type": "message", "id": id, "text": text, "language": "en" });
                        let request = self.client.post(format!("{place}/messages"));
                        request.header("content-type", "application/json").body(body.to_string())
                    }
                    What::Forget => self.client.delete(format!("{place}/conversation")),
                };
                request.header("origin", web::origin(&self.world)).bearer_auth(token)
            }
        }
    }
}
