//! Correct: "no, the number is 4711" and "change it to 9pm" refill a slot, and the flow goes on from after its question.

use serde_json::Value;

use super::{behind_courtesy, is_intended, run_own_flow, say, words};
use crate::{
    bot::{Ask, Expects},
    dialogue::{
        Answered, Expecting, Frame, Happening, RepairKind, State, answered, aside, entities,
        evaluate::Fault,
        flows::{self, ask_again},
        nodes::rate,
        trigger,
        turn::Turn,
        utterance::Utterance,
        validate::Fit,
        words::{after, count, in_words, normalise},
    },
    understanding::EntityMatch,
};

/// Most words beside the value in "no, for 5 people": with more of them a message says something else.
const FEW_WORDS: usize = 3;
/// Shorter parts of a slot's name, such as "of", name nothing.
const SHORTEST_NAME: usize = 3;
/// What stands before and behind the thing to be changed: "change the time to 9pm".
const CHANGES: [(&str, &str); 4] =
    [("change ", " to "), ("ändere ", " auf "), ("ändern sie ", " auf "), ("ändern wir ", " auf ")];
/// Words of "make it 9pm", "let's say 9pm" and the like, which answer a question as often as they correct an answer.
const MILD: &str = "alterar altere besser cambi cambialo change changez cámbialo cámbielo cámbiela diciamo disons facciamo lieber \
                    maak mach machen make meglio mejor melhor mets mettez move muda mudar mude nehmen niech sagen say sea \
                    sean troca trocar troque verander wijzig zmienić zmień zmieńmy";
/// Words that ask for pardon, which stand before an answer as often as before a correction: "sorry, 4712".
const APOLOGIES: [&str; 18] = [
    "sorry",
    "entschuldigung",
    "verzeihung",
    "perdón",
    "perdon",
    "lo siento",
    "pardon",
    "désolé",
    "désolée",
    "excusez moi",
    "scusa",
    "scusi",
    "scusate",
    "przepraszam",
    "desculpe",
    "desculpa",
    "kusura bakmayin",
    "özür dilerim",
];
/// Words that may join a correction to an agreement: "yes, but actually it is 4712".
const BUT: &str = "aber ale ama but fakat lakin ma maar mais mas pero";
/// Most words of correction that are cut one after the other: "sorry, actually I meant 4712".
const MOST_CUTS: usize = 4;
/// What may stand before a wish to change something.
const ASKING: [&str; 7] =
    ["can you ", "could you ", "can we ", "could we ", "can i ", "i want to ", "i would like to "];

/// A slot with its new value.
pub struct Correction {
    slot: String,
    value: Value,
    /// The words that hold the value.
    words: String,
    /// The stack at the question that the old value answered.
    place: Option<Vec<Frame>>,
}

/// What the visitor corrects, if that is what the message does. `is_taken` says that the open question takes something of it.
pub fn find(turn: &Turn<'_>, utterance: &Utterance<'_>, is_taken: bool) -> Result<Option<Correction>, Fault> {
    let repair = &turn.bot.repairs.correct;
    if !repair.enabled {
        return Ok(None);
    }
    let said = words(turn, repair, "correct-words");
    let mut texts = behind_courtesy(turn, utterance.text);
    let joined: Vec<&str> =
        texts.iter().filter_map(|text| after(text, |word| is_listed(BUT, word))).collect();
    texts.extend(joined.into_iter().flat_map(|text| behind_courtesy(turn, text)));
    let cut =
        texts.iter().map(|text| cut(text, |words| said.has(words))).find(|(words, _)| !words.is_empty());
    let asked = texts.iter().find_map(|text| ASKING.iter().find_map(|words| behind(text, words)));
    texts.extend(asked.into_iter().flat_map(|text| behind_courtesy(turn, text)));
    let change = texts.iter().find_map(|text| changed(text));
    let change = change.filter(|_| !leads_elsewhere(turn, utterance));
    if let Some((words, _)) = &cut
        && words.iter().all(|words| is_mild(words))
        && (is_taken || leads_elsewhere(turn, utterance))
    {
        return Ok(None);
    }
    let (rest, named) = match (cut, change) {
        (Some((_, rest)), _) => (rest, None),
        (None, Some((named, value))) => (value, Some(named)),
        (None, None) if is_intended(repair, utterance) => (utterance.text, None),
        (None, None) => return Ok(None),
    };
    let mut correction = by_score(turn, utterance, rest)?;
    if correction.is_none() {
        correction = by_entity(turn, utterance)?;
    }
    if correction.is_none()
        && let Some(named) = named
    {
        correction = by_name(turn, utterance, named, rest)?;
    }
    if correction.is_none() {
        correction = by_words(turn, utterance, rest)?;
    }
    if correction.is_none() {
        correction = by_value(turn, utterance, rest)?;
    }
    // What is being asked for anyway is an answer, not a correction.
    let expected = expected(turn);
    // With nothing to go on with, the message is about something else.
    let leads_on = |correction: &Correction| correction.place.is_some() || expected.is_some();
    Ok(correction.filter(|correction| Some(&correction.slot) != expected && leads_on(correction)))
}

