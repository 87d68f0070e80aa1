//! How does bot.yaml become the frame of a bot?

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{content::saying, text, texts};
use crate::{
    bot::{
        Bot, Expects, HandoffSettings, KnowledgeSettings, NodeKind, Repair, Repairs, Session, Slot, SlotKind,
        UnderstandingSettings,
        code::Code,
        problem::{Place, Problems},
        source::{BotSource, PrivacySource, RepairSource, RepairsSource, SlotSource, TranslationSource},
        yaml::{At, Duration, Entries, Text},
    },
    privacy::{Keeping, PersonalKind, Privacy},
    translation::{ANY, Reach, Translating},
    understanding::BUILT_IN,
};

/// Silence after which a conversation starts anew, where bot.yaml does not say.
const SESSION: SignedDuration = SignedDuration::from_mins(30);
/// Share of a question's informative words that a passage must have, where bot.yaml does not say: more
/// than half, as one word of two is a coincidence ("meaning of life", "Second life").
const MIN_COVERAGE: f64 = 0.55;
/// How near in meaning a passage must be, where bot.yaml does not say: with the default model 31 questions to which documents of a
/// hotel and a shop have no answer came to 0.35 at most, and of 28 in quite other words than the documents' 12 were answered
/// rightly and one wrongly from here on (docs/bots.md).
const MIN_NEARNESS: f64 = 0.38;

/// A bot without intents, entities, flows and responses.
pub fn bot(source: Option<&BotSource>, problems: &mut Problems) -> Bot {
    let mut bot = Bot {
        name: String::new(),
        title: String::new(),
        languages: Vec::new(),
        settings: BTreeMap::new(),
        intents: BTreeMap::new(),
        entities: BTreeMap::new(),
        slots: BTreeMap::new(),
        flows: BTreeMap::new(),
        responses: BTreeMap::new(),
        teams: BTreeMap::new(),
        session: Session { timeout: SESSION, time_zone: "UTC".to_owned() },
        handoff: HandoffSettings::default(),
        understanding: UnderstandingSettings::default(),
        repairs: repairs(None),
        knowledge: KnowledgeSettings {
            fallback: true,
            min_coverage: MIN_COVERAGE,
            meaning: false,
            min_nearness: MIN_NEARNESS,
        },
        privacy: Privacy::default(),
        translation: Translating::default(),
    };
    let Some(source) = source else { return bot };
    bot.name.clone_from(&source.name.value);
    bot.title.clone_from(source.title.as_ref().map_or(&source.name.value, |title| &title.value));
    bot.languages = source.languages.iter().map(|language| language.value.clone()).collect();
    bot.settings =
        source.settings.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
    bot.slots = source.slots.iter().map(|(name, it)| (name.value.clone(), slot(it))).collect();
    bot.teams = source.teams.iter().map(|(name, title)| (name.value.clone(), title.value.clone())).collect();
    if let Some(session) = &source.session {
        bot.session.timeout = session.timeout.map_or(SESSION, |timeout| timeout.0);
        if session.timeout.is_some_and(|timeout| timeout.0.is_zero()) {
            let message = "a session cannot time out at once";
            problems.report(Code::InvalidBound, session.place, message, "write a duration such as `30m`");
        }
        if let Some(zone) = &session.time_zone {
            bot.session.time_zone.clone_from(&zone.value);
        }
    }
    if let Some(handoff) = &source.handoff {
        bot.handoff =
            HandoffSettings { wait: patience(handoff.wait, problems), say: handoff.say.as_ref().map(saying) };
    }
    bot.understanding.threshold =
        source.understanding.as_ref().and_then(|it| share(it.threshold, "threshold", problems));
    bot.understanding.country =
        source.understanding.as_ref().and_then(|it| it.country.as_ref()).map(|it| it.value.clone());
    bot.understanding.month_first = source.understanding.as_ref().is_some_and(|it| it.month_first);
    if let Some(knowledge) = &source.knowledge {
        bot.knowledge.fallback = knowledge.fallback;
        bot.knowledge.min_coverage =
            share(knowledge.min_coverage, "min_coverage", problems).unwrap_or(MIN_COVERAGE);
        bot.knowledge.meaning = knowledge.meaning;
        bot.knowledge.min_nearness =
            share(knowledge.min_nearness, "min_nearness", problems).unwrap_or(MIN_NEARNESS);
    }
    bot.repairs = repairs(source.repairs.as_ref());
    if let Some(source) = &source.privacy {
        bot.privacy = privacy(source, problems);
    }
    if let Some(source) = &source.translation {
        bot.translation = translating(source);
    }
    bot
}

fn translating(source: &TranslationSource) -> Translating {
    let into = texts(&source.into);
    let words = |words: &Entries<Text>| {
        words.iter().map(|(word, it)| (word.value.clone(), it.value.clone())).collect()
    };
    let targets = |targets: &Entries<Entries<Text>>| {
        targets.iter().map(|(to, it)| (to.value.clone(), words(it))).collect()
    };
    Translating {
        into: if into.iter().any(|language| language == ANY) { Reach::Any } else { Reach::These(into) },
        keep: source.keep.iter().map(|word| word.value.clone()).collect(),
        glossary: source.glossary.iter().map(|(from, it)| (from.value.clone(), targets(it))).collect(),
    }
}

