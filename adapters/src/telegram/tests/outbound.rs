//! Does everything that we send keep within what Telegram takes?

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{
    content::{Action, Button, Card, Content, Loss, Picture, Row, Section, Source},
    id::MediaId,
};
use teloxide_core::requests::Payload;
use ulid::Ulid;

use super::specification::{described, takes};
use crate::{
    telegram::{
        markup::Marked,
        outbound::{Key, Keys, Piece, Press, Rendered, Style, render},
        place::Place,
        request::{self, Origin, Request},
        token::carried,
    },
    testing::words::{some_worded, vanished},
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
            request::picture(place, origin(source), caption, keys, true, false)
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
    let [Piece::Words { text, keys: Keys::Inline(rows) }] = &words[..] else { panic!("{words:?}") };
    assert_eq!((text.text.as_str(), rows.len(), losses.len()), ("Sure?\nShop: https://localhost/", 1, 1));
    assert_eq!(words[0].with_links_as_words(), None);

    let source = Source::Url("https://shop.example/gone.png".into());
    let picture =
        Piece::Picture { source, alt: "A tent".into(), caption: Marked::bold("Tent"), keys: Keys::None };
    let (words, losses) = picture.as_words().expect("a picture");
    let expected = Piece::Words {
        text: Marked::bold("Tent").above(&Marked::plain("A tent: https://shop.example/gone.png")),
        keys: Keys::None,
    };
    assert_eq!((words, losses), (vec![expected], vec![Loss::ImageAsLink { alt: "A tent".to_owned() }]));
}

