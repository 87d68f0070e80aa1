//! What stands in a text, however it was typed?

mod disguise;
mod fold;
mod reading;

pub(crate) use fold::{shorten, transliterate, without_marks};
pub(crate) use reading::{READ_BYTES, Reading, Token, key_of};
