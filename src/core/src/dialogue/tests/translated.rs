//! What is said in languages that the author did not write?

use std::{cell::RefCell, collections::BTreeMap};

use super::*;
use crate::{
    bot::{Ask, Choice, Expects, NodeKind},
    content::{Action, Button, Capabilities, Content, Degraded, FieldKind, Loss, degrade},
    dialogue::testing::*,
    id::EventKey,
    translation::{Reach, Told, Translations, Wanted},
};

/// Translates by writing the language before it, unless it is told otherwise.
#[derive(Default)]
struct Machine {
    told: BTreeMap<String, Told>,
    asked: RefCell<Vec<Wanted>>,
}

impl Translations for Machine {
    fn find(&self, wanted: &Wanted) -> Told {
        self.asked.borrow_mut().push(wanted.clone());
        let told = self.told.get(&wanted.text).cloned();
        told.unwrap_or_else(|| Told::Text {
            engine: "test".to_owned(),
            text: format!("[{}] {}", wanted.to, wanted.text),
        })
    }
}

fn event(native: &str, body: Body) -> Event {
    let key = EventKey { source: "web".to_owned(), native: native.to_owned() };
    Event::new(key, at("2026-01-02T10:00:00Z"), body)
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect("a time")
}

/// What the bot says to "go", in this language, and why.
fn go(bot: &Bot, machine: &Machine, state: State, language: &str) -> (State, Vec<(Content, Why)>) {
    let body = Body::Message {
        content: Content::text("go"),
        understanding: Default::default(),
        language: Some(language.to_owned()),
    };
    let context = Context { channel: "web", version: 1 };
    let before = state.clone();
    let event = event("1", body);
    let done = step_translated(bot, state, &event, &context, machine);
    check_step(bot, &before, &event, &done);
    let said = done.effects.into_iter().filter_map(|effect| match effect {
        Effect::Record(Entry { what: Happening::Said { content, why: Some(why), .. }, .. }) => {
            Some((content, why))
        }
        _ => None,
    });
    let said = said.collect();
    (done.state, said)
}

fn polish(mut bot: Bot) -> Bot {
    bot.translation.into = Reach::These(vec!["pl".to_owned()]);
    bot
}

#[test]
fn what_nobody_wrote_is_translated_before_its_gaps_are_filled_in() {
    let bot = polish(one_flow(vec![say("Hello {{ settings.shop }}")]));
    let machine = Machine::default();
    let (state, said) = go(&bot, &machine, State::default(), "pl");
    assert_eq!(state.language, "pl");
    assert_eq!(said[0].0.plain(), "[pl] Hello https://shop.example");
    let translation = said[0].1.translation.clone().expect("it is marked");
    assert_eq!((&*translation.from, &*translation.to, &*translation.engine), ("en", "pl", "test"));
    assert!(translation.is_machine_made());
    let asked: Vec<_> = machine.asked.borrow().iter().map(|wanted| wanted.text.clone()).collect();
    assert_eq!(asked, ["Hello {{ settings.shop }}"], "nothing of a visitor leaves");
}

#[test]
fn what_the_author_wrote_comes_first() {
    let bot = polish(one_flow(vec![NodeKind::Say(crate::bot::Say {
        what: crate::bot::Saying::Inline(Box::new(response(&[("en", &["Hello"]), ("de", &["Hallo"])]))),
    })]));
    let machine = Machine::default();
    let (_, said) = go(&bot, &machine, State::default(), "de");
    assert_eq!(said[0].0.plain(), "Hallo");
    assert_eq!(said[0].1.translation, None);
    assert!(machine.asked.borrow().is_empty());
}

#[test]
fn without_a_translation_the_author_speaks_and_it_is_told() {
    let bot = polish(one_flow(vec![say("Hello"), say("Bye {{ settings.shop }}")]));
    let failed = Told::Failed { engine: "test".to_owned(), why: "it did not answer in time".to_owned() };
    let broken = Told::Text { engine: "test".to_owned(), text: "{% if %}".to_owned() };
    let told = BTreeMap::from([("Hello".to_owned(), failed), ("Bye {{ settings.shop }}".to_owned(), broken)]);
    let (state, said) = go(&bot, &Machine { told, ..Machine::default() }, State::default(), "pl");
    let check = |place: usize, text: &str, why: &str| {
        let (content, told) = &said[place];
        assert_eq!(content.plain(), text);
        let translation = told.translation.as_ref().expect("it is told");
        assert_eq!((translation.is_machine_made(), translation.failed.as_deref()), (false, Some(why)));
    };
    check(0, "Hello", "it did not answer in time");
    check(1, "Bye https://shop.example", "the translation cannot be filled in");
    assert!(state.stack.is_empty(), "the flow went on");
}

