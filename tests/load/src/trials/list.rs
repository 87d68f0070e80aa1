//! Which faults are tried, and what is expected of each?

use super::{AHEAD, STUCK};
use crate::{compare::Calls, database::Engine, faults::Fault};

/// One fault.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    pub name: &'static str,
    pub trouble: Trouble,
    /// Settings by the environment, so that what takes a minute by default takes a second here.
    pub settings: &'static [(&'static str, &'static str)],
    /// What the operator reads in the log from then on.
    pub says: &'static str,
    /// The status with which the studio ends by itself, where it does.
    pub ends: Option<i32>,
    /// What is expected of calls behind it.
    pub calls: Calls,
    /// Events that are parked behind it, for their turn came to no end.
    pub parked: usize,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// Of the files of this place.
    Disk(Fault, Place),
    /// The disk of the store fails while the studio finishes what it has begun.
    Stopping(Fault),
    /// No table can be written when the store is closed.
    Closing,
    /// The store is being closed for longer than a stop may last.
    Unclosed,
    /// The disk of the log is full while there is something to be logged.
    Log,
    /// The disk of the search index is full while a bot is published.
    Index,
    /// The disk of the index of messages is full while messages come.
    Messages,
    /// The thread that runs the embedding model makes no headway.
    Model,
    /// The clock is off by so many seconds at first, and by so many during the fault; afterwards it is right.
    Clock { first: i64, during: i64 },
    /// The clock is ahead at first, and right once a timer was set.
    Ahead,
    /// No file can be opened and no connection taken: the system gives no more descriptors.
    Descriptors,
    /// The same while the store's log is to become a table.
    Table,
    /// More thoughts without end than threads may be lost; of a development build only.
    Stuck,
    /// Somebody who hangs or crawls, and is to be dealt with while the others go on.
    Offender(Offender),
}

/// Whose disk fails.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// The database's.
    Store,
    /// That of all that the studio keeps.
    Data,
}

/// Who makes no headway.
#[derive(Clone, Copy, Debug)]
pub enum Offender {
    /// A remote service that takes the call and never answers.
    Service,
    /// A flow that never comes to an end; of a development build only.
    Thought,
    /// The same of a search in the documents.
    Search,
    /// A client that sends the head of its request a byte a second.
    Head,
    /// The same with the body.
    Body,
    /// Clients that together send more than is read at once.
    Bodies,
    /// A client that reads its answer a byte a second.
    Reader,
    /// A widget that reads its messages a byte a second.
    Socket,
}

/// The log has this where the disk took nothing.
pub(super) const REFUSED: &str = "store.disk_refused";
/// And this of each try of an event that comes to no end.
pub(super) const HUNG: &str = "pipeline.turn.hung";
/// The setting by which a thought or a search never comes to an end; a release build has none such (`src/breakpoint.rs`).
const HANG: &str = "STUDIO_HANG";
const PATIENCE: &[(&str, &str)] = &[("STUDIO_SERVER_PATIENCE", "2s")];

pub const TRIALS: [Trial; 26] = [
    disk("sync-fails", Fault::Sync, Place::Store),
    disk("store-full", Fault::Full, Place::Store),
    disk("read-only", Fault::ReadOnly, Place::Data),
    stopping("sync-fails-while-stopping", Fault::Sync),
    stopping("full-while-stopping", Fault::Full),
    stopping("read-only-while-stopping", Fault::ReadOnly),
    Trial { ends: Some(1), ..goes_on("full-while-closing", Trouble::Closing, &[], "store.table_refused") },
    Trial {
        ends: Some(0),
        ..goes_on("closing-hangs", Trouble::Unclosed, &[("STUDIO_SERVER_DRAIN", "4s")], "store.not_closed")
    },
    goes_on("index-full", Trouble::Index, &[], "knowledge.in_memory"),
    goes_on("messages-full", Trouble::Messages, &[], "message_index.in_memory"),
    goes_on("log-full", Trouble::Log, &[], "log.lost"),
    goes_on("clock-back", Trouble::Clock { first: 0, during: -3_600 }, &[], "clock.jumped"),
    goes_on("clock-forward", Trouble::Clock { first: -3_600, during: 0 }, &[], "clock.jumped"),
    goes_on("clock-ahead", Trouble::Ahead, &[], "clock.jumped"),
    Trial {
        calls: Calls::Nowhere,
        ..goes_on("descriptors", Trouble::Descriptors, &[], "server.accept.failed")
    },
    Trial {
        calls: Calls::Nowhere,
        ends: Some(1),
        ..goes_on("descriptors-table", Trouble::Table, &[("STUDIO_STORE_LOG_BYTES", "67108864")], REFUSED)
    },
    goes_on(
        "call-hangs",
        Trouble::Offender(Offender::Service),
        &[("STUDIO_EGRESS_TIMEOUT", "2s")],
        "delivery.call.failed",
    ),
    Trial {
        parked: 1,
        ..goes_on(
            "thought-hangs",
            Trouble::Offender(Offender::Thought),
            &[("STUDIO_LIMITS_TURN", "1s"), (HANG, "flow:tarpit")],
            HUNG,
        )
    },
    Trial {
        ends: Some(1),
        parked: STUCK,
        ..goes_on(
            "threads-lost",
            Trouble::Stuck,
            &[("STUDIO_LIMITS_TURN", "1s"), (HANG, "flow:tarpit")],
            "too many events were thought about without end",
        )
    },
    Trial {
        parked: 1,
        ..goes_on(
            "search-hangs",
            Trouble::Offender(Offender::Search),
            &[("STUDIO_LIMITS_TURN", "1s"), (HANG, "search:tarpit")],
            HUNG,
        )
    },
    goes_on("model-hangs", Trouble::Model, &[], "model.unheard"),
    goes_on("slow-head", Trouble::Offender(Offender::Head), PATIENCE, "server.head.too_slow"),
    goes_on("slow-body", Trouble::Offender(Offender::Body), PATIENCE, "server.body.too_slow"),
    goes_on("many-bodies", Trouble::Offender(Offender::Bodies), &[], "server.bodies.too_much"),
    goes_on("slow-reader", Trouble::Offender(Offender::Reader), PATIENCE, "server.reader.too_slow"),
    goes_on("slow-socket", Trouble::Offender(Offender::Socket), &[], "channel.reader_too_slow"),
];

