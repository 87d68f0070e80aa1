//! What a bot's draft learned from its visitors.

pub mod delete;
pub mod list;

use studio_core::api::LearnedPhrase;
use studio_store::Lesson;

/// The phrase of a lesson, if it has one.
pub fn learned(lesson: &Lesson) -> Option<LearnedPhrase> {
    Some(LearnedPhrase {
        id: lesson.id.clone(),
        intent: lesson.intent.clone()?,
        phrase: lesson.phrase.clone()?,
        language: lesson.language.clone(),
        by: lesson.by.clone(),
        at: lesson.at,
    })
}