/// The words of correction at the beginning of a text, and what is left of it.
fn cut(text: &str, is_correction: impl Fn(&str) -> bool) -> (Vec<&str>, &str) {
    let (mut words, mut left) = (Vec::new(), text);
    while words.len() < MOST_CUTS
        && let Some(rest) = after(left, &is_correction)
    {
        words.push(&left[..left.len() - rest.len()]);
        left = rest;
    }
    (words, left)
}

/// Whether words begin an answer as often as a correction.
fn is_mild(words: &str) -> bool {
    let words = normalise(words);
    APOLOGIES.contains(&words.as_str()) || words.split(' ').any(|word| is_listed(MILD, word))
}

fn is_listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// Whether a message starts a flow that does not run yet.
fn leads_elsewhere(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    let runs = |name: &str| turn.state.stack.iter().any(|frame| frame.flow == name);
    trigger::by_utterance(turn, utterance).is_some_and(|triggered| !runs(&triggered.flow.name))
}

/// The slot that the open question asks for.
fn expected<'t>(turn: &'t Turn<'_>) -> Option<&'t String> {
    match &turn.state.expecting {
        Expecting::Reply { slot, .. } | Expecting::Rating { slot, .. } => Some(slot),
        Expecting::Anything
        | Expecting::Answer { .. }
        | Expecting::Found { .. }
        | Expecting::Timer { .. }
        | Expecting::Person => None,
    }
}

/// Refills the slot and goes on from after its question.
pub fn run(turn: &mut Turn<'_>, correction: Correction) -> Result<(), Fault> {
    let Correction { slot, value, words, place } = correction;
    turn.record(Happening::Repaired { repair: RepairKind::Correct });
    if turn.is_sensitive(&slot) {
        turn.mask_received(&words);
    }
    rate::correct(turn, &slot, &value);
    turn.fill(&slot, value)?;
    if place.is_none() {
        let State { slots, interrupted, .. } = &mut turn.state;
        for suspended in interrupted {
            aside::renew(&mut suspended.known, slots, &slot);
        }
    }
    turn.state.misunderstood = 0;
    if run_own_flow(turn, &turn.bot.repairs.correct, "correct") {
        return Ok(());
    }
    say(turn, &turn.bot.repairs.correct, "corrected", RepairKind::Correct)?;
    // What follows is repeated without it.
    let remark = std::mem::take(&mut turn.state.last_said);
    let translation = turn.state.last_translation.take();
    if let Some(place) = place {
        return_to(turn, place);
        answered::reached(turn, &slot);
        flows::go_past(turn)?;
    } else {
        ask_again(turn, Some(RepairKind::Correct))?;
    }
    if turn.state.last_said.is_empty() {
        turn.state.last_said = remark;
        turn.state.last_translation = translation;
    }
    Ok(())
}

/// Makes the question the top of the stack again; the flows that both stacks share run on.
fn return_to(turn: &mut Turn<'_>, place: Vec<Frame>) {
    let shared =
        turn.state.stack.iter().zip(&place).take_while(|(one, other)| one.flow == other.flow).count();
    while turn.state.stack.len() > shared {
        let flow = turn.state.stack.pop().map(|frame| frame.flow).unwrap_or_default();
        turn.record(Happening::FlowEnded { flow });
    }
    for frame in place.iter().skip(shared) {
        turn.record(Happening::FlowStarted { flow: frame.flow.clone(), because: "correction".to_owned() });
    }
    turn.state.stack = place;
    turn.state.expecting = Expecting::Anything;
    turn.unremind_waits();
}

/// Another score for a rating just given: "no, 2".
fn by_score(turn: &Turn<'_>, utterance: &Utterance<'_>, rest: &str) -> Result<Option<Correction>, Fault> {
    let Some((slot, place)) = answered::last_rating(turn).filter(|_| expected(turn).is_none()) else {
        return Ok(None);
    };
    let value = match rate::score(rest) {
        Some(score) => score.into(),
        None => match utterance.read(turn, &rate::SCORE, Some(rest))? {
            Fit::Whole(value) => value,
            Fit::Part { .. } | Fit::No(_) => return Ok(None),
        },
    };
    Ok(Some(Correction { slot, value, words: rest.to_owned(), place: Some(place) }))
}

