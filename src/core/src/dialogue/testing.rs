//! How do tests write bots and talk to them in few lines?

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use ulid::Ulid;

use super::*;
use crate::{
    bot::{
        Ask, Bot, Branch, Call, Choice, Choose, Expects, Expression, Flow, Handoff, HandoffSettings, Http,
        Jump, KnowledgeSettings, Method, Node, NodeKind, Rate, Repair, Repairs, Response, Say, Saying,
        Search, Session, Set, Slot, SlotKind, Tag, Trigger, UnderstandingSettings, Variant, Wait,
    },
    content::Content,
    id::{EventKey, MediaId, MemberId},
    understanding::{Besides, EntityMatch, FoundBy, Passage, Scored, Understander, Understanding},
};

pub const ADA: MemberId = MemberId(Ulid(7));
pub const BOB: MemberId = MemberId(Ulid(8));

/// A bot without flows that speaks English and German.
pub fn empty_bot() -> Bot {
    let on = || Repair { enabled: true, ..Repair::default() };
    Bot {
        name: "test".to_owned(),
        title: "Test".to_owned(),
        languages: vec!["en".to_owned(), "de".to_owned()],
        settings: BTreeMap::from([("shop".to_owned(), json!("https://shop.example"))]),
        intents: BTreeMap::new(),
        entities: BTreeMap::new(),
        slots: BTreeMap::new(),
        flows: BTreeMap::new(),
        responses: BTreeMap::new(),
        teams: BTreeMap::from([("support".to_owned(), "Support".to_owned())]),
        session: Session { timeout: SignedDuration::from_mins(30), time_zone: "Europe/Berlin".to_owned() },
        handoff: HandoffSettings::default(),
        understanding: UnderstandingSettings::default(),
        privacy: crate::privacy::Privacy::default(),
        translation: crate::translation::Translating::default(),
        repairs: Repairs {
            misunderstood_once: on(),
            misunderstood_twice: on(),
            misunderstood_often: on(),
            cancel: on(),
            start_over: on(),
            repeat: on(),
            person: on(),
            correct: on(),
            digress: on(),
            timeout: on(),
            denied: on(),
        },
        knowledge: KnowledgeSettings {
            fallback: false,
            min_coverage: 0.5,
            meaning: false,
            min_nearness: 0.4,
        },
    }
}

/// Adds a flow whose nodes follow each other.
pub fn flow(bot: &mut Bot, name: &str, triggers: Vec<Trigger>, kinds: Vec<NodeKind>) {
    let count = kinds.len();
    let nodes = kinds
        .into_iter()
        .enumerate()
        .map(|(place, kind)| Node {
            id: format!("steps[{place}]"),
            file: "flows/test.yaml".to_owned(),
            line: 1,
            kind,
            next: (place + 1 < count).then_some(place + 1),
        })
        .collect();
    let flow = Flow {
        name: name.to_owned(),
        description: None,
        descriptions: BTreeMap::new(),
        commands: BTreeMap::new(),
        triggers,
        leaves: false,
        nodes,
    };
    bot.flows.insert(name.to_owned(), flow);
}

/// A bot with one flow that the keyword `go` starts.
pub fn one_flow(kinds: Vec<NodeKind>) -> Bot {
    let mut bot = empty_bot();
    flow(&mut bot, "main", vec![Trigger::Keyword("go".to_owned())], kinds);
    bot
}

/// Cuts the edge after a node, so that its flow ends there.
pub fn cut(bot: &mut Bot, flow: &str, node: usize) {
    bot.flows.get_mut(flow).expect("a flow of the test").nodes[node].next = None;
}

pub fn slot(bot: &mut Bot, name: &str, kind: SlotKind, from: &[&str]) {
    let from = from.iter().map(|entity| (*entity).to_owned()).collect();
    let slot = Slot { kind, description: None, from, sensitive: false, keep: false };
    bot.slots.insert(name.to_owned(), slot);
}

