//! What happens when more comes than the studio can work off?
//!
//! | file | the question it answers |
//! |---|---|
//! | `world` | what is offered, what was acknowledged, do the ledgers agree? |
//! | `post` | what is a message answered with? |
//! | `book` | what did each sender send? |
//! | `memory` | how much memory was resident at most? |
//! | `probe` | is a new visitor served as quickly as before? |
//! | `rate` | are as many turns done as before? |
//! | `sockets` | who talks by the widget's sockets, and do they hear all? |
//! | `mixed` | who talks beside signed posts and sockets? |
//! | `flood` | 100,000 messages to one conversation, each once, or until each is acknowledged |
//! | `crowd` | 10,000 conversations at once |
//! | `asleep` | 1,000 sockets that never read |
//! | `overload` | more than can be worked off, with calls and members in it |
//! | `unheard` | replies that nobody takes |
//! | `stop` | SIGTERM in the middle of it |

mod asleep;
mod book;
mod crowd;
mod flood;
mod memory;
mod mixed;
mod outcome;
mod overload;
mod post;
mod probe;
mod rate;
mod sockets;
mod stop;
mod unheard;
mod world;

pub use outcome::{CEILING, HEADS, Outcome};

use crate::process::Program;

/// How much is offered.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Size {
    /// Messages to one conversation
    #[arg(long, default_value_t = 100_000)]
    pub flood: usize,
    /// Conversations at once
    #[arg(long, default_value_t = 10_000)]
    pub crowd: usize,
    /// Sockets that never read
    #[arg(long, default_value_t = 1_000)]
    pub sockets: usize,
    /// How long the overload lasts, and the load in whose middle the studio is stopped
    #[arg(long, default_value_t = 20)]
    pub seconds: u64,
    /// Events that may wait in the studio (`limits.inbox`)
    #[arg(long, default_value_t = 20_000)]
    pub inbox: usize,
}

/// Each has a studio of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    Flood,
    Resent,
    Crowd,
    Asleep,
    Overload,
    Unheard,
    Stop,
}

impl Scenario {
    pub const ALL: [Self; 7] =
        [Self::Flood, Self::Resent, Self::Crowd, Self::Asleep, Self::Overload, Self::Unheard, Self::Stop];

    pub fn name(self) -> &'static str {
        match self {
            Self::Flood => "flood",
            Self::Resent => "resent",
            Self::Crowd => "crowd",
            Self::Asleep => "asleep",
            Self::Overload => "overload",
            Self::Unheard => "unheard",
            Self::Stop => "stop",
        }
    }

    pub async fn run(self, program: &Program, size: Size) -> anyhow::Result<Outcome> {
        match self {
            Self::Flood => flood::run(program, size).await,
            Self::Resent => flood::resent(program, size).await,
            Self::Crowd => crowd::run(program, size).await,
            Self::Asleep => asleep::run(program, size).await,
            Self::Overload => overload::run(program, size).await,
            Self::Unheard => unheard::run(program, size).await,
            Self::Stop => stop::run(program, size).await,
        }
    }
}
