//! Does the studio itself speak the bot's languages, and if not: what must the author say in its place?

use super::names::is_language;
use crate::{
    bot::{Bot, NodeKind, Repair, Trigger, code::Code, compile::Compiled, problem::Problems, source::Source},
    texts,
};

pub fn check(source: &Source, compiled: &Compiled, problems: &mut Problems) {
    for language in source.bot.iter().flat_map(|bot| &bot.languages) {
        let name = language.value.as_str();
        let missing = missing(&compiled.bot, name);
        if texts::speaks(name) || !is_language(name) || missing.is_empty() {
            continue;
        }
        let message = format!(
            "the studio has no texts of its own in `{name}`: what the bot leaves to it is in English"
        );
        problems.report(
            Code::NoBuiltInTexts,
            language.place,
            message,
            format!("write {}", missing.join("; ")),
        );
    }
}

/// What the bot leaves to the studio although it could say it itself.
fn missing(bot: &Bot, language: &str) -> Vec<String> {
    let repairs = &bot.repairs;
    let welcomes = bot.flows.values().any(|flow| flow.triggers.contains(&Trigger::FirstContact));
    let speaking = [
        ("misunderstood_once", &repairs.misunderstood_once),
        ("misunderstood_twice", &repairs.misunderstood_twice),
        ("misunderstood_often", &repairs.misunderstood_often),
        ("cancel", &repairs.cancel),
        ("person", &repairs.person),
        ("correct", &repairs.correct),
        ("denied", &repairs.denied),
    ];
    let speaking = speaking.into_iter().chain((!welcomes).then_some(("start_over", &repairs.start_over)));
    let called = [
        ("cancel", &repairs.cancel),
        ("start_over", &repairs.start_over),
        ("repeat", &repairs.repeat),
        ("person", &repairs.person),
        ("correct", &repairs.correct),
    ];
    let is_silent = |repair: &Repair| repair.say.is_none() && repair.flow.is_none();
    let is_uncalled = |repair: &Repair| repair.intent.is_none() && !repair.words.contains_key(language);
    let steps = Steps::of(bot);
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{what} ({count})"));
    [
        named("`say`", speaking, is_silent),
        named(&format!("`words: {{ {language}: […] }}`"), called, is_uncalled),
        counted(steps.asks, "`invalid` of each `ask` without it"),
        counted(steps.rates, "`question`, `thanks`, `invalid` and `given_up` of each `rate` without them"),
        counted(steps.handoffs, "`message` of each `handoff` without it"),
        (steps.waits && bot.handoff.say.is_none()).then(|| "`handoff: { say: … }` in bot.yaml".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `what`, and the repairs that lack it.
fn named<'a>(
    what: &str,
    repairs: impl IntoIterator<Item = (&'a str, &'a Repair)>,
    lacks: impl Fn(&Repair) -> bool,
) -> Option<String> {
    let lacking = repairs.into_iter().filter(|(_, repair)| repair.enabled && lacks(repair));
    let names = lacking.map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>();
    (!names.is_empty()).then(|| format!("{what} under `repairs` for {}", names.join(", ")))
}

/// Steps that say something of the studio's.
struct Steps {
    asks: usize,
    rates: usize,
    handoffs: usize,
    /// Some handoff may come back without anybody having taken it.
    waits: bool,
}

impl Steps {
    fn of(bot: &Bot) -> Self {
        let mut steps = Self { asks: 0, rates: 0, handoffs: 0, waits: bot.handoff.wait.is_some() };
        for node in bot.flows.values().flat_map(|flow| &flow.nodes) {
            match &node.kind {
                NodeKind::Ask(ask) => steps.asks += usize::from(ask.invalid.is_empty()),
                NodeKind::Rate(rate) => {
                    let own = [&rate.question, &rate.thanks, &rate.given_up];
                    let is_silent = rate.invalid.is_empty() || own.into_iter().any(Option::is_none);
                    steps.rates += usize::from(is_silent);
                }
                NodeKind::Handoff(handoff) => {
                    steps.handoffs += usize::from(handoff.message.is_none());
                    steps.waits |= handoff.wait.is_some() && handoff.nobody.is_none();
                }
                NodeKind::Say(_)
                | NodeKind::Choose(_)
                | NodeKind::Set(_)
                | NodeKind::Call(_)
                | NodeKind::Jump(_)
                | NodeKind::Search(_)
                | NodeKind::Http(_)
                | NodeKind::Tag(_)
                | NodeKind::Wait(_)
                | NodeKind::End => {}
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use crate::bot::tests::load_files;

    fn hints(bot: &str, flow: &str) -> Vec<String> {
        let files = [("bot.yaml", bot), ("flows/a.yaml", flow)];
        let loaded = load_files(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
        assert!(loaded.bot.is_some(), "{:#?}", loaded.problems);
        let own = loaded.problems.into_iter().filter(|problem| problem.code == "no-built-in-texts");
        own.map(|problem| format!("{}: {}", problem.line, problem.hint)).collect()
    }

    #[test]
    fn what_must_be_written_for_a_language_that_the_studio_does_not_speak() {
        let flow = |invalid: &str, others: &str| {
            format!(
                "f:\n  when: [ event: a ]\n  steps:\n    - ask: x\n      kind: number\n      question: {{ yo: Mélòó? }}\n{invalid}{others}"
            )
        };
        let bare = flow("", "    - rate: y\n    - handoff\n");
        let bot = "name: a\nlanguages: [yo]\n";
        insta::assert_snapshot!(hints(bot, &bare).join("\n"));
        let say = "{ say: { yo: Ó dáa. }, words: { yo: [bẹẹni] } }";
        let repairs: String = ["misunderstood_once", "misunderstood_twice", "misunderstood_often", "denied"]
            .map(|name| format!("  {name}: {{ say: {{ yo: Ẹ jọ̀ọ́? }} }}\n"))
            .into_iter()
            .chain(
                ["cancel", "start_over", "repeat", "person", "correct"]
                    .map(|name| format!("  {name}: {say}\n")),
            )
            .collect();
        let whole = flow("      invalid: { yo: Nọ́mbà. }\n", "");
        assert_eq!(hints(&format!("{bot}repairs:\n{repairs}"), &whole), [""; 0]);
        let handoff = "f: { when: [ event: a ], steps: [ handoff ] }\n";
        assert_eq!(hints("name: a\nlanguages: [de, en]\n", handoff), [""; 0]);
    }
}
