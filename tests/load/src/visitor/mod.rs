//! How do visitors behave? They say the next thing when the last was acknowledged, and the same again until it is.

mod forgetful;
mod http;
mod web;

use std::{ops::RangeInclusive, time::Duration};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio_util::sync::CancellationToken;

use crate::ledger::Ledger;

/// Between two tries while the studio is down.
const AGAIN: Duration = Duration::from_millis(10);
/// The patterns of Braille that have a dot.
const DOTS: RangeInclusive<char> = '\u{2801}'..='\u{28ff}';
/// Of so many is a word that means nothing.
const WORD: usize = 13;

/// What somebody says at once who does not wait.
const AT_ONCE: RangeInclusive<usize> = 2..=5;

/// Where visitors go, and how long they stay.
#[derive(Clone, Debug)]
pub struct World {
    /// `host:port`
    pub address: String,
    pub ledger: Ledger,
    /// What a message has beside its words.
    pub bytes: usize,
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

impl Way {
    pub const ALL: [Self; 2] = [Self::Web, Self::Http];

    /// As the settings and the folders of `adapters/src` call it.
    pub fn channel(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Http => "http",
        }
    }

    /// The way of the visitor of this number: each has as many.
    pub(crate) fn of(number: usize) -> Self {
        Self::ALL[number % Self::ALL.len()]
    }
}

/// Who answers a visitor?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// The bot alone.
    Bot,
    /// The bot, and an agent now and then, also while the bot waits. While an agent has the conversation such a visitor says nothing
    /// whose answer is waited for.
    Agents,
}

/// One visitor with one conversation, until the end of the world. Returns early only if it is quiet.
pub async fn run(world: World, way: Way, company: Company, name: String, seed: u64) {
    let plan = Plan { company, bytes: world.bytes, ..Plan::new(seed) };
    match way {
        Way::Web => web::run(world, plan).await,
        Way::Http => http::run(world, name, plan).await,
    }
}

/// One who wants to be forgotten again and again, until the world is quiet.
pub async fn run_forgetful(world: World, way: Way, name: String, seed: u64) {
    forgetful::run(world, way, name, seed).await;
}

/// What a visitor says, one message after the other.
pub(crate) struct Plan {
    company: Company,
    random: StdRng,
    number: usize,
    bytes: usize,
}

pub(crate) struct Line {
    pub id: String,
    pub text: String,
    /// What is waited for before the next is said.
    pub until: Option<String>,
}

impl Line {
    /// The same words, for an agent to read: nothing is waited for.
    fn for_agent(&self) -> Self {
        let words = self.text.split_once(' ').map_or("", |(_, words)| words);
        Self { id: self.id.clone(), text: format!("say {words}"), until: None }
    }
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        Self { company: Company::Bot, random: StdRng::seed_from_u64(seed), number: 0, bytes: 0 }
    }

    pub fn next(&mut self) -> Line {
        self.number += 1;
        let number = self.number;
        let id = format!("m{number}");
        let (kind, is_long) = match self.random.random_range(0..24) {
            0 => ("wait", true),
            1..=4 => ("call", true),
            _ => ("say", false),
        };
        let text = format!("{kind} {number}{}", self.padding());
        let until = is_long.then(|| done(&text));
        Line { id, text, until }
    }

    /// The next line, noted as sent.
    fn say(&mut self, ledger: &Ledger, thread: &str) -> Line {
        let line = self.next();
        let to_agent = line.for_agent();
        if ledger.sent(thread, &line.id, (&line.text, &to_agent.text)) { to_agent } else { line }
    }

    /// Patterns of dots: letters by chance are taken for a language, and digits for numbers, telephones and dates,
    /// whose reading is all that an unoptimised studio would do.
    fn padding(&mut self) -> String {
        let mut padding = String::new();
        while padding.len() < self.bytes {
            padding.push(' ');
            padding.extend((0..WORD).map(|_| self.random.random_range(DOTS)));
        }
        padding
    }

    /// Begins the ledger of the conversation.
    fn open(&self, ledger: &Ledger, connection: &str, thread: &str) {
        match self.company {
            Company::Bot => ledger.open(connection, thread),
            Company::Agents => ledger.open_attended(connection, thread),
        }
    }

    /// How many things are said without waiting.
    pub fn at_once(&mut self) -> usize {
        self.random.random_range(AT_ONCE)
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

/// What the bot of the load says when it is told this as the so manieth, and what once it has waited or called.
pub fn reply(count: usize, text: &str) -> (String, Option<String>) {
    let is_long = text.starts_with("wait") || text.starts_with("call");
    (format!("{count} {text}"), is_long.then(|| done(text)))
}

/// What the bot of the load says when it is told these texts, one after the other.
pub fn replies<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut replies = Vec::new();
    for (count, text) in (1..).zip(texts) {
        let (at_once, later) = reply(count, text);
        replies.push(at_once);
        replies.extend(later);
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
    fn a_wordy_plan_has_the_bytes_beside_its_words() {
        let mut plan = Plan { bytes: 27, ..Plan::new(7) };
        for number in 1..50 {
            let text = plan.next().text;
            let least = format!("say {number}").len() + 27;
            assert!(text.len() >= least && text.trim_end() == text, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_waited_for_while_an_agent_has_the_conversation() {
        let ledger = Ledger::default();
        ledger.open_attended("web", "t");
        let mut plan = Plan::new(7);
        let lines: Vec<_> = (0..50).map(|_| plan.say(&ledger, "t")).collect();
        assert!(lines.iter().any(|line| line.until.is_some()));
        assert!(ledger.claim(0).is_none(), "the last is not acknowledged");
        ledger.acknowledged("t");
        assert!(ledger.claim(0).is_some());
        let lines: Vec<_> = (0..50).map(|_| plan.say(&ledger, "t")).collect();
        assert!(lines.iter().all(|line| line.until.is_none() && line.text.starts_with("say ")));
        // What was said is noted, not what would have been.
        let noted = ledger.conversation("t").expect("it is open").sent;
        assert!(noted.iter().any(|sent| !sent.text.starts_with("say ")));
        assert!(noted[50..].iter().zip(&lines).all(|(sent, line)| sent.text == line.text));
    }

    #[test]
    fn waits_and_calls_have_two_replies() {
        let expected = ["1 say 1", "2 wait 2", "done wait 2", "3 say 3"];
        assert_eq!(replies(["say 1", "wait 2", "say 3"]), expected);
    }
}
