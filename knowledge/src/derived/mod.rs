//! How is an index kept that is derived from the store?
//!
//! It may be lost at any time, so nothing in a folder is trusted ([`open`]), and what cannot be written is opened anew, made anew,
//! or kept in memory ([`kept`]). Each kind of index says what it is made of ([`Kind`]).

mod kept;
mod kind;
mod open;

pub use kept::{Condition, Kept, View};
pub use kind::{Kind, format, hex};
pub use open::{Opened, fit, guarded};
