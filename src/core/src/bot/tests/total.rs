//! Is loading total, whatever the files hold?

use proptest::{collection::vec, prelude::*};

use super::{load_files, sound};
use crate::bot::Severity;

/// One change of a text.
#[derive(Clone, Debug)]
enum Mutation {
    RemoveLine(usize),
    RepeatLine(usize),
    SwapLines(usize, usize),
    Insert(usize, String),
    Replace(usize, char),
    Cut(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let snippet = prop_oneof![
        Just("{{ "),
        Just("]"),
        Just("- go: start\n"),
        Just("&a "),
        Just("*a"),
        Just("? "),
        Just("|\n"),
        Just("null"),
        Just("= (("),
        Just("else:"),
        Just("\u{0}"),
        Just("\t"),
        Just("ß"),
        Just("<<: "),
        Just("!!str "),
        Just("-1"),
        Just("99999999999999999999"),
        Just("'"),
        Just("\""),
        Just("---\n"),
        Just(": "),
        Just("{% for x in y %}"),
    ];
    prop_oneof![
        any::<usize>().prop_map(Mutation::RemoveLine),
        any::<usize>().prop_map(Mutation::RepeatLine),
        any::<(usize, usize)>().prop_map(|(one, other)| Mutation::SwapLines(one, other)),
        (any::<usize>(), snippet).prop_map(|(at, text)| Mutation::Insert(at, text.to_owned())),
        any::<(usize, char)>().prop_map(|(at, c)| Mutation::Replace(at, c)),
        any::<usize>().prop_map(Mutation::Cut),
    ]
}

fn apply(text: &str, mutation: &Mutation) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut chars: Vec<char> = text.chars().collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    match mutation {
        Mutation::RemoveLine(at) => drop(lines.remove(at % lines.len())),
        Mutation::RepeatLine(at) => lines.insert(at % lines.len(), lines[at % lines.len()]),
        Mutation::SwapLines(one, other) => {
            let count = lines.len();
            lines.swap(one % count, other % count);
        }
        Mutation::Insert(at, snippet) => {
            let at = at % chars.len();
            return chars[..at].iter().collect::<String>()
                + snippet
                + &chars[at..].iter().collect::<String>();
        }
        Mutation::Replace(at, c) => {
            let at = at % chars.len();
            chars[at] = *c;
            return chars.into_iter().collect();
        }
        Mutation::Cut(at) => return chars[..at % chars.len()].iter().collect(),
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn loading_never_panics(mutations in vec((any::<usize>(), mutation()), 1..6)) {
        let mut files = sound();
        for (file, mutation) in &mutations {
            let at = file % files.len();
            if let Some(text) = files.values_mut().nth(at) {
                *text = apply(text, mutation);
            }
        }
        let loaded = load_files(files.clone());
        let has_error = loaded.problems.iter().any(|problem| problem.severity == Severity::Error);
        prop_assert_eq!(loaded.bot.is_none(), has_error);
        for problem in &loaded.problems {
            prop_assert!(problem.message.len() < 1_000, "{}", problem);
            prop_assert!(!problem.hint.is_empty(), "{}", problem);
        }
        let again = load_files(files);
        prop_assert_eq!(loaded.problems, again.problems);
    }

    #[test]
    fn any_text_is_a_file(text in "\\PC{0,400}", path in "(bot|flows/a|intents/a|responses/a|entities/a|tests/a).yaml") {
        let mut files = sound();
        files.insert(path, text);
        let loaded = load_files(files);
        let has_error = loaded.problems.iter().any(|problem| problem.severity == Severity::Error);
        prop_assert_eq!(loaded.bot.is_none(), has_error);
    }
}