const fn disk(name: &'static str, fault: Fault, place: Place) -> Trial {
    Trial { ends: Some(1), ..goes_on(name, Trouble::Disk(fault, place), &[], REFUSED) }
}

const fn stopping(name: &'static str, fault: Fault) -> Trial {
    let settings: &[(&str, &str)] = &[("STUDIO_EGRESS_TIMEOUT", "3s")];
    let trial = goes_on(name, Trouble::Stopping(fault), settings, "studio: the disk refused a write");
    Trial { ends: Some(1), ..trial }
}

const fn goes_on(
    name: &'static str,
    trouble: Trouble,
    settings: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Trial {
    Trial { name, trouble, settings, says, ends: None, calls: Calls::MayFail, parked: 0 }
}

impl Trial {
    /// Why it cannot be tried with such a build and this database.
    pub(super) fn unfit(&self, is_development_build: bool, engine: &Engine) -> Option<&'static str> {
        let hangs = self.settings.iter().any(|(name, _)| *name == HANG);
        if hangs && !is_development_build {
            return Some("a release build has nothing that hangs at a test's command (`STUDIO_HANG`)");
        }
        let is_of_surrealkv = self.trouble.is_of_surrealkv() && *engine != Engine::SurrealKv;
        is_of_surrealkv.then_some("it looks into the files of SurrealKV")
    }
}

impl Trouble {
    /// Whether the files of its log or its tables are meant, which other engines have elsewhere and otherwise.
    fn is_of_surrealkv(self) -> bool {
        matches!(self, Self::Closing | Self::Unclosed | Self::Table)
    }

    pub(super) fn needs_library(self) -> bool {
        match self {
            Self::Index | Self::Model | Self::Offender(Offender::Search) => true,
            Self::Disk(..)
            | Self::Stopping(_)
            | Self::Closing
            | Self::Unclosed
            | Self::Log
            | Self::Messages
            | Self::Clock { .. }
            | Self::Ahead
            | Self::Descriptors
            | Self::Table
            | Self::Stuck
            | Self::Offender(_) => false,
        }
    }

    /// By so many seconds the clock is off when the studio starts.
    pub(super) fn clock_at_first(self) -> Option<i64> {
        match self {
            Self::Clock { first, .. } => Some(first),
            Self::Ahead => Some(AHEAD.into()),
            Self::Disk(..)
            | Self::Stopping(_)
            | Self::Closing
            | Self::Unclosed
            | Self::Log
            | Self::Index
            | Self::Messages
            | Self::Model
            | Self::Descriptors
            | Self::Table
            | Self::Stuck
            | Self::Offender(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_or_an_engine_has_not_is_not_tried_there() {
        let skipped = |is_development_build: bool, engine: &Engine| {
            let unfit = TRIALS.iter().filter(|trial| trial.unfit(is_development_build, engine).is_some());
            unfit.map(|trial| trial.name).collect::<Vec<_>>()
        };
        assert_eq!(skipped(true, &Engine::SurrealKv), [""; 0]);
        let hanging = ["thought-hangs", "threads-lost", "search-hangs"];
        assert_eq!(skipped(false, &Engine::SurrealKv), hanging);
        let of_files = ["full-while-closing", "closing-hangs", "descriptors-table"];
        assert_eq!(skipped(true, &Engine::RocksDb), of_files);
    }
}
