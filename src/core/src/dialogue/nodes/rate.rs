//! `rate`: asks for a rating from 1 to 5. Nobody is held up by it: where the answers are none the flow goes on without.

use serde_json::Value;

use super::{Go, ask::complaint};
use crate::{
    bot::{Expects, Rate},
    dialogue::{
        Expecting, Given, Happening, RepairKind, answered,
        evaluate::Fault,
        flows,
        speech::{Speech, offer},
        turn::Turn,
        validate::Misfit,
        words::normalise,
    },
};

pub fn run(turn: &mut Turn<'_>, rate: &Rate) -> Result<Go, Fault> {
    // An earlier rating is not this one's.
    turn.state.slots.remove(&rate.slot);
    turn.state.rated.remove(&rate.slot);
    question(turn, rate, None)?;
    turn.state.expecting = Expecting::Rating { slot: rate.slot.clone(), tries: 0 };
    Ok(Go::Wait)
}

/// Says the question, with the five numbers to press.
pub fn question(turn: &mut Turn<'_>, rate: &Rate, repair: Option<RepairKind>) -> Result<(), Fault> {
    let speech = prepared(turn, rate, repair)?;
    turn.speak(speech);
    Ok(())
}

fn prepared(turn: &Turn<'_>, rate: &Rate, repair: Option<RepairKind>) -> Result<Speech, Fault> {
    let speech = match &rate.question {
        Some(saying) => turn.prepare(saying, repair)?,
        None => turn.prepare_own("rate-question", &[], repair),
    };
    Ok(with_scores(speech))
}

fn with_scores(mut speech: Speech) -> Speech {
    offer(&mut speech.contents, (1..=5).map(|score| (score.to_string(), score.to_string())));
    speech
}

/// What else is an answer: a number as a question for one takes it, in words or within a sentence.
pub const SCORE: Expects = Expects::Number { min: Some(1.0), max: Some(5.0), whole: true };

/// The score in an answer: a number alone, stars, "4 of 5" or "4/5"; never a part of another number, as of "4.5" or "-4".
pub fn score(text: &str) -> Option<u8> {
    let stars = text.chars().filter(|letter| matches!(letter, '★' | '⭐')).count();
    let has_number = text.chars().any(char::is_numeric);
    if stars > 1 || (stars == 1 && !has_number) {
        return u8::try_from(stars).ok().filter(|stars| *stars <= 5);
    }
    let text = text.replace(['★', '⭐'], " stars ");
    let text = text.trim();
    if text.starts_with(['-', '−', '－', '–']) {
        return None;
    }
    let words = normalise(&text.replace(['/', '／'], " of "));
    let (score, rest) = words.split_once(' ').unwrap_or((words.as_str(), ""));
    let score = score.parse::<u8>().ok().filter(|score| (1..=5).contains(score))?;
    says_the_scale(rest).then_some(score)
}

/// Whether the words behind a score are of its scale: "out of 5 stars". A 5 that stands alone is a second number.
fn says_the_scale(words: &str) -> bool {
    let mut before = "";
    words.split_whitespace().all(|word| match word {
        "5" => matches!(before, "of" | "von"),
        "of" | "out" | "von" | "stars" | "star" | "sterne" | "stern" => {
            before = word;
            true
        }
        _ => false,
    })
}

/// Takes the rating and goes on.
pub fn accept(turn: &mut Turn<'_>, rate: &Rate, score: u8) -> Result<(), Fault> {
    turn.record(Happening::Rated { slot: rate.slot.clone(), score, instead_of: None });
    turn.state.rated.insert(rate.slot.clone(), Given { score, at: turn.now });
    turn.fill(&rate.slot, score.into())?;
    turn.state.misunderstood = 0;
    answered::reached(turn, &rate.slot);
    match &rate.thanks {
        Some(saying) => turn.say(saying, None)?,
        None => turn.say_own("rate-thanks", &[], None),
    }
    flows::go_past(turn)
}

/// Another score than the one just given.
pub fn correct(turn: &mut Turn<'_>, slot: &str, value: &Value) {
    let score = value.as_u64().and_then(|score| u8::try_from(score).ok());
    let (Some(score), Some(before)) = (score, turn.state.rated.get(slot).copied()) else { return };
    turn.record(Happening::Rated { slot: slot.to_owned(), score, instead_of: Some(before) });
    turn.state.rated.insert(slot.to_owned(), Given { score, ..before });
}

/// Asks again, or says that it leaves it at that and goes on.
pub fn reject(turn: &mut Turn<'_>, rate: &Rate, misfit: &Misfit, tries: u32) -> Result<(), Fault> {
    if tries >= rate.retries {
        match &rate.given_up {
            Some(saying) => turn.say(saying, None)?,
            None => turn.say_own("nothing-to-cancel", &[], None),
        }
        return flows::go_past(turn);
    }
    let speech = match complaint(&rate.invalid, misfit.kind, tries + 1) {
        Some(saying) => turn.prepare(saying, None)?,
        None => turn.prepare_own("rate-invalid", &[], None),
    };
    let objection = speech.contents.clone();
    turn.speak(with_scores(speech));
    if let Ok(question) = prepared(turn, rate, None) {
        turn.repeat_instead(objection, question);
    }
    turn.state.expecting = Expecting::Rating { slot: rate.slot.clone(), tries: tries + 1 };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn scores_are_read() {
        let check = |text: &str, expected: Option<u8>| assert_eq!(score(text), expected, "{text}");
        check("5", Some(5));
        check(" 4! ", Some(4));
        check("3 of 5", Some(3));
        check("4/5", Some(4));
        check("4/5 stars", Some(4));
        check("4 / 5", Some(4));
        check("３／５", Some(3));
        check("4 stars out of 5", Some(4));
        check("4/6", None);
        check("3/10", None);
        for no_whole_number in ["4.5", "4,5", "4.5/5", "2.5 stars", "4-5", "4 5", "-4", "- 4", "4 5 stars"] {
            check(no_whole_number, None);
        }
        check("4 Sterne", Some(4));
        check("⭐⭐⭐", Some(3));
        check("4 ⭐", Some(4));
        check("5★", Some(5));
        check("−4", None);
        check("0", None);
        check("6", None);
        check("4 people told me", None);
        check("great", None);
    }
}
