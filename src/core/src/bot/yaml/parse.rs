//! How does text become located YAML, within bounds?

use std::{fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{DuplicateKeyPolicy, Location, Spanned};

use super::{
    Kind, Node,
    explain::{Explained, explain, is_unknown_anchor},
    mend::{Mended, mend},
    salvage_text,
};
use crate::bot::{
    code::Code,
    load,
    problem::{Place, Problems},
    yaml::At,
};

/// Longest YAML file, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// Deepest nesting of lists and maps. The parser is recursive and takes up to 43 KB of stack a level
/// without optimisation: this many fit a thread of 2 MB with room to spare.
pub const DEEPEST: usize = 32;
/// Most values in a file.
pub const MOST_VALUES: usize = 100_000;
/// Most values that aliases repeat.
const MOST_REPEATED: usize = 20_000;
/// Most aliases in a file.
pub const MOST_ALIASES: usize = 1_000;

/// Most places of a file, besides the first, that are told to be no YAML.
const MOST_BROKEN: usize = 20;
/// Files that authors write by hand; of them is read what can be.
const MENDED: [load::Kind; 6] = [
    load::Kind::Bot,
    load::Kind::Intents,
    load::Kind::Entities,
    load::Kind::Flows,
    load::Kind::Responses,
    load::Kind::Tests,
];

/// Reads one file, and of one that is no YAML what can be read; why it cannot is reported. `None` if nothing can, or it is
/// empty.
pub fn parse(text: &str, file: usize, problems: &mut Problems) -> Option<Node> {
    let start = Place { file, line: 0, column: 0 };
    if text.len() > LARGEST_FILE {
        problems.report(
            Code::FileTooLarge,
            start,
            format!("the file has {} bytes; at most {LARGEST_FILE} are read", text.len()),
            "split it: files of a kind may be as many as you like",
        );
        return None;
    }
    let error = match read(text, file) {
        Ok(node) => return node,
        Err(error) => error,
    };
    let explained = explain(&error, text);
    let (line, is_too_complex) = (explained.spot.0, explained.code == Code::YamlTooComplex);
    report(explained, file, problems);
    let kind = problems.kind(file);
    if is_too_complex || !MENDED.contains(&kind) {
        salvage_text(text, file, problems);
        return None;
    }
    let Mended { node, broken } = mend(text, file);
    report_others(text, file, line, &broken, problems);
    // Too much is unknown where what stands for the whole bot is not known.
    let Some(node) = node.filter(|_| kind != load::Kind::Bot && !broken.is_empty()) else {
        salvage_text(text, file, problems);
        return None;
    };
    let lines: Vec<&str> = text.lines().collect();
    for lines in broken.into_iter().map(|range| &lines[range]) {
        salvage_text(&lines.join("\n"), file, problems);
    }
    Some(node)
}

/// One file, or the reason why it is no YAML.
pub fn read(text: &str, file: usize) -> Result<Option<Node>, Box<serde_saphyr::Error>> {
    let node =
        serde_saphyr::from_str_with_options::<Option<Spanned<Raw>>>(text, options()).map_err(Box::new)?;
    Ok(node.map(|node| node_of(node, file, text)))
}

fn report(explained: Explained, file: usize, problems: &mut Problems) {
    let Explained { code, spot: (line, column), message, hint } = explained;
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    problems.report(code, Place { file, line: narrow(line), column: narrow(column) }, message, hint);
}

/// Reports what else is no YAML in a file, besides what is told of this line (from 1) already.
fn report_others(text: &str, file: usize, told: usize, broken: &[Range<usize>], problems: &mut Problems) {
    let holds = |lines: &&Range<usize>| lines.contains(&told.saturating_sub(1));
    let before = |lines: &&Range<usize>| lines.start < told;
    let told = broken.iter().find(holds).or_else(|| broken.iter().rev().find(before)).or(broken.first());
    let others = broken.iter().filter(|lines| Some(*lines) != told).take(MOST_BROKEN);
    let lines: Vec<&str> = text.lines().collect();
    for range in others {
        let piece = "\n".repeat(range.start) + &lines[range.clone()].join("\n");
        if let Err(error) = read(&piece, file)
            && !is_unknown_anchor(&error)
        {
            report(explain(&error, &piece), file, problems);
        }
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            flow_nesting_limit: DEEPEST,
            max_nodes: MOST_VALUES,
            max_events: MOST_VALUES * 3,
            max_aliases: MOST_ALIASES,
            max_anchors: MOST_ALIASES,
            max_recorded_anchor_events: MOST_REPEATED,
            max_recorded_anchor_bytes: LARGEST_FILE,
            max_total_scalar_bytes: LARGEST_FILE * 4,
            max_documents: 2,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MOST_REPEATED,
            max_replay_stack_depth: 16,
        },
        // Repeated keys are reported with both of their places by those who read the maps.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        // `no` is a language, `0123` an order number.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn place_of(location: Location, file: usize) -> Place {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Place { file, line: narrow(location.line()), column: narrow(location.column()) }
}

/// YAML as the parser hands it out.
enum Raw {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(serde_json::Number::from_f64(value).map_or_else(|| Raw::Text(value.to_string()), Raw::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Raw, E> {
        Ok(Raw::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn node_of(spanned: Spanned<Raw>, file: usize, text: &str) -> Node {
    let place = place_of(spanned.referenced, file);
    let kind = match spanned.value {
        Raw::Null => Kind::Null,
        Raw::Bool(value) => Kind::Bool { value, raw: written(spanned.defined, text, &value) },
        Raw::Number(value) => {
            let raw = written(spanned.defined, text, &value);
            Kind::Number { value, raw }
        }
        Raw::Text(value) => Kind::Text(value),
        Raw::List(items) => Kind::List(items.into_iter().map(|item| node_of(item, file, text)).collect()),
        Raw::Map(entries) => Kind::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let key = At { place: place_of(key.referenced, file), value: key.value };
                    (key, node_of(value, file, text))
                })
                .collect(),
        ),
    };
    Node { place, kind }
}

/// A file that is small, and huge once its aliases are followed.
#[cfg(test)]
pub fn bomb() -> String {
    let mut lines = vec!["a: &a [x, x, x, x, x, x, x, x, x, x]".to_owned()];
    for (name, last) in ('b'..='j').zip('a'..='i') {
        lines.push(format!("{name}: &{name} [{}]", vec![format!("*{last}"); 10].join(", ")));
    }
    lines.join("\n")
}

/// A number or truth value as it stands in the file: `1.50` stays `1.50` where a text is wanted.
fn written(location: Location, text: &str, value: &impl ToString) -> String {
    let span = location.span();
    let slice = || {
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let end = start.checked_add(usize::try_from(span.byte_len()?).ok()?)?;
        let slice = text.get(start..end)?.trim();
        (!slice.is_empty() && !slice.contains(char::is_whitespace)).then(|| slice.to_owned())
    };
    slice().unwrap_or_else(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(String, u32, String)> {
        let mut problems = Problems::default();
        let file = problems.add_file("a.yaml");
        parse(text, file, &mut problems);
        problems.into_sorted().into_iter().map(|p| (p.code, p.line, p.message)).collect()
    }

    #[test]
    fn places_and_raw_scalars() {
        let mut problems = Problems::default();
        let node =
            parse("a:\n  - 1.50\n  - no\n  - 0123\n  - true # yes\n", 0, &mut problems).expect("is YAML");
        let Kind::Map(entries) = node.kind else { panic!("is a map") };
        let Kind::List(items) = &entries[0].1.kind else { panic!("is a list") };
        let scalars: Vec<_> = items.iter().filter_map(Node::scalar).collect();
        assert_eq!(scalars, ["1.50", "no", "0123", "true"]);
        assert_eq!(items[2].place, Place { file: 0, line: 4, column: 5 });
    }

    #[test]
    fn broken_and_hostile_files_are_one_problem_each() {
        let deep = format!("a: {}{}", "[".repeat(5_000), "]".repeat(5_000));
        let nested = (0..500).map(|depth| " ".repeat(depth) + "a:").collect::<Vec<_>>().join("\n");
        let bomb = bomb();
        let wide = "- a\n".repeat(200_000);
        for (text, code) in [
            ("a: [1, 2\nb: 3\n".to_owned(), "invalid-yaml"),
            ("a: b: c\n".to_owned(), "invalid-yaml"),
            ("a: 1\n---\nb: 2\n".to_owned(), "invalid-yaml"),
            ("a: *nobody\n".to_owned(), "invalid-yaml"),
            ("a: \"never closed\n".to_owned(), "invalid-yaml"),
            (deep, "yaml-too-complex"),
            (nested, "yaml-too-complex"),
            (bomb, "yaml-too-complex"),
            (wide, "yaml-too-complex"),
            ("a".repeat(10 << 20), "file-too-large"),
        ] {
            let found = codes(&text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].0, code, "{found:?}");
        }
    }

    #[test]
    fn the_place_is_said_once() {
        insta::assert_debug_snapshot!(codes("a: 1\nb: [1, 2\nc: 3\n"));
    }
}
