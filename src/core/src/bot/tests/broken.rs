//! Is a broken file one problem, however bad it is, with the others still checked?

use super::{found, load_files, sound};
use crate::bot::{Files, load_published, yaml::bomb};

fn check(path: &str, text: String, expected: &[&str]) {
    let mut files = sound();
    files.insert(path.to_owned(), text);
    let loaded = load_files(files);
    assert_eq!(found(&loaded), expected, "{:#?}", loaded.problems);
    assert!(loaded.bot.is_none());
}

#[test]
fn a_broken_file_is_one_problem() {
    let responses = sound()["responses/all.yaml"].replace("ask_order_number: {", "ask_order_number: [{");
    check("responses/all.yaml", responses, &["invalid-yaml responses/all.yaml:6"]);
}

#[test]
fn a_line_that_is_joined_to_the_name_is_told_where_it_stands() {
    let bot = sound()["bot.yaml"].replace("name: shop\n", "name: shop\n  of tents\n");
    check("bot.yaml", bot, &["invalid-name bot.yaml:2"]);
    let alone = [("bot.yaml".to_owned(), "name: cafe\n bad\n".to_owned())];
    assert_eq!(found(&load_files(alone.into())), ["missing-field bot.yaml:1", "invalid-name bot.yaml:2"]);
}

#[test]
fn other_files_are_still_checked() {
    let mut files = sound();
    files.insert("responses/all.yaml".to_owned(), "greet: [".to_owned());
    files.insert(
        "flows/more.yaml".to_owned(),
        "extra:\n  when: [ intent: nobody ]\n  steps: [ sya: greet ]\n".to_owned(),
    );
    files.insert("bot.yaml".to_owned(), sound()["bot.yaml"].replace("kind: email", "kind: mail"));
    let found = found(&load_files(files));
    for expected in [
        "invalid-yaml responses/all.yaml:1",
        "undefined-intent flows/more.yaml:2",
        "unknown-step flows/more.yaml:3",
        "unknown-word bot.yaml:10",
    ] {
        assert!(found.contains(&expected.to_owned()), "{expected} in {found:#?}");
    }
}

#[test]
fn a_bad_step_hides_nothing_that_it_defines_or_uses() {
    let flows = sound()["flows/all.yaml"]
        .replace("    - rate: csat\n", "    - rate: csat\n      qestion: a\n      question: [1]\n");
    let expected =
        ["unknown-key flows/all.yaml:87", "wrong-type flows/all.yaml:88", "duplicate-key flows/all.yaml:89"];
    check("flows/all.yaml", flows, &expected);
}

