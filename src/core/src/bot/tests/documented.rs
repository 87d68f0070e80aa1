//! Do the documented forms load, and as what?

use std::collections::{BTreeMap, BTreeSet};

use super::{load_files, sound};
use crate::{
    bot::{
        Expect, Expected, ExpectedName, ExpectedOwner, Expects, Expression, HttpOutcome, Jump, LineKind,
        NodeKind, Repair, Severity, SlotKind, Trigger, VisitorAct, Wait, source::STEPS,
    },
    content::Content,
    privacy::{Keeping, PersonalKind},
};

/// The first YAML block below a heading of docs/bots.md.
fn block(heading: &str) -> String {
    let text = include_str!("../../../../../docs/bots.md");
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).expect("heading exists");
    let (_, rest) = rest.split_once("```yaml\n").expect("block begins");
    rest.split_once("```").expect("block ends").0.to_owned()
}

#[test]
fn the_examples_of_the_documentation_load() {
    let mut files = sound();
    files.insert("bot.yaml".to_owned(), block("bot.yaml"));
    files.insert("intents/all.yaml".to_owned(), block("Intents"));
    files.insert("entities/all.yaml".to_owned(), block("Entities"));
    files.insert("responses/all.yaml".to_owned(), block("Responses"));
    files.insert("flows/all.yaml".to_owned(), block("Flows"));
    files.insert("tests/all.yaml".to_owned(), block("Tests"));
    files.insert(
        "responses/more.yaml".to_owned(),
        "ask_order_number: { en: Number?, de: Nummer? }\ncancelled: { en: Cancelled., de: Abgebrochen. }\n"
            .to_owned(),
    );
    files.insert(
        "flows/more.yaml".to_owned(),
        "welcome: { steps: [ say: greet, say: bye_in_two ] }\ntalk_to_a_person: { steps: [ handoff: support ] }\n"
            .to_owned(),
    );
    let loaded = load_files(files);
    assert!(loaded.bot.is_some(), "{:#?}", loaded.problems);
    assert_eq!(loaded.tests[0].conversation.len(), 12);
}

/// A bot that has all that the examples of steps in docs/bots.md name, and one flow more, of these steps.
fn with_steps(steps: &str) -> BTreeMap<String, String> {
    let mut files = sound();
    let names = "greet order_shipped ask_order_number wrong_order_number handing_over how_was_it thank_you ask_phone \
                 ask_call_day ask_call_time ask_guests too_many_guests write_a_number wrong_number no_cards_please \
                 ask_email order_a_call never_mind";
    let responses: Vec<_> =
        names.split_whitespace().map(|name| format!("{name}: {{ en: Yes., de: Ja. }}\n")).collect();
    files.insert("responses/all.yaml".to_owned(), responses.concat());
    let slots = "number done count name greeting status due tries csat ordered_at tomorrow guests phone call_day \
                 call_time order_number email";
    let slots: Vec<_> = slots.split_whitespace().map(|name| format!("  {name}: {{ kind: any }}\n")).collect();
    let slots = slots.concat();
    let bot = "name: all\ntitle: All\nlanguages: [en, de]\nsettings: { shop_url: 'http://127.0.0.1:8100' }\n\
               teams: { support: Support }\nslots:\n";
    files.insert("bot.yaml".to_owned(), format!("{bot}{slots}"));
    for gone in ["tests/all.yaml", "intents/all.yaml", "entities/all.yaml"] {
        files.remove(gone);
    }
    let indented: Vec<_> = steps.lines().map(|line| format!("    {line}\n")).collect();
    let indented = indented.concat();
    let flows = "ask_email: { steps: [ { ask: email, kind: email } ] }\nother_flow: { steps: [ say: greet ] }\n\
                 main:\n  when: [ keyword: main ]\n  steps:\n    \
                 - choose: [ { if: slots.done == 1, go: label }, { if: slots.done == 2, go: too_late } ]\n";
    let ends = "    - { id: label, say: greet }\n    - end\n    - { id: too_late, say: greet }\n";
    files.insert("flows/all.yaml".to_owned(), format!("{flows}{indented}{ends}"));
    files
}

/// The steps that a row of the table shows: of each line its first code and those that follow with a comma between, and
/// whatever begins a step.
fn steps_of(row: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for line in row.split("<br>") {
        let parts: Vec<&str> = line.split('`').collect();
        let mut goes_on = true;
        for (place, part) in parts.iter().enumerate().skip(1).step_by(2) {
            goes_on &= place == 1 || parts[place - 1] == ", ";
            let code = part.replace("…steps…", "end").replace("{…}", "{}");
            if code.starts_with("- ") {
                steps.push(code);
            } else if let (true, Some(step)) = (goes_on, steps.last_mut()) {
                let indent = if code.starts_with(' ') { "" } else { "  " };
                *step = format!("{step}\n{indent}{code}");
            }
        }
    }
    steps
}

