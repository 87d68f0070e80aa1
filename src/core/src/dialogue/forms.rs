//! Which questions are asked at once, where the channel has forms?
//!
//! A form begins at a question with `form` and holds those that follow it directly, as far as a field can stand for
//! them. It is offered with the first of them that has to be asked; each stays a question of its own, to which words
//! are an answer as well.

use super::{
    Expecting, Filled, Frame,
    evaluate::Fault,
    speech::{Speech, hashed},
    translate,
    turn::Turn,
    utterance::languages,
};
use crate::{
    bot::{Ask, Bot, Expects, Flow, NodeKind, Saying},
    content::{Action, Button, Capabilities, Content, Field, FieldKind, FieldOption, Form, LONGEST_NAME},
    texts,
    translation::Translation,
};

/// Fewer questions are no form.
pub const FEWEST: usize = 2;
/// Answers that may be longer get more room.
const LINE: usize = 200;

/// A question of a form, with its node.
pub type Asked<'a> = (usize, &'a Ask);

/// The questions of the form that begins at this node; none where none does.
pub fn questions(flow: &Flow, start: usize) -> Vec<Asked<'_>> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let mut place = Some(start);
    while let Some((index, node)) = place.and_then(|index| Some((index, flow.nodes.get(index)?))) {
        let NodeKind::Ask(ask) = &node.kind else { break };
        let begins = ask.form.is_some();
        let is_file = matches!(ask.expects, Expects::File { .. });
        let twice = asked.iter().any(|(_, other)| other.slot == ask.slot);
        if begins != asked.is_empty() || is_file || twice || ask.slot.len() > LONGEST_NAME {
            break;
        }
        asked.push((index, ask));
        place = node.next;
    }
    asked
}

/// The nodes of a flow at which a form begins.
fn beginnings(flow: &Flow) -> impl Iterator<Item = (usize, &Saying)> {
    flow.nodes.iter().enumerate().filter_map(|(index, node)| {
        let NodeKind::Ask(ask) = &node.kind else { return None };
        Some((index, ask.form.as_ref()?))
    })
}

/// What a form is called for as long as flow and step are called so.
fn id(flow: &Flow, start: usize) -> String {
    let node = flow.nodes.get(start).map_or("", |node| node.id.as_str());
    format!("{:016x}", hashed(&[&flow.name, "/", node]))
}

/// A form, and what is to be told of it where a machine translated any of it.
pub type Offered = (Form, Option<Box<Translation>>);

/// The form of the question at the top of the stack and of those after it, as far as they have to be asked.
pub fn offered(turn: &Turn<'_>) -> Result<Option<Offered>, Fault> {
    let most = Capabilities::of(turn.context.channel).map_or(0, |channel| channel.form_fields);
    let Some(Frame { node, .. }) = turn.state.stack.last() else { return Ok(None) };
    let Some((flow, _)) = turn.here() else { return Ok(None) };
    let holds = |start: usize| questions(flow, start).iter().any(|(index, _)| index == node);
    let Some((start, title)) = beginnings(flow).find(|(start, _)| holds(*start)) else { return Ok(None) };
    let rest = questions(flow, start).into_iter().skip_while(|(index, _)| index != node);
    let open = rest.filter(|(_, ask)| ask.always || !turn.is_filled(&ask.slot)).take(most);
    let mut told = None;
    let fields = open.map(|(_, ask)| field(turn, ask, &mut told)).collect::<Vec<_>>();
    if fields.len() < FEWEST {
        return Ok(None);
    }
    let title = turn.prepare(title, None)?;
    let told = title.why.translation.or(told);
    Ok(Some((Form { id: id(flow, start), title: words(&title.contents), fields }, told)))
}

