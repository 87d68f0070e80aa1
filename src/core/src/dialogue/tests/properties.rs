//! What holds for any conversation with any bot.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::{Value, json};

use super::check_step;
use crate::{
    bot::{Bot, Expects, Expression, NodeKind, SlotKind, Trigger, Wait},
    content::{Action, Content, Source, Template},
    dialogue::{testing::*, *},
    id::EventKey,
    understanding::Understanding,
};

/// An event, with numbers that may or may not fit what is out.
#[derive(Clone, Debug)]
enum Happens {
    Body(Box<Body>),
    /// A timer: of those set, if there is any, or of none.
    Timer(TimerKind),
    Answer(CallOutcome),
    Found(Vec<f64>),
    /// The form that was offered last, or an unknown one.
    Submitted(Vec<Filled>),
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "go",
            "main",
            "4711",
            "2",
            "yes",
            "no",
            "no, the number is 4712",
            "nein, die Nummer ist 4711",
            "cancel",
            "start over",
            "repeat",
            "ada@example.com",
            "24.12.2026",
            "where is it?",
            "+49 30 1234567",
            "I meant 5",
            "red",
            "blu",
            "what on earth is that supposed to be",
            "",
            "👍",
            "a",
            "b",
            "c",
            "d",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,20}",
    ]
}

fn understanding() -> impl Strategy<Value = Understanding> {
    let intent = prop::sample::select(vec!["a", "b", "c", "d", "unknown"]);
    let entity = prop::sample::select(vec![
        entity("number", "4711", 4711),
        entity("email", "ada@example.com", "ada@example.com"),
        entity("colour", "red", "red"),
        entity("date", "tomorrow", "2026-11-24"),
        entity("time", "7 pm", "19:00"),
        entity("money", "5 EUR", json!({ "amount": 5, "currency": "EUR" })),
        entity("strange", "", Value::Null),
    ]);
    let language = prop::option::of(prop::sample::select(vec!["en", "de", "fr"]).prop_map(str::to_owned));
    let also = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 0..3);
    (prop::option::of(intent), prop::collection::vec(entity, 0..3), language, also).prop_map(
        |(intent, entities, language, also)| Understanding {
            language,
            also: also.into_iter().map(|intent| besides(intent, (0, 0))).collect(),
            ..intent.map_or_else(|| named(entities.clone()), |intent| meant(intent, entities.clone()))
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        8 => words().prop_map(Content::text),
        1 => words().prop_map(|name| Content::File {
            source: Source::Url("https://files.example/1".to_owned()),
            name,
            media_type: "image/png".to_owned(),
            size: 5,
        }),
        1 => Just(Content::Location { latitude_microdegrees: 1, longitude_microdegrees: -1, label: None }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::TakeOver),
        Just(Act::HandBack),
        Just(Act::HandBack),
        Just(Act::Close),
        words().prop_map(|text| Act::Reply { content: Content::text(text) }),
        words().prop_map(|text| Act::Note { text }),
        Just(Act::Assign { team: "support".to_owned() }),
        Just(Act::Release { team: None }),
        words().prop_map(|text| {
            let (name, language) = ("order_update".to_owned(), "en_US".to_owned());
            let template = Template { name, language, parameters: Default::default(), when: None };
            Act::Template { template: Box::new(template), content: Content::text(text) }
        }),
        // Of what was said, of what was not, and of what never was.
        (0_u64..60, prop::option::of(content())).prop_map(|(of, content)| Act::Correct { of, content }),
        languages().prop_map(|language| Act::Speak { language }),
    ]
}

/// Some that the bot speaks, some that it does not, and one that is none.
fn languages() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["en", "de", "de-AT", "fr", "xx", ""]).prop_map(str::to_owned)
}

fn start() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().expect("a time")
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).expect("not the end of time")
}

/// Seconds from one event to the next: the clock goes on, stands still, or is set back or forward.
fn passing() -> impl Strategy<Value = i64> {
    prop_oneof![6 => Just(61_i64), 2 => Just(0), 1 => -60_i64..60, 1 => -100_000_i64..100_000]
}

/// When the person said it, in seconds from when it came, where the platform tells.
fn said() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(prop_oneof![3 => -5_i64..=0, 1 => -100_000_i64..100])
}

fn filled() -> impl Strategy<Value = Filled> {
    let slots = prop::sample::select(vec!["x", "y", "number", "email", "colour", "gone"]);
    (slots, words(), understanding())
        .prop_map(|(name, text, understanding)| Filled { understanding, ..Filled::new(name, text) })
}