fn privacy(source: &PrivacySource, problems: &mut Problems) -> Privacy {
    let mut kinds = BTreeMap::new();
    for kind in PersonalKind::ALL {
        let fills_slots = BUILT_IN.contains(&kind.as_str());
        let keeping = match (source.of(kind), source.others.map(|others| others.value)) {
            (Some(At { value: Keeping::Slots, place }), _) if !fills_slots => {
                let name = kind.as_str();
                let message = format!("no slot can be filled from `{name}`");
                problems.report(Code::UnknownWord, place, message, format!("write `{name}: mask`"));
                Keeping::Mask
            }
            (Some(written), _) => written.value,
            (None, Some(Keeping::Slots)) if !fills_slots => Keeping::Mask,
            (None, others) => others.unwrap_or_default(),
        };
        if keeping != Keeping::Keep {
            kinds.insert(kind, keeping);
        }
    }
    Privacy { kinds }
}

/// What is masked in messages is no less secret in the slots that get it.
pub fn seal_slots(bot: &mut Bot) {
    let secret = |kind: PersonalKind| bot.privacy.of(kind) == Keeping::Slots;
    let asked: Vec<(String, SlotKind)> = bot
        .flows
        .values()
        .flat_map(|flow| &flow.nodes)
        .filter_map(|node| {
            let NodeKind::Ask(ask) = &node.kind else { return None };
            match ask.expects {
                Expects::Email => Some((PersonalKind::Email, &ask.slot, SlotKind::Email)),
                Expects::Phone => Some((PersonalKind::Phone, &ask.slot, SlotKind::Phone)),
                Expects::Text { .. }
                | Expects::Number { .. }
                | Expects::Date { .. }
                | Expects::Time { .. }
                | Expects::Choice { .. }
                | Expects::Regex { .. }
                | Expects::File { .. }
                | Expects::YesNo => None,
            }
        })
        .filter(|(kind, _, _)| secret(*kind))
        .map(|(_, slot, kind)| (slot.clone(), kind))
        .collect();
    let from = |slot: &Slot| {
        slot.from.iter().filter_map(|name| PersonalKind::of(name)).any(secret)
            || (slot.kind == SlotKind::Email && secret(PersonalKind::Email))
            || (slot.kind == SlotKind::Phone && secret(PersonalKind::Phone))
    };
    let sealed: Vec<String> =
        bot.slots.iter().filter(|(_, slot)| from(slot)).map(|(name, _)| name.clone()).collect();
    for name in sealed {
        if let Some(slot) = bot.slots.get_mut(&name) {
            slot.sensitive = true;
        }
    }
    for (name, kind) in asked {
        let slot = bot.slots.entry(name).or_insert_with(|| Slot {
            kind,
            description: None,
            from: Vec::new(),
            sensitive: true,
            keep: false,
        });
        slot.sensitive = true;
    }
}

/// How long a handoff waits for a person.
pub fn patience(wait: Option<At<Duration>>, problems: &mut Problems) -> Option<SignedDuration> {
    let At { value: Duration(wait), place } = wait?;
    if wait.is_zero() {
        out_of_range(place, "nobody can come in no time", "write a duration such as `10m`", problems);
    }
    Some(wait)
}

fn share(number: Option<At<f64>>, name: &str, problems: &mut Problems) -> Option<f64> {
    let At { value, place } = number?;
    if !(0.0..=1.0).contains(&value) {
        out_of_range(place, &format!("`{name}` is {value}"), "write a number from 0 to 1", problems);
    }
    Some(value)
}

pub fn out_of_range(place: Place, message: &str, hint: &str, problems: &mut Problems) {
    problems.report(Code::InvalidBound, place, message, hint);
}

fn slot(source: &SlotSource) -> Slot {
    Slot {
        kind: source.kind,
        description: text(source.description.as_ref()),
        from: texts(&source.from),
        sensitive: source.sensitive,
        keep: source.keep,
    }
}

fn repairs(source: Option<&RepairsSource>) -> Repairs {
    let written = |pick: fn(&RepairsSource) -> &Option<RepairSource>| {
        repair(source.and_then(|source| pick(source).as_ref()))
    };
    Repairs {
        misunderstood_once: written(|it| &it.misunderstood_once),
        misunderstood_twice: written(|it| &it.misunderstood_twice),
        misunderstood_often: written(|it| &it.misunderstood_often),
        cancel: written(|it| &it.cancel),
        start_over: written(|it| &it.start_over),
        repeat: written(|it| &it.repeat),
        person: written(|it| &it.person),
        correct: written(|it| &it.correct),
        digress: written(|it| &it.digress),
        timeout: written(|it| &it.timeout),
        denied: written(|it| &it.denied),
    }
}

fn repair(source: Option<&RepairSource>) -> Repair {
    let Some(source) = source else { return Repair::built_in() };
    Repair {
        enabled: source.enabled,
        intent: text(source.intent.as_ref()),
        words: source.words.iter().map(|(language, words)| (language.value.clone(), texts(words))).collect(),
        say: source.say.as_ref().map(saying),
        flow: text(source.flow.as_ref()),
    }
}
