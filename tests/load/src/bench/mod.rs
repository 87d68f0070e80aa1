//! What does the studio take, and how fast is it? One file for each table of docs/benchmarks.md.
//!
//! | module | the question it answers |
//! |---|---|
//! | `rates` | how many turns a second, and how long is the wait? |
//! | [`sockets`] | what does a visitor cost who only watches, and how fast are all told? |
//! | [`webhooks`] | how soon is an event of a platform acknowledged while flows wait? |
//! | [`start`] | how long from the start until it is ready? |
//! | [`memory`] | how much memory, at first and after many turns? |
//! | [`model`] | how much memory with the default models? |
//! | [`recovery`] | how long until it is ready after a kill? |
//! | [`growth`] | is it as fast with many conversations stored? |
//! | [`peers`] | how much can others do that keep nothing, and the studio beside them? |
//! | `synced` | how soon could a reply be there that is only kept? |
//! | `capacity` | at which rate do the waits explode? |
//! | [`soak`] | does anything grow that should not? |
//! | [`filled`] | where do full stores come from? |
//! | [`disk`] | what does a store take of the disk? |
//! | [`watchers`] | how are very many sockets opened? |

mod capacity;
pub mod disk;
pub mod filled;
pub mod growth;
pub mod memory;
pub mod model;
pub mod peers;
mod rates;
pub mod recovery;
pub mod soak;
pub mod sockets;
pub mod start;
mod synced;
pub mod watchers;
pub mod webhooks;

use std::path::PathBuf;

use clap::Subcommand;

use self::{filled::Filler, peers::Peers};
use crate::process::Program;

/// Connections over which messages are sent.
const CONNECTIONS: usize = 256;

/// What is measured. Each prints a table as it stands in docs/benchmarks.md, and a line for each of its aims behind it ([`crate::aim`]).
#[derive(Debug, Subcommand)]
pub enum Measure {
    /// Offers messages at fixed rates, HTTP in and HTTP out, and measures how long they wait
    Turns {
        /// Messages a second, one rate after the other
        #[arg(long, value_delimiter = ',', default_values_t = [50, 1_000, 2_000, 3_000, 4_000])]
        rates: Vec<u32>,
        /// How long each rate is offered
        #[arg(long, default_value_t = 10)]
        seconds: u32,
        #[arg(long, default_value_t = CONNECTIONS)]
        connections: usize,
        /// What writes the same rows straight to the database, for as long; the program beside this one where
        /// absent
        #[arg(long)]
        floor: Option<PathBuf>,
    },
    /// Opens sockets that only watch: memory for each, and how fast all are told
    Sockets {
        #[arg(long, value_delimiter = ',', default_values_t = [5_000, 20_000])]
        counts: Vec<usize>,
    },
    /// From the start until it is ready, on an empty store and on a full one
    Start {
        #[arg(long, default_value_t = 10)]
        runs: usize,
        /// Of the full store; with four messages each
        #[arg(long, default_value_t = 250_000)]
        conversations: usize,
    },
    /// Resident memory at first and while turns are run
    Memory {
        #[arg(long, default_value_t = 500_000)]
        turns: usize,
        /// Messages a second
        #[arg(long, default_value_t = 2_000)]
        rate: u32,
    },
    /// Resident memory of a whole studio whose bot is understood with the default models
    Model {
        /// What the bot learns: text and label (CSV)
        #[arg(long)]
        train: PathBuf,
        /// What its visitors write
        #[arg(long)]
        test: PathBuf,
        /// The model that finds names, as `models.ner` has it: `none` measures without one
        #[arg(long, default_value = "auto")]
        ner: String,
    },
    /// Kills it under load with much stored, and starts it again
    Recovery {
        #[arg(long, default_value_t = 3)]
        kills: usize,
        /// Stored before; with four messages each, some 1.2 GB
        #[arg(long, default_value_t = 250_000)]
        conversations: usize,
        /// Messages a second while it is killed
        #[arg(long, default_value_t = 2_000)]
        rate: u32,
    },
    /// Turns and reads with more and more conversations stored
    Growth {
        /// With four messages each
        #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
        conversations: Vec<usize>,
        /// Messages a second
        #[arg(long, default_value_t = 4_000)]
        rate: u32,
    },
    /// The same messages to bots of bottender and hubot, which keep nothing, and to the studio: more and more a second, until
    /// the waits explode
    Peers {
        /// Messages a second, at first
        #[arg(long, default_value_t = 500)]
        first: u32,
        /// How long each rate is offered
        #[arg(long, default_value_t = 10)]
        seconds: u32,
        /// Where npm puts them; `peers` beside the folder of this program where absent
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Posts events as Telegram, Slack, WhatsApp and Discord do, all at once, and measures how soon each is acknowledged
    Webhooks {
        /// Events a second on each platform
        #[arg(long, default_value_t = 200)]
        rate: u32,
        #[arg(long, default_value_t = 10)]
        seconds: u32,
        /// Persons on each platform
        #[arg(long, default_value_t = 200)]
        people: usize,
    },
    /// Half of the most that it can, for long: does anything grow?
    Soak {
        #[arg(long, default_value_t = 30)]
        minutes: u32,
        /// Messages a second; half of what is measured at first where absent
        #[arg(long)]
        rate: Option<u32>,
    },
}

/// What is to be said of what was measured. An aim that is missed is no error, but in the soak, which is a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    Well,
    /// It ran too shortly to be judged.
    TooShort,
}

impl Measure {
    /// Measures, and prints what it found.
    pub async fn run(self, program: &Program) -> anyhow::Result<Judged> {
        let measured = match self {
            Self::Soak { minutes, rate } => return soak::run(program, minutes, rate).await,
            Self::Turns { rates, seconds, connections, floor } => {
                let floor = floor.map_or_else(|| beside("studio-load-store"), Ok)?;
                rates::run(program, &rates, seconds, connections, &floor).await
            }
            Self::Sockets { counts } => sockets::run(program, &counts).await,
            Self::Start { runs, conversations } => {
                start::run(program, &Filler::beside()?, runs, conversations).await
            }
            Self::Memory { turns, rate } => memory::run(program, turns, rate).await,
            Self::Model { train, test, ner } => model::run(program, &train, &test, ner).await,
            Self::Recovery { kills, conversations, rate } => {
                recovery::run(program, &Filler::beside()?, kills, conversations, rate).await
            }
            Self::Growth { conversations, rate } => {
                growth::run(program, &Filler::beside()?, &conversations, rate).await
            }
            Self::Peers { first, seconds, folder } => {
                let folder = folder.map_or_else(|| beside("../peers"), Ok)?;
                peers::run(program, &Peers { folder }, first, seconds).await
            }
            Self::Webhooks { rate, seconds, people } => webhooks::run(program, rate, seconds, people).await,
        };
        measured.map(|()| Judged::Well)
    }
}

/// A program beside this one.
fn beside(name: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}
