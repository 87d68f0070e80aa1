//! What does an utterance mean?
//!
//! | module | the question it answers |
//! |---|---|
//! | `alike` | which texts say nearly the same? |
//! | `augment` | what else could somebody have said who wrote few phrases? |
//! | `text` | what stands in a text, however it was typed? |
//! | `classify` | which intent does it have, and how sure is that? |
//! | `clauses` | how many things are said in one message? |
//! | `denial` | which wish does a clause take back? |
//! | `entities` | which things are named in it? |
//! | `feelings` | how does the visitor feel, is it urgent, asked, rude? |
//! | `files` | which files hold what each language has? |
//! | `language` | in which language is it written? |
//! | `model` | all of these together: [`train`] once, [`Model::understand`] every message |
//! | `personal` | which personal data stands in it? |
//! | [`prepare`] | what can be read before the first message? |
//! | `slips` | which of the bot's phrases was typed with a slip? |
//! | `spelling` | which words are misspelt, and which were meant? |
//! | [`mod@evaluate`] | how good is it on texts that it has not seen? |

mod alike;
mod augment;
mod bytes;
mod classify;
mod clauses;
mod denial;
mod entities;
pub mod evaluate;
mod feelings;
mod files;
mod language;
mod model;
mod personal;
mod prepare;
mod slips;
mod spelling;
mod text;

pub use alike::{alike, normalised};
pub use bytes::ModelBytesError;
pub use model::{Model, TrainError, train};
pub use prepare::prepare;
