//! What the bot's author wrote, and what is wrong with it.
//!
//! [`load`] goes from text to a bot in four stages, none of which stops at the first problem:
//!
//! | stage | the question it answers |
//! |---|---|
//! | `yaml` | what does a file say, and where? |
//! | `source` | is each thing written in one of the forms of docs/bots.md? |
//! | `translation` | what is said in languages that translators wrote? |
//! | `compile` | what are the nodes of the flows, and where do they lead? |
//! | `check` | do the things fit together? |

#[macro_use]
mod yaml;
mod check;
mod code;
mod command;
mod compile;
mod definition;
mod learned;
mod lessons;
mod load;
mod node;
mod problem;
mod schema;
mod source;
mod suggest;
mod test_case;
pub mod translation;
mod unused;

#[cfg(test)]
mod tests;

pub(crate) use self::yaml::parse_duration;
pub use self::{
    check::{CEL_FUNCTIONS, VARIABLES, is_language, is_name},
    command::command_name,
    definition::*,
    learned::{Learned, learned_file},
    load::{Document, Files, Loaded, load, load_beside, load_published},
    node::*,
    problem::{Problem, Severity},
    schema::json_schema,
    suggest::hint,
    test_case::*,
};
