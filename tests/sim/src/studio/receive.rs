//! How does an event get in? Stored, then acknowledged, then handed to its lane; in this order.

use std::collections::VecDeque;

use crate::{
    sabotage::Sabotage,
    store::{Accepted, Arrival, InboxRow},
    task::{Back, Outside, Request, Work},
    world::World,
};

/// Most events in one transaction.
const BATCH: usize = 3;
/// Most events that wait for their turn: so few that some have to come again.
const BACKLOG: usize = 6;
/// In milliseconds: how long a writer collects and commits.
const WRITING: (i64, i64) = (1, 15);

/// One of those that accept.
#[derive(Debug, Default)]
pub struct Writer {
    queue: VecDeque<Request>,
    /// A batch is under way.
    busy: bool,
    /// Something may have been stored of which no lane knows.
    in_doubt: bool,
}

impl World {
    /// Takes a request. One conversation always takes the same writer, so that its events stay in order.
    pub fn receive(&mut self, request: Request) {
        let waiting: usize = self.studio.lanes.iter().map(super::lane::Lane::count).sum();
        if waiting >= BACKLOG {
            self.note(format_args!("{}: too many wait", request.arrival.key));
            return self.answer(request.back, false);
        }
        let writer = request.arrival.conversation % self.studio.writers.len();
        self.studio.writers[writer].queue.push_back(request);
        self.begin_writing(writer);
    }

    fn begin_writing(&mut self, writer: usize) {
        if !std::mem::replace(&mut self.studio.writers[writer].busy, true) {
            let pause = self.milliseconds(WRITING.0, WRITING.1);
            self.work_later(pause, Work::Write { writer });
        }
    }

    /// Stores what waits. After a commit of an unknown outcome the inbox is read first: what was stored comes before
    /// anything that its sender sends after it.
    pub fn write(&mut self, writer: usize) {
        if self.studio.writers[writer].in_doubt && self.sabotage != Some(Sabotage::NeverLookAgain) {
            let looked = self.look_again();
            self.studio.writers[writer].in_doubt = !looked;
            let pause = self.milliseconds(1, 200);
            return self.work_later(pause, Work::Write { writer });
        }
        let queue = &mut self.studio.writers[writer].queue;
        let requests: Vec<_> = queue.drain(..queue.len().min(BATCH)).collect();
        if requests.is_empty() {
            self.studio.writers[writer].busy = false;
            return;
        }
        let arrivals: Vec<Arrival> = requests.iter().map(|request| request.arrival.clone()).collect();
        let names: Vec<_> = arrivals.iter().map(|arrival| arrival.key.to_string()).collect();
        let now = self.clock();
        let accepted =
            self.transact(&format!("store {}", names.join(", ")), |store| store.accept(arrivals, now));
        let answers: VecDeque<_> = if let Some(accepted) = accepted {
            requests.into_iter().zip(accepted.into_iter().map(Some)).collect()
        } else {
            self.studio.writers[writer].in_doubt = true;
            requests.into_iter().map(|request| (request, None)).collect()
        };
        self.work_soon(Work::Stored { writer, answers });
    }

    /// Hands the next of a batch to its lane, and acknowledges it.
    pub fn stored(&mut self, writer: usize, mut answers: VecDeque<(Request, Option<Accepted>)>) {
        let Some((request, accepted)) = answers.pop_front() else {
            let pause = self.milliseconds(0, 5);
            return self.work_later(pause, Work::Write { writer });
        };
        let stored = accepted.is_some();
        match accepted {
            Some(Accepted::New(row)) => self.enqueue(*row),
            Some(Accepted::Repeat) | None => {}
        }
        self.answer(request.back, stored);
        self.work_soon(Work::Stored { writer, answers });
    }

    fn answer(&mut self, back: Back, stored: bool) {
        match back {
            Back::Call { queue, attempt } => {
                self.work_soon(Work::AnswerStored { queue, attempt, stored });
            }
            // One that is refused sends again, as one that hears nothing does.
            Back::Visitor { .. } | Back::Agent { .. } if !stored => {}
            Back::Visitor { .. } | Back::Agent { .. } => self.transmit(Outside::Acknowledged(back)),
        }
    }

    /// Hands all that waits in the store to the lanes, once more; whether the store answered. What a lane knows
    /// already turns out to be done when it is committed again.
    pub fn look_again(&mut self) -> bool {
        let Some(rows) = self.read("look again", |store| store.pending_inbox(None, usize::MAX)) else {
            return false;
        };
        let unswept = &self.studio.unswept;
        let is_done =
            |row: &InboxRow| unswept.get(&row.conversation).is_some_and(|done| done.contains(&row.key));
        let rows: Vec<_> = rows.into_iter().filter(|row| !is_done(row)).collect();
        self.note(format_args!("look again: {} events wait", rows.len()));
        for row in rows {
            self.enqueue(row);
        }
        true
    }
}
