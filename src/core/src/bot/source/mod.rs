//! What did the author write, with places?
//!
//! One struct for each form in docs/bots.md, each read by [`Read`](super::yaml::Read) and described
//! by JSON Schema. What they refer to is not looked at here; see `check`.

#[macro_use]
pub mod schema;
mod ask;
mod bot;
mod branch;
mod content;
mod flow;
mod intent;
mod invalid;
mod response;
mod step;
mod test;

pub use self::{
    ask::*, bot::*, branch::*, content::*, flow::*, intent::*, invalid::*, response::*, step::*, test::*,
};
use super::yaml::Entries;

/// All files of a bot as they were written.
#[derive(Debug, Default)]
pub struct Source {
    pub bot: Option<BotSource>,
    pub intents: Entries<IntentSource>,
    /// What visitors taught, until it has joined the intents.
    pub learned: Entries<IntentSource>,
    pub entities: Entries<EntitySource>,
    pub flows: Entries<FlowSource>,
    pub responses: Entries<ResponseSource>,
    pub tests: Vec<TestSource>,
}
