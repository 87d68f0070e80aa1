//! What is sent of each content, and does Telegram's own description take it?

use serde_json::{Value, json};
use studio_core::{
    content::{Action, Button, Card, Content, Loss, Picture, Row, Section, Source},
    id::MediaId,
};
use teloxide_core::requests::Payload;
use ulid::Ulid;

use super::specification::{described, takes};
use crate::telegram::{
    markup::Marked,
    outbound::{Key, Keys, Piece, Press, Style, render},
    place::Place,
    request::{self, Origin, Request},
};

pub const KEY: [u8; 32] = [42; 32];

pub fn keyboards() -> Style<'static> {
    Style { reply_keyboard: true, key: &KEY }
}

/// The method and the fields of a piece.
pub fn written(place: &Place, piece: &Piece) -> (&'static str, Value) {
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

pub fn value(title: &str, value: &str) -> Button {
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