pub fn saying(text: &str) -> Saying {
    Saying::Inline(Box::new(response(&[("en", &[text])])))
}

pub fn response(texts: &[(&str, &[&str])]) -> Response {
    let texts = texts
        .iter()
        .map(|(language, variants)| {
            let variants = variants.iter().map(|text| Variant::from(vec![Content::text(*text)]));
            ((*language).to_owned(), variants.collect())
        })
        .collect();
    Response { texts, channels: BTreeMap::new() }
}

pub fn say(text: &str) -> NodeKind {
    NodeKind::Say(Say { what: saying(text) })
}

pub fn ask(slot: &str, expects: Expects) -> NodeKind {
    NodeKind::Ask(Box::new(question(slot, expects)))
}

pub fn question(slot: &str, expects: Expects) -> Ask {
    Ask {
        slot: slot.to_owned(),
        question: saying(&format!("{slot}?")),
        expects,
        invalid: Vec::new(),
        retries: 2,
        otherwise: None,
        unknown: None,
        always: false,
        form: None,
    }
}

pub fn text() -> Expects {
    Expects::Text { min: None, max: None }
}

pub fn number() -> Expects {
    Expects::Number { min: None, max: None, whole: false }
}

pub fn digits() -> Expects {
    Expects::Regex { pattern: "[0-9]{4,8}".to_owned() }
}

pub fn options(values: &[&str]) -> Expects {
    let option = |value: &&str| Choice {
        value: (*value).to_owned(),
        title: BTreeMap::from([("en".to_owned(), format!("The {value}"))]),
        synonyms: Vec::new(),
    };
    Expects::Choice { options: values.iter().map(option).collect() }
}

pub fn choose(branches: &[(Option<&str>, Option<usize>)]) -> NodeKind {
    let branch = |(condition, target): &(Option<&str>, Option<usize>)| Branch {
        condition: condition.map(str::to_owned),
        target: *target,
    };
    NodeKind::Choose(Choose { branches: branches.iter().map(branch).collect() })
}

pub fn set(slot: &str, value: Expression) -> NodeKind {
    NodeKind::Set(Set { values: BTreeMap::from([(slot.to_owned(), value)]) })
}

pub fn cel(source: &str) -> Expression {
    Expression::Cel(source.to_owned())
}

pub fn call(flow: &str) -> NodeKind {
    NodeKind::Call(Call { flow: flow.to_owned() })
}

pub fn jump(node: usize) -> NodeKind {
    NodeKind::Jump(Jump::Node(node))
}

pub fn jump_flow(flow: &str) -> NodeKind {
    NodeKind::Jump(Jump::Flow(flow.to_owned()))
}

pub fn search(nothing: Option<usize>) -> NodeKind {
    NodeKind::Search(Search { query: "{{ message.text }}".to_owned(), limit: 3, answer: true, nothing })
}

pub fn http(path: &str, save: &[(&str, &str)], error: Option<usize>) -> NodeKind {
    NodeKind::Http(Box::new(Http {
        method: Method::Get,
        url: format!("{{{{ settings.shop }}}}/{path}"),
        headers: BTreeMap::new(),
        body: None,
        timeout_ms: 5_000,
        save: save.iter().map(|(slot, source)| ((*slot).to_owned(), (*source).to_owned())).collect(),
        error,
    }))
}

pub fn handoff(reason: &str) -> NodeKind {
    NodeKind::Handoff(Handoff {
        team: Some("support".to_owned()),
        reason: Some(reason.to_owned()),
        message: Some(saying("A person comes.")),
        wait: None,
        nobody: None,
        urgent: false,
    })
}

pub fn rate(slot: &str) -> NodeKind {
    NodeKind::Rate(Rate {
        slot: slot.to_owned(),
        question: None,
        thanks: None,
        invalid: Vec::new(),
        retries: Rate::usual_retries(),
        given_up: None,
    })
}

