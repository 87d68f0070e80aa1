//! Is every problem found, and where?

mod within;

use std::collections::BTreeSet;

use super::{found, load_files, sound};
use crate::bot::{Severity, code::Code};

/// Files to add, or `path@text` to replace in a file, and what is then found: `code path:line`.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str]);

const FLOW: &str = "flows/new.yaml";
const SAYING: &str = "responses/new.yaml";
const TEST: &str = "tests/new.yaml";
/// A phrase of 1,001 characters.
const LONG: &str = include_str!("long_phrase.txt");

const CASES: &[Case] = &[
    // Files and YAML
    (&[("bot.yaml", "")], &["missing-field bot.yaml:0"]),
    (&[("inents/a.yaml", "a: 1")], &["unknown-file inents/a.yaml:0"]),
    (&[("knowledge/a.pdf", "a")], &["unknown-file knowledge/a.pdf:0"]),
    (
        &[
            ("README.md", "a"),
            (".git/x.yaml", "a"),
            ("flows/notes.txt", "a"),
            ("flows/a/b/empty.yaml", "# none"),
        ],
        &[],
    ),
    (
        &[(
            FLOW,
            "a:\n  when: [event: a]\n  steps:\n    - ask: day\n      question: greet\n      form: greet\n    - say: greet\n    - ask: day\n      form: gret\n      question: greet\n    - ask: note\n      question: greet\n",
        )],
        &["conflicting-keys flows/new.yaml:4", "undefined-response flows/new.yaml:9"],
    ),
    (
        &[("flows/a.yaml", ""), ("entities/a.yml", "\n  \n"), ("tests/a.yaml", " ")],
        &["no-effect entities/a.yml:0", "no-effect flows/a.yaml:0", "no-effect tests/a.yaml:0"],
    ),
    // What follows from a mistake is none of its own.
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: a\n      question: greet\n      kind: nummer\n      whole: true\n      min: 1\n      invalid: { not_whole: greet }\n",
        )],
        &["unknown-word flows/new.yaml:6"],
    ),
    (&[("bot.yaml@[en, de]", "[english, de]")], &["invalid-language bot.yaml:3"]),
    (&[("bot.yaml@title: ", "titel: ")], &["unknown-key bot.yaml:2"]),
    (&[("bot.yaml@session:", "title: b\nsession:")], &["duplicate-key bot.yaml:12"]),
    (&[("bot.yaml@timeout: 30m", "timeout: 30x")], &["invalid-duration bot.yaml:12"]),
    (&[("bot.yaml@timeout: 30m", "timeout: 0s")], &["invalid-bound bot.yaml:12"]),
    (&[("bot.yaml@Europe/Berlin", "Europe/Berlim")], &["invalid-time-zone bot.yaml:12"]),
    (&[("bot.yaml@threshold: 0.6", "threshold: 6")], &["invalid-bound bot.yaml:13"]),
    (&[("bot.yaml@threshold: 0.6", "threshold: high")], &["wrong-type bot.yaml:13"]),
    (&[("bot.yaml@name: shop", "name: My Shop")], &["invalid-name bot.yaml:1"]),
    (&[("bot.yaml@title: ", "title: ' ' # ")], &["invalid-name bot.yaml:2"]),
    (&[("bot.yaml@session:", "privacy: { card: mask, others: slots, ip: mask }\nsession:")], &[]),
    (
        &[("bot.yaml@session:", "privacy: { email: mask }\nsession:")],
        &["slot-never-filled bot.yaml:10", "slot-never-filled flows/all.yaml:77"],
    ),
    (&[("bot.yaml@session:", "privacy: { card: hide }\nsession:")], &["unknown-word bot.yaml:12"]),
    (&[("bot.yaml@session:", "privacy: { ip: slots }\nsession:")], &["unknown-word bot.yaml:12"]),
    (&[("bot.yaml@session:", "privacy: { shoe_size: mask }\nsession:")], &["unknown-key bot.yaml:12"]),
    (
        &[(
            "bot.yaml@session:",
            "translation: { into: [pl, pt-BR], keep: [Nordlicht], glossary: { en: { pl: { tent: namiot }, de: { a: b } } } }\nsession:",
        )],
        &[],
    ),
    (
        &[("bot.yaml@session:", "translation: { into: any, glossary: { de: { ja: { a: b } } } }\nsession:")],
        &[],
    ),
    (
        &[("bot.yaml@session:", "translation: { into: [any, pl, de, polish] }\nsession:")],
        &["conflicting-keys bot.yaml:12", "defined-twice bot.yaml:12", "invalid-language bot.yaml:12"],
    ),
    (
        &[(
            "bot.yaml@session:",
            "translation: { glossary: { fr: { de: { a: b } }, en: { pl: { a: '' } } } }\nsession:",
        )],
        &["nothing-to-say bot.yaml:12", "unknown-language bot.yaml:12", "unknown-language bot.yaml:12"],
    ),
    (
        &[(
            "bot.yaml@session:",
            "translation: { keep: [a, a, c], glossary: { en: { de: { c: d } } } }\nsession:",
        )],
        &["defined-twice bot.yaml:12", "defined-twice bot.yaml:12"],
    ),
    (
        &[("bot.yaml@session:", "handoff: { wait: 0s, say: gret }\nsession:")],
        &["undefined-response bot.yaml:12", "invalid-bound bot.yaml:12"],
    ),
    (&[("bot.yaml@[en, de]", "[en, de, en]")], &["defined-twice bot.yaml:3"]),
    (&[("bot.yaml@sensitive: true", "sensitive: certainly")], &["wrong-type bot.yaml:10"]),
    (&[("bot.yaml@from: [email]", "from: [mail]")], &["undefined-entity bot.yaml:10"]),
    (&[("bot.yaml@flow: welcome", "flow: welcom")], &["undefined-flow bot.yaml:17"]),
    (
        &[("bot.yaml@intent: complain", "intent: complian")],
        &["unused-intent intents/all.yaml:11", "undefined-intent bot.yaml:17"],
    ),
    (
        &[("bot.yaml@say: cancelled", "say: canceled")],
        &["undefined-response bot.yaml:16", "unused-response responses/all.yaml:8"],
    ),
    (&[("bot.yaml@words: { en:", "words: { fr:")], &["unknown-language bot.yaml:16"]),
    (
        &[("translations/de.yaml", "- in: bot\n  source: 'a {{ b }}'\n  target: a\n")],
        &["broken-translation translations/de.yaml:3"],
    ),
    // Definitions
    (&[("intents/new.yaml", "track_order: { phrases: { en: [a] } }")], &["defined-twice intents/new.yaml:1"]),
    (&[("flows/a.yaml", "rate: { steps: [ end ] }")], &["defined-twice flows/all.yaml:84"]),
    (&[(SAYING, "greet: { en: a, de: b }")], &["defined-twice responses/new.yaml:1"]),
    (&[("entities/new.yaml", "product: { list: { x: } }")], &["defined-twice entities/new.yaml:1"]),
    (
        &[("entities/new.yaml", "a b: { list: { x: } }\nemail: { list: { y: z } }")],
        &["invalid-name entities/new.yaml:1", "invalid-name entities/new.yaml:2", "slot-kind bot.yaml:10"],
    ),
    (
        &[(
            "entities/new.yaml",
            "z: { pattern: '(a{1000}){999}' }\na: { pattern: '[a' }\nb: { pattern: 'b*', fuzzy: true }\nc: {}\nd: { list: { x: }, pattern: d }",
        )],
        &[
            "invalid-regex entities/new.yaml:1",
            "invalid-regex entities/new.yaml:2",
            "empty-match entities/new.yaml:3",
            "fuzzy-pattern entities/new.yaml:3",
            "missing-field entities/new.yaml:4",
            "conflicting-keys entities/new.yaml:5",
        ],
    ),
    (
        &[(
            "entities/new.yaml",
            "a: { list: {} }\nb:\n  list:\n    one: [first, solo, One]\n    two: [second, Solo]\n    first:\n",
        )],
        &[
            "no-effect entities/new.yaml:1",
            "same-choice entities/new.yaml:5",
            "same-choice entities/new.yaml:6",
        ],
    ),
    (&[("bot.yaml@say: cancelled", "say: cancelled, flow: welcome")], &["no-effect bot.yaml:16"]),
    (
        &[(
            "bot.yaml@repairs:",
            "repairs:\n  digress: { words: { en: back, de: weiter } }\n  timeout: { words: { en: late } }\n  denied: { intent: complain }\n  misunderstood_once: { intent: complain, words: { de: a } }",
        )],
        &[
            "no-effect bot.yaml:16",
            "no-effect bot.yaml:17",
            "no-effect bot.yaml:18",
            "no-effect bot.yaml:19",
            "no-effect bot.yaml:19",
        ],
    ),
    // Intents
    (
        &[("intents/new.yaml", "a:\n  phrases: {}\n"), (FLOW, "f: { when: [ intent: a ], steps: [ end ] }")],
        &["intent-without-phrases intents/new.yaml:1"],
    ),
    (
        &[
            ("intents/new.yaml", "a:\n  description: asks for an invoice\n"),
            (FLOW, "f: { when: [ intent: a ], steps: [ end ] }"),
        ],
        &[],
    ),
    (
        &[
            ("intents/new.yaml", "a:\n  phrases:\n    en: [one thing]\n"),
            (FLOW, "f: { when: [ intent: a ], steps: [ end ] }"),
        ],
        &["few-phrases intents/new.yaml:1", "untranslated intents/new.yaml:1"],
    ),
    (&[("intents/all.yaml@track my parcel", "Where is my order?")], &["repeated-phrase intents/all.yaml:7"]),
    (&[("intents/all.yaml@I am angry", "track my parcel!")], &["same-phrase intents/all.yaml:14"]),
    (&[("intents/all.yaml@I am angry", "track — my “parcel”!")], &["same-phrase intents/all.yaml:14"]),
    (&[("intents/all.yaml@I am angry", LONG)], &["long-phrase intents/all.yaml:14"]),
    (
        &[("intents/all.yaml@I am angry", "wo bleibt mein Paket")],
        &["same-phrase-other-language intents/all.yaml:14"],
    ),
    (&[("intents/all.yaml@I am angry", "''")], &["nothing-to-say intents/all.yaml:14"]),
    (&[("intents/all.yaml@](product)", "](produkt)")], &["undefined-entity intents/all.yaml:16"]),
    (
        &[("intents/all.yaml@    en:\n      - I", "    eng:\n      - I")],
        &["untranslated intents/all.yaml:11", "unknown-language intents/all.yaml:13"],
    ),
    // Flows and steps
    (&[(FLOW, "f: { when: [ event: a ], steps: [] }")], &["empty-flow flows/new.yaml:1"]),
    (&[(FLOW, "f: { when: [ event: a ] }")], &["missing-field flows/new.yaml:1"]),
    (&[(FLOW, "f: { steps: [ end ] }")], &["unused-flow flows/new.yaml:1"]),
    (
        &[(FLOW, "f: { when: [ evnt: a, fallbak, [1] ], steps: [ end ] }")],
        &["unknown-key flows/new.yaml:1", "unknown-word flows/new.yaml:1", "wrong-type flows/new.yaml:1"],
    ),
    (
        &[(FLOW, "f: { when: [ event: a, keyword: 'TRACK!' ], steps: [ end ] }")],
        &["same-trigger flows/new.yaml:1"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - aks: x\n    - nonsense\n    - sya: greet\n    - 5\n    - [ a ]\n",
        )],
        &[
            "unknown-step flows/new.yaml:4",
            "unknown-step flows/new.yaml:5",
            "unknown-step flows/new.yaml:6",
            "unknown-step flows/new.yaml:7",
            "wrong-type flows/new.yaml:8",
        ],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - set: { visits: '= slots.visits + 1' }\n    - say: { en: '{{ slots.town | length }}', de: '{{ slots.town | default(0) }}' }\n    - ask: town\n      question: greet\n    - say: { en: '{{ slots.town | length }}', de: a }\n",
        )],
        &["empty-slot flows/new.yaml:4", "empty-slot flows/new.yaml:5"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - say: { en: '{{ contact.plan }}', de: '{{ contact.plan | default(1) }} {{ contact.name }}' }\n    - set: { a: '= has(contact.plan) && contact.plan == 1' }\n",
        )],
        &["untold-field flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - set: { a: 1 }\n    - set: { a: '= slots.a + 1', b: '= slots.b == null ? 1 : slots.b + 1' }\n    - choose: [ { if: slots.c != null, then: [ set: { c: '= slots.c + 1' } ] }, { else: [ set: { c: 1 } ] } ]\n",
        )],
        &[],
    ),
    (
        &[(FLOW, "f:\n  when: [ event: a ]\n  steps:\n    - say: greet\n      tag: b\n")],
        &["several-steps flows/new.yaml:5"],
    ),
    (
        &[(FLOW, "f:\n  when: [ event: a ]\n  steps:\n    - go: there\n    - id: here\n      say: greet\n")],
        &["undefined-label flows/new.yaml:4"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      choose: [ { if: slots.name == null, go: y } ]\n    - say: greet\n    - go: x\n    - say: greet\ng:\n  when: [ event: b ]\n  steps:\n    - go: nowhere\n    - say: greet\n",
        )],
        &[
            "loop-without-wait flows/new.yaml:4",
            "undefined-label flows/new.yaml:5",
            "unreachable-step flows/new.yaml:8",
            "undefined-label flows/new.yaml:12",
            "unreachable-step flows/new.yaml:13",
        ],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - id: x\n      say: greet\n    - id: x\n      say: greet\n",
        )],
        &["defined-twice flows/new.yaml:6"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - end\n    - say: greet\n    - say: greet\n    - end: false\n",
        )],
        &["unreachable-step flows/new.yaml:5", "conflicting-keys flows/new.yaml:7"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - choose:\n        - if: slots.name == null\n          go: flow rate\n        - else: { go: flow welcome }\n    - say: greet\n",
        )],
        &["unreachable-step flows/new.yaml:8"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - choose:\n        - else: [ end ]\n        - if: 'true'\n          then: [ end ]\n",
        )],
        &["else-not-last flows/new.yaml:5"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - choose: []\n    - choose: [ { if: 'true' }, { then: [ end ] }, { if: 'true', else: [ end ] }, { if: 'true', then: [ end ], go: x } ]\n",
        )],
        &[
            "missing-field flows/new.yaml:4",
            "conflicting-keys flows/new.yaml:5",
            "conflicting-keys flows/new.yaml:5",
            "missing-field flows/new.yaml:5",
            "missing-field flows/new.yaml:5",
        ],
    ),
    (
        &[(FLOW, "f: { when: [ event: a ], steps: [ call: rat, { go: flow welcom } ] }")],
        &["undefined-flow flows/new.yaml:1", "undefined-flow flows/new.yaml:1"],
    ),
    (
        &[(FLOW, "f: { when: [ intent: trackorder ], steps: [ end ] }")],
        &["undefined-intent flows/new.yaml:1"],
    ),
    (
        &[(FLOW, "f: { when: [ event: a ], steps: [ handoff: suport ] }")],
        &["undefined-team flows/new.yaml:1"],
    ),
    (
        &[(FLOW, "f: { when: [ event: a ], steps: [ say: gret, say: 'Hi there' ] }")],
        &["undefined-response flows/new.yaml:1", "undefined-response flows/new.yaml:1"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: colour\n    - ask: b c\n      question: greet\n",
        )],
        &["missing-field flows/new.yaml:4", "invalid-name flows/new.yaml:5"],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: a\n      question: greet\n      kind: number\n      invalid:\n        not_a_nmber: greet\n        too_late: greet\n        too_large: { first: greet, second: gret, third: greet, sixth: greet }\n        otherwise: { en: Hm?, de: Hm? }\n",
        )],
        &[
            "unknown-word flows/new.yaml:8",
            "conflicting-keys flows/new.yaml:9",
            "invalid-bound flows/new.yaml:10",
            "undefined-response flows/new.yaml:10",
            "unknown-word flows/new.yaml:10",
        ],
    ),
    (
        &[(
            FLOW,
            "f:\n  when: [ event: a ]\n  steps:\n    - ask: a\n      question: greet\n      kind: number\n      min: 5\n      max: 1\n      pattern: x\n    - ask: b\n      question: greet\n      kind: date\n      min: tomorrow\n    - ask: c\n      question: greet\n      kind: regex\n    - ask: d\n      question: greet\n      kind: choice\n    - ask: e\n      question: greet\n      kind: file\n      max_size: 5XB\n    - ask: g\n      question: greet\n      retries: 99\n      options: [ a, a ]\n    - ask: h\n      question: greet\n      otherwise: [ end ]\n      go: x\n",
        )],
        &[
            "invalid-bound flows/new.yaml:7",
            "conflicting-keys flows/new.yaml:9",
            "invalid-bound flows/new.yaml:13",
            "missing-field flows/new.yaml:14",
            "missing-field flows/new.yaml:17",
            "invalid-size flows/new.yaml:23",
            "invalid-bound flows/new.yaml:24",
            "same-choice flows/new.yaml:27",
            "conflicting-keys flows/new.yaml:31",
        ],
    ),
    (
        &[("flows/all.yaml@until: \"= slots.greeting\"", "until: yesterday")],
        &["invalid-bound flows/all.yaml:40"],
    ),
    (&[("flows/all.yaml@until: \"= slots.greeting\"", "until: 2026-12-24")], &[]),
    (&[("flows/all.yaml@until: \"= slots.greeting\"", "until: 2026-12-24T09:00")], &[]),
    (&[("flows/all.yaml@timeout: 5s", "timeout: 5m")], &["invalid-bound flows/all.yaml:23"]),
    (&[("flows/all.yaml@{ get: ", "{ body: {}, get: ")], &["conflicting-keys flows/all.yaml:23"]),
    (&[("flows/all.yaml@limit: 3", "limit: 0")], &["invalid-bound flows/all.yaml:35"]),
    (
        &[(
            FLOW,
            "f: { when: [ event: a ], steps: [ http: {}, http: { get: 'ftp://a', post: 'http://a' } ] }",
        )],
        &[
            "conflicting-keys flows/new.yaml:1",
            "invalid-url flows/new.yaml:1",
            "missing-field flows/new.yaml:1",
        ],
    ),
    (
        &[(FLOW, "f: { when: [ event: a ], steps: [ { wait: soon }, { wait: { until: '= slots.nam' } } ] }")],
        &["invalid-duration flows/new.yaml:1", "undefined-slot flows/new.yaml:1"],
    ),
];