/// The filled slot that an entity of the message names.
fn by_entity(turn: &Turn<'_>, utterance: &Utterance<'_>) -> Result<Option<Correction>, Fault> {
    for found in &utterance.understanding.entities {
        let fits = |slot: &String| {
            turn.is_filled(slot) && turn.bot.slots.get(slot).is_some_and(|slot| found.is_one_of(&slot.from))
        };
        let mut latest = turn.state.answered.iter().rev().map(|answered| &answered.slot);
        let Some(slot) =
            latest.find(|slot| fits(slot)).or_else(|| turn.bot.slots.keys().find(|slot| fits(slot)))
        else {
            continue;
        };
        let ask = answered::question(turn, slot);
        if let Some(value) = entities::value(turn, utterance, slot, ask, found)? {
            let (words, place) = (found.text.clone(), place(turn, slot, utterance.text));
            return Ok(Some(Correction { slot: slot.clone(), value, words, place }));
        }
    }
    Ok(None)
}

/// The answered slot that the words for what is to be changed name.
fn by_name(
    turn: &Turn<'_>,
    utterance: &Utterance<'_>,
    named: &str,
    value: &str,
) -> Result<Option<Correction>, Fault> {
    for Answered { slot, .. } in turn.state.answered.iter().rev() {
        let ask = answered::question(turn, slot).filter(|_| turn.is_filled(slot) && names(named, slot));
        // Entities were looked for before.
        let is_read = |ask: &Ask| {
            !matches!(ask.expects, Expects::Text { .. }) || entities::takes_any_words(turn.bot, ask)
        };
        let Some(ask) = ask.filter(|ask| is_read(ask)) else { continue };
        if let Fit::Whole(read) = utterance.read(turn, &ask.expects, Some(value))? {
            let (words, place) = (value.to_owned(), answered::place(turn, slot));
            return Ok(Some(Correction { slot: slot.clone(), value: read, words, place }));
        }
    }
    Ok(None)
}

/// Where the slot's value was asked for; in a flow before the last one where the words name the slot.
fn place(turn: &Turn<'_>, slot: &str, said: &str) -> Option<Vec<Frame>> {
    answered::place(turn, slot).or_else(|| answered::earlier(turn, slot).filter(|_| names(said, slot)))
}

/// Whether words name a slot, as "the number" does `order_number`.
fn names(said: &str, slot: &str) -> bool {
    let said = normalise(said);
    let mut parts = slot.split('_').filter(|part| part.chars().count() >= SHORTEST_NAME);
    parts.any(|part| said.split(' ').any(|word| word == normalise(part)))
}

/// The latest slot to whose question the words can be an answer. A part of them is enough only for the
/// slot used last: further back, "no, at 9 then" would change all kinds of numbers.
fn by_words(turn: &Turn<'_>, utterance: &Utterance<'_>, rest: &str) -> Result<Option<Correction>, Fault> {
    let stated = statement(rest);
    let asked = turn.state.answered.iter().rev().filter(|answered| !answered::is_rating(turn, answered));
    for (back, Answered { slot, .. }) in asked.enumerate() {
        let place = place(turn, slot, rest);
        let at_place = || place.as_deref().and_then(|place| answered::asked_at(turn, place));
        let ask = answered::question(turn, slot).or_else(at_place);
        let Some(ask) = ask.filter(|_| turn.is_filled(slot)) else {
            continue;
        };
        let is_text = matches!(ask.expects, Expects::Text { .. });
        // Any words at all would fit a text: only "the … is …" says that they are meant to.
        let text = match (is_text, stated) {
            (true, None) => continue,
            // Its entities were looked for before.
            (true, Some(_)) if !entities::takes_any_words(turn.bot, ask) => continue,
            (_, Some(stated)) => stated,
            (false, None) => rest,
        };
        let (value, words) = match utterance.read(turn, &ask.expects, Some(text))? {
            Fit::Whole(value) if back == 0 || !is_text => (value, text.to_owned()),
            Fit::Part { value, text } if back == 0 => (value, text),
            Fit::Whole(_) | Fit::Part { .. } | Fit::No(_) => continue,
        };
        return Ok(Some(Correction { slot: slot.clone(), value, words, place }));
    }
    Ok(None)
}

