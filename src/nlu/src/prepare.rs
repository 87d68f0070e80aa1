//! What is read when it is first needed, before it is: else the first message waits for it, a fifth of a second.

use studio_core::{texts, understanding::Lessons};

/// Has a number, a day, a telephone, a question and an address in it, so that nothing of the lists of all languages stays unread.
const MESSAGE: &str = "I don't want two tents on 3 May at 7, do I? Call +49 30 901820, or write to ada@example.com, 12 High Street.";

/// Reads the lists of all languages, their names and their letters. The studio's own texts must be the operator's by then: they are counted.
pub fn prepare() {
    texts::names("en");
    if let Ok(model) = crate::train(&Lessons::default(), None) {
        model.understand(MESSAGE, "en", &jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC));
    }
    // What has no phrases misspells none, so the message above needs no list of words that are right.
    crate::spelling::Spelling::new(std::iter::empty(), &["en".to_owned()]);
}
