//! What leaves: by example, and within every limit whatever it is.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{
    content::{Card, Content, Loss, Picture, Row, Section, Source},
    id::MediaId,
};
use ulid::Ulid;

use super::{
    super::{
        Words,
        outbound::{Found, Part, Recipient, Rendered, envelope, render, rest},
        value::{Pressed, list_hash, pressed, value_of},
    },
    content::{card, link, picture, rows, some_content, value},
};
use crate::testing::words::{some_worded, vanished};

const KEY: [u8; 32] = [42; 32];

/// The JSON of every part, uploads standing for files of our own.
fn written(parts: &[Part]) -> Vec<Value> {
    let parts = parts.iter().map(|part| {
        let found = part.file().map(|(source, _)| match source {
            Source::Url(url) => Found::Link(url.clone()),
            Source::Media(_) => Found::Id("1013859600285441".to_owned()),
        });
        let (kind, object) = part.json(found.as_ref());
        envelope(&Recipient::User("DE.13491208655302741918".to_owned()), "KEY.0", kind, object)
    });
    parts.collect()
}

fn rendered(content: &Content) -> Rendered {
    render(content, &Words::default(), &KEY)
}

#[test]
fn each_form_has_its_message() {
    let buttons =
        |count: usize| (1..=count).map(|n| value(&format!("Choice {n}"), &format!("c{n}"))).collect();
    let contents = [
        ("text", Content::text("**Hello**, see [the shop](https://shop.example)")),
        ("three quick replies", Content::Text { text: "Sure?".into(), quick_replies: buttons(3) }),
        ("three buttons", Content::Buttons { text: "Sure?".into(), buttons: buttons(3) }),
        ("four buttons", Content::Buttons { text: "Which?".into(), buttons: buttons(4) }),
        ("twelve buttons", Content::Buttons { text: "Which?".into(), buttons: buttons(12) }),
        (
            "long title",
            Content::Buttons {
                text: "Which?".into(),
                buttons: vec![value("A title that is longer than twenty characters", "long")],
            },
        ),
        (
            "the same title twice",
            Content::Buttons { text: "Which?".into(), buttons: vec![value("Yes", "a"), value("Yes", "b")] },
        ),
        (
            "link and value",
            Content::Buttons {
                text: "Look".into(),
                buttons: vec![link("Shop", "https://shop.example"), value("Later", "later")],
            },
        ),
        ("ten rows", rows(10)),
        ("eleven rows", rows(11)),
        ("card", Content::Card(card("Tent", buttons(2)))),
        ("card without buttons", Content::Card(card("Tent", Vec::new()))),
        ("card with many buttons", Content::Card(card("Tent", buttons(5)))),
        ("carousel", Content::Carousel { cards: vec![card("Tent", buttons(1)), card("Bag", buttons(1))] }),
        ("image", Content::Image { source: picture(), alt: "A tent".into(), caption: Some("*Tent*".into()) }),
        (
            "file",
            Content::File {
                source: Source::Media(MediaId(Ulid(7))),
                name: "invoice.pdf".into(),
                media_type: "application/pdf".into(),
                size: 9,
            },
        ),
        (
            "voice",
            Content::File {
                source: Source::Media(MediaId(Ulid(7))),
                name: "voice.ogg".into(),
                media_type: "audio/ogg; codecs=opus".into(),
                size: 9,
            },
        ),
        (
            "place",
            Content::Location {
                latitude_microdegrees: 52_516_300,
                longitude_microdegrees: -377_700,
                label: Some("Shop".into()),
            },
        ),
    ];
    let shown = contents.iter().map(|(name, content)| {
        let Rendered { parts, losses } = rendered(content);
        let losses = losses.iter().map(ToString::to_string).collect::<Vec<_>>();
        json!({ "content": name, "losses": losses, "messages": written(&parts) })
    });
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("outbound", shown.collect::<Vec<_>>());
    });
}

#[test]
fn a_picture_that_is_refused_is_told_in_words_within_the_limits() {
    let check = |source: Source, alt: &str, text: &str, expected: &str, loss: Loss| {
        let image = Some(Picture { source, alt: alt.to_owned() });
        let card = Card {
            title: "Tent".into(),
            text: Some(text.to_owned()),
            image,
            buttons: vec![value("Buy", "buy")],
        };
        let Rendered { parts, mut losses } = rendered(&Content::Card(card));
        let [part] = <[Part; 1]>::try_from(parts).expect("one message");
        // What is known only when it leaves is refused then.
        let simpler = part.file().is_some().then(|| part.simpler()).flatten();
        let part = simpler.map_or(part, |(simpler, loss)| {
            losses.push(loss);
            simpler
        });
        Loss::settle(&mut losses);
        let Part::Buttons { header: None, body, buttons } = &part else { panic!("{part:?}") };
        assert_eq!((body.as_str(), buttons.len(), losses), (expected, 1, vec![loss]));
        within_limits(&written(std::slice::from_ref(&part)));
    };
    let svg = || Source::Url("https://shop.example/tent.svg".into());
    let as_link = |alt: &str| Loss::ImageAsLink { alt: alt.into() };
    let lost = |alt: &str| Loss::ImageLost { alt: alt.into() };
    let short = "*Tent*\nFor two";
    let whole = format!("{short}\nA tent: https://shop.example/tent.svg");
    check(svg(), "A tent", "For two", &whole, as_link("A tent"));
    check(svg(), "", "For two", &format!("{short}\nhttps://shop.example/tent.svg"), as_link(""));
    check(Source::Media(MediaId(Ulid(7))), "A tent", "For two", &format!("{short}\nA tent"), lost("A tent"));
    let long = "x".repeat(890);
    let body = format!("*Tent*\n{long}");
    let alt =
        "a description that leaves no room for an address below so long a text, though it would fit alone";
    check(svg(), alt, &long, &format!("{body}\nhttps://shop.example/tent.svg"), as_link(alt));
    let far = Source::Url(format!("https://shop.example/{}.svg", "t".repeat(2_000)));
    check(far.clone(), "A tent", "For two", &format!("{short}\nA tent"), lost("A tent"));
    let kept = format!("{}…", "y".repeat(1_008));
    let whole = "y".repeat(1_020);
    check(far, &whole, "For two", &format!("{short}\n{kept}"), lost(&whole));
}

