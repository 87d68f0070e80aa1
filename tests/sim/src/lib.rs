//! Are the promises kept whatever happens, and in whatever order? Random histories that a seed repeats exactly.
//!
//! The real `step` and a real bot, with a clock, a network, a store and channels that are made up. Whatever happens is
//! one task of one queue: each does one thing that lasts or can be seen outside, and the studio's process may end
//! before any of them. After each, [`check`] asks the invariants that the crash campaign asks too.
//!
//! | module | the question it answers |
//! |---|---|
//! | [`world`] | what happens, and when? |
//! | [`task`] | what can happen next? |
//! | [`schedule`] | what is next? |
//! | [`faults`] | what goes wrong, and how often? |
//! | [`bot`] | who answers? |
//! | [`store`] | what is remembered? |
//! | [`studio`] | what does the studio do? A file for each stage of the pipeline |
//! | [`outside`] | what do visitors, agents, services and the network do? |
//! | [`check`] | is everything as promised, now and at the end? |
//! | [`sabotage`] | would the simulation notice? |
//! | [`failure`] | what is printed when a promise was broken? |
//! | [`regressions`] | which seeds found something once? |

pub mod bot;
pub mod check;
pub mod failure;
pub mod faults;
pub mod outside;
pub mod regressions;
pub mod sabotage;
pub mod schedule;
pub mod store;
pub mod studio;
pub mod task;
pub mod world;

pub use self::{
    failure::Failure,
    sabotage::Sabotage,
    world::{Run, Tally},
};

/// Runs one history.
///
/// # Panics
///
/// If the simulation's own bot does not load.
pub fn run(seed: u64) -> Result<Tally, Box<Failure>> {
    traced(seed, None).outcome
}

/// Runs one history, of a studio that does one thing wrong where asked, and keeps all that happened in it.
///
/// # Panics
///
/// As [`run`].
pub fn traced(seed: u64, sabotage: Option<Sabotage>) -> Run {
    world::World::new(seed, sabotage).run()
}
