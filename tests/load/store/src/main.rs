//! What do the database and the store do alone, without the studio around them?
//!
//! | command | the question it answers |
//! |---|---|
//! | [`floor`] | what could the database do at best? |
//! | [`straight`] | what can be had of a filled store at best? |
//! | [`throughput`] | how many turns a second does the store take? |
//! | [`fill`] | what does a store look like whose studio has run for long? |
//!
//! A package of its own, so that the program under load and the one that offers it are built without it, and it
//! without what only tests need.

mod fill;
mod floor;
mod straight;
mod throughput;
mod turn;

use std::{path::PathBuf, sync::Arc};

use clap::Parser;

use crate::floor::{Waiting, Way};

/// As the studio's own.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Measures the database and the store alone.
#[derive(Parser)]
enum Command {
    /// Writes the rows of turns straight to the database
    Floor {
        #[arg(default_value_t = 8)]
        writers: usize,
        /// Turns in one transaction
        #[arg(default_value_t = 32)]
        batch: usize,
        #[arg(default_value_t = 10)]
        seconds: u64,
        /// A new folder in the one for temporary files where absent
        folder: Option<PathBuf>,
        /// A file with a row of each table, as a studio was seen to write it: `studio-load turns` makes one
        #[arg(long)]
        rows: PathBuf,
        #[arg(long, value_enum, default_value_t = Waiting::Each)]
        waiting: Waiting,
    },
    /// Reads and writes straight in a store that `fill` has filled, and that nobody has open
    Straight {
        folder: PathBuf,
        conversations: usize,
        #[arg(default_value_t = 8)]
        writers: usize,
        /// Turns in one transaction
        #[arg(default_value_t = 32)]
        batch: usize,
        #[arg(default_value_t = 5)]
        seconds: u64,
        /// As of `floor`
        #[arg(long)]
        rows: PathBuf,
    },
    /// Accepts messages and commits their turns
    Throughput {
        #[arg(default_value_t = 8)]
        lanes: usize,
        /// Turns in one transaction
        #[arg(default_value_t = 32)]
        batch: usize,
        #[arg(default_value_t = 10)]
        seconds: u64,
        /// A new folder in the one for temporary files where absent
        folder: Option<PathBuf>,
    },
    /// Writes conversations into the folder of a store, in transactions as large as they may be
    Fill {
        folder: PathBuf,
        #[arg(default_value_t = 10_000)]
        conversations: usize,
        /// Of each conversation: a message and its reply
        #[arg(default_value_t = 2)]
        turns: usize,
    },
}

fn main() {
    let temporary = |name: &str| std::env::temp_dir().join(name);
    match Command::parse() {
        Command::Floor { writers, batch, seconds, folder, rows, waiting } => {
            let folder = folder.unwrap_or_else(|| temporary("studio-floor"));
            let rows = Arc::new(floor::Rows::read(&rows));
            studio_store::testing::run(floor::measure(
                rows,
                Way { writers, batch, waiting },
                seconds,
                folder,
            ));
        }
        Command::Straight { folder, conversations, writers, batch, seconds, rows } => {
            let rows = Arc::new(floor::Rows::read(&rows));
            let way = Way { writers, batch, waiting: Waiting::Each };
            let measured = straight::measure(rows, way, seconds, folder, conversations);
            studio_store::testing::run(measured);
        }
        Command::Throughput { lanes, batch, seconds, folder } => {
            let folder = folder.unwrap_or_else(|| temporary("studio-throughput"));
            studio_store::testing::run(throughput::measure(lanes, batch, seconds, folder));
        }
        Command::Fill { folder, conversations, turns } => {
            studio_store::testing::run(fill::fill(folder, conversations, turns));
        }
    }
}
