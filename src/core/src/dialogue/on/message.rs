//! The visitor wrote or sent something.

use serde_json::Value;

use super::{
    Pending, ask_documents,
    fit::{attempt, fit, is_choice, is_telling, takes_everything, takes_of},
    not_understood, pending, press, reopen,
};
use crate::{
    bot::{Ask, Expects},
    content::Content,
    dialogue::{
        Happening, Offer, Unanswered, answered, aside,
        courtesy::Nicety,
        entities,
        evaluate::Fault,
        flows, language,
        nodes::{ask, rate},
        queue,
        repairs::{
            self, cancel, correct, denied, language as asked_language, person, repeat, start_over, unknown,
        },
        suspended,
        trigger::{self, Triggered},
        turn::Turn,
        utterance::Utterance,
        validate::Fit,
        words::normalise,
    },
    understanding::{Besides, Understanding},
};

pub fn run(
    turn: &mut Turn<'_>,
    content: &Content,
    understanding: &Understanding,
    spoken: Option<&str>,
) -> Result<(), Fault> {
    let first = turn.state.heard_at.replace(turn.now).is_none();
    reopen(turn);
    turn.record(Happening::Received {
        id: turn.event.key.native.clone(),
        content: content.clone(),
        understanding: understanding.shown(),
    });
    let utterance = Utterance::new(content, understanding);
    feel(turn, &utterance);
    language::hear(turn, spoken, Some(&utterance));
    if cancel::withdraws(turn, &utterance) {
        return cancel::withdraw(turn);
    }
    if !turn.bot_owns() {
        return Ok(());
    }
    if queue::is_open(turn) && !acts_at_once(turn, &utterance) {
        let said = if let Some(Offer { value, title, .. }) = offered(turn, &utterance)? {
            Unanswered::Press { value, title }
        } else {
            let understanding = Box::new(understanding.clone());
            Unanswered::Message { content: content.clone(), understanding, sizes: turn.sizes.clone() }
        };
        return queue::put(turn, said);
    }
    take_up(turn, &utterance, first)
}

/// The conversation feels as its messages do.
fn feel(turn: &mut Turn<'_>, utterance: &Utterance<'_>) {
    if !utterance.text.is_empty() {
        let score = utterance.understanding.sentiment.map(|sentiment| sentiment.score);
        turn.state.mood = turn.state.mood.after(score);
        turn.state.urgent |= utterance.understanding.urgent;
    }
}

/// Whether the visitor wants to stop, to begin anew or a person: that waits for no remote call.
fn acts_at_once(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    start_over::applies(turn, utterance)
        || cancel::applies(turn, utterance)
        || person::applies(turn, utterance)
        || trigger::by_utterance(turn, utterance)
            .is_some_and(|triggered| queue::leads_to_a_person(triggered.flow))
}

/// Reacts to a message.
pub fn take_up(turn: &mut Turn<'_>, utterance: &Utterance<'_>, first: bool) -> Result<(), Fault> {
    turn.state.message = utterance.names();
    language::tell(turn, utterance);
    react(turn, utterance, first)
}

/// Finds out what the message is; the order decides.
fn react(turn: &mut Turn<'_>, utterance: &Utterance<'_>, first: bool) -> Result<(), Fault> {
    if let Some(offer) = offered(turn, utterance)? {
        return press::react(turn, &offer.value, &offer.title, first);
    }
    let asked = pending(turn);
    let fit = fit(turn, asked, utterance)?;
    // An answer such as "no" to a question of yes or no is no correction, and an option named "stop"
    // is no cancelling. Only free text takes everything.
    let is_answer = match &fit {
        Some(Fit::Whole(_)) => !takes_everything(turn, asked),
        // "Cancel, please" is one too.
        Some(Fit::Part { text, .. }) => is_choice(asked) && repairs::has_words(turn, text),
        Some(Fit::No(_)) | None => false,
    };
    if !is_answer {
        if start_over::applies(turn, utterance) {
            return start_over::run(turn);
        }
        let declined = matches!(fit, Some(Fit::No(_))) && cancel::declines(turn, utterance);
        if declined || cancel::applies(turn, utterance) {
            return cancel::run(turn);
        }
        if cancel::applies_idle(turn, utterance) {
            return cancel::run_idle(turn);
        }
        if let Some(language) = asked_language::wished(turn, utterance) {
            return asked_language::run(turn, language);
        }
        if repeat::applies(turn, utterance) {
            return repeat::run(turn);
        }
        if person::applies(turn, utterance) {
            person::run(turn);
            return Ok(());
        }
        if let Some(correction) = correct::find(turn, utterance, takes_of(asked, fit.as_ref()))? {
            return correct::run(turn, correction);
        }
    }
    if !matches!(fit, Some(Fit::Whole(_) | Fit::Part { .. }))
        && let Some(answer) = suspended::find(turn, utterance.text)
    {
        return suspended::resume(turn, answer, utterance.text);
    }
    let triggered = trigger::by_utterance(turn, utterance);
    if triggered.is_none()
        && denied::applies(turn, utterance)
        && !answers_all_the_same(turn, asked, fit.as_ref(), utterance)
    {
        return denied::run(turn, utterance);
    }
    if let Some((asked, tries)) = asked {
        reply(turn, asked, tries, fit, triggered, utterance)
    } else {
        if let Some(triggered) = triggered {
            return start(turn, triggered, utterance);
        }
        // What waits for its time keeps what it has been told.
        let only_empty = !turn.state.stack.is_empty();
        entities::fill(turn, utterance, None, None, only_empty)?;
        not_understood(turn, utterance, first)
    }
}

