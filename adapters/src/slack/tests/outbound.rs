//! Does everything fit that leaves, and does every offer come back as it was meant?

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{
    content::{
        Action, Button, Card, Content, Field, FieldKind, FieldOption, Form, Loss, Picture, Row, Section,
        Source,
    },
    dialogue::Filled,
    id::MediaId,
};
use ulid::Ulid;

use super::super::{
    form::{self, view},
    outbound::{Part, Rendered, render},
    place::Place,
    token::{carried, meant},
};
use crate::{
    host::Host as _,
    testing::{
        Memory,
        contents::{Ingredients, anywhere, lists, plain},
        forms::some_form,
        words::{some_worded, vanished},
    },
};

const KEY: [u8; 32] = [42; 32];

fn button(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

fn link(title: &str, link: &str) -> Button {
    Button { title: title.into(), action: Action::Link(link.into()) }
}

/// The parts as Slack gets them.
fn shown(content: &Content) -> Vec<Value> {
    let part = |part: &Part| match part {
        Part::Post(post) => json!({ "text": post.text, "blocks": post.blocks }),
        Part::Upload { name, alt, comment, .. } => json!({ "upload": name, "alt": alt, "comment": comment }),
    };
    render(&KEY, content).parts.iter().map(part).collect()
}

#[test]
fn many_choices_are_one_select_up_to_a_hundred() {
    let check = |values: usize, links: usize, expected: Option<usize>| {
        let values = (1..=values).map(|number| button(&format!("Number {number}"), &number.to_string()));
        let links = (1..=links).map(|number| link(&format!("Page {number}"), "https://shop.example"));
        let content = Content::Buttons { text: "Which?".into(), buttons: values.chain(links).collect() };
        let parts = shown(&content);
        let select = parts[0]["blocks"].as_array().into_iter().flatten().find_map(|block| {
            let elements = block["elements"].as_array()?;
            elements.iter().find_map(|element| Some(element["options"].as_array()?.len()))
        });
        assert_eq!(select, expected, "{parts:?}");
    };
    check(5, 0, None);
    check(6, 0, Some(6));
    check(26, 0, Some(26));
    check(100, 24, Some(100));
    check(100, 25, None);
    check(101, 0, None);
}

#[test]
fn what_is_too_long_for_one_message_is_numbered_lines() {
    let row = |number: usize| Row {
        title: format!("{number} {}", "t".repeat(70)),
        description: Some("d".repeat(75)),
        value: format!("{number} {}", "v".repeat(140)),
    };
    let list = |rows: usize| Content::List {
        text: "Which?".into(),
        button: "Choose".into(),
        sections: vec![Section { title: None, rows: (1..=rows).map(row).collect() }],
    };
    let whole = render(&KEY, &list(20));
    assert_eq!(whole.losses, [], "a select of so many is not too long");
    let lines = render(&KEY, &list(100));
    assert_eq!(lines.losses.first(), Some(&Loss::ListAsText { rows: 100, button: "Choose".into() }));
    let written = shown(&list(100)).iter().map(ToString::to_string).collect::<String>();
    assert!(written.contains("100. 100 ttt"), "{written}");

    let address = format!("https://shop.example/{}", "x".repeat(900));
    let addressed = (1..=20).map(|number| link(&format!("Page {number}"), &address)).collect();
    let pages = render(&KEY, &Content::Buttons { text: "Where?".into(), buttons: addressed });
    assert_eq!(pages.losses.first(), Some(&Loss::ChoicesAsText { count: 20 }));
    assert!(pages.parts.len() > 1, "{pages:?}");
}

#[test]
fn what_is_shown_otherwise_than_it_was_written_is_told() {
    let check = |content: Content, losses: &[Loss]| assert_eq!(render(&KEY, &content).losses, losses);
    let buttons = vec![link("<!here>", "no address"), link("Shop", "https://shop.example")];
    let written = |title: &str| Loss::LinkAsText { title: title.into() };
    check(Content::Buttons { text: "Where?".into(), buttons: buttons.clone() }, &[written("<!here>")]);
    let card = Card { title: "Tent".into(), text: None, image: None, buttons };
    check(Content::Card(card), &[written("<!here>")]);
    let far = link("Far", &format!("https://a.example/{}", "x".repeat(4_000)));
    let far = render(&KEY, &Content::Buttons { text: "Where?".into(), buttons: vec![far] });
    assert_eq!(far.losses.first(), Some(&written("Far")));

    let many = (1..=6).map(|number| button(&format!("Number {number}"), &number.to_string()));
    let content = Content::Buttons { text: "Which?".into(), buttons: many.collect() };
    check(content, &[Loss::ChoicesAsList { count: 6 }]);

    let row = Row { title: "One".into(), description: None, value: "1".into() };
    let bare = Section { title: Some("Sold out".into()), rows: Vec::new() };
    let sections = vec![bare, Section { title: Some("There".into()), rows: vec![row] }];
    check(
        Content::List { text: "Which?".into(), button: "Choose".into(), sections },
        &[Loss::SectionLeftOut { title: "Sold out".into() }],
    );
}

#[test]
fn each_form_has_its_blocks() {
    let long = "v".repeat(300);
    let picture = |url: &str| Picture { source: Source::Url(url.into()), alt: "A tent".into() };
    let contents = [
        Content::text("**Hello** <!channel> & more"),
        Content::Buttons {
            text: "Sure?".into(),
            buttons: vec![button("Yes", "yes"), button("No", &long), link("Shop", "https://shop.example")],
        },
        Content::Text {
            text: "Which?".into(),
            quick_replies: (1..=6)
                .map(|number| button(&format!("Number {number}"), &number.to_string()))
                .collect(),
        },
        Content::List {
            text: "Which size?".into(),
            button: "Choose".into(),
            sections: vec![
                Section {
                    title: Some("Small".into()),
                    rows: vec![Row {
                        title: "S".into(),
                        description: Some("for one".into()),
                        value: "s".into(),
                    }],
                },
                Section {
                    title: None,
                    rows: vec![Row { title: "L".into(), description: None, value: "l".into() }],
                },
            ],
        },
        Content::Card(Card {
            title: "Tent".into(),
            text: Some("For two".into()),
            image: Some(picture("https://shop.example/tent.png")),
            buttons: vec![button("Buy", "buy")],
        }),
        Content::Image {
            source: Source::Media(MediaId(Ulid(7))),
            alt: "A tent".into(),
            caption: Some("**This** one".into()),
        },
        Content::File {
            source: Source::Media(MediaId(Ulid(7))),
            name: "bill.pdf".into(),
            media_type: "application/pdf".into(),
            size: 9,
        },
        Content::File {
            source: Source::Url("https://shop.example/bill.pdf".into()),
            name: "bill.pdf".into(),
            media_type: "application/pdf".into(),
            size: 9,
        },
        Content::Location {
            latitude_microdegrees: 52_516_300,
            longitude_microdegrees: 13_377_700,
            label: None,
        },
    ];
    let all = contents.iter().map(shown).collect::<Vec<_>>();
    insta::assert_json_snapshot!(all);
}

#[test]
fn a_picture_that_slack_cannot_fetch_becomes_a_link() {
    let image = Content::Image {
        source: Source::Url("https://shop.example/tent.png".into()),
        alt: "A tent".into(),
        caption: Some("This one".into()),
    };
    let rendered = render(&KEY, &image);
    let [Part::Post(post)] = rendered.parts.as_slice() else { panic!("{rendered:?}") };
    let (blocks, losses) = post.without_images.as_ref().expect("there is a picture");
    assert_eq!(losses, &[Loss::ImageAsLink { alt: "A tent".into() }]);
    assert_eq!(
        json!(blocks),
        json!([
            { "type": "markdown", "text": "A tent: https://shop.example/tent.png" },
            { "type": "markdown", "text": "This one" },
        ])
    );
    assert_eq!(rendered.losses, []);
}

#[test]
fn a_form_becomes_a_modal() {
    let field =
        |name: &str, kind: FieldKind| Field { name: name.into(), label: format!("Your {name}"), kind };
    let option = |title: &str, value: &str| FieldOption { title: title.into(), value: value.into() };
    let many = (0..101).map(|number| option("T", &number.to_string())).collect();
    let form = Form {
        id: "9f2c".into(),
        title: "Where shall it go to, please?".into(),
        fields: vec![
            field("street", FieldKind::Line),
            field("note", FieldKind::Paragraph),
            field("email", FieldKind::Email),
            field("number", FieldKind::Number),
            field("day", FieldKind::Date),
            field("size", FieldKind::Choice(vec![option("Small", "s")])),
            field("shop", FieldKind::Choice(many)),
        ],
    };
    let place = Place::thread("C1", "1700000000.000100");
    insta::assert_json_snapshot!(view(&form, &place));
}

/// A view's state in which every field has its own name as answer, or, where there are options, one of them.
fn filled_in(view: &Value) -> (Value, Vec<Filled>) {
    let mut values = serde_json::Map::new();
    let mut fields = Vec::new();
    for block in view["blocks"].as_array().expect("a list") {
        let name = block["block_id"].as_str().expect("an id");
        let element = &block["element"];
        let (said, answer) = match (element["type"].as_str(), element["options"].as_array()) {
            (_, Some(options)) => {
                let option = options.last().expect("one at least");
                (option["value"].as_str().expect("a value").to_owned(), json!({ "selected_option": option }))
            }
            (Some("datepicker"), None) => ("2026-12-01".to_owned(), json!({ "selected_date": "2026-12-01" })),
            _ => (name.to_owned(), json!({ "value": name })),
        };
        values.insert(name.to_owned(), json!({ name: answer }));
        fields.push(Filled::new(name, said));
    }
    (json!({ "values": values }), fields)
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!? \n<@&>]{0,40}",
        "(word |Satz\\. |<!here> |\n\n|\\PC){0,60}",
        Just("längere Wörter ohne Ende ".repeat(900)),
        Just(String::new()),
    ]
}

