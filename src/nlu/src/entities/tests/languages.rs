//! What is found in each language: `cases/<code>.txt` holds lines `kind: text => words = value; words = value`.
//!
//! Lines that begin with `#` are remarks. Values are written short: `12.5 EUR`, `2 kg 1..2`, `PT2H`, `from..to`,
//! `street|number|postcode|city`, and `|floor` where there is one.

use super::*;
use crate::files::language_files;

const FILES: [(&str, &str); 9] = language_files!("../cases/", ".txt");

pub(super) struct Case {
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
    expected: Vec<String>,
}

pub(super) fn cases(language: &str) -> Vec<Case> {
    let (_, file) = FILES.iter().find(|(code, _)| *code == language).expect("a language with a file");
    read(file)
}

fn read(file: &'static str) -> Vec<Case> {
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (head, expected) = line.rsplit_once(" => ").expect("every line has an arrow");
            let (kind, text) = head.split_once(": ").expect("every line names a kind");
            let expected = if expected == "nothing" {
                Vec::new()
            } else {
                expected.split("; ").map(str::to_owned).collect()
            };
            Case { kind, text, expected }
        })
        .collect()
}

/// A value as the files write it.
pub(super) fn short(value: &Value) -> String {
    let field = |name: &str| match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let bounds = if value.get("min").is_some() || value.get("max").is_some() {
        format!(" {}..{}", field("min"), field("max"))
    } else {
        String::new()
    };
    match value {
        Value::Object(fields) if fields.contains_key("currency") => {
            format!("{} {}{bounds}", field("amount"), field("currency"))
        }
        Value::Object(fields) if fields.contains_key("unit") => {
            format!("{} {}{bounds}", field("amount"), field("unit"))
        }
        Value::Object(fields) if fields.contains_key("iso") => format!("{}{bounds}", field("iso")),
        Value::Object(fields) if fields.contains_key("street") => {
            let floor = fields.get("floor").map(|_| format!("|{}", field("floor"))).unwrap_or_default();
            let [street, number, code, city] = ["street", "number", "postcode", "city"].map(field);
            format!("{street}|{number}|{code}|{city}{floor}")
        }
        Value::Object(_) => format!("{}..{}", field("from"), field("to")),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn what_each_language_finds() {
    let mut wrong = Vec::new();
    for (language, _) in FILES {
        let finder = Finder::new(&BTreeMap::new(), &[language.to_owned()], false).unwrap();
        for Case { kind, text, expected } in cases(language) {
            let found: Vec<String> = found(&finder, kind, language, text)
                .iter()
                .map(|(words, value)| format!("{words} = {}", short(value)))
                .collect();
            if found != expected {
                wrong.push(format!("{language} {kind}: {text:?}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The bot speaks all languages: what one of them finds must not be spoilt by the others.
#[test]
fn most_is_found_where_a_bot_speaks_every_language() {
    let all: Vec<String> = FILES.iter().map(|(code, _)| (*code).to_owned()).collect();
    let finder = Finder::new(&BTreeMap::new(), &all, false).unwrap();
    let (mut right, mut count) = (0, 0);
    let mut wrong = Vec::new();
    for (language, _) in FILES {
        for Case { kind, text, expected } in cases(language) {
            let found: Vec<String> = found(&finder, kind, language, text)
                .iter()
                .map(|(words, value)| format!("{words} = {}", short(value)))
                .collect();
            count += 1;
            right += usize::from(found == expected);
            if found != expected {
                wrong.push(format!("{language} {kind}: {text:?}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(right * 100 >= count * 90, "{right} of {count}:\n{}", wrong.join("\n"));
}

/// The yardstick for English: what Duckling's documentation shows, in phrases of our own, seen from one time.
#[test]
fn nine_in_ten_of_what_duckling_documents_are_right() {
    let file = include_str!("../cases/duckling.txt");
    let now = file.lines().find_map(|line| line.strip_prefix("# now: ")).expect("the file tells its time");
    let now: jiff::Zoned = now.parse().expect("a time with its zone");
    let finder = Finder::new(&BTreeMap::new(), &["en".to_owned()], true).unwrap();
    let cases = read(file);
    let mut wrong = Vec::new();
    for Case { kind, text, expected } in &cases {
        let of_kind = |kind| found_at(&finder, kind, "en", text, &now);
        let found: Vec<String> = kind.split('+').flat_map(of_kind).map(|(_, value)| short(&value)).collect();
        if found != *expected {
            wrong.push(format!("{kind}: {text:?}: expected {expected:?}, found {found:?}"));
        }
    }
    let (right, count) = (cases.len() - wrong.len(), cases.len());
    println!("{right} of {count} right; wrong:\n{}", wrong.join("\n"));
    assert!(right * 10 >= count * 9, "{right} of {count} right; wrong:\n{}", wrong.join("\n"));
}

/// docs/entities.md says for each kind and language whether there is a case that finds it, and no more.
#[test]
fn the_documented_table_is_what_the_cases_show() {
    let document = include_str!("../../../../../docs/entities.md");
    let kinds = [
        "date",
        "time",
        "interval",
        "duration",
        "number",
        "ordinal",
        "money",
        "percentage",
        "quantity",
        "colour",
        "person",
        "address",
    ];
    let codes: Vec<&str> = FILES.iter().map(|(code, _)| *code).collect();
    let has = |kind: &str, code: &str| {
        let found = cases(code).iter().any(|case| case.kind == kind && !case.expected.is_empty());
        if found { "yes" } else { "no" }
    };
    let row = |head: &str, cells: Vec<&str>| format!("| {head} | {} |", cells.join(" | "));
    let mut rows = vec![format!("| | {} |", codes.join(" | ")), "|---".repeat(codes.len() + 1) + "|"];
    rows.extend(kinds.map(|kind| row(kind, codes.iter().map(|code| has(kind, code)).collect())));
    let table = rows.join("\n");
    assert!(document.contains(&table), "docs/entities.md must hold this table:\n{table}");
}
