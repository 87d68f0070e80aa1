//! What is said of an answer that does not fit, by kind of failure and by attempt?

use super::{AskKind, Saying, schema};
use crate::bot::{
    MisfitKind,
    code::Code,
    problem::Problems,
    suggest,
    yaml::{At, Kind, Node, Read, Text, entries},
};

/// One text of `invalid`.
#[derive(Clone, Debug)]
pub struct ComplaintSource {
    /// `None` is any kind.
    pub kind: Option<At<MisfitKind>>,
    /// From 1, with the place of its word.
    pub attempt: At<u32>,
    pub saying: Saying,
}

/// What is said for all, or by kind of failure; each of them for all attempts, or by attempt.
#[derive(Clone, Debug)]
pub struct InvalidSource(pub Vec<ComplaintSource>);

/// What an author calls a failure, and the kinds of questions that know it.
pub const MISFITS: [(&str, MisfitKind, &[AskKind]); 21] = [
    ("empty", MisfitKind::Empty, &[AskKind::Text]),
    ("too_short", MisfitKind::TooShort, &[AskKind::Text]),
    ("too_long", MisfitKind::TooLong, &[AskKind::Text]),
    ("not_a_number", MisfitKind::NotANumber, &[AskKind::Number]),
    ("several_numbers", MisfitKind::SeveralNumbers, &[AskKind::Number]),
    ("not_whole", MisfitKind::NotWhole, &[AskKind::Number]),
    ("too_small", MisfitKind::TooSmall, &[AskKind::Number]),
    ("too_large", MisfitKind::TooLarge, &[AskKind::Number]),
    ("not_an_email", MisfitKind::NotAnEmail, &[AskKind::Email]),
    ("not_a_phone", MisfitKind::NotAPhone, &[AskKind::Phone]),
    ("not_a_date", MisfitKind::NotADate, &[AskKind::Date]),
    ("no_such_day", MisfitKind::NoSuchDay, &[AskKind::Date]),
    ("not_a_time", MisfitKind::NotATime, &[AskKind::Time]),
    ("too_early", MisfitKind::TooEarly, &[AskKind::Date, AskKind::Time]),
    ("too_late", MisfitKind::TooLate, &[AskKind::Date, AskKind::Time]),
    ("not_an_option", MisfitKind::NotAnOption, &[AskKind::Choice]),
    ("wrong_pattern", MisfitKind::WrongPattern, &[AskKind::Regex, AskKind::Text]),
    ("not_a_file", MisfitKind::NotAFile, &[AskKind::File]),
    ("wrong_type", MisfitKind::WrongType, &[AskKind::File]),
    ("too_big", MisfitKind::TooBig, &[AskKind::File]),
    ("not_yes_no", MisfitKind::NotYesNo, &[AskKind::YesNo]),
];
/// Stands for the kinds that are not named.
const OTHERWISE: &str = "otherwise";
const ATTEMPTS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

impl Read for InvalidSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let mut complaints = Vec::new();
        if !is_by_kind(node) {
            by_attempt(node, None, &mut complaints, problems);
            return Some(Self(complaints));
        }
        for (word, node) in entries(node, "texts by kind of failure", "write `otherwise: …`", problems)? {
            let found = MISFITS.iter().find(|(name, _, _)| *name == word.value);
            if let Some((_, kind, _)) = found {
                let kind = At { value: *kind, place: word.place };
                by_attempt(node, Some(kind), &mut complaints, problems);
            } else if word.value == OTHERWISE {
                by_attempt(node, None, &mut complaints, problems);
            } else {
                let known = MISFITS.iter().map(|(name, _, _)| *name).chain([OTHERWISE]);
                unknown(word, node, "a kind of failure", known, problems);
            }
        }
        Some(Self(complaints))
    }
}

/// Languages have two letters; `channels` belongs to a text.
fn is_by_kind(node: &Node) -> bool {
    let is_kind = |word: &str| word.len() > 3 && word != "channels" && !ATTEMPTS.contains(&word);
    matches!(&node.kind, Kind::Map(entries) if entries.iter().any(|(key, _)| is_kind(&key.value)))
}

fn by_attempt(
    node: &Node,
    kind: Option<At<MisfitKind>>,
    complaints: &mut Vec<ComplaintSource>,
    problems: &mut Problems,
) {
    let mut read = |node: &Node, attempt, problems: &mut Problems| match Saying::read(node, problems) {
        Some(saying) => complaints.push(ComplaintSource { kind, attempt, saying }),
        None => node.salvage(problems),
    };
    let Kind::Map(all) = &node.kind else {
        return read(node, At { value: 1, place: node.place }, problems);
    };
    if !all.iter().any(|(key, _)| ATTEMPTS.contains(&key.value.as_str())) {
        return read(node, At { value: 1, place: node.place }, problems);
    }
    for (word, node) in entries(node, "texts by attempt", "write `first: …`", problems).unwrap_or_default()
    {
        match (1..).zip(ATTEMPTS).find(|(_, name)| *name == word.value) {
            Some((value, _)) => read(node, At { value, place: word.place }, problems),
            None => unknown(word, node, "an attempt", ATTEMPTS.into_iter(), problems),
        }
    }
}

fn unknown<'a>(
    word: &Text,
    node: &Node,
    what: &str,
    known: impl Iterator<Item = &'a str>,
    problems: &mut Problems,
) {
    let message = format!("`{}` is not {what}", crate::bot::yaml::shorten(&word.value));
    let hint = suggest::hint(&word.value, known, "docs/bots.md lists them under \"ask\"");
    problems.report(Code::UnknownWord, word.place, message, hint);
    node.salvage(problems);
}

/// One text, or texts by attempt.
struct Attempts;

schema!(Attempts, "Attempts", false, |generator| {
    let saying = generator.subschema_for::<Saying>();
    let attempts: serde_json::Map<_, _> =
        ATTEMPTS.iter().map(|word| ((*word).to_owned(), saying.clone().to_value())).collect();
    let by_attempt = schemars::json_schema!({
        "description": "By attempt; the last that has come stands for those after it.",
        "type": "object",
        "properties": attempts,
        "minProperties": 1,
        "additionalProperties": false,
    });
    schema::any_of(vec![saying, by_attempt])
});
schema!(InvalidSource, "Invalid", false, |generator| {
    let attempts = generator.subschema_for::<Attempts>();
    let words = MISFITS.iter().map(|(word, _, _)| *word).chain([OTHERWISE]);
    let kinds: serde_json::Map<_, _> =
        words.map(|word| (word.to_owned(), attempts.clone().to_value())).collect();
    let by_kind = schemars::json_schema!({
        "description": "By kind of failure.",
        "type": "object",
        "properties": kinds,
        "minProperties": 1,
        "additionalProperties": false,
    });
    schema::any_of(vec![attempts, by_kind])
});
