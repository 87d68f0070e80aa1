//! How is a conversation test written?

use serde_json::Value;

use super::schema;
use crate::bot::{
    ExpectedOwner,
    code::Code,
    problem::{Place, Problems},
    suggest,
    yaml::{At, Duration, Entries, Kind, Node, OneOrMany, Read, Text, entries, shorten, words},
};

source! {
    /// A conversation that must go as written.
    struct TestSource as "a test" {
        "name" name: Text,
        /// The language of the visitor; the bot's default where absent.
        "language" language: Option<Text>,
        "conversation" conversation: Vec<LineSource>,
    }
}

/// One line of a conversation.
#[derive(Clone, Debug)]
pub struct LineSource {
    pub place: Place,
    pub kind: LineSourceKind,
}

#[derive(Clone, Debug)]
pub enum LineSourceKind {
    Visitor(VisitorSource),
    Bot(ExpectedSource),
    Http(HttpOutcomeSource),
    Handoff(Option<Text>),
    Agent(Text),
    HandBack,
    Later(Duration),
    Event(EventSource),
    Expect(Box<ExpectSource>),
    Close,
}

const LINES: [&str; 10] =
    ["visitor", "bot", "http", "handoff", "agent", "hand back", "later", "event", "expect", "close"];

source! {
    /// What happens, or must be so, in a conversation: one of these keys.
    struct LineFields as "a line of a conversation" {
        /// The visitor writes this, or `press`es, sends a `file`, `opens` the chat.
        "visitor" visitor: Option<VisitorSource>,
        /// The bot says this: a response by name, or `contains`, `text`, `any`.
        "bot" bot: Option<ExpectedSource>,
        /// What the called service answers.
        "http" http: Option<HttpOutcomeSource>,
        /// The bot hands over to this team.
        "handoff" handoff: Option<Text>,
        /// An agent writes this.
        "agent" agent: Option<Text>,
        /// The agent hands back to the bot.
        "hand back" hand_back: Option<bool>,
        /// The clock goes on.
        "later" later: Option<Duration>,
        /// A named event comes.
        "event" event: Option<EventSource>,
        /// What must be so now.
        "expect" expect: Option<Box<ExpectSource>>,
        /// The conversation is closed.
        "close" close: Option<bool>,
    }
}

#[derive(Clone, Debug)]
pub enum VisitorSource {
    Text(Text),
    Press(Text),
    File(SentFileSource),
    Opens,
}

source! {
    /// What the visitor does: one of these keys.
    struct VisitorFields as "what the visitor does" {
        "text" text: Option<Text>,
        /// The value of a button or quick reply.
        "press" press: Option<Text>,
        "file" file: Option<SentFileSource>,
        /// Opens the chat without writing.
        "opens" opens: Option<bool>,
    }
}

source! {
    /// A file that the visitor sends.
    struct SentFileSource as "a file that is sent" {
        "name" name: Text,
        "media_type" media_type: Text,
        /// In bytes.
        "size" size: u32 = 0,
    }
}

#[derive(Clone, Debug)]
pub enum ExpectedSource {
    Response(Text),
    Contains(Vec<Text>),
    Text(Text),
    Any,
}

source! {
    /// What the bot must say: one of these keys.
    struct ExpectedFields as "what the bot must say" {
        /// Any variant of this response.
        "response" response: Option<Text>,
        /// Words of it.
        "contains" contains: Option<OneOrMany<Text>>,
        /// The whole of it.
        "text" text: Option<Text>,
        /// Anything.
        "any" any: Option<bool>,
    }
}

source! {
    /// What a called service answers: `status` with `body` and `headers`, or `failed`.
    struct HttpOutcomeSource as "the answer of a service" {
        "status" status: Option<At<u32>>,
        "body" body: Option<Value>,
        "headers" headers: Entries<Text> = Entries::default(),
        /// Why there was no answer.
        "failed" failed: Option<Text>,
    }
}

source! {
    /// A named event.
    struct EventSource as "an event" {
        "name" name: Text,
        "data" data: Option<Value>,
    }
}

source! {
    /// What must be so at this point.
    struct ExpectSource as "`expect`" {
        /// The running flow; `null`: none.
        "flow" flow: NameSource,
        /// The intent understood last; `null`: none.
        "intent" intent: NameSource,
        /// Slots with their values; `null`: empty.
        "slots" slots: Entries<At<Value>> = Entries::default(),
        /// `bot`, `team` or `member`.
        "owner" owner: Option<ExpectedOwner>,
        /// Tags that the conversation has.
        "tags" tags: OneOrMany<Text> = OneOrMany(Vec::new()),
        "language" language: Option<Text>,
    }
}

/// What a name must be.
#[derive(Clone, Debug)]
pub enum NameSource {
    /// Not written: it does not matter.
    Unchecked,
    /// `null`
    Nothing,
    Is(Text),
}

impl Read for NameSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        Option::<Text>::read(node, problems).map(|name| name.map_or(Self::Nothing, Self::Is))
    }

    fn absent() -> Option<Self> {
        Some(Self::Unchecked)
    }
}

