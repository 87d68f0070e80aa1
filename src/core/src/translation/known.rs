//! What is known of texts in other languages while a step is decided?

/// A text that is wanted in another language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    pub from: String,
    pub to: String,
    /// As the author wrote it, gaps and all.
    pub text: String,
}

/// What there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nobody translates: nothing is said of it.
    Nothing,
    /// There are no words in it.
    AsItIs,
    /// It will be known; the step is to be taken anew then.
    Later,
    Failed {
        engine: String,
        why: String,
    },
    Text {
        engine: String,
        text: String,
    },
}

/// Where a step finds translations. They are there before it, or it is taken anew: no step waits.
pub trait Translations {
    fn find(&self, wanted: &Wanted) -> Told;
}

/// No translator is there.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Translations for Nobody {
    fn find(&self, _: &Wanted) -> Told {
        Told::Nothing
    }
}
