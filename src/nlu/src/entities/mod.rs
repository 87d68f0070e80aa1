//! Which things are named in a text?

use crate::{model::TrainError, text::Reading};
use std::collections::BTreeMap;
use studio_core::understanding::{EntityLesson, EntityMatch};

/// What an expression such as "tomorrow" or `1.000` depends on beside its words.
pub(crate) struct Moment<'m> {
    /// Language of the conversation (ISO 639-1).
    pub(crate) language: &'m str,
    pub(crate) now: &'m jiff::Zoned,
}

#[derive(Clone, Debug)]
pub(crate) struct Finder {
    lessons: BTreeMap<String, EntityLesson>,
}
impl Finder {
    pub(crate) fn new(
        lessons: &BTreeMap<String, EntityLesson>,
        _languages: &[String],
    ) -> Result<Self, TrainError> {
        Ok(Self { lessons: lessons.clone() })
    }
    pub(crate) fn lessons(&self) -> &BTreeMap<String, EntityLesson> {
        &self.lessons
    }
    pub(crate) fn find(
        &self,
        _r: &Reading<'_>,
        _m: &Moment<'_>,
        _k: impl Fn(&str) -> bool,
    ) -> Vec<EntityMatch> {
        Vec::new()
    }
}
