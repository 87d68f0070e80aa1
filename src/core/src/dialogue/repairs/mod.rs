//! What does the bot do when a conversation leaves its path? One file per repair.
//!
//! Digressing and coming back is in [`super::flows`]: every flow can be interrupted.

pub mod cancel;
pub mod correct;
pub mod denied;
pub mod language;
pub mod misunderstood;
pub mod person;
pub mod repeat;
pub mod start_over;
pub mod timeout;
pub mod unknown;

use std::sync::Arc;

use super::{
    RepairKind,
    courtesy::{self, Courtesy, Nicety},
    evaluate::Fault,
    flows, trigger,
    turn::Turn,
    utterance::Utterance,
    words::{after, normalise},
};
use crate::{bot::Repair, texts};

/// Most words of courtesy that may stand before a correction.
const MOST_COURTESIES: usize = 5;

/// Whether the visitor calls for a repair, by its words or its intent.
fn is_called(turn: &Turn<'_>, repair: &Repair, key: &'static str, utterance: &Utterance<'_>) -> bool {
    repair.enabled && (is_intended(repair, utterance) || is_worded(turn, repair, key, utterance))
}

/// Whether some words by themselves call for a repair.
pub fn has_words(turn: &Turn<'_>, said: &str) -> bool {
    let repairs = &turn.bot.repairs;
    let called = [
        (&repairs.cancel, "cancel-words"),
        (&repairs.start_over, "start-over-words"),
        (&repairs.repeat, "repeat-words"),
        (&repairs.person, "person-words"),
    ];
    let said = normalise(said);
    called.iter().any(|(repair, key)| repair.enabled && words(turn, repair, key).has(&said))
}

/// Whether some words are all that a message says but courtesy: "small, please".
pub fn says_only(turn: &Turn<'_>, utterance: &Utterance<'_>, words: &str) -> bool {
    let words = normalise(words);
    spoken(turn).any(|language| Courtesy::of(language).surrounds(utterance.text, |phrase| phrase == words))
}

/// What a message of nothing but courtesy says, in any language that the visitor may speak.
pub fn nicety(turn: &Turn<'_>, text: &str) -> Option<Nicety> {
    spoken(turn).find_map(|language| Courtesy::of(language).nicety(text))
}

/// Whether its words are the whole message, or all of it but courtesy: "no, cancel please". The author's own phrases come
/// before the latter.
fn is_worded(turn: &Turn<'_>, repair: &Repair, key: &'static str, utterance: &Utterance<'_>) -> bool {
    let text = normalise(utterance.text);
    let words = words(turn, repair, key);
    if words.has(&text) {
        return true;
    }
    // Most messages hold none of them.
    let may_hold = |known: &str| known.split(' ').all(|word| text.contains(word));
    courtesy::is_short(&text)
        && words.any(may_hold)
        && spoken(turn).any(|language| is_among_courtesy(repair, key, language, utterance.text))
        && !trigger::is_exact(turn, utterance)
}

/// Whether the words that a language has for a repair stand among its words of courtesy.
fn is_among_courtesy(repair: &Repair, key: &str, language: &str, text: &str) -> bool {
    let own = repair.words.get(language);
    let studio = if own.is_some() { Vec::new() } else { texts::lists([language], key) };
    let own = own.into_iter().flatten().map(|word| normalise(word)).collect();
    let words = Words { own, studio };
    Courtesy::of(language).surrounds(text, |phrase| words.has(phrase))
}

fn is_intended(repair: &Repair, utterance: &Utterance<'_>) -> bool {
    let intent = utterance.understanding.intent().map(|scored| &scored.intent);
    intent.is_some() && intent == repair.intent.as_ref()
}

/// Words that mean a repair, normalised.
struct Words {
    own: Vec<String>,
    studio: Vec<Arc<[String]>>,
}

impl Words {
    fn has(&self, words: &str) -> bool {
        self.any(|known| known == words)
    }

    fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        let studio = self.studio.iter().flat_map(|list| list.iter());
        self.own.iter().chain(studio).any(|known| fits(known))
    }
}

/// The author's words, and those of the studio for the languages that the author gave none for.
fn words(turn: &Turn<'_>, repair: &Repair, key: &str) -> Words {
    let left = spoken(turn).filter(|language| !repair.words.contains_key(*language));
    Words {
        own: repair.words.values().flatten().map(|word| normalise(word)).collect(),
        studio: texts::lists(left, key),
    }
}

/// A text, and what is left of it behind each word of agreement and politeness at its beginning: "please make it 9" and "make
/// it 9" of "ok, please make it 9".
fn behind_courtesy<'a>(turn: &Turn<'_>, text: &'a str) -> Vec<&'a str> {
    let lists = ["yes-words", "polite-words"].map(|key| texts::lists(spoken(turn), key));
    let words = Words { own: Vec::new(), studio: lists.concat() };
    let rests = std::iter::successors(Some(text), |rest| after(rest, |beginning| words.has(beginning)));
    rests.take(1 + MOST_COURTESIES).collect()
}

/// The languages in which the visitor may call for a repair.
fn spoken<'t>(turn: &'t Turn<'_>) -> impl Iterator<Item = &'t str> {
    let languages = || turn.bot.languages.iter().map(String::as_str);
    // A machine may speak another one for it.
    let now = Some(turn.state.language.as_str())
        .filter(|now| !now.is_empty() && languages().all(|own| own != *now));
    // Where the studio speaks none of the bot's languages it says its own texts in English.
    let english = languages().all(|language| !texts::speaks(language)).then_some("en");
    languages().chain(now).chain(english)
}

/// Runs the flow that takes the place of a repair, if the author named one.
fn run_own_flow(turn: &mut Turn<'_>, repair: &Repair, name: &str) -> bool {
    match repair.flow.as_ref().and_then(|flow| turn.bot.flows.get(flow)) {
        Some(flow) => {
            flows::begin(turn, flow, format!("repair {name}"));
            true
        }
        None => false,
    }
}

/// Says the author's text of a repair, or the studio's.
fn say(turn: &mut Turn<'_>, repair: &Repair, key: &str, kind: RepairKind) -> Result<(), Fault> {
    if let Some(saying) = &repair.say {
        return turn.say(saying, Some(kind));
    }
    turn.say_own(key, &[], Some(kind));
    Ok(())
}

#[cfg(test)]
mod tests;