fn errors(files: BTreeMap<String, String>) -> Vec<String> {
    let problems = load_files(files).problems;
    problems.iter().filter(|it| it.severity == Severity::Error).map(ToString::to_string).collect()
}

#[test]
fn every_step_of_the_documented_table_loads() {
    let text = include_str!("../../../../../docs/bots.md");
    let (_, rest) = text.split_once("| step | example |\n|---|---|\n").expect("the table is there");
    let rows: Vec<_> = rest.lines().take_while(|line| line.starts_with("| ")).collect();
    let named = rows.iter().filter_map(|row| row.split(" | ").next()?.strip_prefix("| "));
    assert!(named.eq(STEPS), "the table has the steps that there are, in their order");
    let mut keys = BTreeSet::new();
    for row in rows {
        let steps = steps_of(row);
        assert!(!steps.is_empty(), "{row}");
        for step in steps {
            let lines = step.lines().filter_map(|line| line.split(':').next());
            keys.extend(lines.map(|key| key.trim().to_owned()));
            assert_eq!(errors(with_steps(&step)), [""; 0], "{step}");
        }
    }
    for key in ["wait", "nobody", "urgent", "nothing", "save", "error", "retries", "given_up", "pattern"] {
        assert!(keys.contains(key), "{key} is tried");
    }
}

#[test]
fn every_block_of_steps_in_the_documentation_loads() {
    let text = include_str!("../../../../../docs/bots.md");
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let begins_a_step = |block: &&str| STEPS.iter().any(|step| block.starts_with(&format!("- {step}:")));
    let blocks: Vec<_> = blocks.filter(begins_a_step).collect();
    assert!(blocks.len() >= 5, "{}", blocks.len());
    for block in blocks {
        assert_eq!(errors(with_steps(block)), [""; 0], "{block}");
    }
}

#[test]
fn a_time_of_day_has_bounds() {
    let steps = |min: &str| {
        let ask = format!("- ask: at\n  kind: time\n  min: {min}\n  max: 9.30 pm\n");
        with_steps(&format!("{ask}  question: greet\n"))
    };
    let bot = load_files(steps("'11:00'")).bot.expect("no errors");
    let asked = bot.flows["main"].nodes.iter().find_map(|node| {
        let NodeKind::Ask(ask) = &node.kind else { return None };
        Some(&ask.expects)
    });
    let bounds = Expects::Time { min: Some("11:00".to_owned()), max: Some("21:30".to_owned()) };
    assert_eq!(asked, Some(&bounds));
    for min in ["soon", "5"] {
        let errors = errors(steps(min));
        assert!(errors.len() == 1 && errors[0].contains("is not a time of day"), "{min}: {errors:?}");
    }
    assert_eq!(errors(steps("'22:00'")), [""; 0], "over midnight");
}

#[test]
fn a_handoff_says_how_long_it_waits() {
    let steps = "- handoff: support\n  wait: 10m\n  nobody: [ say: greet ]\n  urgent: true\n";
    let bot = load_files(with_steps(steps)).bot.expect("no errors");
    let mut nodes = bot.flows["main"].nodes.iter();
    let found =
        nodes.find_map(|node| if let NodeKind::Handoff(handoff) = &node.kind { Some(handoff) } else { None });
    let handoff = found.expect("it is there");
    assert!(handoff.urgent && handoff.nobody.is_some() && handoff.wait.is_some(), "{handoff:?}");
}

#[test]
fn the_documented_repairs_load_and_are_all_there_are() {
    let mut files = sound();
    let bot = &files["bot.yaml"];
    let (before, _) = bot.split_once("\nrepairs:").expect("the repairs come last");
    files.insert("bot.yaml".to_owned(), format!("{before}\n{}", block("Repairs")));
    let loaded = load_files(files);
    let repairs = &loaded.bot.unwrap_or_else(|| panic!("{:#?}", loaded.problems)).repairs;
    let all = serde_json::to_value(repairs).expect("plain data");
    let untouched = serde_json::to_value(Repair { enabled: true, ..Repair::default() }).expect("plain data");
    for (name, repair) in all.as_object().expect("one by name") {
        assert_ne!(*repair, untouched, "docs/bots.md overrides {name} in its example");
    }
    assert_eq!(repairs.cancel.words["en"], ["never mind", "leave it"]);
    assert_eq!(repairs.correct.words["en"], ["no", "sorry"]);
    assert!(!repairs.repeat.enabled && !repairs.misunderstood_twice.enabled);
}

#[test]
fn the_documented_privacy_loads() {
    let mut files = sound();
    let bot = files.get_mut("bot.yaml").expect("the bot's file");
    bot.push_str(&block("Privacy"));
    let loaded = load_files(files);
    let bot = loaded.bot.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    assert_eq!(bot.privacy.of(PersonalKind::NationalId), Keeping::Mask);
    assert_eq!(bot.privacy.of(PersonalKind::Email), Keeping::Slots);
    assert_eq!(bot.privacy.of(PersonalKind::Person), Keeping::Keep);
    let secret: Vec<bool> =
        bot.slots.values().filter(|slot| slot.kind == SlotKind::Email).map(|it| it.sensitive).collect();
    assert!(secret.iter().all(|is| *is), "what only slots may have is sensitive there");
}

