//! What stands in bot.yaml?

use serde_json::Value;

use super::Saying;
use crate::{
    bot::{
        SlotKind,
        problem::Problems,
        yaml::{At, Duration, Entries, Node, OneOrMany, Read, Text, words},
    },
    privacy::{Keeping, PersonalKind},
};

source! {
    /// What a bot is: name, languages, settings, slots, teams, time-outs, repairs.
    struct BotSource as "bot.yaml" {
        /// Lower case letters, digits, hyphens.
        "name" name: Text,
        /// What visitors see; the name otherwise.
        "title" title: Option<Text>,
        /// ISO 639-1; the first is the default.
        "languages" languages: Vec<Text>,
        /// Constants: `settings.…` in templates and conditions.
        "settings" settings: Entries<At<Value>> = Entries::default(),
        /// Teams that a handoff may name, with their titles.
        "teams" teams: Entries<Text> = Entries::default(),
        /// What a conversation remembers.
        "slots" slots: Entries<SlotSource> = Entries::default(),
        "session" session: Option<SessionSource>,
        "handoff" handoff: Option<HandoffSource>,
        "understanding" understanding: Option<UnderstandingSource>,
        "knowledge" knowledge: Option<KnowledgeSource>,
        "repairs" repairs: Option<RepairsSource>,
        "privacy" privacy: Option<PrivacySource>,
        "translation" translation: Option<TranslationSource>,
    }
}

source! {
    /// Something that a conversation remembers.
    struct SlotSource as "a slot" {
        /// What it holds; anything where absent.
        "kind" kind: SlotKind = SlotKind::Any,
        "description" description: Option<Text>,
        /// Entities that fill it wherever they stand in a message.
        "from" from: OneOrMany<Text> = OneOrMany(Vec::new()),
        /// Kept out of logs, timelines and the console.
        "sensitive" sensitive: bool = false,
        /// Survives a session time-out.
        "keep" keep: bool = false,
    }
}

/// Kinds of slots, as they are written.
pub const SLOT_KINDS: [(&str, SlotKind); 10] = [
    ("text", SlotKind::Text),
    ("number", SlotKind::Number),
    ("yes_no", SlotKind::YesNo),
    ("email", SlotKind::Email),
    ("phone", SlotKind::Phone),
    ("date", SlotKind::Date),
    ("time", SlotKind::Time),
    ("choice", SlotKind::Choice),
    ("file", SlotKind::File),
    ("any", SlotKind::Any),
];

impl Read for SlotKind {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        words(node, "a kind of slot", &SLOT_KINDS, problems)
    }
}

source! {
    /// When a conversation starts anew, and in which time zone.
    struct SessionSource as "`session`" {
        /// Silence after which a conversation starts anew.
        "timeout" timeout: Option<Duration>,
        /// IANA name such as Europe/Berlin.
        "time_zone" time_zone: Option<Text>,
    }
}

source! {
    /// What becomes of a conversation that was passed to people and that nobody takes.
    struct HandoffSource as "`handoff`" {
        /// How long it waits before the bot goes on; for ever where absent.
        "wait" wait: Option<At<Duration>>,
        /// What the visitor reads then.
        "say" say: Option<Saying>,
    }
}

source! {
    /// How sure the bot must be.
    struct UnderstandingSource as "`understanding`" {
        /// 0 to 1; chosen by cross-validation where absent.
        "threshold" threshold: Option<At<f64>>,
        /// Whether 3/4 is the 4th of March, as in the United States.
        "month_first" month_first: bool = false,
        /// The country whose holidays are meant, and whose national telephone numbers become international ones, such as `DE`.
        "country" country: Option<Text>,
    }
}

source! {
    /// How documents answer questions.
    struct KnowledgeSource as "`knowledge`" {
        /// Answer from the documents before saying "I did not understand".
        "fallback" fallback: bool = true,
        /// Least share of the question's informative words that a passage must have, 0 to 1.
        "min_coverage" min_coverage: Option<At<f64>>,
        /// Search by meaning as well, where the studio has an embedding model.
        "meaning" meaning: bool = false,
        /// How near in meaning a passage must be to a question whose words it does not have, 0 to 1.
        "min_nearness" min_nearness: Option<At<f64>>,
    }
}

