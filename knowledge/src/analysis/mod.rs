//! Which terms does a text stand for, in its language?
//!
//! Index and question go through the same steps: fold the characters ([`words`]), cut into words, or into pairs of
//! characters where a script writes no spaces, and stem by language ([`language`]); of what is written in any language the
//! words are not stemmed, and found by how they begin ([`any`]). What the stemmer leaves apart, a question
//! may join ([`kin`]). Whatever changes the terms must change [`VERSION`], so that an index built by the old steps is built anew.

mod any;
mod fold;
mod kin;
mod language;
mod stop;
mod words;

#[cfg(test)]
mod tests;

pub use any::{AnyWord, any_language};
pub use language::{Analyzer, Asked, code_of, detect};
pub use stop::{Role, Weight};
pub use words::{Word, has_no_spaces};

/// Number of the steps above; part of the hash that an index carries.
pub const VERSION: u32 = 1;