/// The only thing that a short remark names, wherever its question was: "no, for 5". It must fit one of the
/// answered questions, and neither another of them nor the open one.
fn by_value(turn: &Turn<'_>, utterance: &Utterance<'_>, rest: &str) -> Result<Option<Correction>, Fault> {
    let entities = &utterance.understanding.entities;
    let Some(first) = entities.first() else { return Ok(None) };
    let is_one = entities.iter().all(|found| (found.start, found.end) == (first.start, first.end));
    if !is_one || count(rest) > count(&first.text) + FEW_WORDS {
        return Ok(None);
    }
    let answered = turn.state.answered.iter().map(|answered| &answered.slot);
    let answered = answered.filter(|slot| turn.is_filled(slot) && Some(*slot) != expected(turn));
    let mut fitting = Vec::new();
    for slot in answered.chain(expected(turn)) {
        let Some(ask) = answered::question(turn, slot) else { continue };
        let of_kind = |found: &&EntityMatch| Some(found.entity.as_str()) == entity_of(&ask.expects);
        let Some(found) = entities.iter().find(of_kind) else { continue };
        // The 5 of "at 5" is rather a time than a number.
        if found.entity == "number" && entities.len() > 1 {
            continue;
        }
        let Some(said) = in_words(&found.value) else { continue };
        let value = utterance.read(turn, &ask.expects, Some(&said))?.value();
        fitting.extend(value.map(|value| (slot, value, found.text.clone())));
    }
    let Ok([(slot, value, words)]) = <[_; 1]>::try_from(fitting) else { return Ok(None) };
    Ok(Some(Correction { slot: slot.clone(), value, words, place: answered::place(turn, slot) }))
}

/// The built-in entity that answers a question by itself.
fn entity_of(expects: &Expects) -> Option<&'static str> {
    match expects {
        Expects::Number { .. } => Some("number"),
        Expects::Email => Some("email"),
        Expects::Phone => Some("phone"),
        Expects::Date { .. } => Some("date"),
        Expects::Time { .. } => Some("time"),
        Expects::Text { .. }
        | Expects::Choice { .. }
        | Expects::Regex { .. }
        | Expects::File { .. }
        | Expects::YesNo => None,
    }
}

/// What follows "is" or its like: the value in "the number is 4711".
fn statement(text: &str) -> Option<&str> {
    [" is ", "'s ", "’s ", " ist ", " lautet ", " heißt ", " heisst ", " heiße "]
        .iter()
        .filter_map(|verb| text.char_indices().find_map(|(place, _)| behind(&text[place..], verb)))
        .max_by_key(|value| value.len())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// What is to be changed, and into what: "the time" and "9pm" of "change the time to 9pm".
fn changed(text: &str) -> Option<(&str, &str)> {
    CHANGES.iter().find_map(|(verb, into)| {
        let rest = behind(text, verb)?;
        let mut places = rest.char_indices().map(|(place, _)| place);
        let (place, value) = places.find_map(|place| Some((place, behind(&rest[place..], into)?)))?;
        let value = value.trim().trim_end_matches(['.', '!', '?']);
        (!value.is_empty()).then_some((&rest[..place], value))
    })
}

/// What follows small letters at the beginning of a text, whatever their case in it.
fn behind<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    beginning
        .chars()
        .all(|letter| rest.next().is_some_and(|it| it.to_lowercase().eq([letter])))
        .then_some(rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::{changed, cut, statement};

    #[test]
    fn words_of_correction_are_cut_one_after_the_other() {
        let is_correction = |words: &str| ["sorry", "actually", "i meant"].contains(&words);
        let check = |text: &str, words: &[&str], left: &str| {
            assert_eq!(cut(text, is_correction), (words.to_vec(), left), "{text}");
        };
        check("actually I meant 4712", &["actually ", "I meant "], "4712");
        check("Sorry, 4712", &["Sorry, "], "4712");
        check("4712", &[], "4712");
        check("actually", &[], "actually");
    }

    #[test]
    fn changes_say_of_what_and_into_what() {
        let check =
            |text: &str, expected: Option<(&str, &str)>| assert_eq!(changed(text), expected, "{text}");
        check("change the time to 9pm", Some(("the time", "9pm")));
        check("Change the number to 4712.", Some(("the number", "4712")));
        check("Ändern Sie die Uhrzeit auf 21 Uhr", Some(("die Uhrzeit", "21 Uhr")));
        check("change the time", None);
        check("change the time to ", None);
        check("exchange it to 9pm", None);
    }

    #[test]
    fn statements_are_found() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(statement(text), expected, "{text}");
        check("the number is 4711", Some("4711"));
        check("die Nummer ist 4711", Some("4711"));
        check("my name's Bob", Some("Bob"));
        check("the number of İpek is 4711", Some("4711"));
        check("THE NUMBER OF İPEK IS 4711", Some("4711"));
        check("mein Name ist Ada Is Here", Some("Ada Is Here"));
        check("4711", None);
    }
}
