//! Does everything that we send keep within what Telegram takes?

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{
    content::{Action, Button, Card, Content, Picture, Row, Section, Source},
    id::MediaId,
};
use teloxide_core::requests::Payload;
use ulid::Ulid;

use crate::telegram::{
    markup::Marked,
    outbound::{Key, Keys, LONGEST_CAPTION, LONGEST_TEXT, Piece, Press, Style, render},
    place::Place,
    request::{self, Origin, Request},
    token::carried,
};

const KEY: [u8; 32] = [42; 32];

fn keyboards() -> Style<'static> {
    Style { reply_keyboard: true, key: &KEY }
}

/// The method and the fields of a piece.
fn written(place: &Place, piece: &Piece) -> (&'static str, Value) {
    fn of<P: Payload + serde::Serialize>(method: &P) -> (&'static str, Value) {
        (P::NAME, serde_json::to_value(method).expect("a method can be written"))
    }
    let origin = |source: &Source| match source {
        Source::Url(url) => Origin::Address(url.parse().expect("an address")),
        Source::Media(_) => Origin::Bytes {
            name: "tent.png".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: axum::body::Bytes::from_static(b"\x89PNG"),
        },
    };
    let request = match piece {
        Piece::Words { text, keys } => request::words(place, text, keys, true),
        Piece::Picture { source, caption, keys, .. } => {
            request::picture(place, origin(source), caption, keys, false)
        }
        Piece::File { source, .. } => request::document(place, origin(source)),
        Piece::Place { latitude_microdegrees, longitude_microdegrees, label } => {
            request::location(place, *latitude_microdegrees, *longitude_microdegrees, label.as_deref())
        }
    };
    match &request {
        Request::Words(method) => of(method),
        Request::Photo(method, _) => of(method),
        Request::Animation(method, _) => of(method),
        Request::Document(method, _) => of(method),
        Request::Location(method) => of(method),
        Request::Venue(method) => of(method),
    }
}

fn value(title: &str, value: &str) -> Button {
    Button { title: title.to_owned(), action: Action::Value(value.to_owned()) }
}

fn link(title: &str, address: &str) -> Button {
    Button { title: title.to_owned(), action: Action::Link(address.to_owned()) }
}

fn samples() -> Vec<(&'static str, Content)> {
    let picture =
        || Picture { source: Source::Url("https://shop.example/tent.png".into()), alt: "A tent".into() };
    let card = || Card {
        title: "Tent <2>".into(),
        text: Some("**Light** & dry".into()),
        image: Some(picture()),
        buttons: vec![value("Buy", "buy:tent"), link("More", "https://shop.example/tent?a=1&b=2")],
    };
    let row =
        |title: &str| Row { title: title.into(), description: Some("in stock".into()), value: title.into() };
    vec![
        ("text", Content::text("Your order **4711** is *on its way*: [track](https://shop.example/4711)")),
        (
            "quick replies",
            Content::Text {
                text: "Which?".into(),
                quick_replies: vec![value("Tent", "t"), value("Bag", "b")],
            },
        ),
        (
            "quick replies with a link",
            Content::Text {
                text: "Which?".into(),
                quick_replies: vec![value("Tent", "t"), link("Shop", "https://shop.example")],
            },
        ),
        (
            "buttons",
            Content::Buttons {
                text: "Sure?".into(),
                buttons: vec![
                    value("Yes", "yes"),
                    value("No", &"n".repeat(65)),
                    link("Mail", "mailto:a@shop.example"),
                ],
            },
        ),
        (
            "list",
            Content::List {
                text: "Choose".into(),
                button: "Open".into(),
                sections: vec![Section { title: Some("Tents".into()), rows: vec![row("Blue"), row("Red")] }],
            },
        ),
        ("card", Content::Card(card())),
        ("carousel", Content::Carousel { cards: vec![card(), Card { image: None, ..card() }] }),
        (
            "image",
            Content::Image {
                source: Source::Media(MediaId(Ulid(7))),
                alt: "A tent".into(),
                caption: Some("_Here_".into()),
            },
        ),
        (
            "image with a long caption",
            Content::Image {
                source: picture().source,
                alt: "A tent".into(),
                caption: Some("long ".repeat(300)),
            },
        ),
        (
            "file",
            Content::File {
                source: Source::Url("https://shop.example/bill.pdf".into()),
                name: "bill.pdf".into(),
                media_type: "application/pdf".into(),
                size: 0,
            },
        ),
        (
            "location",
            Content::Location {
                latitude_microdegrees: 52_516_275,
                longitude_microdegrees: 13_377_704,
                label: None,
            },
        ),
        (
            "venue",
            Content::Location {
                latitude_microdegrees: -33_856_784,
                longitude_microdegrees: 151_215_297,
                label: Some("Opera".into()),
            },
        ),
    ]
}

