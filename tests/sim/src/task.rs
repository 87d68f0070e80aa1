//! What can happen next? Each task does one thing that lasts or can be seen outside the studio.

use std::collections::VecDeque;

use studio_core::{
    content::Content,
    dialogue::{CallOutcome, CallRequest},
    invariants::Heard,
};

use crate::store::{Accepted, Arrival, InboxKey, InboxRow, OutboxRow, Outcome, Prepared};

#[derive(Clone, Debug)]
pub enum Task {
    /// The studio's process begins.
    Start,
    /// The studio's own work; nothing once the process that meant to do it has ended.
    Studio {
        run: u32,
        work: Box<Work>,
    },
    Outside(Box<Outside>),
}

/// What the studio does.
#[derive(Clone, Debug)]
pub enum Work {
    Recover(Recovery),
    Write {
        writer: usize,
    },
    /// Answers a batch, one after the other; `None` is an error of the store.
    Stored {
        writer: usize,
        answers: VecDeque<(Request, Option<Accepted>)>,
    },
    Think {
        lane: usize,
    },
    Commit {
        lane: usize,
        turns: Vec<Prepared>,
    },
    Settle {
        lane: usize,
        settled: VecDeque<(Prepared, Outcome)>,
    },
    /// What the turns of a batch have promised to erase goes before they are told.
    Erase {
        lane: usize,
        settled: VecDeque<(Prepared, Outcome)>,
    },
    /// Only where commits are sabotaged.
    WriteOutbox {
        lane: usize,
        settled: VecDeque<(Prepared, Outcome)>,
    },
    /// The next row of a queue leaves.
    Send {
        queue: Queue,
    },
    Sent {
        queue: Queue,
        attempt: u64,
        reply: Reply,
    },
    /// A call's answer was put into the inbox, or not.
    AnswerStored {
        queue: Queue,
        attempt: u64,
        stored: bool,
    },
    Sweep,
    Wake,
    Fired {
        rows: VecDeque<InboxRow>,
    },
    /// A socket tells its visitor the next thing.
    Tell {
        visitor: usize,
        connection: u64,
    },
}

/// The stages of a start.
#[derive(Clone, Debug)]
pub enum Recovery {
    Sweep,
    Inbox {
        after: Option<InboxKey>,
    },
    /// What was read so far is handed on once all is.
    Outbox {
        rows: Vec<OutboxRow>,
    },
    Open,
}

/// What the others do.
#[derive(Clone, Debug)]
pub enum Outside {
    /// A visitor thinks of the next thing to say.
    Speak {
        visitor: usize,
    },
    /// What was not acknowledged is sent, again and again.
    Say {
        visitor: usize,
        number: usize,
    },
    Act {
        agent: usize,
    },
    Ask {
        agent: usize,
        number: usize,
    },
    /// A request reaches the studio.
    Post(Box<Request>),
    Acknowledged(Back),
    Connect {
        visitor: usize,
    },
    Hello {
        visitor: usize,
        connection: u64,
        after: u64,
    },
    Frame {
        visitor: usize,
        connection: u64,
        heard: Heard,
    },
    Disconnected {
        visitor: usize,
        connection: u64,
    },
    /// A reply reaches the address of a visitor's connection.
    Posted {
        run: u32,
        queue: Queue,
        attempt: u64,
        message: Message,
    },
    /// A call reaches the remote service.
    Called {
        run: u32,
        queue: Queue,
        attempt: u64,
        key: String,
        call: CallRequest,
    },
}

/// Something for the inbox, and who waits for its acknowledgement.
#[derive(Clone, Debug)]
pub struct Request {
    pub arrival: Arrival,
    pub back: Back,
}

#[derive(Clone, Debug)]
pub enum Back {
    Visitor {
        visitor: usize,
        number: usize,
    },
    Agent {
        agent: usize,
        number: usize,
    },
    /// The deliverer, for a call's answer.
    Call {
        queue: Queue,
        attempt: u64,
    },
}

/// Messages of a conversation leave one after the other; a call waits for no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    Messages(usize),
    Calls(usize),
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Message {
    pub sequence: u64,
    pub content: Content,
    pub uncertain: bool,
}

/// What came back of what was sent.
#[derive(Clone, Debug)]
pub enum Reply {
    Taken,
    Refused,
    /// Nothing, for too long.
    Nothing,
    Outcome(CallOutcome),
}