fn check((files, expected): &Case, failures: &mut Vec<String>) -> Vec<String> {
    let mut all = sound();
    for (path, text) in *files {
        match path.split_once('@') {
            Some((path, before)) => {
                let changed = all[path].replacen(before, text, 1);
                assert_ne!(changed, all[path], "{before} stands in {path}");
                all.insert(path.to_owned(), changed);
            }
            None => drop(all.insert((*path).to_owned(), (*text).to_owned())),
        }
    }
    let loaded = load_files(all);
    let mut expected = expected.to_vec();
    let mut all_found = found(&loaded);
    expected.sort_unstable();
    all_found.sort_unstable();
    if all_found != expected {
        failures.push(format!("{files:#?}\n found {all_found:#?}\nwanted {expected:#?}"));
    }
    let has_error = loaded.problems.iter().any(|problem| problem.severity == Severity::Error);
    assert_eq!(loaded.bot.is_some(), !has_error);
    for problem in &loaded.problems {
        assert!(!problem.hint.is_empty(), "{problem}");
    }
    loaded.problems.into_iter().map(|problem| problem.code).collect()
}

#[test]
fn every_problem_is_found_where_it_is() {
    let mut failures = Vec::new();
    let mut seen: BTreeSet<String> =
        CASES.iter().chain(within::CASES).flat_map(|case| check(case, &mut failures)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    // These have their own tests.
    seen.extend(["invalid-yaml", "yaml-too-complex", "file-too-large", "too-many-files"].map(str::to_owned));
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    let unseen: Vec<_> = codes.difference(&seen).collect();
    assert_eq!(unseen, ["missing-bot-file", "no-built-in-texts"], "have tests elsewhere");
}

#[test]
fn a_single_phrase_is_told_in_the_singular() {
    let mut files = sound();
    files.insert("intents/new.yaml".to_owned(), "a:\n  phrases:\n    en: [one thing]\n".to_owned());
    let problems = load_files(files).problems;
    let told = problems.iter().find(|problem| problem.code == "few-phrases").map(ToString::to_string);
    assert!(told.as_ref().is_some_and(|told| told.contains("has 1 phrase in `en`")), "{told:?}");
}

#[test]
fn only_languages_are_listed_as_languages() {
    let hint_at = |language: &str| {
        let mut files = sound();
        files.insert(SAYING.to_owned(), format!("new: {{ en: a, de: b, {language}: c }}\n"));
        let problems = load_files(files).problems;
        let told = problems.into_iter().find(|problem| problem.code == "unknown-language");
        told.expect("it is told").hint
    };
    assert_eq!(hint_at("fr"), "add it to `languages` in bot.yaml; known: `de`, `en`");
    assert_eq!(hint_at("chanels"), "did you mean `channels`?");
}

#[test]
fn a_folder_without_a_bot_file() {
    let mut files = sound();
    files.remove("bot.yaml");
    let loaded = load_files(files);
    assert!(
        loaded.problems.iter().any(|problem| problem.code == "missing-bot-file"),
        "{:#?}",
        loaded.problems
    );
    let nothing = load_files([].into());
    assert_eq!(nothing.problems.len(), 1);
    assert!(nothing.problems[0].to_string().starts_with("error: there is no file bot.yaml\n  hint: add"));
}

#[test]
fn a_language_that_does_not_exist() {
    let mut files = sound();
    files.retain(|path, _| path == "bot.yaml");
    files.insert("bot.yaml".to_owned(), "name: a\nlanguages: [english, en]\n".to_owned());
    let loaded = load_files(files);
    assert_eq!(found(&loaded), ["invalid-language bot.yaml:2"]);
    // Nothing is missing in it.
    for languages in ["[en, de, xx]", "[xx, en, de]"] {
        let mut files = sound();
        let bot = files["bot.yaml"].replace("languages: [en, de]", &format!("languages: {languages}"));
        files.insert("bot.yaml".to_owned(), bot);
        assert_eq!(found(&load_files(files)), ["invalid-language bot.yaml:3"], "{languages}");
    }
}

#[test]
fn a_problem_reads_like_a_compiler_says_it() {
    let mut files = sound();
    files.insert("responses/new.yaml".to_owned(), "greet: { en: a, de: b }\n".to_owned());
    files.insert(
        FLOW.to_owned(),
        "f:\n  when: [ event: a ]\n  steps:\n    - say: gret\n    - ask: name\n      qestion: greet\n"
            .to_owned(),
    );
    let problems: Vec<String> = load_files(files).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"));
}
