//! What does a message mean whose words are misspelt? It is read as it stands, and as it was meant where that is not clear.

use studio_core::understanding::EntityMatch;

use super::{
    Model,
    intents::{Judged, Listened, Meant},
    is_found,
};
use crate::{
    denial::Language,
    entities::Moment,
    spelling::Mended,
    text::{Reading, Token},
};

/// What is left of how sure one may be of a message whose words were mended.
const MENDED: f64 = 0.95;

impl Model {
    /// What a message means in which this was `found`: where that is not clear as it stands, most of its strange words are misspelt,
    /// and it is surer with these as they were meant, it is that. What is named only then is added to what was found, and what is the
    /// bot's own only in words as they were typed. `languages` as in [`Self::listen`].
    pub(super) fn meant(
        &self,
        reading: &Reading<'_>,
        found: &mut Vec<EntityMatch>,
        moment: &Moment<'_>,
        languages: &[&'static Language],
    ) -> Meant {
        let listened = self.listen(reading, found, languages);
        let knows_word = |word: &str| self.classifier.knows_word(word);
        let before: &[EntityMatch] = found;
        let is_known = |token: &Token| knows_word(reading.word(token)) || is_found(reading, token, before);
        let Some(mended) = self.spelling.mended(reading, is_known) else {
            return self.as_it_stands(&listened, languages);
        };
        let read = Reading::new(&mended.text);
        let named = self.finder.find(&read, moment, knows_word);
        let meant = if mended.is_of_the_bot() && self.is_open(&listened, languages) {
            let as_mended = self.listen(&read, &named, languages);
            self.surer(&listened, &as_mended, &mended, languages)
        } else {
            self.as_it_stands(&listened, languages)
        };
        let is_new = |named: &EntityMatch| before.iter().all(|other| other.entity != named.entity);
        let new: Vec<EntityMatch> = named.into_iter().filter(is_new).collect();
        found.extend(new.into_iter().filter_map(|named| {
            let place = mended.original(named.start..named.end);
            let text = reading.original.get(place.clone())?.to_owned();
            // Of the bot's own it stands with them which slips are forgiven: no name or code is mended into another.
            let is_as_typed = named.text == text || !self.finder.lessons().contains_key(&named.entity);
            is_as_typed.then_some(EntityMatch { text, start: place.start, end: place.end, ..named })
        }));
        found.sort_by_key(|found| found.start);
        meant
    }

    fn as_it_stands(&self, listened: &Listened<'_>, languages: &[&'static Language]) -> Meant {
        let [meanings] = self.meanings([listened]);
        self.conclude(listened, &meanings, languages)
    }

    /// Whether words alone leave open what a message means. What the transformer makes of it is not waited for: it is asked of what
    /// was meant at the same time.
    fn is_open(&self, listened: &Listened<'_>, languages: &[&'static Language]) -> bool {
        listened.is_unsure() || !is_clear(&self.conclude(listened, &[], languages))
    }

    /// What is surer: what was said, or, where that is not clear, what was meant.
    fn surer(
        &self,
        as_it_stands: &Listened<'_>,
        as_mended: &Listened<'_>,
        mended: &Mended,
        languages: &[&'static Language],
    ) -> Meant {
        let [of_said, of_meant] = self.meanings([as_it_stands, as_mended]);
        let said = self.conclude(as_it_stands, &of_said, languages);
        if is_clear(&said) {
            return said;
        }
        let mut meant = self.conclude(as_mended, &of_meant, languages);
        for scored in &mut meant.judged.intents {
            scored.confidence *= MENDED;
        }
        meant.judged.confident &= sure(&meant.judged) >= meant.judged.least;
        if sure(&meant.judged) <= sure(&said.judged) {
            return said;
        }
        for besides in &mut meant.also {
            besides.confidence *= MENDED;
            let place = mended.original(besides.start..besides.end);
            (besides.start, besides.end) = (place.start, place.end);
        }
        meant
    }
}

fn is_clear(said: &Meant) -> bool {
    said.judged.confident || !said.also.is_empty() || !said.denied.is_empty()
}

/// How sure the best intent is.
fn sure(judged: &Judged) -> f64 {
    judged.intents.first().map_or(0.0, |best| best.confidence)
}