#[test]
fn a_file_that_cannot_be_read_hides_only_what_it_may_define_or_use() {
    let mut files = sound();
    // Its keys may be responses; its words are no names of anything.
    files.insert(
        "responses/broken.yaml".to_owned(),
        "thanks:\n  en: nobody waits, refund or cancelation\nbye: [\n".to_owned(),
    );
    let flow = "extra:
  when: [ intent: nobody ]
  steps:
    - say: thanks
    - say: bye
    - say: refund
    - call: cancelation
    - choose:
        - if: slots.waits != null
          go: cancelation
";
    files.insert("flows/more.yaml".to_owned(), flow.to_owned());
    let expected = [
        "undefined-intent flows/more.yaml:2",
        "undefined-response flows/more.yaml:6",
        "undefined-flow flows/more.yaml:7",
        "undefined-slot flows/more.yaml:9",
        "undefined-label flows/more.yaml:10",
        "untranslated responses/broken.yaml:2",
        "invalid-yaml responses/broken.yaml:3",
    ];
    assert_eq!(found(&load_files(files)), expected);

    // A flow that cannot be read may say, start with, and ask for what stands in it as a value, not what its texts mention.
    let mut files = sound();
    let flows = "extra:
  when: [ intent: rude ]
  steps:
    - say: mentioned
    - ask: colour
    - say: { en: 'a text on hints }
";
    files.insert("flows/broken.yaml".to_owned(), flows.to_owned());
    files.insert(
        "responses/more.yaml".to_owned(),
        "mentioned: { en: a, de: a }\nask_colour: { en: b, de: b }\nhints: { en: c, de: c }\n".to_owned(),
    );
    let intent = "rude: { phrases: { en: [a b, c d, e f, g h, i j, k l, m n, o p, q r, s t], de: [b a, d c, f e, h g, j i, l k, n m, p o, r q, t s] } }\n";
    files.insert("intents/more.yaml".to_owned(), intent.to_owned());
    let found = found(&load_files(files));
    assert_eq!(found, ["invalid-yaml flows/broken.yaml:6", "unused-response responses/more.yaml:3"]);
}

#[test]
fn a_mistake_in_a_file_hides_no_other_of_it() {
    let mut files = sound();
    let flows = "first:
  when: [ keyword: one ]
  steps:
    - say: greet
    - say: { en: [ }
    - sya: greet
    - say: nothing
second:
  when: [ keyword: two ]
  steps:
    - say: \"never closed
    - call: nowhere
third:
  when: [ intent: nobody ]
  steps: [ say: greet ]
";
    files.insert("flows/more.yaml".to_owned(), flows.to_owned());
    let expected = [
        "invalid-yaml flows/more.yaml:5",
        "unknown-step flows/more.yaml:6",
        "undefined-response flows/more.yaml:7",
        "invalid-yaml flows/more.yaml:11",
        "undefined-flow flows/more.yaml:12",
        "undefined-intent flows/more.yaml:14",
    ];
    assert_eq!(found(&load_files(files)), expected);
}

#[test]
fn a_space_that_is_missing_is_told() {
    for (steps, hint) in [
        ("    - say:greet\n", "write a space behind the colon: `say: greet`"),
        ("    - say: greet\n      -ask: order_number\n", "write a space behind the `-`: `- ask`"),
        ("    -say: greet\n", "write a space behind the `-`: `- say`"),
    ] {
        let mut files = sound();
        let flow = format!("extra:\n  when: [ keyword: extra ]\n  steps:\n{steps}");
        files.insert("flows/more.yaml".to_owned(), flow);
        let loaded = load_files(files);
        assert_eq!(loaded.problems[0].hint, hint, "{:#?}", loaded.problems);
    }
}

#[test]
fn a_trigger_without_a_name_is_told_to_stand_alone() {
    for word in ["fallback", "first contact"] {
        let mut files = sound();
        let flow = format!("extra:\n  when:\n    - {word}: true\n  steps:\n    - say: greet\n");
        files.insert("flows/more.yaml".to_owned(), flow);
        let loaded = load_files(files);
        let told =
            loaded.problems.iter().find(|problem| problem.file == "flows/more.yaml" && problem.line == 3);
        let told = told.map(|problem| (problem.code.as_str(), problem.hint.clone()));
        let expected = ("unknown-key", format!("write it alone: `- {word}`"));
        assert_eq!(told, Some(expected), "{:#?}", loaded.problems);
    }
}

#[test]
fn a_step_that_cannot_be_read_hides_no_other_of_its_flow() {
    let mut files = sound();
    let flow = "extra:
  when: [ keyword: extra ]
  steps:
    - sya: greet
    - choose:
        - if: slots.order_number != null
          then:
            - id: round
              say: greet
            - go: round
        - else:
            - end: true
            - say: greet
    - say: greet
";
    files.insert("flows/more.yaml".to_owned(), flow.to_owned());
    let expected = [
        "unknown-step flows/more.yaml:4",
        "loop-without-wait flows/more.yaml:8",
        "unreachable-step flows/more.yaml:13",
    ];
    assert_eq!(found(&load_files(files)), expected);
}

#[test]
fn what_may_wait_or_lead_elsewhere_is_no_loop_and_not_unreachable() {
    let mut files = sound();
    let flow = "extra:
  when: [ keyword: extra ]
  steps:
    - id: again
      say: greet
    - aks: order_number
    - choose:
        - fi: slots.order_number != null
          go: done
    - go: again
    - id: done
      say: greet
";
    files.insert("flows/more.yaml".to_owned(), flow.to_owned());
    let found = found(&load_files(files));
    assert_eq!(found[0], "unknown-step flows/more.yaml:6");
    assert!(found.iter().all(|it| !it.starts_with("loop") && !it.starts_with("unreachable")), "{found:#?}");
}

#[test]
fn what_later_checks_object_to_keeps_no_published_version_from_running() {
    let mut files = sound();
    let intents = files["intents/all.yaml"].replace("I am angry", "track my parcel!");
    files.insert("intents/all.yaml".to_owned(), intents);
    assert!(load_files(files.clone()).bot.is_none());
    let published = load_published(&Files(files.clone()));
    assert!(published.bot.is_some(), "{:#?}", published.problems);
    // What cannot be read is no bot, however it was published.
    files.insert("flows/all.yaml".to_owned(), "greet: [".to_owned());
    assert!(load_published(&Files(files)).bot.is_none());
}

#[test]
fn hostile_files_are_bounded() {
    check("flows/a.yaml", "x".repeat(10 << 20), &["file-too-large flows/a.yaml:0"]);
    let deep = format!("a: {}{}", "{a: ".repeat(10_000), "}".repeat(10_000));
    check("flows/a.yaml", deep, &["yaml-too-complex flows/a.yaml:1"]);
    let bomb = bomb();
    let mut files = sound();
    files.insert("intents/a.yaml".to_owned(), bomb);
    let loaded = load_files(files);
    assert_eq!(loaded.problems.len(), 1, "{:#?}", loaded.problems);
    assert_eq!(loaded.problems[0].code, "yaml-too-complex");
    let many = (0..6_000).map(|number| (format!("flows/{number}.yaml"), String::new()));
    let mut files = sound();
    files.extend(many);
    let codes: Vec<_> = load_files(files).problems.into_iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&"too-many-files".to_owned()), "{codes:?}");
}