#[test]
fn a_list_that_is_refused_is_written_with_all_that_it_says() {
    let row = |title: &str, description: Option<&str>| Row {
        title: title.into(),
        description: description.map(str::to_owned),
        value: title.into(),
    };
    let sections = vec![
        Section { title: Some("Tents".into()), rows: vec![row("Alva", Some("For two")), row("Borea", None)] },
        Section { title: Some("Bags".into()), rows: vec![row("Cirrus", Some("Of down"))] },
    ];
    let list = Content::List { text: "Which?".into(), button: "Show".into(), sections };
    let Rendered { parts, losses } = rendered(&list);
    assert_eq!((parts.len(), losses), (1, Vec::new()));
    let (simpler, loss) = parts[0].simpler().expect("words");
    let body = "Which?\n\nTents\n1. Alva – For two\n2. Borea\nBags\n3. Cirrus – Of down".to_owned();
    assert_eq!((simpler, loss), (Part::Text { body }, Loss::ListAsText { rows: 3, button: "Show".into() }));
}

#[test]
fn what_a_list_has_no_place_for_is_told() {
    let row = |title: &str, value: &str| Row { title: title.into(), description: None, value: value.into() };
    let told = |sections: Vec<Section>| {
        rendered(&Content::List { text: "Which?".into(), button: "Show".into(), sections })
    };
    let section = |title: Option<&str>, rows: Vec<Row>| Section { title: title.map(str::to_owned), rows };
    let title = "A tent of 24 characters.";
    let twice = told(vec![section(None, vec![row(title, "a"), row(title, "b")])]);
    assert_eq!(twice.losses, [Loss::TitleCut { title: title.into(), limit: 24 }]);
    let left_out = told(vec![section(Some("Sold out"), Vec::new()), section(None, vec![row("Alva", "a")])]);
    assert_eq!(left_out.losses, [Loss::SectionLeftOut { title: "Sold out".into() }]);
    let nothing = told(vec![section(Some("Sold out"), Vec::new())]);
    assert_eq!(nothing.losses, [Loss::ListAsText { rows: 0, button: "Show".into() }]);
    assert_eq!(nothing.parts, [Part::Text { body: "Which?\n\nSold out\n".into() }]);
}

/// Every id that a message offers, with the one that asks for the rest.
fn offered(messages: &[Value]) -> Vec<String> {
    let mut ids = Vec::new();
    for message in messages {
        let action = &message["interactive"]["action"];
        let buttons = action["buttons"].as_array().into_iter().flatten().map(|button| &button["reply"]["id"]);
        let sections = action["sections"].as_array().into_iter().flatten();
        let rows = sections
            .flat_map(|section| section["rows"].as_array().into_iter().flatten())
            .map(|row| &row["id"]);
        ids.extend(buttons.chain(rows).map(|id| id.as_str().expect("an id is a text").to_owned()));
    }
    ids
}

/// Presses everything that is offered, page after page, and says what came back.
fn pressed_all(content: &Content) -> Vec<String> {
    let mut said = vec![content.clone()];
    let mut values = Vec::new();
    let mut shown = written(&rendered(content).parts);
    while !shown.is_empty() {
        let mut next = Vec::new();
        for id in offered(&shown) {
            match pressed(&id) {
                Pressed::Value(value) => values.push(value),
                Pressed::Token(token) => {
                    let found = said.iter().find_map(|content| value_of(&KEY, token, content));
                    values.push(found.expect("it was offered"));
                }
                Pressed::More { list, page } => {
                    let of = said.iter().find(|content| list_hash(&KEY, content) == list);
                    let of = of.expect("the list was shown");
                    next.push(rest(of, &KEY, page).expect("it was offered"));
                }
            }
        }
        shown = next.iter().flat_map(|content| written(&rendered(content).parts)).collect();
        within_limits(&shown);
        said.extend(next);
    }
    values
}