#[test]
fn each_content_has_its_form() {
    let mut all = serde_json::Map::new();
    for (name, content) in samples() {
        let rendered = render(&content, keyboards());
        let mut pieces = Vec::new();
        for piece in &rendered.pieces {
            let (method, mut fields) = written(&Place::chat(7), piece);
            for field in ["photo", "document"] {
                if fields[field].as_str().is_some_and(|file| file.starts_with("attach://")) {
                    fields[field] = "attach://…".into();
                }
            }
            pieces.push(json!({ method: fields }));
        }
        let losses = rendered.losses.iter().map(ToString::to_string).collect::<Vec<_>>();
        all.insert(name.to_owned(), json!({"pieces": pieces, "losses": losses}));
    }
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("sent", all);
    });
}

#[test]
fn topics_and_business_connections_are_named_in_every_method() {
    let topic: Place = "-1001/56".parse().expect("a place");
    let business: Place = "9@b1".parse().expect("a place");
    for (name, content) in samples() {
        for piece in render(&content, keyboards()).pieces {
            let (_, fields) = written(&topic, &piece);
            assert_eq!(
                (&fields["chat_id"], &fields["message_thread_id"]),
                (&json!(-1001), &json!(56)),
                "{name}"
            );
            let (_, fields) = written(&business, &piece);
            assert_eq!(
                (&fields["chat_id"], &fields["business_connection_id"]),
                (&json!(9), &json!("b1")),
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_refused_can_go_with_less() {
    let buttons = vec![value("Yes", "yes"), link("Shop", "https://localhost/")];
    let [piece] = &render(&Content::Buttons { text: "Sure?".into(), buttons }, keyboards()).pieces[..] else {
        panic!("one piece");
    };
    let (words, losses) = piece.with_links_as_words().expect("it has a link");
    let Piece::Words { text, keys: Keys::Inline(rows) } = &words else { panic!("{words:?}") };
    assert_eq!((text.text.as_str(), rows.len(), losses.len()), ("Sure?\nShop: https://localhost/", 1, 1));
    assert_eq!(words.with_links_as_words(), None);

    let source = Source::Url("https://shop.example/gone.png".into());
    let picture =
        Piece::Picture { source, alt: "A tent".into(), caption: Marked::bold("Tent"), keys: Keys::None };
    let (words, loss) = picture.as_words().expect("a picture");
    assert_eq!(
        (words, loss.to_string()),
        (
            Piece::Words {
                text: Marked::bold("Tent").above(&Marked::plain("A tent: https://shop.example/gone.png")),
                keys: Keys::None
            },
            "picture written as a link: “A tent”".to_owned()
        )
    );
}

/// Every field that we send stands in Telegram's own description of its methods, of a kind that is named
/// there, and none that is needed is missing.
#[test]
fn telegrams_own_description_takes_what_we_send() {
    let described = studio_skipped::shared_data(
        "telegrams_own_description_takes_what_we_send",
        "specs/telegram_bot_api.json",
    );
    let Some(path) = described else { return };
    let spec = std::fs::read_to_string(path).expect("the description can be read");
    let spec: Value = serde_json::from_str(&spec).expect("the description is JSON");
    let mut judged = 0;
    for (name, content) in samples() {
        for style in [keyboards(), Style { reply_keyboard: false, key: &KEY }] {
            for piece in render(&content, style).pieces {
                let place = Place { topic: Some(3), business: Some("b".into()), ..Place::chat(7) };
                let (method, fields) = written(&place, &piece);
                let method = format!("{}{}", method[..1].to_lowercase(), &method[1..]);
                fits(&spec, &spec["methods"][&method]["fields"], &fields, &format!("{name}: {method}"));
                judged += 1;
            }
        }
    }
    let place = Place::chat(7);
    let keys = Keys::Inline(vec![vec![Key {
        title: "Yes".into(),
        press: Press::Value { value: "yes".into(), data: "yes".into() },
    }]]);
    let text = Marked::markdown("**new**");
    for (method, fields) in [
        ("editMessageText", serde_json::to_value(request::edit_words(&place, 5, &text, &keys))),
        ("editMessageCaption", serde_json::to_value(request::edit_caption(&place, 5, &text, &keys))),
    ] {
        fits(&spec, &spec["methods"][method]["fields"], &fields.expect("a method can be written"), method);
    }
    assert!(judged > 20, "{judged} methods");
}

fn fits(spec: &Value, described: &Value, fields: &Value, at: &str) {
    let described = described.as_array().unwrap_or_else(|| panic!("{at} is not described"));
    for (name, value) in fields.as_object().expect("an object") {
        let field = described.iter().find(|field| field["name"] == *name);
        let field = field.unwrap_or_else(|| panic!("{at} has no field {name}"));
        let kinds =
            field["types"].as_array().expect("kinds").iter().filter_map(Value::as_str).collect::<Vec<_>>();
        assert!(kinds.iter().any(|kind| is(spec, kind, value, at)), "{at}.{name} is {value}, not {kinds:?}");
    }
    for field in described.iter().filter(|field| field["required"] == true) {
        let name = field["name"].as_str().expect("a name");
        assert!(fields.get(name).is_some(), "{at} needs {name}");
    }
}

fn is(spec: &Value, kind: &str, value: &Value, at: &str) -> bool {
    match kind {
        "Integer" => value.is_i64() || value.is_u64(),
        "Float" => value.is_number(),
        "String" => value.is_string(),
        "Boolean" | "True" => value.is_boolean(),
        "InputFile" => value.as_str().is_some_and(|file| file.starts_with("attach://")),
        _ => {
            if let Some(kind) = kind.strip_prefix("Array of ") {
                return value.as_array().is_some_and(|list| list.iter().all(|one| is(spec, kind, one, at)));
            }
            let described = &spec["types"][kind]["fields"];
            let known = |name: &String| {
                described.as_array().is_some_and(|fields| fields.iter().any(|field| field["name"] == *name))
            };
            let Some(object) = value.as_object().filter(|object| object.keys().all(known)) else {
                return false;
            };
            fits(spec, described, &Value::Object(object.clone()), &format!("{at}: {kind}"));
            true
        }
    }
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!? \n]{0,40}",
        "([*_~`<>&]|word |Satz\\. |\n\n|\\[a\\]\\(https://a\\.b\\)|\\PC){0,60}",
        Just("längere Wörter ohne Ende 😀 ".repeat(300)),
    ]
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Url("https://shop.example/a.png".into())), Just(Source::Media(MediaId(Ulid(7))))]
}

