//! Contents of all kinds, for the tests of this folder.

use proptest::prelude::*;
use studio_core::{
    content::{Action, Button, Card, Content, Picture, Row, Section, Source},
    id::MediaId,
};
use ulid::Ulid;

pub fn value(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

pub fn link(title: &str, link: &str) -> Button {
    Button { title: title.into(), action: Action::Link(link.into()) }
}

pub fn rows(count: usize) -> Content {
    let row = |number: usize| Row {
        title: format!("Row {number}"),
        description: Some(format!("The row of the number {number}")),
        value: format!("row_{number}"),
    };
    Content::List {
        text: "Which?".into(),
        button: "Choose".into(),
        sections: vec![Section { title: None, rows: (1..=count).map(row).collect() }],
    }
}

pub fn picture() -> Source {
    Source::Url("https://shop.example/tent.jpg".into())
}

pub fn card(title: &str, buttons: Vec<Button>) -> Card {
    let image = Some(Picture { source: picture(), alt: "A tent".into() });
    Card { title: title.into(), text: Some("For **two**".into()), image, buttons }
}

/// Of each kind of file that WhatsApp has, and of none.
const FILES: [&str; 6] =
    ["application/pdf", "application/zip", "audio/ogg", "image/gif", "image/png", "video/mp4"];

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!? \n]{0,40}",
        "(word |Satz\\. |\n\n|\\*\\*bold\\*\\* |\\PC){0,60}",
        Just("längere Wörter ohne Ende ".repeat(60)),
        Just(String::new()),
    ]
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(picture()), Just(Source::Media(MediaId(Ulid(7))))]
}

fn some_button() -> impl Strategy<Value = Button> {
    let action = prop_oneof![
        4 => "[a-z_~ ]{0,300}".prop_map(Action::Value),
        2 => "[a-c]".prop_map(Action::Value),
        1 => Just(Action::Link("https://a.example".into())),
    ];
    (prop_oneof!["[a-c]{0,2}", some_text()], action).prop_map(|(title, action)| Button { title, action })
}

fn some_buttons() -> impl Strategy<Value = Vec<Button>> {
    prop::collection::vec(some_button(), 0..25)
}

fn some_card() -> impl Strategy<Value = Card> {
    let image =
        prop::option::of((some_source(), some_text()).prop_map(|(source, alt)| Picture { source, alt }));
    (some_text(), prop::option::of(some_text()), image, some_buttons())
        .prop_map(|(title, text, image, buttons)| Card { title, text, image, buttons })
}

fn some_sections() -> impl Strategy<Value = Vec<Section>> {
    let row = (some_text(), prop::option::of(some_text()), "[a-z~]{0,250}")
        .prop_map(|(title, description, value)| Row { title, description, value });
    let section = (prop::option::of(some_text()), prop::collection::vec(row, 0..15))
        .prop_map(|(title, rows)| Section { title, rows });
    prop::collection::vec(section, 0..6)
}

/// Any content, as long as it likes.
pub fn some_content() -> impl Strategy<Value = Content> {
    prop_oneof![
        (some_text(), some_buttons()).prop_map(|(text, quick_replies)| Content::Text { text, quick_replies }),
        (some_text(), some_buttons()).prop_map(|(text, buttons)| Content::Buttons { text, buttons }),
        (some_text(), some_text(), some_sections()).prop_map(|(text, button, sections)| Content::List {
            text,
            button,
            sections
        }),
        some_card().prop_map(Content::Card),
        prop::collection::vec(some_card(), 0..4).prop_map(|cards| Content::Carousel { cards }),
        (some_source(), some_text(), prop::option::of(some_text()))
            .prop_map(|(source, alt, caption)| Content::Image { source, alt, caption }),
        (some_source(), "[a-z.]{1,20}", prop::sample::select(FILES.to_vec())).prop_map(
            |(source, name, media_type)| Content::File {
                source,
                name,
                media_type: media_type.into(),
                size: 0
            }
        ),
        (-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32, prop::option::of(some_text()))
            .prop_map(|(latitude_microdegrees, longitude_microdegrees, label)| Content::Location {
                latitude_microdegrees,
                longitude_microdegrees,
                label
            }),
    ]
}