fn some_title() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Zäß ]{0,12}", Just("sehr langer Titel ".repeat(12)), "\\PC{0,90}"]
}

fn some_value() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_~ ü]{0,20}", "[a-zü]{140,400}"]
}

fn some_button() -> impl Strategy<Value = Button> {
    let action = prop_oneof![
        4 => some_value().prop_map(Action::Value),
        1 => Just(Action::Link("https://a.example".into())),
        1 => Just(Action::Link(format!("https://a.example/{}", "x".repeat(4_000)))),
        1 => Just(Action::Link("no address".into())),
    ];
    (some_title(), action).prop_map(|(title, action)| Button { title, action })
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Url("https://shop.example/a.png".into())),
        Just(Source::Url(format!("https://shop.example/{}", "x".repeat(4_000)))),
        Just(Source::Url("no address".into())),
        Just(Source::Media(MediaId(Ulid(7)))),
    ]
}

fn some_content() -> impl Strategy<Value = Content> {
    let button = some_button().boxed();
    Ingredients {
        text: some_text().boxed(),
        title: some_title().boxed(),
        label: some_text().boxed(),
        source: some_source().boxed(),
        buttons: lists(&button, &[(1, 0..=29)]),
        card_buttons: lists(&button, &[(1, 0..=8)]),
        value: some_value().boxed(),
        rows: vec![(1, 0..=39)],
        sections: 0..=3,
        file: plain(some_title()),
        place: anywhere(),
    }
    .content()
}

