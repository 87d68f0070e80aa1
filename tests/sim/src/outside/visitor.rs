//! How does a visitor behave? Says the next thing when the last was acknowledged, and the same again until it is.

use rand::{RngExt as _, rngs::StdRng};
use studio_core::{
    content::Content,
    dialogue::Body,
    id::EventKey,
    invariants::{Heard, Sent},
    understanding::Understanding,
};

use crate::{
    store::Arrival,
    task::{Back, Outside, Request},
    world::World,
};

/// In milliseconds: until the same is sent again, until the next is said, until the next connection.
const AGAIN: (i64, i64) = (150, 900);
const TYPING: (i64, i64) = (20, 4_000);
const RECONNECT: (i64, i64) = (50, 600);
/// What visitors say; what starts no flow is counted by the bot.
const WORDS: [&str; 14] = [
    "hello",
    "hello",
    "order",
    "4711",
    "4712",
    "call",
    "wait",
    "look",
    "person",
    "rate",
    "5",
    "cancel",
    "start over",
    "repeat",
];

/// Of so many things that somebody says who wants to be forgotten, one is the wish.
const WISHES: usize = 3;

/// One visitor and their conversation.
#[derive(Debug)]
pub struct Visitor {
    name: String,
    /// Whether replies are pushed to an address; otherwise there is a socket.
    pub pushed: bool,
    /// How much there is still to say.
    left: usize,
    /// How much was said.
    number: usize,
    /// Said, and not acknowledged yet.
    open: Option<Arrival>,
    /// Messages only: what the journal keeps under its id.
    pub sent: Vec<Sent>,
    pub heard: Vec<Heard>,
    connections: u64,
    /// The connection that stands.
    pub connection: Option<u64>,
}

impl Visitor {
    pub fn new(number: usize, random: &mut StdRng) -> Self {
        Self {
            name: format!("v{number}"),
            pushed: random.random(),
            left: random.random_range(3..12),
            number: 0,
            open: None,
            sent: Vec::new(),
            heard: Vec::new(),
            connections: 0,
            connection: None,
        }
    }

    pub fn channel(&self) -> &'static str {
        if self.pushed { "http" } else { "web" }
    }

    fn last_heard(&self) -> u64 {
        self.heard.iter().map(|heard| heard.sequence).max().unwrap_or_default()
    }
}

/// What the journal keeps of it as said by the visitor.
fn words(body: &Body) -> Option<String> {
    match body {
        Body::Message { content, .. } => Some(content.plain()),
        Body::Press { title, .. } => Some(title.clone()),
        _ => None,
    }
}

impl World {
    pub fn speak(&mut self, visitor: usize) {
        let body = self.body(visitor);
        let it = &mut self.visitors[visitor];
        if it.left == 0 {
            return;
        }
        it.left -= 1;
        it.number += 1;
        let number = it.number;
        let key = EventKey { source: it.channel().to_owned(), native: format!("{}:m{number}", it.name) };
        if let Some(text) = words(&body) {
            it.sent.push(Sent { id: key.native.clone(), text, acknowledged: false });
        }
        it.open = Some(Arrival { conversation: visitor, key: key.clone(), body });
        self.books.sent(visitor, &key);
        self.say(visitor, number);
    }

    fn body(&mut self, visitor: usize) -> Body {
        let it = &self.visitors[visitor];
        let number = it.number + 1;
        if self.is_wish(visitor, number) {
            return Body::Forget;
        }
        if number == 1 && !it.pushed {
            return Body::Opened { language: Some("en".to_owned()), attributes: [].into() };
        }
        let word = WORDS[self.random.random_range(0..WORDS.len())];
        if word == "order" && self.random.random() {
            return Body::Press { value: "order".to_owned(), title: "Order".to_owned() };
        }
        let text = if word == "hello" { format!("hello {number}") } else { word.to_owned() };
        Body::Message {
            content: Content::text(text),
            understanding: Understanding::default(),
            language: None,
        }
    }

    /// In every other history the first visitor asks to be forgotten, and again.
    fn is_wish(&self, visitor: usize, number: usize) -> bool {
        visitor == 0 && self.seed.is_multiple_of(2) && number.is_multiple_of(WISHES)
    }

    /// Sends what is open, and will again.
    pub fn say(&mut self, visitor: usize, number: usize) {
        let it = &self.visitors[visitor];
        let Some(arrival) = it.open.clone().filter(|_| it.number == number) else { return };
        let request = Request { arrival, back: Back::Visitor { visitor, number } };
        self.transmit(Outside::Post(Box::new(request)));
        let pause = self.milliseconds(AGAIN.0, AGAIN.1);
        self.later(pause, Outside::Say { visitor, number });
    }

    /// What is open was acknowledged.
    pub fn said(&mut self, visitor: usize, number: usize) {
        let it = &mut self.visitors[visitor];
        let Some(arrival) = it.open.take_if(|_| it.number == number) else { return };
        if let Some(sent) = it.sent.last_mut().filter(|sent| sent.id == arrival.key.native) {
            sent.acknowledged = true;
        }
        self.books.acknowledged(visitor, &arrival.key);
        self.tally.acknowledged += 1;
        self.tally.wishes += u64::from(matches!(arrival.body, Body::Forget));
        self.note(format_args!("{} is acknowledged", arrival.key));
        let pause = self.milliseconds(TYPING.0, TYPING.1);
        self.later(pause, Outside::Speak { visitor });
    }

    pub fn connect(&mut self, visitor: usize) {
        let it = &mut self.visitors[visitor];
        it.connections += 1;
        it.connection = Some(it.connections);
        let hello = Outside::Hello { visitor, connection: it.connections, after: it.last_heard() };
        let pause = self.milliseconds(1, 80);
        self.later(pause, hello);
    }

    /// The socket brings a message.
    pub fn frame(&mut self, visitor: usize, connection: u64, heard: Heard) {
        if self.visitors[visitor].connection != Some(connection) {
            return;
        }
        self.hear(visitor, heard);
        if self.chance(self.faults.broken) {
            self.note(format_args!("the socket of v{visitor} breaks"));
            self.disconnected(visitor, connection);
        }
    }

    pub fn disconnected(&mut self, visitor: usize, connection: u64) {
        let it = &mut self.visitors[visitor];
        if it.connection.take_if(|standing| *standing == connection).is_some() {
            let pause = self.milliseconds(RECONNECT.0, RECONNECT.1);
            self.later(pause, Outside::Connect { visitor });
        }
    }

    pub fn hear(&mut self, visitor: usize, heard: Heard) {
        self.tally.heard += 1;
        self.tally.uncertain += u64::from(heard.uncertain);
        let mark = if heard.uncertain { " (uncertain)" } else { "" };
        self.note(format_args!("v{visitor} hears {} {:?}{mark}", heard.sequence, heard.text));
        self.visitors[visitor].heard.push(heard);
        self.books.touch(visitor);
    }
}