/// The one key of a map that is among `known`; anything else is reported.
fn only_key<'a>(node: &'a Node, what: &str, known: &[&str], problems: &mut Problems) -> Option<&'a Text> {
    let keys = format!(
        "write one of {}",
        known.iter().map(|key| format!("`{key}: …`")).collect::<Vec<_>>().join(", ")
    );
    let all = entries(node, what, &keys, problems)?;
    match all[..] {
        [(key, _)] if known.contains(&key.value.as_str()) => Some(key),
        [(key, _)] => {
            let message = format!("{what} has no key `{}`", shorten(&key.value));
            let hint = suggest::hint(&key.value, known.iter().copied(), &keys);
            problems.report(Code::UnknownKey, key.place, message, hint);
            None
        }
        [] | [_, _, ..] => {
            let place = all.get(1).map_or(node.place, |(key, _)| key.place);
            problems.report(Code::ConflictingKeys, place, format!("{what} has one key"), keys);
            None
        }
    }
}

const OWNERS: [(&str, ExpectedOwner); 3] =
    [("bot", ExpectedOwner::Bot), ("team", ExpectedOwner::Team), ("member", ExpectedOwner::Member)];

impl Read for ExpectedOwner {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        words(node, "an owner", &OWNERS, problems)
    }
}

impl Read for LineSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let place = node.place;
        match node.scalar() {
            Some("hand back") => return Some(Self { place, kind: LineSourceKind::HandBack }),
            Some("close") => return Some(Self { place, kind: LineSourceKind::Close }),
            Some("handoff") => return Some(Self { place, kind: LineSourceKind::Handoff(None) }),
            Some(_) | None => {}
        }
        let key = only_key(node, "a line of a conversation", &LINES, problems)?;
        let before = problems.count();
        let fields = LineFields::read(node, problems)?;
        let kind = match key.value.as_str() {
            "visitor" => fields.visitor.map(LineSourceKind::Visitor),
            "bot" => fields.bot.map(LineSourceKind::Bot),
            "http" => fields.http.map(LineSourceKind::Http),
            "handoff" => Some(LineSourceKind::Handoff(fields.handoff)),
            "agent" => fields.agent.map(LineSourceKind::Agent),
            "hand back" => (fields.hand_back != Some(false)).then_some(LineSourceKind::HandBack),
            "later" => fields.later.map(LineSourceKind::Later),
            "event" => fields.event.map(LineSourceKind::Event),
            "expect" => fields.expect.map(LineSourceKind::Expect),
            _ => (fields.close != Some(false)).then_some(LineSourceKind::Close),
        };
        if kind.is_none() && problems.count() == before {
            problems.report(
                Code::MissingField,
                key.place,
                format!("`{}` is empty", key.value),
                "write a value after it",
            );
        }
        kind.map(|kind| Self { place, kind })
    }
}

impl Read for VisitorSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            return Text::read(node, problems).map(Self::Text);
        }
        only_key(node, "what the visitor does", VisitorFields::KEYS, problems)?;
        let fields = VisitorFields::read(node, problems)?;
        (fields.text.map(Self::Text))
            .or_else(|| fields.press.map(Self::Press))
            .or_else(|| fields.file.map(Self::File))
            .or_else(|| fields.opens.filter(|opens| *opens).map(|_| Self::Opens))
    }
}

impl Read for ExpectedSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            let name = Text::read(node, problems)?;
            return Some(Self::Response(name));
        }
        only_key(node, "what the bot must say", ExpectedFields::KEYS, problems)?;
        let fields = ExpectedFields::read(node, problems)?;
        (fields.response.map(Self::Response))
            .or_else(|| fields.contains.map(|words| Self::Contains(words.0)))
            .or_else(|| fields.text.map(Self::Text))
            .or_else(|| fields.any.filter(|any| *any).map(|_| Self::Any))
    }
}

/// A file of tests.
#[derive(Debug, Default)]
pub struct TestFile(pub Vec<TestSource>);

impl Read for TestFile {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.kind {
            Kind::Map(_) => TestSource::read(node, problems).map(|test| Self(vec![test])),
            Kind::Null
            | Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Broken => Vec::read(node, problems).map(Self),
        }
    }
}

schema!(TestFile, "Tests", false, |generator| generator.subschema_for::<Vec<TestSource>>());
schema!(LineSource, "Line", false, |generator| schema::any_of(vec![
    generator.subschema_for::<LineFields>(),
    schema::words(&["hand back", "close", "handoff"])
]));
schema!(VisitorSource, "Visitor", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<VisitorFields>()
]));
schema!(ExpectedSource, "Expected", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<ExpectedFields>()
]));
schema!(
    NameSource,
    "NameOrNothing",
    true,
    |_generator| schemars::json_schema!({ "type": ["string", "null"] })
);
schema!(ExpectedOwner, "Owner", true, |_generator| schema::words(&OWNERS.map(|(name, _)| name)));
