//! Whom does a text name, in whatever language it is written?
//!
//! Visitors write to a bot in languages that it does not speak, and their names are to be masked all the same. In the language that a
//! text seems to be in all that introduces a name counts; in the others only what introduces nothing else ("je m'appelle").

use studio_core::understanding::{EntityMatch, is_negated};

use super::{Find, Finder, Moment, address, lexicon::Lexicon, longest, person, report, words::Words};
use crate::text::{Reading, without_marks};

impl Finder {
    /// Names of people and postal addresses alone, also where the bot has entities of these names. `written` is the language that
    /// the text seems to be in.
    pub(crate) fn people(
        &self,
        reading: &Reading<'_>,
        moment: &Moment<'_>,
        written: Option<&str>,
        (persons, addresses): (bool, bool),
    ) -> (Vec<Find>, Vec<Find>) {
        let own = Words::new(reading, moment.language, &self.languages, self.month_first, self.region());
        let mut people = if persons { person::find(&own) } else { Vec::new() };
        let mut places = if addresses { address::find(&own) } else { Vec::new() };
        let written = written.and_then(Lexicon::of).map(|lexicon| lexicon.code);
        let is_own = |code: &str| own.lexicons.iter().any(|lexicon| lexicon.code == code);
        let has_colon = reading.text.contains(':');
        let letters: String =
            without_marks(&reading.text).chars().filter(|letter| letter.is_alphanumeric()).collect();
        for lexicon in Lexicon::all().iter().filter(|lexicon| !is_own(lexicon.code)) {
            let is_written = written == Some(lexicon.code);
            if !(is_written || persons && lexicon.may_introduce(&letters, has_colon)) {
                continue;
            }
            let words = Words::new(reading, lexicon.code, &[], self.month_first, self.region());
            if persons {
                people.extend(if is_written {
                    person::find(&words)
                } else {
                    person::surely_introduced(&words)
                });
            }
            if addresses && is_written {
                places.extend(address::find(&words));
            }
        }
        (longest(people), longest(places))
    }

    /// Adds the people whom a text names in the language that it is written in, where that is none of the bot's. What was found
    /// in their words knows better, and an entity of the bot's own is never filled so.
    pub(crate) fn add_people(&self, reading: &Reading<'_>, written: &str, found: &mut Vec<EntityMatch>) {
        const ENTITY: &str = "person";
        let Some(lexicon) = Lexicon::of(written).filter(|_| !self.lessons.contains_key(ENTITY)) else {
            return;
        };
        let words = Words::new(reading, lexicon.code, &[], self.month_first, self.region());
        for find in longest(person::find(&words)) {
            let named = report(reading, ENTITY, find);
            let taken = found.iter().any(|other| other.start < named.end && named.start < other.end);
            if !taken && !is_negated(&reading.original[..named.start]) {
                found.push(named);
            }
        }
        found.sort_by_key(|found| found.start);
    }
}
