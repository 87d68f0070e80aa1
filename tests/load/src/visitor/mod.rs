//! How do visitors behave? They say the next thing when the last was acknowledged, and the same again until it is.

mod http;
mod web;

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio_util::sync::CancellationToken;

use crate::ledger::Ledger;

/// Between two tries while the studio is down.
const AGAIN: Duration = Duration::from_millis(10);

/// Where visitors go, and how long they stay.
#[derive(Clone, Debug)]
pub struct World {
    /// `host:port`
    pub address: String,
    pub ledger: Ledger,
    /// Cancelled: what was begun is said to its end, nothing new is begun.
    pub quiet: CancellationToken,
    /// Cancelled: good-bye.
    pub end: CancellationToken,
}

/// How a visitor gets to the studio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the widget's protocol.
    Web,
    /// By signed posts.
    Http,
}

/// Who answers a visitor?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// The bot alone.
    Bot,
    /// The bot, and an agent now and then. Such a visitor says only what is answered at once, or not at all while an agent
    /// has the conversation.
    Agents,
}

/// One visitor with one conversation, until the end of the world. Returns early only if it is quiet.
pub async fn run(world: World, way: Way, company: Company, name: String, seed: u64) {
    let plan = Plan { company, ..Plan::new(seed) };
    match way {
        Way::Web => web::run(world, plan).await,
        Way::Http => http::run(world, name, plan).await,
    }
}

/// What a visitor says, one message after the other.
pub(crate) struct Plan {
    company: Company,
    random: StdRng,
    number: usize,
}

pub(crate) struct Line {
    pub id: String,
    pub text: String,
    /// What is waited for before the next is said.
    pub until: Option<String>,
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        Self { company: Company::Bot, random: StdRng::seed_from_u64(seed), number: 0 }
    }

    pub fn next(&mut self) -> Line {
        self.number += 1;
        let number = self.number;
        let id = format!("m{number}");
        let long = |kind: &str| {
            let text = format!("{kind} {number}");
            let until = Some(done(&text));
            (text, until)
        };
        let (text, until) = match (self.random.random_range(0..24), self.company) {
            (0, Company::Bot) => long("wait"),
            (1..=4, Company::Bot) => long("call"),
            (_, Company::Bot | Company::Agents) => (format!("say {number}"), None),
        };
        Line { id, text, until }
    }

    /// Begins the ledger of the conversation.
    fn open(&self, ledger: &Ledger, connection: &str, thread: &str) {
        match self.company {
            Company::Bot => ledger.open(connection, thread),
            Company::Agents => ledger.open_attended(connection, thread),
        }
    }

    /// Time to type.
    pub fn pause(&mut self) -> Duration {
        Duration::from_millis(self.random.random_range(0..60))
    }
}

/// What the bot says where its call does not get through.
pub const CALL_FAILED: &str = "the call failed";

fn done(text: &str) -> String {
    format!("done {text}")
}

/// What the bot of the load says when it is told these texts, one after the other.
pub fn replies<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut replies = Vec::new();
    for (count, text) in (1..).zip(texts) {
        replies.push(format!("{count} {text}"));
        if text.starts_with("wait") || text.starts_with("call") {
            replies.push(done(text));
        }
    }
    replies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_follows_from_its_seed_alone() {
        let texts = |seed: u64| {
            let mut plan = Plan::new(seed);
            (0..50).map(|_| plan.next().text).collect::<Vec<_>>()
        };
        assert_eq!(texts(7), texts(7));
        assert_ne!(texts(7), texts(8));
        for kind in ["say ", "wait ", "call "] {
            assert!(texts(7).iter().any(|text| text.starts_with(kind)), "{kind}");
        }
    }

    #[test]
    fn waits_and_calls_have_two_replies() {
        let expected = ["1 say 1", "2 wait 2", "done wait 2", "3 say 3"];
        assert_eq!(replies(["say 1", "wait 2", "say 3"]), expected);
    }
}
