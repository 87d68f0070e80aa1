//! Any content, each of whose words stands in it once, so that one that vanishes is missed.

use proptest::prelude::*;
use serde_json::Value;
use studio_core::{
    content::{Action, Button, Content, Field, FieldKind, Form, Loss, Source},
    id::MediaId,
};
use ulid::Ulid;

use super::contents::{Ingredients, lists, on_earth};

/// Texts of so many letters get so many words in the end.
fn text() -> impl Strategy<Value = String> {
    let count = prop_oneof![2 => 0..2_usize, 4 => 2..12_usize, 2 => 12..60_usize, 1 => 60..900_usize];
    count.prop_map(|count| "x".repeat(count))
}

fn title() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just(0_usize), 6 => 1..4_usize, 2 => 4..30_usize].prop_map(|count| "x".repeat(count))
}

fn source() -> impl Strategy<Value = Source> {
    let address = |path: &str| Just(Source::Url(format!("https://shop.example/{path}")));
    prop_oneof![
        4 => address("a.png"),
        1 => address("a.svg"),
        1 => address(&"a".repeat(3_100)),
        3 => Just(Source::Media(MediaId(Ulid(7)))),
    ]
}

fn button() -> impl Strategy<Value = Button> {
    let field = |name: char| Field { name: name.into(), label: "?".into(), kind: FieldKind::Line };
    let form = Form { id: "f".into(), title: "Form".into(), fields: ('a'..='l').map(field).collect() };
    let link = |address: &str| Just(Action::Link(address.to_owned()));
    let action = prop_oneof![
        12 => "[a-z]{0,12}".prop_map(Action::Value),
        1 => "[a-z]{200,300}".prop_map(Action::Value),
        1 => link("https://a.example/b"),
        1 => link("mailto:a@b.example"),
        1 => link("no address"),
        1 => link(&format!("https://a.example/{}", "x".repeat(600))),
        1 => link(&format!("https://a.example/{}", "x".repeat(4_000))),
        1 => Just(Action::Form(Box::new(form))),
    ];
    (title(), action).prop_map(|(title, action)| Button { title, action })
}

/// Of every kind and length, with what no channel can show.
pub fn some_worded() -> impl Strategy<Value = Content> {
    let types = prop::sample::select(vec!["application/pdf", "audio/ogg", "image/png", "video/mp4"]);
    let buttons = || lists(&button().boxed(), &[(6, 0..=7), (1, 20..=29), (1, 90..=129)]);
    let content = Ingredients {
        text: text().boxed(),
        title: title().boxed(),
        label: title().boxed(),
        source: source().boxed(),
        buttons: buttons(),
        card_buttons: buttons(),
        value: "[a-z]{0,12}".boxed(),
        rows: vec![(4, 0..=5), (1, 20..=39)],
        sections: 0..=7,
        file: (title(), types).boxed(),
        place: on_earth(),
    };
    content.content().prop_map(filled)
}

/// The words of a content that are found neither among the texts of what is sent nor in what is told to be lost.
pub fn vanished(content: &Content, sent: &[Value], losses: &[Loss]) -> Vec<String> {
    let mut found = losses.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for value in sent {
        collect(value, &mut found);
    }
    let mut content = content.clone();
    let texts = seen(&mut content).into_iter().map(std::mem::take).collect::<Vec<_>>();
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    words.filter(|word| !found.contains(word)).map(str::to_owned).collect()
}

fn filled(mut content: Content) -> Content {
    let mut number = 0;
    for text in seen(&mut content) {
        let words = (0..text.len()).map(|_| {
            number += 1;
            format!("w{number:05}")
        });
        *text = words.collect::<Vec<_>>().join(" ");
    }
    content
}

fn seen(content: &mut Content) -> Vec<&mut String> {
    match content {
        Content::File { name, .. } => vec![name],
        Content::Text { .. }
        | Content::Buttons { .. }
        | Content::List { .. }
        | Content::Card(_)
        | Content::Carousel { .. }
        | Content::Image { .. }
        | Content::Location { .. } => content.shown_mut(),
    }
}

fn collect(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => into.extend(["\n", text]),
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
