//! What is said in these tests, and what is seen of it.

use studio_core::content::{Action, Button, Card, Content, Picture, Source};

use super::stage::{ADA, Stage};
use crate::platform::Attempt;

pub fn losses(attempt: &Attempt) -> Vec<String> {
    attempt.losses.iter().map(ToString::to_string).collect()
}

pub fn link(address: &str) -> Button {
    Button { title: "Open".into(), action: Action::Link(address.into()) }
}

pub fn yes() -> Button {
    Button { title: "Yes".into(), action: Action::Value("yes".into()) }
}

/// A card such as the sample shop's, with a picture at this address.
pub fn card(text: &str, picture: &str, buttons: Vec<Button>) -> Content {
    let image = Picture { source: Source::Url(picture.into()), alt: "A tent".into() };
    Content::Card(Card { title: "Alva".into(), text: Some(text.into()), image: Some(image), buttons })
}

/// Titles of what stands below the message that the bot said last.
pub fn below(stage: &Stage) -> Vec<String> {
    let said = stage.simulator.said(Some(ADA));
    let rows =
        said.last().and_then(|said| said["message"]["reply_markup"]["inline_keyboard"].as_array().cloned());
    let keys = rows.into_iter().flatten().filter_map(|row| row.as_array().cloned()).flatten();
    keys.filter_map(|key| key["text"].as_str().map(str::to_owned)).collect()
}

pub const LOCAL: &str = "http://localhost/a-page-that-telegram-opens-from-no-button";
