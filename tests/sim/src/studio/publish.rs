//! Who is told of a committed turn? Its visitor's socket, the deliverer, the timers.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use studio_core::invariants::{Heard, Kept};

use crate::{
    sabotage::Sabotage,
    store::{OutboxRow, Prepared},
    task::{Outside, Work},
    world::World,
};

/// The studio's end of a connection. Messages are told by rising number only, so none comes twice.
#[derive(Debug)]
pub struct Socket {
    connection: u64,
    /// Number of the last message that was sent.
    sent: u64,
    /// What the journal has is read before what happens is told.
    reading: bool,
    live: VecDeque<Kept>,
    /// A task is under way.
    busy: bool,
    /// When the last frame arrives: frames of a connection do not overtake each other.
    arrives: Option<Timestamp>,
}

impl World {
    pub fn publish(&mut self, prepared: Prepared) {
        let visitor = prepared.row.conversation;
        if let Some(before) = prepared.turn.erases_before {
            self.leave_nothing_of(visitor, before);
        }
        if let Some(socket) = self.studio.sockets.get_mut(&visitor) {
            socket.live.extend(prepared.turn.entries.iter().filter_map(Kept::of));
            self.begin_telling(visitor);
        }
        for row in prepared.outbox {
            self.books.said(row.conversation, row.sequence, self.studio.run);
            self.deliver(row);
        }
        self.turns_done();
        if !prepared.turn.remind.is_empty() {
            self.wake_within(SignedDuration::ZERO);
        }
    }

    /// The turn is known only by what it left in the store: sockets read it there.
    pub fn publish_again(&mut self, visitor: usize, outbox: Vec<OutboxRow>) {
        if self.sabotage != Some(Sabotage::TellNobody)
            && let Some(socket) = self.studio.sockets.get_mut(&visitor)
        {
            socket.reading = true;
            self.begin_telling(visitor);
        }
        for row in outbox {
            self.deliver(row);
        }
        self.turns_done();
    }

    /// A visitor's socket says hello, with the last number that it has seen.
    pub fn hello(&mut self, visitor: usize, connection: u64, after: u64) {
        let socket = Socket {
            connection,
            sent: after,
            reading: true,
            live: VecDeque::new(),
            busy: false,
            arrives: None,
        };
        self.studio.sockets.insert(visitor, socket);
        self.begin_telling(visitor);
    }

    fn begin_telling(&mut self, visitor: usize) {
        let Some(socket) = self.studio.sockets.get_mut(&visitor) else { return };
        if !std::mem::replace(&mut socket.busy, true) {
            let connection = socket.connection;
            self.work_soon(Work::Tell { visitor, connection });
        }
    }

    /// Sends the next message that the visitor has not been told.
    pub fn tell(&mut self, visitor: usize, connection: u64) {
        let Some(socket) = self.studio.sockets.get_mut(&visitor) else { return };
        if socket.connection != connection {
            return;
        }
        let next = if socket.reading {
            let head = self.store.conversations.get(&visitor);
            let after = socket.sent.max(head.map_or(0, |head| head.state.erased));
            let journal = head.map(|head| head.journal.as_slice()).unwrap_or_default();
            journal.iter().filter(|entry| entry.sequence > after).find_map(Kept::of)
        } else {
            socket.live.pop_front()
        };
        match next {
            Some(message) if message.sequence > socket.sent => self.tell_one(visitor, connection, message),
            Some(_) => {}
            None if socket.reading => socket.reading = false,
            None => {
                socket.busy = false;
                return;
            }
        }
        self.work_soon(Work::Tell { visitor, connection });
    }

    fn tell_one(&mut self, visitor: usize, connection: u64, message: Kept) {
        let pause = self.milliseconds(1, 60);
        let at = self.at(pause);
        let Some(socket) = self.studio.sockets.get_mut(&visitor) else { return };
        socket.sent = message.sequence;
        let after = socket.arrives.and_then(|last| last.checked_add(SignedDuration::from_micros(1)).ok());
        let at = after.map_or(at, |after| after.max(at));
        socket.arrives = Some(at);
        let heard = Heard { sequence: message.sequence, text: message.text, uncertain: false };
        self.put(at, Outside::Frame { visitor, connection, heard });
    }
}