pub fn tag(name: &str) -> NodeKind {
    NodeKind::Tag(Tag { tags: [name.to_owned()].into() })
}

pub fn wait(minutes: i64) -> NodeKind {
    NodeKind::Wait(Wait::For(SignedDuration::from_mins(minutes)))
}

pub fn intent(name: &str) -> Trigger {
    Trigger::Intent(name.to_owned())
}

pub fn entity(kind: &str, text: &str, value: impl Into<Value>) -> EntityMatch {
    EntityMatch {
        entity: kind.to_owned(),
        role: None,
        value: value.into(),
        text: text.to_owned(),
        start: 0,
        end: text.len(),
        confidence: 1.0,
        hidden: false,
    }
}

/// Understood with confidence.
pub fn meant(intent: &str, entities: Vec<EntityMatch>) -> Understanding {
    Understanding {
        intents: vec![Scored { intent: intent.to_owned(), confidence: 0.9, by: Understander::Linear }],
        confident: true,
        entities,
        ..Understanding::default()
    }
}

/// What a clause at a place of the text says by itself.
pub fn besides(intent: &str, (start, end): (usize, usize)) -> Besides {
    Besides { intent: intent.to_owned(), confidence: 0.9, by: Understander::Linear, start, end }
}

pub fn named(entities: Vec<EntityMatch>) -> Understanding {
    Understanding { entities, ..Understanding::default() }
}

pub fn passage(text: &str, coverage: f64) -> Passage {
    Passage {
        document: "shipping.md".to_owned(),
        title: "Shipping".to_owned(),
        headings: vec!["Abroad".to_owned()],
        text: text.to_owned(),
        language: "en".to_owned(),
        score: 1.0,
        coverage,
        nearness: None,
        by: FoundBy::Words,
    }
}

/// A conversation with a bot, every step of it held to the invariants.
pub struct Talk {
    pub bot: Bot,
    pub state: State,
    pub now: Timestamp,
    pub journal: Vec<Entry>,
    pub effects: Vec<Effect>,
    pub channel: &'static str,
    pub version: u32,
    /// What the platform tells with the events that come.
    pub said_at: Option<Timestamp>,
    /// Who of several it is that speaks.
    pub author: Option<String>,
    /// What the platform tells of the files that come.
    pub sizes: BTreeMap<MediaId, u64>,
    events: u32,
}

impl Talk {
    pub fn on(channel: &'static str, bot: Bot) -> Self {
        Self { channel, ..Self::with(bot) }
    }

    pub fn with(bot: Bot) -> Self {
        Self {
            bot,
            state: State::default(),
            now: "2026-11-23T09:00:00Z".parse().expect("a time"),
            journal: Vec::new(),
            effects: Vec::new(),
            channel: "web",
            version: 1,
            said_at: None,
            author: None,
            sizes: Default::default(),
            events: 0,
        }
    }

    /// What was sent in answer to an event.
    pub fn event(&mut self, body: Body) -> Vec<String> {
        self.events += 1;
        let key = EventKey { source: "web".to_owned(), native: format!("event-{}", self.events) };
        let event = Event {
            key,
            at: self.now,
            said_at: self.said_at,
            author: self.author.clone(),
            sizes: self.sizes.clone(),
            body,
        };
        let context = Context { channel: self.channel, version: self.version };
        let before = self.state.clone();
        let done = step(&self.bot, before.clone(), &event, &context);
        assert_eq!(done, step(&self.bot, before.clone(), &event, &context), "a step is deterministic");
        super::tests::check_step(&self.bot, &before, &event, &done);
        self.state = done.state;
        self.effects = done.effects;
        let mut sent = Vec::new();
        for effect in &self.effects {
            match effect {
                Effect::Record(entry) => self.journal.push(entry.clone()),
                Effect::Send { content, .. } => sent.push(content.plain()),
                Effect::Call(_)
                | Effect::Remind { .. }
                | Effect::Unremind { .. }
                | Effect::Ask(_)
                | Effect::Erase => {}
            }
        }
        self.now = self.now.checked_add(SignedDuration::from_secs(1)).expect("not the end of time");
        sent
    }