/// Every field that we send stands in Telegram's own description of its methods, of a kind that is named
/// there, and none that is needed is missing.
#[test]
fn telegrams_own_description_takes_what_we_send() {
    let Some(spec) = described() else { return };
    let mut judged = 0;
    for (name, content) in samples() {
        for style in [keyboards(), Style { reply_keyboard: false, key: &KEY }] {
            for piece in render(&content, style).pieces {
                let place = Place { topic: Some(3), business: Some("b".into()), ..Place::chat(7) };
                let (method, fields) = written(&place, &piece);
                let method = format!("{}{}", method[..1].to_lowercase(), &method[1..]);
                assert_eq!(takes(spec, &method, &fields), Ok(()), "{name}");
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
        ("editMessageText", serde_json::to_value(request::edit_words(&place, 5, &text, &keys, true))),
        ("editMessageCaption", serde_json::to_value(request::edit_caption(&place, 5, &text, &keys, true))),
    ] {
        assert_eq!(takes(spec, method, &fields.expect("a method can be written")), Ok(()));
    }
    assert!(judged > 20, "{judged} methods");
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
    let buttons = || {
        let many = prop::collection::vec(some_button(), 95..=105);
        prop_oneof![9 => prop::collection::vec(some_button(), 0..12), 1 => many]
    };
    let row = (some_text(), prop::option::of(some_text()), "\\PC{0,80}")
        .prop_map(|(title, description, value)| Row { title, description, value })
        .boxed();
    let rows =
        prop_oneof![9 => prop::collection::vec(row.clone(), 0..5), 1 => prop::collection::vec(row, 95..=105)];
    let section = (prop::option::of(some_text()), rows).prop_map(|(title, rows)| Section { title, rows });
    prop_oneof![
        (some_text(), buttons()).prop_map(|(text, quick_replies)| Content::Text { text, quick_replies }),
        (some_text(), buttons()).prop_map(|(text, buttons)| Content::Buttons { text, buttons }),
        (some_text(), some_text(), prop::collection::vec(section, 0..4))
            .prop_map(|(text, button, sections)| Content::List { text, button, sections }),
        some_card().prop_map(Content::Card),
        prop::collection::vec(some_card(), 0..4).prop_map(|cards| Content::Carousel { cards }),
        (some_source(), some_text(), prop::option::of(some_text()))
            .prop_map(|(source, alt, caption)| Content::Image { source, alt, caption }),
        (some_source(), some_text()).prop_map(|(source, name)| Content::File {
            source,
            name,
            media_type: "text/plain".into(),
            size: 0
        }),
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

/// What a person sees of our HTML.
fn visible(html: &str) -> String {
    let mut seen = String::new();
    let mut rest = html;
    while let Some(mark) = rest.find(['<', '&']) {
        seen.push_str(&rest[..mark]);
        let is_tag = rest[mark..].starts_with('<');
        let end = mark + rest[mark..].find(if is_tag { '>' } else { ';' }).expect("a mark ends");
        let sign = match &rest[mark..=end] {
            "&lt;" => "<",
            "&gt;" => ">",
            "&amp;" => "&",
            "&quot;" => "\"",
            tag => {
                assert!(is_tag, "{tag} is none that Telegram knows");
                ""
            }
        };
        seen.push_str(sign);
        rest = &rest[end + 1..];
    }
    seen + rest
}

/// Why Telegram would not take a piece: limits of core.telegram.org/bots/api, written down once more and read from what is sent.
fn excess(piece: &Piece) -> Option<String> {
    let (method, fields) = written(&Place::chat(7), piece);
    let length = |field: &str| {
        let text = visible(fields[field].as_str().unwrap_or_default());
        if text.trim().is_empty() { 0 } else { text.encode_utf16().count() }
    };
    let is_said = |field: &str| fields[field].as_str().is_some_and(|text| !text.trim().is_empty());
    let within = |field: &str, most: f64| {
        fields[field].as_f64().is_some_and(|degrees| (-most..=most).contains(&degrees))
    };
    let is_place = || within("latitude", 90.0) && within("longitude", 180.0);
    let fits = match method {
        "SendMessage" => (1..=4096).contains(&length("text")),
        "SendPhoto" => length("caption") <= 1024 && fields["photo"].is_string(),
        "SendAnimation" => length("caption") <= 1024 && fields["animation"].is_string(),
        "SendDocument" => length("caption") <= 1024 && fields["document"].is_string(),
        "SendLocation" => is_place(),
        "SendVenue" => is_place() && is_said("title") && is_said("address"),
        _ => false,
    };
    let markup = &fields["reply_markup"];
    let rows = ["inline_keyboard", "keyboard"].into_iter().find_map(|kind| markup[kind].as_array());
    let rows = rows.map(Vec::as_slice).unwrap_or_default();
    let keys = rows.iter().filter_map(Value::as_array).flatten().collect::<Vec<_>>();
    let is_row = |row: &Value| row.as_array().is_some_and(|row| (1..=8).contains(&row.len()));
    let is_key = |key: &&Value| {
        let title = key["text"].as_str().unwrap_or_default();
        let data = key["callback_data"].as_str().map(|data| (1..=64).contains(&data.len()));
        let opens =
            key["url"].as_str().map(|url| ["http://", "https://"].iter().any(|web| url.starts_with(web)));
        let inline = markup["inline_keyboard"].is_array();
        (1..=64).contains(&title.chars().count())
            && !title.trim().is_empty()
            && match (data, opens) {
                (Some(good), None) | (None, Some(good)) => good && inline,
                (None, None) => !inline,
                (Some(_), Some(_)) => false,
            }
    };
    let fits = fits && keys.len() <= 100 && rows.iter().all(is_row) && keys.iter().all(is_key);
    let method = format!("{}{}", method[..1].to_lowercase(), &method[1..]);
    let described = described().map_or(Ok(()), |spec| takes(spec, &method, &fields));
    (!fits || described.is_err()).then(|| format!("{described:?}: {method} {fields}"))
}

/// What may leave in place of a piece.
fn with_less(piece: &Piece) -> Vec<Piece> {
    let linked = piece.with_links_as_words().map(|(pieces, _)| pieces).unwrap_or_default();
    let said = linked.iter().chain([piece]).filter_map(Piece::as_words).flat_map(|(pieces, _)| pieces);
    let said = said.collect::<Vec<_>>();
    linked.into_iter().chain(said).collect()
}

#[test]
fn a_hundred_keys_are_one_keyboard_and_more_are_lines() {
    let check = |count: usize, keys_shown: usize| {
        let title = |number: usize| format!("Number {number}");
        let buttons = || (1..=count).map(|number| value(&title(number), &title(number))).collect::<Vec<_>>();
        let row = |number: usize| Row { title: title(number), description: None, value: title(number) };
        let sections = vec![Section { title: None, rows: (1..=count).map(row).collect() }];
        for content in [
            Content::Text { text: "Which?".into(), quick_replies: buttons() },
            Content::Buttons { text: "Which?".into(), buttons: buttons() },
            Content::List { text: "Which?".into(), button: "Choose".into(), sections },
        ] {
            let Rendered { pieces, .. } = render(&content, keyboards());
            let [Piece::Words { text, keys }] = pieces.as_slice() else { panic!("{pieces:?}") };
            let shown: usize = match keys {
                Keys::None => 0,
                Keys::Inline(rows) | Keys::Reply(rows) => rows.iter().map(Vec::len).sum(),
            };
            assert_eq!(shown, keys_shown, "{content:?}");
            assert!(shown == count || text.text.contains(&format!("{count}. Number {count}")), "{text:?}");
            assert_eq!(excess(&pieces[0]), None);
        }
    };
    check(100, 100);
    check(101, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_word_vanishes_untold(content in some_worded(), reply_keyboard: bool) {
        let Rendered { pieces, losses } = render(&content, Style { reply_keyboard, key: &KEY });
        let mut sent = pieces.iter().map(|piece| written(&Place::chat(7), piece).1).collect::<Vec<_>>();
        sent.extend(pieces.iter().filter_map(|piece| match piece {
            // It goes by its own name.
            Piece::File { source: Source::Media(_), name, .. } => Some(json!(name)),
            Piece::File { source: Source::Url(_), .. }
            | Piece::Words { .. }
            | Piece::Picture { .. }
            | Piece::Place { .. } => None,
        }));
        prop_assert_eq!(vanished(&content, &sent, &losses), Vec::<String>::new(), "{:?} {:?}", pieces, losses);
    }

    #[test]
    fn any_content_keeps_within_the_limits(content in some_content(), reply_keyboard: bool) {
        let style = Style { reply_keyboard, key: &KEY };
        let rendered = render(&content, style);
        for piece in &rendered.pieces {
            prop_assert_eq!(excess(piece), None, "{:?}", piece);
            for less in with_less(piece) {
                prop_assert_eq!(excess(&less), None, "{:?} in place of {:?}", less, piece);
            }
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