fn field(turn: &Turn<'_>, ask: &Ask, told: &mut Option<Box<Translation>>) -> Field {
    let kind = match &ask.expects {
        Expects::Text { min, max } if [min, max].into_iter().flatten().any(|length| *length > LINE) => {
            FieldKind::Paragraph
        }
        Expects::Text { .. }
        | Expects::Phone
        | Expects::Time { .. }
        | Expects::Regex { .. }
        | Expects::File { .. } => FieldKind::Line,
        Expects::Number { .. } => FieldKind::Number,
        Expects::Email => FieldKind::Email,
        Expects::Date { .. } => FieldKind::Date,
        Expects::Choice { options } => {
            let languages = languages(turn);
            let option = |option: &crate::bot::Choice| FieldOption {
                title: translate::title(turn, option, &languages),
                value: option.value.clone(),
            };
            FieldKind::Choice(options.iter().map(option).collect())
        }
        Expects::YesNo => {
            let own = [turn.state.language.as_str(), "en"];
            let word = |key| texts::words(own, key).next().unwrap_or_default();
            let option = |word: &str| FieldOption { title: capitalised(word), value: word.to_owned() };
            FieldKind::Choice(["yes-words", "no-words"].map(|key| option(&word(key))).into())
        }
    };
    let asked = turn.prepare(&ask.question, None);
    if let Ok(speech) = &asked
        && told.is_none()
    {
        told.clone_from(&speech.why.translation);
    }
    Field { name: ask.slot.clone(), label: label(ask, asked), kind }
}

/// What is asked, in one line; the slot's name where the question cannot be said yet.
fn label(ask: &Ask, asked: Result<Speech, Fault>) -> String {
    let asked = asked.map(|speech| words(&speech.contents)).unwrap_or_default();
    if asked.is_empty() { ask.slot.clone() } else { asked }
}

fn words(contents: &[Content]) -> String {
    let plain = contents.iter().map(Content::plain).collect::<Vec<_>>().join(" ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Puts the button that opens the form below the last words, or, where it finds none, below its own title.
pub fn add_to(contents: &mut Vec<Content>, form: Form) {
    let title = form.title.clone();
    let button = Button { title: title.clone(), action: Action::Form(Box::new(form)) };
    match contents.last_mut() {
        Some(Content::Text { quick_replies: buttons, .. } | Content::Buttons { buttons, .. }) => {
            buttons.push(button);
        }
        Some(_) | None => contents.push(Content::Buttons { text: title, buttons: vec![button] }),
    }
}

/// The questions of the form of this id, if one of them is what this stack waits to have answered.
pub fn waits<'a>(
    bot: &'a Bot,
    stack: &[Frame],
    expecting: &Expecting,
    wanted: &str,
) -> Option<Vec<Asked<'a>>> {
    let Expecting::Reply { .. } = expecting else { return None };
    let Frame { flow, node } = stack.last()?;
    let flow = bot.flows.get(flow)?;
    let named = beginnings(flow).filter(|(start, _)| id(flow, *start) == wanted);
    named.map(|(start, _)| questions(flow, start)).find(|asked| asked.iter().any(|(index, _)| index == node))
}

/// What was filled in, as one reads it: question and answer, line by line.
pub fn transcript(turn: &Turn<'_>, wanted: &str, fields: &[Filled]) -> String {
    let flows = turn.bot.flows.values();
    let known = flows
        .flat_map(|flow| beginnings(flow).map(move |(start, _)| (flow, start)))
        .find(|(flow, start)| id(flow, *start) == wanted);
    let asked = known.map(|(flow, start)| questions(flow, start)).unwrap_or_default();
    let lines = fields.iter().filter(|field| !field.text.trim().is_empty()).map(|field| {
        let ask = asked.iter().find(|(_, ask)| ask.slot == field.name).map(|(_, ask)| *ask);
        let label =
            ask.map_or_else(|| field.name.clone(), |ask| label(ask, turn.prepare(&ask.question, None)));
        let answer = ask.map_or_else(|| field.text.clone(), |ask| shown(turn, ask, field));
        format!("{label} {}", answer.trim())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What was chosen by its title, as the form had it; all else as it was written.
pub fn shown(turn: &Turn<'_>, ask: &Ask, field: &Filled) -> String {
    let options = if let Expects::Choice { options } = &ask.expects { options.as_slice() } else { &[] };
    let chosen = options.iter().find(|option| option.value == field.text);
    chosen.map_or_else(|| field.text.clone(), |option| translate::title(turn, option, &languages(turn)))
}