fn happens() -> impl Strategy<Value = Happens> {
    let names =
        || prop::sample::select(vec!["red", "human", "4711", "a", "b", "", "5"]).prop_map(str::to_owned);
    let opened = prop::option::of(languages());
    // Messages are known by their places in the conversation; some of these came, some were none.
    let ids = || (0_usize..40).prop_map(|place| place.to_string());
    prop_oneof![
        1 => (opened, any::<bool>()).prop_map(|(language, itself)| {
            let attributes = BTreeMap::from([("name".to_owned(), json!("Ada"))]);
            Happens::Body(Box::new(if itself {
                Body::Opened { language, attributes }
            } else {
                Body::Introduced { language, attributes }
            }))
        }),
        12 => (content(), understanding()).prop_map(|(content, understanding)| {
            Happens::Body(Box::new(Body::Message { content, understanding, language: None }))
        }),
        3 => (names(), names()).prop_map(|(value, title)| Happens::Body(Box::new(Body::Press { value, title }))),
        1 => names().prop_map(|name| Happens::Body(Box::new(Body::Custom { name, data: json!({ "order": 4711 }) }))),
        2 => prop_oneof![Just(TimerKind::Wait), Just(TimerKind::Session), Just(TimerKind::Handoff)].prop_map(Happens::Timer),
        3 => prop_oneof![
            (200_u16..600).prop_map(|status| CallOutcome::Answered(RemoteAnswer {
                status,
                headers: BTreeMap::new(),
                body: json!({ "status": "shipped" }),
            })),
            Just(CallOutcome::Failed("time-out".to_owned())),
        ].prop_map(Happens::Answer),
        4 => prop::collection::vec(prop::sample::select(vec![0.0, 0.25, 0.5, 1.0]), 0..3).prop_map(Happens::Found),
        3 => (any::<bool>(), act(), any::<bool>()).prop_map(|(ada, act, overrules)| {
            let (by, name) = if ada { (ADA, "Ada") } else { (BOB, "Bob") };
            Happens::Body(Box::new(Body::Act { by, name: name.to_owned(), act, overrules }))
        }),
        2 => (ids(), content()).prop_map(|(id, content)| Happens::Body(Box::new(Body::Edited { id, content }))),
        1 => ids().prop_map(|id| Happens::Body(Box::new(Body::Deleted { id }))),
        1 => (0_u64..60, content()).prop_map(|(of, content)| Happens::Body(Box::new(Body::More { of, content }))),
        2 => (prop::option::of(languages()), -100_000_i64..100_000).prop_map(|(language, seconds)| {
            Happens::Body(Box::new(Body::Wished { language, at: later(start(), seconds) }))
        }),
        1 => Just(Happens::Body(Box::new(Body::Forget))),
        3 => prop::collection::vec(filled(), 0..6).prop_map(Happens::Submitted),
    ]
}

/// Any node, with edges that may lead anywhere, even out of the flow.
fn node() -> impl Strategy<Value = NodeKind> {
    let target = || prop::option::of(0_usize..7);
    let slots = || prop::sample::select(vec!["x", "y", "number", "email", "colour"]);
    let expects = prop::sample::select(vec![
        text(),
        number(),
        digits(),
        Expects::Email,
        Expects::Phone,
        Expects::Date { min: Some("today".to_owned()), max: None },
        Expects::Time { min: Some("11:00".to_owned()), max: None },
        options(&["red", "blue"]),
        Expects::File { types: vec!["image/*".to_owned()], max_bytes: 10 },
        Expects::YesNo,
        Expects::Regex { pattern: "(".to_owned() },
    ]);
    let source = prop::sample::select(vec![
        "slots.x == null",
        "slots.number > 3",
        "slots.x + slots.x",
        "tags.exists(t, t == 'a')",
        "message.confidence > 0.5",
        "answer.body.status",
        "nothing",
        "((",
    ]);
    let title = prop::option::of(prop::sample::select(vec!["All at once", "{{ nothing }}", "{{ slots.x }}"]));
    let flows = || prop::sample::select(vec!["a", "b", "c", "d", "gone"]);
    prop_oneof![
        3 => prop::sample::select(vec!["hello", "{{ slots.x }}!", "{{ nothing }}", "", "{{ passages | length }}"])
            .prop_map(say),
        5 => (slots(), expects, 0_u32..3, target(), any::<bool>(), title).prop_map(
            |(slot, expects, retries, otherwise, always, form)| {
                let mut asked = question(slot, expects);
                (asked.retries, asked.otherwise, asked.always) = (retries, otherwise, always);
                asked.unknown = otherwise;
                asked.form = form.map(saying);
                NodeKind::Ask(Box::new(asked))
            }
        ),
        2 => (source.clone(), target(), target()).prop_map(|(source, then, otherwise)| {
            choose(&[(Some(source), then), (None, otherwise)])
        }),
        2 => (slots(), source).prop_map(|(slot, source)| set(slot, cel(source))),
        1 => slots().prop_map(|slot| set(slot, Expression::Literal(json!("0123456789")))),
        2 => flows().prop_map(call),
        1 => (0_usize..7).prop_map(jump),
        1 => flows().prop_map(jump_flow),
        2 => target().prop_map(search),
        2 => target().prop_map(|error| http("o/{{ slots.number }}", &[("x", "answer.body.status")], error)),
        1 => target().prop_map(|nobody| {
            let NodeKind::Handoff(handoff) = handoff("{{ slots.x }}") else { unreachable!("a handoff") };
            NodeKind::Handoff(crate::bot::Handoff { nobody, ..handoff })
        }),
        1 => Just(rate("score")),
        1 => Just(tag("a")),
        1 => (-1_i64..90).prop_map(wait),
        1 => until(),
        1 => Just(NodeKind::End),
    ]
}