/// Limits of docs.slack.dev, "Block Kit", written down once more.
fn excess(block: &Value) -> Option<String> {
    let fits = |value: &Value, least: usize, most: usize| {
        let length = value.as_str().map_or(usize::MAX, |text| text.chars().count());
        let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        (least..=most).contains(&length) && !blank
    };
    let option = |option: &Value| {
        fits(&option["text"]["text"], 1, 75)
            && fits(&option["value"], 1, 150)
            && (option["description"].is_null() || fits(&option["description"]["text"], 1, 75))
    };
    let options = |list: &Value| {
        list.as_array().is_some_and(|list| (1..=100).contains(&list.len()) && list.iter().all(option))
    };
    let element = |element: &Value| match element["type"].as_str() {
        Some("button") => {
            fits(&element["text"]["text"], 1, 75)
                && (element["value"].is_null() || fits(&element["value"], 1, 2_000))
                && (element["url"].is_null() || fits(&element["url"], 1, 3_000))
        }
        Some("static_select") => {
            let group = |group: &Value| fits(&group["label"]["text"], 1, 75) && options(&group["options"]);
            fits(&element["placeholder"]["text"], 1, 150)
                && match element["option_groups"].as_array() {
                    Some(groups) => (1..=100).contains(&groups.len()) && groups.iter().all(group),
                    None => options(&element["options"]),
                }
        }
        _ => false,
    };
    let good = match block["type"].as_str() {
        Some("markdown") => fits(&block["text"], 1, 12_000),
        Some("header") => fits(&block["text"]["text"], 1, 150),
        Some("image") => fits(&block["alt_text"], 1, 2_000) && fits(&block["image_url"], 1, 3_000),
        Some("actions") => {
            let elements = block["elements"].as_array().expect("a list");
            let mut ids = elements.iter().map(|element| element["action_id"].to_string()).collect::<Vec<_>>();
            ids.sort();
            ids.dedup();
            (1..=25).contains(&elements.len()) && ids.len() == elements.len() && elements.iter().all(element)
        }
        _ => false,
    };
    (!good).then(|| block.to_string())
}

/// Every value that a press can send back.
fn carried_by(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("value").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(carried_by)).collect()
        }
        Value::Array(list) => list.iter().flat_map(carried_by).collect(),
        _ => Vec::new(),
    }
}

