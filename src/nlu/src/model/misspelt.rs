//! What does a message mean whose words are misspelt? It is read as it stands first, and as it was meant where that is not clear.

use studio_core::understanding::EntityMatch;

use super::{
    Model,
    intents::{Judged, Meant},
    is_found,
};
use crate::{
    entities::Moment,
    spelling::Mended,
    text::{Reading, Token},
};

/// What is left of how sure one may be of a message whose words were mended.
const MENDED: f64 = 0.95;

impl Model {
    /// What a message means that was `said` to mean this: where that is not clear, most of its strange words are misspelt, and it
    /// is surer with these as they were meant, it is that. What is named only then is added to what was `found`, and what is the
    /// bot's own only in words as they were typed. `languages` as in [`Self::intents`].
    pub(super) fn as_meant<'l>(
        &self,
        reading: &Reading<'_>,
        found: &mut Vec<EntityMatch>,
        moment: &Moment<'_>,
        languages: impl Iterator<Item = &'l str>,
        said: Meant,
    ) -> Meant {
        let knows_word = |word: &str| self.classifier.knows_word(word);
        let before: &[EntityMatch] = found;
        let is_known = |token: &Token| knows_word(reading.word(token)) || is_found(reading, token, before);
        let Some(mended) = self.spelling.mended(reading, is_known) else { return said };
        let read = Reading::new(&mended.text);
        let named = self.finder.find(&read, moment, knows_word);
        let is_clear = said.judged.confident || !said.also.is_empty() || !said.denied.is_empty();
        let meant = if is_clear || !mended.is_of_the_bot() {
            said
        } else {
            self.surer(&read, &mended, &named, languages, said)
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

    /// What is surer: what was said, or what was meant.
    fn surer<'l>(
        &self,
        read: &Reading<'_>,
        mended: &Mended,
        named: &[EntityMatch],
        languages: impl Iterator<Item = &'l str>,
        said: Meant,
    ) -> Meant {
        let mut meant = self.intents(read, named, languages);
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

/// How sure the best intent is.
fn sure(judged: &Judged) -> f64 {
    judged.intents.first().map_or(0.0, |best| best.confidence)
}