#[test]
fn a_translation_keeps_the_approved_template_that_is_in_its_language() {
    let named = |language: Option<&str>| {
        let approved = crate::bot::Approved {
            message: 0,
            name: "sent".to_owned(),
            language: language.map(str::to_owned),
            when: crate::content::When::Closed,
            header: None,
            body: BTreeMap::new(),
            buttons: BTreeMap::new(),
        };
        let mut what = response(&[]);
        let messages = vec![Content::text("Hello")];
        what.texts.insert("en".to_owned(), vec![crate::bot::Variant { messages, approved: vec![approved] }]);
        let say = crate::bot::Say { what: crate::bot::Saying::Inline(Box::new(what)) };
        let bot = polish(one_flow(vec![NodeKind::Say(say)]));
        let body = Body::Message {
            content: Content::text("go"),
            understanding: Default::default(),
            language: Some("pl".to_owned()),
        };
        let context = Context { channel: "whatsapp", version: 1 };
        let machine = Machine::default();
        let done = step_translated(&bot, State::default(), &event("1", body), &context, &machine);
        let said = done.effects.into_iter().find_map(|effect| match effect {
            Effect::Record(Entry { what: Happening::Said { content, template, .. }, .. }) => {
                Some((content.plain(), template.map(|template| template.language)))
            }
            _ => None,
        });
        said.expect("something is said")
    };
    let check = |language: Option<&str>, expected: Option<&str>| {
        assert_eq!(named(language), ("[pl] Hello".to_owned(), expected.map(str::to_owned)), "{language:?}");
    };
    check(None, Some("pl"));
    check(Some("pl"), Some("pl"));
    check(Some("en_US"), None);
}

/// Asks for a size: small or large.
fn asking_for_a_size() -> Bot {
    let option = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        title: BTreeMap::from([("en".to_owned(), title.to_owned())]),
        synonyms: Vec::new(),
    };
    let options = vec![option("s", "small"), option("l", "large")];
    polish(one_flow(vec![ask("size", Expects::Choice { options }), say("done")]))
}

#[test]
fn a_translated_title_is_held_to_the_length_that_the_channel_has() {
    let whatsapp = Capabilities::of("whatsapp").expect("the channel stands in the table");
    let shown = |small: &str, large: &str| -> Degraded {
        let text = |text: &str| Told::Text { engine: "test".to_owned(), text: text.to_owned() };
        let told = BTreeMap::from([("small".to_owned(), text(small)), ("large".to_owned(), text(large))]);
        let machine = Machine { told, ..Machine::default() };
        let (_, said) = go(&asking_for_a_size(), &machine, State::default(), "pl");
        degrade(said[0].0.clone(), whatsapp)
    };
    let as_buttons = Loss::QuickRepliesAsButtons { count: 2 };
    assert_eq!(shown("mały", "duży").losses, std::slice::from_ref(&as_buttons));
    let title = "mały rozmiar dla dziecka".to_owned();
    let cut = shown(&title, "duży");
    assert_eq!(cut.losses, [as_buttons, Loss::TitleCut { title, limit: whatsapp.button_title }]);
    let Content::Buttons { buttons, .. } = &cut.messages[0] else { panic!("{cut:?}") };
    assert!(buttons[0].title.chars().count() <= whatsapp.button_title, "{cut:?}");
    // What could not be told apart any more is written out.
    let written = shown("bardzo bardzo mały rozmiar", "bardzo bardzo mały rozmiar dla kobiet");
    assert_eq!(written.losses, [Loss::ChoicesAsText { count: 2 }]);
    let lines = "1. bardzo bardzo mały rozmiar\n2. bardzo bardzo mały rozmiar dla kobiet";
    assert!(written.messages[0].plain().contains(lines), "{written:?}");
}