/// Whether a message that says what is not wanted is the answer that was asked for. Where what is not wanted is under way, only
/// one that leaves no doubt.
fn answers_all_the_same(
    turn: &Turn<'_>,
    asked: Option<(Pending<'_>, u32)>,
    fit: Option<&Fit>,
    utterance: &Utterance<'_>,
) -> bool {
    let is_running = denied::is_running(turn, utterance);
    match fit {
        Some(Fit::Whole(_)) => !is_running || !takes_everything(turn, asked),
        Some(Fit::Part { .. }) => !is_running || !asked.is_some_and(|(asked, _)| is_telling(turn, asked)),
        Some(Fit::No(_)) | None => false,
    }
}

/// The button that the words stand for: its title, or the number that it has in its message.
fn offered(turn: &Turn<'_>, utterance: &Utterance<'_>) -> Result<Option<Offer>, Fault> {
    let text = normalise(utterance.text);
    if text.is_empty() {
        return Ok(None);
    }
    let offers = &turn.state.offered;
    let below_zero = is_below_zero(utterance.text);
    let is_meant = |title: &str| normalise(title) == text && is_below_zero(title) == below_zero;
    if let Some(offer) = offers.iter().find(|offer| is_meant(&offer.title)) {
        return Ok(Some(offer.clone()));
    }
    // Where two messages have a "1", the latter stands right above the visitor's line.
    let number = text.parse::<usize>().ok().filter(|number| *number > 0 && !below_zero);
    let numbered = offers.iter().rev().find(|offer| Some(offer.number) == number);
    let Some(offer) = numbered else {
        return Ok(None);
    };
    let asked = pending(turn);
    let answers_as_number =
        matches!(fit(turn, asked, utterance)?, Some(Fit::Whole(_))) && !takes_everything(turn, asked);
    Ok((!answers_as_number).then(|| offer.clone()))
}

/// "-4", whose sign is lost where words are compared.
fn is_below_zero(text: &str) -> bool {
    let rest = text.trim_start().strip_prefix(['-', '−', '－', '–']);
    rest.is_some_and(|rest| rest.trim_start().starts_with(char::is_numeric))
}

/// Takes the answer, follows the visitor elsewhere, asks the documents, or says what does not fit.
fn reply(
    turn: &mut Turn<'_>,
    asked: Pending<'_>,
    tries: u32,
    fit: Option<Fit>,
    triggered: Option<Triggered<'_>>,
    utterance: &Utterance<'_>,
) -> Result<(), Fault> {
    let runs_already = triggered.as_ref().is_some_and(|it| flows::is_running(turn, it.flow));
    let wants_the_same =
        runs_already && triggered.as_ref().is_some_and(|it| it.exact || !has_digit(utterance.text));
    let fits = matches!(fit, Some(Fit::Whole(_) | Fit::Part { .. }));
    let beside = || trigger::beside_running(turn, utterance).filter(|_| !fits);
    let elsewhere = if runs_already { beside() } else { triggered };
    let elsewhere = elsewhere.filter(|_| turn.bot.repairs.digress.enabled);
    if let Pending::Ask(ask) = asked
        && says_unknown(turn, ask, fit.as_ref(), elsewhere.as_ref(), utterance)
    {
        return match (ask.unknown, fit) {
            (Some(way), _) => ask::leave(turn, way),
            (None, Some(Fit::No(misfit))) => ask::unknown(turn, ask, &misfit, tries),
            (None, Some(Fit::Whole(_) | Fit::Part { .. }) | None) => Ok(()),
        };
    }
    let attempt = attempt(turn, asked, fit.as_ref(), utterance);
    let follows = elsewhere.as_ref().is_some_and(|elsewhere| match &fit {
        Some(Fit::Whole(_)) => takes_everything(turn, Some((asked, tries))) && elsewhere.exact,
        Some(Fit::Part { text, .. })
            if is_choice(Some((asked, tries))) && repairs::says_only(turn, utterance, text) =>
        {
            elsewhere.exact
        }
        Some(Fit::Part { text, .. }) if is_telling(turn, asked) => {
            leads_away(turn, asked, text, elsewhere, utterance)
        }
        Some(Fit::No(_)) if attempt.is_some() => {
            leads_away(turn, asked, attempt.as_deref().unwrap_or_default(), elsewhere, utterance)
        }
        Some(Fit::Part { .. } | Fit::No(_)) | None => true,
    });
    let elsewhere = elsewhere.filter(|_| follows);
    if elsewhere.is_none() && matches!(fit, Some(Fit::No(_))) && answers_another(turn, asked, utterance)? {
        return flows::ask_again(turn, None);
    }
    match (elsewhere, fit) {
        // "Yes, goodbye" answers as well. That flow would end what the answer is for, so it begins behind it.
        (Some(elsewhere), Some(Fit::Part { value, text }))
            if elsewhere.flow.leaves && answers_first(asked, &text, utterance) =>
        {
            flows::put_off(turn, vec![elsewhere]);
            accept(turn, asked, value, utterance, &text)
        }
        (Some(elsewhere), fit) => {
            if let (Pending::Ask(ask), Some(Fit::Part { value, text })) = (asked, fit)
                && value == Value::Bool(false)
                && !flows::only_says(elsewhere.flow)
            {
                ask::accept_aside(turn, ask, value, &text)?;
            }
            start(turn, elsewhere, utterance)
        }
        (None, Some(Fit::Whole(value))) => accept(turn, asked, value, utterance, utterance.text),
        (None, Some(Fit::Part { value, text })) => accept(turn, asked, value, utterance, &text),
        // What is under way was asked for once more: that is no wrong answer.
        (None, Some(Fit::No(_)))
            if (wants_the_same && attempt.is_none()) || is_mere_courtesy(turn, asked, utterance) =>
        {
            flows::ask_again(turn, None)
        }
        (None, Some(Fit::No(misfit))) => {
            if turn.bot.knowledge.fallback && attempt.is_none() && utterance.looks_like_question() {
                ask_documents(turn, utterance);
                return Ok(());
            }
            asked.reject(turn, &misfit, tries)
        }
        (None, None) => Ok(()),
    }
}

/// Whether a part of a message answers, and the rest wants something else: "yes, goodbye", or words of which no other clause has one.
fn answers_first(asked: Pending<'_>, words: &str, utterance: &Utterance<'_>) -> bool {
    let understanding = utterance.understanding;
    let has_words = |besides: &Besides| besides.clause(utterance.text).contains(words);
    matches!(asked, Pending::Ask(Ask { expects: Expects::YesNo, .. }))
        || (understanding.intent().is_none() && !understanding.also.iter().any(has_words))
}

/// Whether a question of yes or no is answered with thanks or a greeting, which is neither and no wrong answer.
fn is_mere_courtesy(turn: &Turn<'_>, asked: Pending<'_>, utterance: &Utterance<'_>) -> bool {
    matches!(asked, Pending::Ask(Ask { expects: Expects::YesNo, .. }))
        && matches!(repairs::nicety(turn, utterance.text), Some(Nicety::Thanks | Nicety::Greeting))
}

/// Whether a number that is no answer to this question answered another one of the flow.
fn answers_another(
    turn: &mut Turn<'_>,
    asked: Pending<'_>,
    utterance: &Utterance<'_>,
) -> Result<bool, Fault> {
    match asked {
        Pending::Ask(ask) if entities::count_something_else(turn, utterance, ask) => {
            let flow = turn.here().map(|(flow, _)| flow);
            Ok(!entities::fill(turn, utterance, flow, None, true)?.is_empty())
        }
        Pending::Ask(_) | Pending::Rate(_) => Ok(false),
    }
}

/// Whether words hold a number, which may be a wrong answer.
fn has_digit(text: &str) -> bool {
    text.contains(char::is_numeric)
}

/// Whether the visitor says that they do not have what is asked for. The author's own words for something else, and the wish
/// for a person, come first; where any words are an answer it must be short, and the question have a way out.
fn says_unknown(
    turn: &Turn<'_>,
    ask: &Ask,
    fit: Option<&Fit>,
    elsewhere: Option<&Triggered<'_>>,
    utterance: &Utterance<'_>,
) -> bool {
    let any_words = entities::takes_any_words(turn.bot, ask);
    let open = match fit {
        Some(Fit::No(_)) => true,
        Some(Fit::Whole(_)) => any_words && ask.unknown.is_some(),
        Some(Fit::Part { .. }) | None => false,
    };
    let leads_away = elsewhere.is_some_and(|it| it.exact || queue::leads_to_a_person(it.flow));
    open && !leads_away && unknown::is_said(turn, utterance, any_words)
}

/// Whether a message with an answer in it means another flow all the same: by the author's own words,
/// or as a question ("how long does it take to 80331?") about something that needs other answers.
fn leads_away(
    turn: &Turn<'_>,
    asked: Pending<'_>,
    part: &str,
    elsewhere: &Triggered<'_>,
    utterance: &Utterance<'_>,
) -> bool {
    if elsewhere.exact {
        return normalise(part) != normalise(utterance.text);
    }
    let needs_it =
        matches!(asked, Pending::Ask(ask) if answered::asks_for(turn.bot, elsewhere.flow, &ask.slot));
    utterance.text.trim_end().ends_with('?') && !needs_it
}

fn accept(
    turn: &mut Turn<'_>,
    asked: Pending<'_>,
    value: Value,
    utterance: &Utterance<'_>,
    words: &str,
) -> Result<(), Fault> {
    match asked {
        Pending::Ask(ask) => {
            let flow = turn.here().map(|(flow, _)| flow);
            let mut told = entities::fill(turn, utterance, flow, Some(words), true)?;
            told.push(words.to_owned());
            if !entities::takes_any_words(turn.bot, ask) && !say_besides(turn, utterance, &told) {
                return Ok(());
            }
            ask::accept(turn, ask, value, words)
        }
        Pending::Rate(asked) => {
            let score = value.as_u64().and_then(|score| u8::try_from(score).ok()).unwrap_or(1);
            rate::accept(turn, asked, score)
        }
    }
}

/// Answers what an answer asks besides, or puts it off; all of it where nothing may come between. `false` after a fault, when a
/// person has the conversation.
fn say_besides(turn: &mut Turn<'_>, utterance: &Utterance<'_>, told: &[String]) -> bool {
    let mut later = Vec::new();
    for wanted in trigger::besides_answer(turn, utterance, told) {
        if !turn.bot.repairs.digress.enabled || !flows::only_says(wanted.flow) {
            later.push(wanted);
        } else if !flows::say_in_passing(turn, wanted.flow, wanted.because) {
            return false;
        }
    }
    flows::put_off(turn, later);
    true
}

/// Starts a flow with what the message names. What else is asked in it is answered too, before a flow that asks in its turn; a
/// second flow that asks begins behind the first.
fn start(turn: &mut Turn<'_>, triggered: Triggered<'_>, utterance: &Utterance<'_>) -> Result<(), Fault> {
    let known = aside::known(turn);
    let told = entities::fill(turn, utterance, Some(triggered.flow), None, false)?;
    let besides = trigger::besides(turn, triggered.flow, utterance, &told);
    let (mut answers, later): (Vec<_>, Vec<_>) =
        besides.into_iter().partition(|wanted| flows::only_says(wanted.flow));
    let place = if flows::only_says(triggered.flow) { 0 } else { answers.len() };
    answers.insert(place, triggered);
    let last = answers.pop();
    for answer in answers {
        if !flows::say_in_passing(turn, answer.flow, answer.because) {
            return Ok(());
        }
    }
    if let Some(last) = last {
        flows::begin_wanted(turn, last, known, later);
    }
    Ok(())
}