/// Characters of all texts and names of blocks; what holds them together comes on top of it.
fn letters_in(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.chars().count() + letters_in(value)).sum()
        }
        Value::Array(list) => list.iter().map(letters_in).sum(),
        Value::String(text) => text.chars().count(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{2060}').collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn everything_fits(content in some_content()) {
        for part in render(&KEY, &content).parts {
            let Part::Post(post) = part else { continue };
            prop_assert!((1..=40_000).contains(&post.text.chars().count()));
            let plain = post.without_images.iter().map(|(blocks, _)| blocks);
            for blocks in [&post.blocks].into_iter().chain(plain) {
                prop_assert!((1..=50).contains(&blocks.len()));
                let markdown = blocks.iter().map(|block| json!(block)).filter(|block| block["type"] == "markdown");
                let written = markdown.map(|block| block["text"].as_str().unwrap_or_default().chars().count());
                prop_assert!(written.sum::<usize>() <= 12_000);
                prop_assert!(letters_in(&json!(blocks)) <= 13_200);
                prop_assert_eq!(studio_simulators::slack::judge_message(&json!(blocks)), Ok(()));
                for block in blocks {
                    prop_assert_eq!(excess(&json!(block)), None);
                    let text = json!(block).to_string();
                    prop_assert!(!text.contains("<!") && !text.contains("<@"), "{} calls someone", text);
                }
            }
        }
    }

    #[test]
    fn no_word_vanishes_untold(content in some_worded()) {
        let Rendered { parts, losses } = render(&KEY, &content);
        prop_assert_eq!(vanished(&content, &shown(&content), &losses), Vec::<String>::new(), "{:?} {:?}", parts, losses);
    }

    #[test]
    fn every_offer_can_be_taken(content in some_content()) {
        let parts = shown(&content);
        let offered = parts.iter().flat_map(carried_by).collect::<Vec<_>>();
        let blocks = parts.iter().flat_map(|part| part["blocks"].as_array().into_iter().flatten());
        let written = letters(&blocks.filter_map(|block| block["text"].as_str()).collect::<String>());
        for (index, (value, title)) in content.values().into_iter().enumerate() {
            let numbered = letters(&format!("{}. {title}", index + 1));
            prop_assert!(offered.contains(&carried(&KEY, value)) || written.contains(&numbered), "{} is lost", value);
        }
    }

    #[test]
    fn what_is_pressed_comes_back_as_it_was_meant(content in some_content()) {
        let host = Memory::new(&[]);
        let conversation = host.conversation("support", "D1");
        host.say(conversation, content.clone());
        // Others were said since.
        for number in 0..3 {
            host.say(conversation, Content::Buttons { text: "?".into(), buttons: vec![button("a", &"b".repeat(200 + number))] });
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime of its own");
        for (value, title) in content.values() {
            let sent = carried(&KEY, value);
            let found = runtime.block_on(meant(&host, conversation, &sent)).expect("messages in memory");
            let (back, full) = found.expect("it was offered");
            prop_assert_eq!(&back, value);
            // Where the title went with the token, it is one of those with this value.
            let titles = content.values().into_iter().filter(|(other, _)| *other == value).map(|(_, title)| title);
            prop_assert!(full.is_none_or(|full| titles.into_iter().any(|known| known == full)), "{}", title);
        }
        let foreign = runtime.block_on(meant(&host, conversation, "~0123"));
        prop_assert_eq!(foreign.expect("messages in memory"), None);
    }

    #[test]
    fn any_form_fits_and_comes_back_as_it_was_filled_in(form in some_form()) {
        let button = Button { title: form.title.clone(), action: Action::Form(Box::new(form.clone())) };
        let content = Content::Buttons { text: "All at once?".into(), buttons: vec![button] };
        let parts = shown(&content);
        let offered = parts.iter().flat_map(carried_by).collect::<Vec<_>>();
        let Some(form) = content.form(&form.id).cloned().and_then(|form| form.on("slack")) else {
            prop_assert!(offered.is_empty(), "nothing opens a form that cannot come back");
            return Ok(());
        };
        prop_assert_eq!(offered.as_slice(), std::slice::from_ref(&form.id));
        let opened = json!(view(&form, &Place::only("C024BE91L", "U2147483697")));
        prop_assert_eq!(studio_simulators::slack::judge_form(&opened), Ok(()), "{}", opened);
        let text = opened.to_string();
        prop_assert!(!text.contains("<!") && !text.contains("<@"), "{} calls someone", text);
        let (state, mut fields) = filled_in(&opened);
        prop_assert_eq!(fields.len(), form.fields.len());
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        let (id, mut back) = form::read(opened["callback_id"].as_str().expect("a name"), &state).expect("ours");
        back.sort_by(|one, other| one.name.cmp(&other.name));
        prop_assert_eq!((id, back), (form.id, fields));
    }
}