#[test]
fn a_translated_title_is_an_answer() {
    let bot = asking_for_a_size();
    let machine = Machine::default();
    let (state, said) = go(&bot, &machine, State::default(), "pl");
    let Content::Text { quick_replies, .. } = &said[0].0 else { panic!("{said:?}") };
    let expected = Button { title: "[pl] small".to_owned(), action: Action::Value("s".to_owned()) };
    assert_eq!(quick_replies[0], expected);
    let body = Body::Message {
        content: Content::text("[PL] large"),
        understanding: Default::default(),
        language: None,
    };
    let context = Context { channel: "web", version: 1 };
    let done = step_translated(&bot, state, &event("2", body), &context, &machine);
    assert_eq!(done.state.slots["size"], "l");
}

#[test]
fn a_form_is_translated_with_its_title_its_questions_and_its_choices() {
    let option = |value: &str, title: &str| Choice {
        value: value.to_owned(),
        title: BTreeMap::from([("en".to_owned(), title.to_owned())]),
        synonyms: Vec::new(),
    };
    let options = vec![option("s", "small"), option("l", "large")];
    let first = match ask("name", text()) {
        NodeKind::Ask(ask) => NodeKind::Ask(Box::new(Ask { form: Some(saying("Your tent")), ..*ask })),
        other => other,
    };
    let size = ask("size", Expects::Choice { options });
    let bot = polish(one_flow(vec![first, size, say("done")]));
    let machine = Machine::default();
    let said_on = |channel| {
        let body = Body::Message {
            content: Content::text("go"),
            understanding: Default::default(),
            language: Some("pl".to_owned()),
        };
        let context = Context { channel, version: 1 };
        step_translated(&bot, State::default(), &event("1", body), &context, &machine)
    };
    let done = said_on("discord");
    let buttons: Vec<Button> = done.state.last_said.iter().flat_map(Content::buttons).cloned().collect();
    let [Button { title, action: Action::Form(form) }] = &*buttons else { panic!("{buttons:?}") };
    assert_eq!((title.as_str(), form.title.as_str()), ("[pl] Your tent", "[pl] Your tent"));
    let labels: Vec<&str> = form.fields.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["[pl] name?", "[pl] size?"]);
    let FieldKind::Choice(options) = &form.fields[1].kind else { panic!("{form:?}") };
    let options: Vec<_> = options.iter().map(|option| (&*option.value, &*option.title)).collect();
    assert_eq!(options, [("s", "[pl] small"), ("l", "[pl] large")]);

    // What was chosen stands in the transcript as the visitor read it.
    let filled = |name: &str, text: &str| Filled {
        name: name.to_owned(),
        text: text.to_owned(),
        understanding: Default::default(),
    };
    let fields = vec![filled("name", "Jane"), filled("size", "l")];
    let body = Body::Submitted { form: form.id.clone(), fields };
    let context = Context { channel: "discord", version: 1 };
    let done = step_translated(&bot, done.state, &event("2", body), &context, &machine);
    assert_eq!(done.state.slots["size"], "l");
    let received = done.effects.iter().find_map(|effect| match effect {
        Effect::Record(Entry { what: Happening::Received { content, .. }, .. }) => Some(content.plain()),
        _ => None,
    });
    assert_eq!(received.as_deref(), Some("[pl] name? Jane\n[pl] size? [pl] large"));
}

#[test]
fn a_bot_that_nobody_translates_speaks_its_own_languages() {
    let mut bot = one_flow(vec![say("Hello")]);
    let (state, said) = go(&bot, &Machine::default(), State::default(), "pl");
    assert_eq!((state.language.as_str(), said[0].0.plain().as_str()), ("en", "Hello"));
    bot.translation.into = Reach::Any;
    let (state, said) = go(&bot, &Machine::default(), State::default(), "pt_br");
    assert_eq!((state.language.as_str(), said[0].0.plain().as_str()), ("pt-BR", "[pt-BR] Hello"));
}

#[test]
fn what_is_repeated_is_marked_as_it_was() {
    let bot = polish(one_flow(vec![say("Hello")]));
    let machine = Machine::default();
    let (state, _) = go(&bot, &machine, State::default(), "pl");
    let body = Body::Message {
        content: Content::text("powtórz"),
        understanding: Default::default(),
        language: None,
    };
    let context = Context { channel: "web", version: 1 };
    let done = step_translated(&bot, state, &event("2", body), &context, &machine);
    let why = done.effects.iter().find_map(|effect| match effect {
        Effect::Record(Entry { what: Happening::Said { why, .. }, .. }) => why.clone(),
        _ => None,
    });
    let why = why.expect("it is said again");
    assert_eq!(
        (why.repair, why.translation.map(|it| it.engine)),
        (Some(RepairKind::Repeat), Some("test".to_owned()))
    );
}
