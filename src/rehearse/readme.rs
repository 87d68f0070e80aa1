//! The first bot of the README does what the README says of it.

use std::collections::BTreeMap;

use studio_core::bot::Files;

use super::{Stage, play};
use crate::bots::BotFolder;

const TALK: &str = r#"
- name: one sentence is enough
  language: en
  conversation:
    - visitor: a table for four tomorrow at 7
    - bot: { contains: [A table for 4 on] }
    - expect: { flow: null, slots: { guests: 4 } }
- name: what is not said is asked for
  language: en
  conversation:
    - visitor: a table please
    - bot: { contains: [For how many?] }
    - visitor: "3"
    - bot: { contains: [On which day?] }
    - visitor: tomorrow
    - bot: { contains: [A table for 3 on] }
- name: no is no
  language: en
  conversation:
    - visitor: I don't want a table
    - bot: { contains: ["All right, then not."] }
    - expect: { flow: null }
"#;

/// Each file of the bot: its path in backticks, then a block of YAML.
fn files(readme: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for part in readme.split("\n`bots/cafe/").skip(1) {
        let (path, rest) = part.split_once("`\n").expect("a path in backticks");
        let yaml = rest.trim_start().strip_prefix("```yaml\n").and_then(|it| it.split_once("```"));
        files.insert(path.to_owned(), yaml.expect("a block of YAML").0.to_owned());
    }
    files
}

/// The README's bot with these tests.
fn cafe(tests: &str) -> Stage {
    let mut files = files(include_str!("../../README.md"));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["bot.yaml", "flows/table.yaml", "intents/table.yaml"]);
    files.insert("tests/table.yaml".to_owned(), tests.to_owned());
    let folder = BotFolder { name: "cafe".to_owned(), path: None, files: Files(files) };
    Stage::build(&folder, &crate::models::Models::none(), None).expect("a sound bot")
}

#[test]
fn the_first_bot_fills_its_slots_from_one_sentence() {
    let stage = cafe(TALK);
    assert_eq!(stage.tests.len(), 3);
    for test in &stage.tests {
        play(&stage.mind, test).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

#[test]
fn what_is_missing_at_the_end_of_a_test_is_told_at_its_last_line() {
    let stage = cafe("- name: cut off\n  language: en\n  conversation:\n    - visitor: a table please\n");
    let failure = play(&stage.mind, &stage.tests[0]).expect_err("the question is not listed");
    assert_eq!(failure.line, 4, "{failure}");
    assert!(failure.what.starts_with("not in the test, before the test ends: \"For how many?"), "{failure}");
}
