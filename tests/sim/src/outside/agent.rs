//! What does a member do? Takes over, replies, notes and hands back, in any order and at any moment.

use rand::{RngExt as _, rngs::StdRng};
use studio_core::{
    content::Content,
    dialogue::{Act, Body},
    id::{EventKey, MemberId},
};

use crate::{
    store::Arrival,
    task::{Back, Outside, Request},
    world::World,
};

/// In milliseconds: until the same is asked again, and between two acts.
const AGAIN: (i64, i64) = (200, 1_000);
const PAUSE: (i64, i64) = (20, 3_000);

/// One member. Asks the same again, under the same key, until it is acknowledged.
#[derive(Debug)]
pub struct Agent {
    left: usize,
    number: usize,
    open: Option<Arrival>,
}

impl Agent {
    pub fn new(random: &mut StdRng) -> Self {
        Self { left: random.random_range(2..14), number: 0, open: None }
    }
}

impl World {
    pub fn act(&mut self, agent: usize) {
        if self.agents[agent].left == 0 {
            return;
        }
        self.agents[agent].left -= 1;
        let pause = self.milliseconds(PAUSE.0, PAUSE.1);
        // The list shows only what was committed.
        let known: Vec<usize> = self.store.conversations.keys().copied().collect();
        if known.is_empty() {
            return self.later(pause, Outside::Act { agent });
        }
        let conversation = known[self.random.random_range(0..known.len())];
        let act = self.some_act(agent);
        let it = &mut self.agents[agent];
        it.number += 1;
        let number = it.number;
        let key = EventKey { source: "act".to_owned(), native: format!("{conversation}:a{agent}:{number}") };
        let name = if agent == 0 { "Ada" } else { "Bob" };
        let by = MemberId(ulid::Ulid(7 + agent as u128));
        let body = Body::Act { by, name: name.to_owned(), act, overrules: agent == 0 };
        it.open = Some(Arrival { conversation, key: key.clone(), body });
        self.books.sent(conversation, &key);
        self.tally.acts += 1;
        self.ask(agent, number);
    }

    fn some_act(&mut self, agent: usize) -> Act {
        let number = self.agents[agent].number;
        match self.random.random_range(0..14) {
            0..4 => Act::TakeOver,
            4..8 => Act::Reply { content: Content::text(format!("agent {agent} says {number}")) },
            8 => Act::Note { text: format!("note {number}") },
            9..12 => Act::HandBack,
            12 => Act::Assign { team: "support".to_owned() },
            _ => Act::Close,
        }
    }

    /// Sends what is open, and will again.
    pub fn ask(&mut self, agent: usize, number: usize) {
        let it = &self.agents[agent];
        let Some(arrival) = it.open.clone().filter(|_| it.number == number) else { return };
        self.transmit(Outside::Post(Box::new(Request { arrival, back: Back::Agent { agent, number } })));
        let pause = self.milliseconds(AGAIN.0, AGAIN.1);
        self.later(pause, Outside::Ask { agent, number });
    }

    /// What is open was acknowledged.
    pub fn acted(&mut self, agent: usize, number: usize) {
        let it = &mut self.agents[agent];
        let Some(arrival) = it.open.take_if(|_| it.number == number) else { return };
        self.books.acknowledged(arrival.conversation, &arrival.key);
        self.tally.acknowledged += 1;
        self.note(format_args!("{} is acknowledged", arrival.key));
        let pause = self.milliseconds(PAUSE.0, PAUSE.1);
        self.later(pause, Outside::Act { agent });
    }
}