    pub fn hears(&mut self, text: &str, understanding: Understanding) -> Vec<String> {
        self.event(Body::Message { content: Content::text(text), understanding, language: None })
    }

    pub fn says(&mut self, text: &str) -> Vec<String> {
        self.hears(text, Understanding::default())
    }

    pub fn presses(&mut self, value: &str) -> Vec<String> {
        self.event(Body::Press { value: value.to_owned(), title: value.to_owned() })
    }

    pub fn submits(&mut self, form: &str, fields: &[(&str, &str)]) -> Vec<String> {
        let fields = fields.iter().map(|(name, text)| Filled::new(*name, *text)).collect();
        self.event(Body::Submitted { form: form.to_owned(), fields })
    }

    pub fn opens(&mut self) -> Vec<String> {
        self.event(Body::Opened { language: None, attributes: BTreeMap::new() })
    }

    pub fn acts(&mut self, by: MemberId, act: Act) -> Vec<String> {
        self.event(Body::Act { by, name: "Ada".to_owned(), act, overrules: false })
    }

    pub fn overrules(&mut self, by: MemberId, act: Act) -> Vec<String> {
        self.event(Body::Act { by, name: "Grace".to_owned(), act, overrules: true })
    }

    /// The call that is out is answered.
    pub fn answers(&mut self, status: u16, body: Value) -> Vec<String> {
        let call = self.last_call();
        let answer = RemoteAnswer { status, headers: BTreeMap::new(), body };
        self.event(Body::Answer { call, outcome: CallOutcome::Answered(answer) })
    }

    pub fn last_call(&self) -> u64 {
        let called = |entry: &Entry| match entry.what {
            Happening::Called { call, .. } => Some(call),
            _ => None,
        };
        self.journal.iter().rev().find_map(called).expect("a call was made")
    }

    /// The question that is out is answered.
    pub fn finds(&mut self, passages: Vec<Passage>) -> Vec<String> {
        let Some(Effect::Ask(question)) = self.effects.last() else { panic!("nothing was asked") };
        let question = question.question;
        self.event(Body::Found { question, passages })
    }

    /// Time passes, and the timer of a kind that is due first comes.
    pub fn timer(&mut self, kind: TimerKind) -> Vec<String> {
        let set = self.state.timers.iter().find(|(_, (set, _))| *set == kind);
        let (timer, (_, at)) = set.map(|(timer, set)| (*timer, *set)).expect("a timer is set");
        self.now = at;
        self.event(Body::Timer { timer, kind })
    }

    pub fn slot(&self, name: &str) -> Value {
        self.state.slots.get(name).cloned().unwrap_or_default()
    }

    /// The kinds of the entries of the last event, in a word each.
    pub fn happened(&self) -> Vec<String> {
        let recorded = self.effects.iter().filter_map(|effect| match effect {
            Effect::Record(entry) => Some(entry),
            _ => None,
        });
        recorded
            .map(|entry| {
                let json = serde_json::to_value(&entry.what).expect("entries are JSON");
                json["type"].as_str().unwrap_or_default().to_owned()
            })
            .collect()
    }

    pub fn faults(&self) -> Vec<String> {
        let fault = |entry: &Entry| match &entry.what {
            Happening::Faulted { error, .. } => Some(error.clone()),
            _ => None,
        };
        self.journal.iter().filter_map(fault).collect()
    }

    pub fn repairs(&self) -> Vec<RepairKind> {
        let repair = |entry: &Entry| match &entry.what {
            Happening::Repaired { repair } => Some(*repair),
            _ => None,
        };
        self.journal.iter().filter_map(repair).collect()
    }
}