source! {
    /// What becomes of personal data in what visitors write: `keep`, `mask`, or `slots` (masked, but for the slots that are
    /// filled from it).
    struct PrivacySource as "`privacy`" {
        /// Of the kinds that are not named; `keep` where absent.
        "others" others: Option<At<Keeping>>,
        "email" email: Option<At<Keeping>>,
        "phone" phone: Option<At<Keeping>>,
        "iban" iban: Option<At<Keeping>>,
        /// Numbers of payment cards.
        "card" card: Option<At<Keeping>>,
        /// Addresses of machines.
        "ip" ip: Option<At<Keeping>>,
        /// Numbers by which states know people, such as tax numbers.
        "national_id" national_id: Option<At<Keeping>>,
        /// Names of people.
        "person" person: Option<At<Keeping>>,
        /// Postal addresses.
        "address" address: Option<At<Keeping>>,
    }
}

impl PrivacySource {
    /// What was written of a kind itself.
    pub fn of(&self, kind: PersonalKind) -> Option<At<Keeping>> {
        match kind {
            PersonalKind::Email => self.email,
            PersonalKind::Phone => self.phone,
            PersonalKind::Iban => self.iban,
            PersonalKind::Card => self.card,
            PersonalKind::Ip => self.ip,
            PersonalKind::NationalId => self.national_id,
            PersonalKind::Person => self.person,
            PersonalKind::Address => self.address,
        }
    }
}

const KEEPINGS: [(&str, Keeping); 3] =
    [("keep", Keeping::Keep), ("slots", Keeping::Slots), ("mask", Keeping::Mask)];

impl Read for Keeping {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        words(node, "what becomes of personal data", &KEEPINGS, problems)
    }
}

source! {
    /// How a machine translates what nobody has written in a visitor's language.
    struct TranslationSource as "`translation`" {
        /// Languages that a machine alone speaks for the bot, or `any`.
        "into" into: OneOrMany<Text> = OneOrMany(Vec::new()),
        /// Words that are the same in every language, such as names of products.
        "keep" keep: Vec<Text> = Vec::new(),
        /// Words of a language, by the language into which they are translated, with what is said for them.
        "glossary" glossary: Entries<Entries<Entries<Text>>> = Entries::default(),
    }
}

source! {
    /// What the bot does when a conversation leaves its path. Each repair exists without being written.
    struct RepairsSource as "`repairs`" {
        "misunderstood_once" misunderstood_once: Option<RepairSource>,
        "misunderstood_twice" misunderstood_twice: Option<RepairSource>,
        /// The third misunderstanding in a row.
        "misunderstood_often" misunderstood_often: Option<RepairSource>,
        "cancel" cancel: Option<RepairSource>,
        "start_over" start_over: Option<RepairSource>,
        "repeat" repeat: Option<RepairSource>,
        /// Somebody asks for a person, and no flow brings one in.
        "person" person: Option<RepairSource>,
        "correct" correct: Option<RepairSource>,
        /// Said when coming back to an interrupted question.
        "digress" digress: Option<RepairSource>,
        "timeout" timeout: Option<RepairSource>,
        /// Somebody says what is not wanted.
        "denied" denied: Option<RepairSource>,
    }
}

impl RepairsSource {
    /// Those that were written.
    pub fn written(&self) -> impl Iterator<Item = &RepairSource> {
        [
            &self.misunderstood_once,
            &self.misunderstood_twice,
            &self.misunderstood_often,
            &self.cancel,
            &self.start_over,
            &self.repeat,
            &self.person,
            &self.correct,
            &self.digress,
            &self.timeout,
            &self.denied,
        ]
        .into_iter()
        .flatten()
    }

    /// Those that no words and no intent call for, by name.
    pub fn uncalled(&self) -> impl Iterator<Item = (&'static str, &RepairSource)> {
        let all = [
            ("misunderstood_once", &self.misunderstood_once),
            ("misunderstood_twice", &self.misunderstood_twice),
            ("misunderstood_often", &self.misunderstood_often),
            ("digress", &self.digress),
            ("timeout", &self.timeout),
            ("denied", &self.denied),
        ];
        all.into_iter().filter_map(|(name, repair)| Some((name, repair.as_ref()?)))
    }
}

source! {
    /// One repair: what calls for it, and what it does.
    struct RepairSource as "a repair" {
        "enabled" enabled: bool = true,
        /// An intent that calls for it as well.
        "intent" intent: Option<Text>,
        /// Words by language in place of the built-in ones.
        "words" words: Entries<OneOrMany<Text>> = Entries::default(),
        /// What is said in place of the built-in text.
        "say" say: Option<Saying>,
        /// A flow that runs in place of the built-in behaviour.
        "flow" flow: Option<Text>,
    }
}