#[test]
fn eleven_twenty_five_and_a_hundred_rows_can_all_be_chosen() {
    for count in [1, 10, 11, 25, 100] {
        let values = pressed_all(&rows(count));
        let expected = (1..=count).map(|number| format!("row_{number}")).collect::<Vec<_>>();
        assert_eq!(values, expected);
    }
}

#[test]
fn a_value_of_200_bytes_comes_back() {
    for length in [0, 1, 199, 200, 201, 2_000] {
        let long = "x".repeat(length);
        let content =
            Content::Buttons { text: "Sure?".into(), buttons: vec![value("Yes", &long), value("No", "no")] };
        assert_eq!(pressed_all(&content), [long, "no".to_owned()]);
    }
}

fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn is_between(value: &Value, least: usize, most: usize, what: &str) {
    let length = length(value);
    assert!((least..=most).contains(&length), "{what} has {length} characters: {value}");
    if least > 0 {
        assert!(!value.as_str().unwrap_or_default().trim().is_empty(), "{what} is blank");
    }
}

/// The limits of Meta's pages, written down once more and apart from the code that keeps them.
fn within_limits(messages: &[Value]) {
    for message in messages {
        match message["type"].as_str().expect("every message has a type") {
            "text" => is_between(&message["text"]["body"], 1, 4096, "a text"),
            "image" | "document" | "audio" | "video" => {
                let kind = message["type"].as_str().expect("a type");
                let file = &message[kind];
                is_between(&file["caption"], 0, 1024, "a caption");
                assert!(file["id"].is_string() != file["link"].is_string(), "{file}");
            }
            "location" => {
                for (field, most) in [("latitude", 90.0), ("longitude", 180.0)] {
                    let degrees: f64 =
                        message["location"][field].as_str().expect("degrees").parse().expect("a number");
                    assert!((-most..=most).contains(&degrees));
                }
            }
            "interactive" => interactive(&message["interactive"]),
            other => panic!("{other} is none of ours"),
        }
    }
}

fn interactive(message: &Value) {
    is_between(&message["body"]["text"], 1, 1024, "a body");
    let action = &message["action"];
    let mut ids = BTreeSet::new();
    if message["type"] == "button" {
        let buttons = action["buttons"].as_array().expect("buttons");
        assert!((1..=3).contains(&buttons.len()));
        let mut titles = BTreeSet::new();
        for button in buttons {
            is_between(&button["reply"]["id"], 1, 256, "the id of a button");
            is_between(&button["reply"]["title"], 1, 20, "the title of a button");
            assert!(ids.insert(button["reply"]["id"].to_string()), "ids differ");
            assert!(titles.insert(button["reply"]["title"].to_string()), "titles differ");
        }
        return;
    }
    is_between(&action["button"], 1, 20, "the button of a list");
    let sections = action["sections"].as_array().expect("sections");
    assert!((1..=10).contains(&sections.len()));
    let mut count = 0;
    for section in sections {
        if sections.len() > 1 || section.get("title").is_some() {
            is_between(&section["title"], 1, 24, "the title of a section");
        }
        let rows = section["rows"].as_array().expect("rows");
        assert!(!rows.is_empty());
        for row in rows {
            is_between(&row["id"], 1, 200, "the id of a row");
            is_between(&row["title"], 1, 24, "the title of a row");
            if let Some(description) = row.get("description") {
                is_between(description, 1, 72, "the description of a row");
            }
            assert!(ids.insert(row["id"].to_string()), "ids differ");
        }
        count += rows.len();
    }
    assert!((1..=10).contains(&count));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_content_is_within_every_limit(content in some_content()) {
        within_limits(&written(&rendered(&content).parts));
    }

    #[test]
    fn no_word_vanishes_untold(content in some_worded()) {
        let rests = (0..).map_while(|number| rest(&content, &KEY, number));
        let (mut sent, mut losses) = (Vec::new(), Vec::new());
        for page in [content.clone()].into_iter().chain(rests) {
            let shown = rendered(&page);
            sent.extend(written(&shown.parts));
            losses.extend(shown.losses);
        }
        prop_assert_eq!(vanished(&content, &sent, &losses), Vec::<String>::new(), "{:?} {:?}", sent, losses);
    }

    #[test]
    fn whatever_is_offered_comes_back_as_it_was_meant(content in some_content()) {
        let meant = content.values().into_iter().map(|(value, _)| value.to_owned()).collect::<Vec<_>>();
        let mut sorted = meant.clone();
        sorted.sort();
        let mut back = pressed_all(&content);
        back.sort();
        prop_assert_eq!(back, sorted);
    }

    #[test]
    fn a_message_is_the_same_at_every_try(content in some_content()) {
        prop_assert_eq!(rendered(&content), rendered(&content));
    }

    #[test]
    fn every_simpler_form_is_within_the_limits(content in some_content()) {
        for part in rendered(&content).parts {
            let mut form = Some(part);
            for _ in 0..3 {
                form = form.and_then(|part| part.simpler()).map(|(simpler, _)| simpler);
                if let Some(part) = &form {
                    within_limits(&written(std::slice::from_ref(part)));
                }
            }
            prop_assert!(form.is_none(), "there is an end of it");
        }
    }
}