/// A wait until a time: soon, later on the day, far off, too far off, past, or none at all.
fn until() -> impl Strategy<Value = NodeKind> {
    let times = prop::sample::select(vec![
        "2026-11-23T09:10:00Z",
        "2026-11-23T12:00",
        "2026-11-24",
        "2027-02-01T09:00:00+01:00",
        "2999-01-01",
        "2020-02-29",
        "24:99",
        "",
    ]);
    let literal = |time: &str| Expression::Literal(json!(time));
    let others = prop::sample::select(vec![
        cel("slots.x"),
        cel("slots.number"),
        cel("(("),
        Expression::Template("2026-11-23T09:{{ slots.number }}:00Z".to_owned()),
        Expression::Template("{{ nothing }}".to_owned()),
        Expression::Literal(Value::Null),
    ]);
    prop_oneof![3 => times.prop_map(literal), 1 => others]
        .prop_map(|until| NodeKind::Wait(Wait::Until(until)))
}

fn bot() -> impl Strategy<Value = Bot> {
    let flows = prop::collection::vec(prop::collection::vec((node(), any::<bool>()), 1..6), 4);
    let settings = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (flows, settings).prop_map(|(flows, (documents, fallback, digress, own))| {
        let mut bot = empty_bot();
        slot(&mut bot, "number", SlotKind::Text, &["number"]);
        slot(&mut bot, "email", SlotKind::Email, &["email"]);
        slot(&mut bot, "colour", SlotKind::Choice, &["colour", "strange"]);
        slot(&mut bot, "any", SlotKind::Any, &["money", "strange"]);
        bot.slots.get_mut("email").expect("just made").sensitive = true;
        bot.slots.get_mut("colour").expect("just made").keep = true;
        for (name, nodes) in ["a", "b", "c", "d"].into_iter().zip(flows) {
            let ends = nodes.iter().map(|(_, ends)| *ends).collect::<Vec<_>>();
            let mut triggers =
                vec![intent(name), Trigger::Keyword(name.to_owned()), Trigger::Button(name.to_owned())];
            match name {
                "a" => triggers.push(Trigger::FirstContact),
                "b" if fallback => triggers.push(Trigger::Fallback),
                "c" => triggers.push(Trigger::Event("red".to_owned())),
                _ => triggers.push(Trigger::Button("human".to_owned())),
            }
            flow(&mut bot, name, triggers, nodes.into_iter().map(|(kind, _)| kind).collect());
            for (place, _) in ends.iter().enumerate().filter(|(_, ends)| **ends) {
                cut(&mut bot, name, place);
            }
        }
        bot.knowledge.fallback = documents;
        bot.handoff.wait = digress.then_some(SignedDuration::from_mins(5));
        bot.repairs.digress.enabled = digress;
        if own {
            bot.repairs.cancel.flow = Some("c".to_owned());
            bot.repairs.digress.flow = Some("d".to_owned());
            bot.repairs.timeout.say = Some(saying("{{ nothing }}"));
            bot.repairs.misunderstood_once.flow = Some("b".to_owned());
            bot.repairs.correct.say = Some(saying("corrected"));
        }
        bot
    })
}