fn some_button() -> impl Strategy<Value = Button> {
    let action = prop_oneof![
        "\\PC{0,80}".prop_map(Action::Value),
        Just(Action::Link("https://a.example".into())),
        Just(Action::Link("mailto:a@b.example".into()))
    ];
    ("\\PC{0,70}", action).prop_map(|(title, action)| Button { title, action })
}

fn some_card() -> impl Strategy<Value = Card> {
    let image =
        prop::option::of((some_source(), some_text()).prop_map(|(source, alt)| Picture { source, alt }));
    (some_text(), prop::option::of(some_text()), image, prop::collection::vec(some_button(), 0..6))
        .prop_map(|(title, text, image, buttons)| Card { title, text, image, buttons })
}

fn some_content() -> impl Strategy<Value = Content> {
    let buttons = || prop::collection::vec(some_button(), 0..12);
    let row = (some_text(), "[a-z]{0,80}").prop_map(|(title, value)| Row { title, description: None, value });
    let section = prop::collection::vec(row, 0..5).prop_map(|rows| Section { title: None, rows });
    prop_oneof![
        (some_text(), buttons()).prop_map(|(text, quick_replies)| Content::Text { text, quick_replies }),
        (some_text(), buttons()).prop_map(|(text, buttons)| Content::Buttons { text, buttons }),
        (some_text(), prop::collection::vec(section, 0..4)).prop_map(|(text, sections)| Content::List {
            text,
            button: "Open".into(),
            sections
        }),
        some_card().prop_map(Content::Card),
        prop::collection::vec(some_card(), 0..4).prop_map(|cards| Content::Carousel { cards }),
        (some_source(), some_text(), prop::option::of(some_text()))
            .prop_map(|(source, alt, caption)| Content::Image { source, alt, caption }),
        (any::<i32>(), any::<i32>(), prop::option::of(some_text())).prop_map(
            |(latitude, longitude, label)| {
                Content::Location {
                    latitude_microdegrees: latitude,
                    longitude_microdegrees: longitude,
                    label,
                }
            }
        ),
    ]
}

