//! Contents of all kinds, for the tests of this folder.

use proptest::prelude::*;
use studio_core::{
    content::{Action, Button, Card, Content, Picture, Row, Section, Source},
    id::MediaId,
};
use ulid::Ulid;

use crate::testing::contents::{Ingredients, lists, on_earth};

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

/// Any content, as long as it likes.
pub fn some_content() -> impl Strategy<Value = Content> {
    let buttons = || lists(&some_button().boxed(), &[(1, 0..=24)]);
    Ingredients {
        text: some_text().boxed(),
        title: some_text().boxed(),
        label: some_text().boxed(),
        source: some_source().boxed(),
        buttons: buttons(),
        card_buttons: buttons(),
        value: "[a-z~]{0,250}".boxed(),
        rows: vec![(1, 0..=14)],
        sections: 0..=5,
        file: ("[a-z.]{1,20}", prop::sample::select(FILES.to_vec())).boxed(),
        place: on_earth(),
    }
    .content()
}
