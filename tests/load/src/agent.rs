//! What does an agent do meanwhile? Takes a conversation over, replies, leaves notes, passes it to a team and takes it from there, and
//! hands it back or closes it, by the API.
//!
//! The next act is asked for when the one before was acknowledged, and the same again, under its key, until it is.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Act, id::ConversationId};
use tokio::time::sleep;

use crate::visitor::World;

/// Between two tries, and until there is a conversation to look after.
const AGAIN: Duration = Duration::from_millis(10);
const IDLE: Duration = Duration::from_millis(50);
/// Most that is said and noted in one visit, and the longest pause between two acts, in milliseconds.
const MOST: usize = 4;
const LONGEST: u64 = 60;
/// One visit in so many has a team in it, and one ends with the conversation closed.
const SELDOM: u32 = 4;
const TEAM: &str = "support";

/// Looks after one conversation after the other until it is quiet; `client` is one of the owner's socket.
pub async fn run(world: World, client: Client, seed: u64) {
    let mut agent = Agent { world, client, random: StdRng::seed_from_u64(seed) };
    while !agent.world.quiet.is_cancelled() {
        let choice = agent.random.random();
        if let Some((thread, id)) = agent.world.ledger.claim(choice) {
            agent.visit(&thread, id).await;
            agent.world.ledger.release(&thread);
        } else {
            sleep(IDLE).await;
        }
    }
}

struct Agent {
    world: World,
    client: Client,
    random: StdRng,
}

impl Agent {
    async fn visit(&mut self, thread: &str, id: ConversationId) {
        let mut acts = vec![Act::TakeOver];
        for _ in 0..self.random.random_range(1..=MOST) {
            acts.push(self.words(acts.len()));
        }
        if self.random.random_ratio(1, SELDOM) {
            acts.extend([Act::Assign { team: TEAM.to_owned() }, Act::TakeOver]);
        }
        acts.push(if self.random.random_ratio(1, SELDOM) { Act::Close } else { Act::HandBack });
        for act in acts {
            let number = self.world.ledger.asked(thread, act.clone());
            if !self.done(id, &format!("{thread}-{number}"), &act).await {
                return;
            }
            self.world.ledger.acted(thread);
            sleep(Duration::from_millis(self.random.random_range(0..LONGEST))).await;
        }
    }

    fn words(&mut self, place: usize) -> Act {
        let text = format!("{} {place}", self.random.random::<u32>());
        if self.random.random() {
            Act::Reply { content: Content::text(format!("agent {text}")) }
        } else {
            Act::Note { text }
        }
    }

    /// Asks until it is acknowledged; `false` at the end of the world.
    async fn done(&self, id: ConversationId, key: &str, act: &Act) -> bool {
        loop {
            match request(&self.client, id, key, act).send().await {
                Ok(answer) if answer.status() == StatusCode::ACCEPTED => return true,
                Ok(_) | Err(_) => {}
            }
            tokio::select! {
                () = sleep(AGAIN) => {}
                () = self.world.end.cancelled() => return false,
            }
        }
    }
}

/// Asks for an act, by a client of the owner's socket.
///
/// # Panics
///
/// On one that an agent of the campaign does not do.
pub(crate) fn request(client: &Client, id: ConversationId, key: &str, act: &Act) -> RequestBuilder {
    let address = format!("http://studio/api/v1/conversations/{id}");
    let post = |verb: &str, body: Value| client.post(format!("{address}/{verb}")).json(&body);
    let request = match act {
        Act::TakeOver => post("take-over", json!({})),
        Act::HandBack => post("hand-back", json!({})),
        Act::Reply { content } => post("replies", json!({ "content": content })),
        Act::Note { text } => post("notes", json!({ "text": text })),
        Act::Assign { team } => post("assign", json!({ "team": team })),
        Act::Close => post("close", json!({})),
        Act::Correct { of, content: Some(content) } => {
            client.patch(format!("{address}/messages/{of}")).json(&json!({ "content": content }))
        }
        Act::Correct { of, content: None } => client.delete(format!("{address}/messages/{of}")),
        Act::Template { .. } | Act::Speak { .. } | Act::Release { .. } => {
            unreachable!("agents of the campaign do not {act:?}")
        }
    };
    request.header("idempotency-key", key)
}