/// Why Telegram would not take a piece.
fn excess(piece: &Piece) -> Option<&'static str> {
    let (words, keys, longest, empty) = match piece {
        Piece::Words { text, keys } => (text, keys, LONGEST_TEXT, false),
        Piece::Picture { caption, keys, .. } => (caption, keys, LONGEST_CAPTION, true),
        Piece::File { .. } | Piece::Place { .. } => return None,
    };
    if words.length() > longest || (words.is_blank() && !empty) {
        return Some("words");
    }
    let (Keys::Inline(rows) | Keys::Reply(rows)) = keys else { return None };
    let all = rows.iter().flatten().collect::<Vec<_>>();
    let fits = |key: &&Key| match &key.press {
        Press::Value { data, .. } => (1..=64).contains(&data.len()),
        Press::Link(link) => matches!(link.scheme(), "http" | "https") && matches!(keys, Keys::Inline(_)),
    };
    let titles = all.iter().all(|key| !key.title.trim().is_empty());
    (all.len() > 100 || rows.iter().any(Vec::is_empty) || !titles || !all.iter().all(fits)).then_some("keys")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_content_keeps_within_the_limits(content in some_content(), reply_keyboard: bool) {
        let style = Style { reply_keyboard, key: &KEY };
        let rendered = render(&content, style);
        for piece in &rendered.pieces {
            prop_assert_eq!(excess(piece), None, "{:?}", piece);
        }
        prop_assert_eq!(render(&content, style), rendered, "it is the same at every try");
    }

    #[test]
    fn what_is_pressed_is_what_was_meant(content in some_content(), reply_keyboard: bool) {
        let rendered = render(&content, Style { reply_keyboard, key: &KEY });
        let keys = rendered.pieces.iter().filter_map(|piece| match piece {
            Piece::Words { keys, .. } | Piece::Picture { keys, .. } => Some(keys),
            Piece::File { .. } | Piece::Place { .. } => None,
        });
        let (mut pressed, mut titles) = (Vec::new(), std::collections::BTreeMap::new());
        for keys in keys {
            let (rows, by_title) = match keys {
                Keys::None => continue,
                Keys::Inline(rows) => (rows, false),
                Keys::Reply(rows) => (rows, true),
            };
            for key in rows.iter().flatten() {
                let Press::Value { value, data } = &key.press else { continue };
                // What comes back is found as `offered` does: the value that would carry the same.
                let found = content.values().into_iter().find(|(offered, _)| carried(&KEY, offered) == *data);
                prop_assert_eq!(found.map(|(value, _)| value), Some(value.as_str()));
                if by_title {
                    prop_assert!(titles.insert(key.title.clone(), value.clone()).is_none(), "two keys of one title");
                }
                pressed.push(value.clone());
            }
        }
        let words = rendered.pieces.iter().map(|piece| match piece {
            Piece::Words { text, .. } => text.text.clone(),
            Piece::Picture { caption, .. } => caption.text.clone(),
            Piece::File { .. } | Piece::Place { .. } => String::new(),
        }).collect::<Vec<_>>().join("\n");
        for (index, (value, _)) in content.values().into_iter().enumerate() {
            prop_assert!(
                pressed.iter().any(|pressed| pressed == value) || words.contains(&format!("{}.", index + 1)),
                "{:?} cannot be chosen in {:?}", value, rendered
            );
        }
    }
}
