//! Do the things that the author wrote fit together?
//!
//! Each file answers one group of questions over what [`uses`] collected in one walk. What stands
//! in something unreadable counts as defined or as used where it could be (see [`Problems::may_define`]),
//! so that one slip is one problem.

mod approved;
mod built_in;
mod cel;
mod commands;
mod empty;
mod expressions;
mod forms;
mod idle;
mod kinds;
mod languages;
mod loops;
mod names;
mod phrases;
mod privacy;
mod reach;
mod references;
mod settled;
mod synonyms;
mod template;
mod tests;
mod translation;
mod triggers;
mod usage;
mod uses;
mod values;

pub(super) use self::phrases::LONGEST as LONGEST_PHRASE;
pub use self::{
    cel::CEL_FUNCTIONS,
    expressions::VARIABLES,
    names::{is_language, is_name},
};
use super::{compile::Compiled, problem::Problems, source::Source};

pub fn check(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    let uses = uses::Uses::of(source);
    names::check(source, &uses, problems);
    languages::check(source, &uses, problems);
    phrases::check(source, problems);
    values::check(source, &uses, problems);
    approved::check(&uses, problems);
    triggers::check(source, problems);
    commands::check(source, problems);
    let reads = expressions::check(&uses, problems);
    empty::check(source, &uses, compiled, problems);
    references::check(source, &uses, &reads, problems);
    reach::check(source, compiled, problems);
    loops::check(compiled, problems);
    built_in::check(source, compiled, problems);
    usage::check(source, compiled, &uses, &reads, problems);
    privacy::check(source, compiled, problems);
    forms::check(compiled, problems);
    kinds::check(source, compiled, problems);
    idle::check(source, &uses, problems);
    synonyms::check(source, &uses, problems);
    translation::check(source, problems);
    tests::check(source, &uses, problems);
}