#[test]
fn the_sound_bot_has_no_problem() {
    let loaded = load_files(sound());
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0], "{}", problems.join("\n"));
    let bot = loaded.bot.expect("no errors");

    let languages: Vec<_> =
        loaded.documents.iter().map(|it| (it.path.as_str(), it.language.as_str())).collect();
    assert_eq!(languages, [("de/rueckgabe.md", "de"), ("returns.md", "en")]);

    let flow = &bot.flows["track_order"];
    assert_eq!(flow.triggers[1], Trigger::Keyword("track".to_owned()));
    insta::assert_snapshot!(
        flow.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| format!(
                "{index} {} line {} -> {:?} {}",
                node.id,
                node.line,
                node.next,
                short(&node.kind)
            ))
            .collect::<Vec<_>>()
            .join("\n")
    );
    let expects: Vec<_> = (bot.flows["talk_to_a_person"].nodes.iter())
        .filter_map(|node| if let NodeKind::Ask(ask) = &node.kind { Some(&ask.expects) } else { None })
        .collect();
    insta::assert_debug_snapshot!(expects);
    assert!(matches!(expects[5], Expects::Email), "the kind is that of the slot");

    let kinds: Vec<_> = bot.responses["shown"].texts["en"][0]
        .messages
        .iter()
        .map(|content| match content {
            Content::Text { .. } => "text",
            Content::Buttons { .. } => "buttons",
            Content::List { .. } => "list",
            Content::Card(_) => "card",
            Content::Carousel { .. } => "carousel",
            Content::Image { .. } => "image",
            Content::File { .. } => "file",
            Content::Location { .. } => "location",
        })
        .collect();
    assert_eq!(kinds, ["list", "card", "carousel", "image", "file", "location"]);
    assert_eq!(bot.responses["greet"].texts["en"].len(), 2);

    let lessons = bot.lessons();
    assert_eq!(lessons.phrases["track_order"].len(), 10);
    assert!(lessons.phrases["track_order"].contains(&"where is order 4711".to_owned()));
    assert_eq!(lessons.entities.len(), 2);
}

fn short(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Ask(ask) => format!("ask {} otherwise {:?}", ask.slot, ask.otherwise),
        NodeKind::Choose(choose) => {
            format!("choose {:?}", choose.branches.iter().map(|it| it.target).collect::<Vec<_>>())
        }
        NodeKind::Set(set) => format!("set {:?}", set.values.values().collect::<Vec<&Expression>>()),
        NodeKind::Jump(Jump::Node(target)) => format!("go {target}"),
        NodeKind::Jump(Jump::Flow(flow)) => format!("go flow {flow}"),
        NodeKind::Http(http) => format!("http {} error {:?}", http.url, http.error),
        NodeKind::Search(search) => format!("search nothing {:?}", search.nothing),
        NodeKind::Wait(Wait::For(duration)) => format!("wait {duration:?}"),
        NodeKind::Wait(Wait::Until(moment)) => format!("wait until {moment:?}"),
        NodeKind::Say(_) => "say".to_owned(),
        NodeKind::Call(call) => format!("call {}", call.flow),
        NodeKind::Handoff(_) => "handoff".to_owned(),
        NodeKind::Rate(_) => "rate".to_owned(),
        NodeKind::Tag(tag) => format!("tag {:?}", tag.tags),
        NodeKind::End => "end".to_owned(),
    }
}

#[test]
fn the_lines_of_a_test() {
    let loaded = load_files(sound());
    let lines: Vec<_> = loaded.tests[0].conversation.iter().map(|line| &line.kind).collect();
    assert_eq!(*lines[1], LineKind::Bot(Expected::Response("ask_order_number".to_owned())));
    assert_eq!(*lines[2], LineKind::Visitor(VisitorAct::Text("4711".to_owned())));
    assert!(matches!(lines[3], LineKind::Http(HttpOutcome::Answered { status: 200, .. })));
    assert_eq!(*lines[7], LineKind::Visitor(VisitorAct::Press("human".to_owned())));
    assert_eq!(*lines[9], LineKind::Handoff(Some("support".to_owned())));
    let LineKind::Expect(expect) = lines[14] else { panic!("is expect") };
    assert_eq!(expect.flow, ExpectedName::Is("track_order".to_owned()));
    assert_eq!(expect.owner, Some(ExpectedOwner::Bot));
    let nothing = Expect { flow: ExpectedName::Nothing, ..Expect::default() };
    assert_eq!(*lines[16], LineKind::Expect(Box::new(nothing)));
    assert_eq!((loaded.tests[0].line, loaded.tests[0].conversation[0].line), (1, 4));
    assert_eq!(loaded.tests[1].language, "en");
}