/// `forms` are the ids of those that were offered.
fn body(happens: Happens, state: &State, forms: &[String]) -> Body {
    match happens {
        Happens::Body(body) => *body,
        Happens::Timer(kind) => {
            let set = state.timers.iter().find(|(_, (set, _))| *set == kind).map(|(timer, _)| *timer);
            Body::Timer { timer: set.unwrap_or(99), kind }
        }
        Happens::Answer(outcome) => {
            let waiting = [&state.expecting, &state.held]
                .into_iter()
                .chain(state.interrupted.iter().map(|suspended| &suspended.expecting))
                .find_map(|expecting| match expecting {
                    Expecting::Answer { call } => Some(*call),
                    _ => None,
                });
            Body::Answer { call: waiting.unwrap_or(99), outcome }
        }
        Happens::Found(coverages) => {
            let question = match state.expecting {
                Expecting::Found { question, .. } => question,
                _ => 99,
            };
            let passages = coverages.into_iter().map(|coverage| passage("Text.", coverage)).collect();
            Body::Found { question, passages }
        }
        Happens::Submitted(fields) => {
            let offered = forms.last().cloned().unwrap_or_else(|| "gone".to_owned());
            Body::Submitted { form: offered, fields }
        }
    }
}

/// An event with how the clock stands when it comes.
type Coming = (Happens, i64, Option<i64>);

fn converse(bot: &Bot, other: &Bot, channel: &str, events: Vec<Coming>) {
    let mut state = State::default();
    let mut forms = Vec::new();
    let mut at = start();
    let count = events.len();
    for (place, (happens, seconds, said)) in events.into_iter().enumerate() {
        at = later(at, seconds);
        // Late in the conversation a new version comes.
        let (bot, version) = if place * 4 > count * 3 { (other, 2) } else { (bot, 1) };
        let key = EventKey { source: "web".to_owned(), native: place.to_string() };
        let said_at = said.map(|seconds| later(at, seconds));
        let event = Event {
            key,
            at,
            said_at,
            author: None,
            sizes: Default::default(),
            body: body(happens, &state, &forms),
        };
        let context = Context { channel, version };
        let done = step(bot, state.clone(), &event, &context);
        assert_eq!(done, step(bot, state.clone(), &event, &context), "a step is deterministic");
        check_step(bot, &state, &event, &done);
        state = done.state;
        forms.extend(state.last_said.iter().flat_map(Content::buttons).filter_map(|button| {
            match &button.action {
                Action::Form(form) => Some(form.id.clone()),
                Action::Value(_) | Action::Link(_) => None,
            }
        }));
    }
}

/// All that a step of a flow can be, with what it may ask for and wait for.
fn kind(node: &NodeKind) -> &'static str {
    match node {
        NodeKind::Say(_) => "say",
        NodeKind::Ask(ask) => match &ask.expects {
            Expects::Text { .. } => "ask for a text",
            Expects::Number { .. } => "ask for a number",
            Expects::Email => "ask for an address of mail",
            Expects::Phone => "ask for a telephone",
            Expects::Date { .. } => "ask for a date",
            Expects::Time { .. } => "ask for a time",
            Expects::Choice { .. } => "ask for one of several",
            Expects::Regex { .. } => "ask for what fits",
            Expects::File { .. } => "ask for a file",
            Expects::YesNo => "ask for yes or no",
        },
        NodeKind::Choose(_) => "choose",
        NodeKind::Set(_) => "set",
        NodeKind::Call(_) => "call",
        NodeKind::Jump(_) => "jump",
        NodeKind::Search(_) => "search",
        NodeKind::Http(_) => "http",
        NodeKind::Handoff(_) => "handoff",
        NodeKind::Rate(_) => "rate",
        NodeKind::Tag(_) => "tag",
        NodeKind::Wait(Wait::For(_)) => "wait for a time",
        NodeKind::Wait(Wait::Until(_)) => "wait until a time",
        NodeKind::End => "end",
    }
}

/// Of the kinds above.
const KINDS: usize = 23;

#[test]
fn any_bot_may_have_any_kind_of_step() {
    let (mut runner, steps) = (TestRunner::deterministic(), node());
    let made = (0..2_000).map(|_| steps.new_tree(&mut runner).expect("nothing is refused").current());
    let kinds: BTreeSet<&str> = made.map(|node| kind(&node)).collect();
    assert_eq!(kinds.len(), KINDS, "{kinds:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_conversation_goes_on(
        bot in bot(),
        other in bot(),
        channel in prop::sample::select(vec!["web", "discord", "slack"]),
        events in prop::collection::vec((happens(), passing(), said()), 1..40),
    ) {
        converse(&bot, &other, channel, events);
    }
}
