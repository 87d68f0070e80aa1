//! Is an author told what to change?

use std::collections::BTreeSet;

use super::super::parse;
use crate::bot::problem::Problems;

/// What is said of a text: `line:column message / hint`.
fn said(text: &str) -> String {
    let mut problems = Problems::default();
    let file = problems.add_file("flows/a.yaml");
    parse(text, file, &mut problems);
    let told = problems.into_sorted();
    let [problem] = &told[..] else { panic!("{text}\n{told:#?}") };
    format!("{}:{} {} / {}", problem.line, problem.column, problem.message, problem.hint)
}

fn check(text: &str, expected: &str) {
    let said = said(text);
    assert!(said.starts_with(expected), "{text}\n{said}");
    let parts = expected.split_once(" / ").map(|(_, hint)| hint);
    assert!(parts.is_none_or(|hint| said.contains(hint)), "{text}\n{said}");
}

#[test]
fn common_mistakes_are_told_in_plain_words_where_they_were_made() {
    for (text, expected) in [
        ("a:\n\tb: 1\n", "2:1 the line is indented with a tab / indent with spaces, not with tabs"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1 the line is indented with a tab"),
        ("a: |\n\tx\n", "2:1 the line is indented with a tab"),
        (
            "a:\n  - say: Hello: you\n",
            "2:15 a second `: ` stands on the line / if it belongs to the text, put that in quotes: `\"Hello: you\"`",
        ),
        (
            "a: 1\nb: \"never\nc: 2\n",
            "2:4 the text that begins with `\"` here is never closed / write `\"` at its end",
        ),
        ("a:\n  b: 'x\n  c: 1\n", "2:6 the text that begins with `'` here is never closed"),
        (
            "a: 'it's fine'\n",
            "1:8 the text in quotes ends with the `'` before this, and more stands here / within such a text write `'` as `''`",
        ),
        ("a: \"say \"hi\" now\"\n", "1:10 the text in quotes ends with the `\"` before this"),
        (
            "a: \"never\nb: \"x\"\n",
            "2:5 the text in quotes ends with the `\"` before this, and more stands here / the text begins on line 1",
        ),
        ("a: [1, 2\nb: 3\n", "1:4 the `[` here is not closed / write `]` behind the last of its items"),
        ("a:\n  when: [ intent: x\n  steps: []\n", "2:9 the `[` here is not closed"),
        ("a: {b: 1\nc: 3\n", "1:4 the `{` here is not closed / write `}`"),
        ("a: [1, 2}\n", "1:4 `}` closes what `[` opened / write `]`"),
        ("a: ] b\n", "1:4 this `]` closes nothing"),
        (
            "a: {b: c: d}\n",
            "1:9 between the brackets that `{` opened this does not fit / part the entries with commas",
        ),
        ("a: @you\n", "1:4 a text cannot begin with `@` / put the text in quotes"),
        ("a: %x\n", "1:4 a text cannot begin with `%`"),
        ("a: , b\n", "1:4 a text cannot begin with `,`"),
        ("a: ? b\n", "1:4 a text cannot begin with `? `"),
        (
            "a: *bold* text\n",
            "1:4 nothing is called `&bold*` before this `*bold*` / a text that begins with `*` needs quotes",
        ),
        (
            "a: {{ slots.x }}\n",
            "1:4 a text that begins with `{{` or `{%` needs quotes / put the whole text in quotes",
        ),
        ("a:\n  - say: {{ slots.x }}, hello\n", "2:10 a text that begins with `{{` or `{%` needs quotes"),
        ("a: {% if x %}y{% endif %}\n", "1:4 a text that begins with `{{` or `{%` needs quotes"),
        (
            "a:\n  b: 1\n   c: 2\n",
            "3:4 this is indented below `b: 1`, which has a value already / keys and items that belong together begin at the same column",
        ),
        ("a:\n    b: 1\n  c: 2\n", "3:3 the line begins with 2 spaces, as none of those around it do"),
        ("a:\n  - x\n  b: 1\n", "3:3 a key stands here among the items of a list"),
        ("a:\n  b: 1\n  - x\n", "3:3 an item of a list (`- `) stands here among keys"),
        ("a: - x\n", "1:4 a list cannot begin on the line of its key / write each item on its own line"),
        ("a:\n  b\n  c: 1\n", "2:3 `b` is neither `key: value` nor an item after `- `"),
        ("a: 1\nb 2\nc: 3\n", "2:1 `b 2` is neither `key: value` nor an item after `- `"),
        ("a: 1\nb:2\nc: 3\n", "2:1 behind the colon stands no space / write `b: 2`"),
        ("a:1\nb: 2\n", "1:1 behind the colon stands no space / write `a: 1`"),
        (
            "a: \"\\d+\"\n",
            "1:4 a `\\` in a text in double quotes begins a sign such as `\\n`, and this is none / write `\\\\`",
        ),
        ("a: > text\n", "1:4 behind the `|` or `>` of a text over several lines nothing stands"),
        ("a: \u{7}b\n", "1:4 an invisible control character (U+0007) stands here"),
        ("[a]: b\n", "1:1 a key must be a text here"),
        ("~: b\n", "1:1 a key must be a text here"),
        (
            "a: 1\n---\nb: 1\n",
            "2:1 the line `---` ends what is read of this file, and more stands below it / remove that line",
        ),
        ("a: 1\n...\nb\n", "2:1 the line `...` ends what is read of this file"),
        (
            "a: &all\n  b: *all\n",
            "2:6 what is called `&all` would contain itself by this `*all` / write out here",
        ),
        ("<<: 1\n", "1:5 `<<` takes in the keys of something else, and this is none / write `<<: *name`"),
        ("a: !!int x\n", "1:10 this does not fit the `!!` before it / remove what begins with `!!`"),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_sound_file_that_is_spoiled_or_cut_anywhere_is_told_without_the_words_of_the_parser() {
    let sound = include_str!("../../tests/sound/flows.yaml");
    let (mut told, mut vague) = (0, 0);
    let mut unexplained = BTreeSet::new();
    for at in (0..sound.len()).filter(|at| at % 23 == 0 && sound.is_char_boundary(*at)) {
        let (before, after) = sound.split_at(at);
        for sign in ["\t", "\"", "'", "[", "}", ": ", "\n", "\n - ", "\n\t", "{{ x }}"] {
            for spoiled in [format!("{before}{sign}{after}"), format!("{before}{sign}")] {
                let mut problems = Problems::default();
                let file = problems.add_file("flows/a.yaml");
                parse(&spoiled, file, &mut problems);
                for problem in problems.into_sorted() {
                    told += 1;
                    vague += usize::from(problem.message.contains("does not fit what stands before it"));
                    let lines: Vec<&str> = spoiled.lines().collect();
                    let place = problem.line as usize;
                    if problem.message.contains("breaks the rules of YAML")
                        || place == 0
                        || problem.hint.is_empty()
                    {
                        let context = lines[place.saturating_sub(3)..place.min(lines.len())].join("\n");
                        unexplained.insert(format!("{sign:?}\n{context}\n{problem}"));
                    }
                }
            }
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.into_iter().collect::<Vec<_>>().join("\n\n"));
    assert!(told > 500 && vague < told / 10, "{vague} of {told}");
}
