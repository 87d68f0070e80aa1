//! How does something to say become content?

use std::collections::BTreeMap;

use super::text;
use crate::{
    bot::{
        Approved, Response, Saying, Variant,
        source::{
            self, ApprovedSource, Body, ButtonSource, CardSource, ListSource, MessageSource, Press,
            ResponseSource, VariantSource, Variants,
        },
        yaml::{Entries, OneOrMany, Text},
    },
    content::{Action, Button, Card, Content, Picture, Row, Section, Source, When},
};

pub fn saying(source: &source::Saying) -> Saying {
    match source {
        source::Saying::Named(name) => Saying::Named(name.value.clone()),
        source::Saying::Inline(inline) => Saying::Inline(Box::new(response(inline))),
    }
}

pub fn response(source: &ResponseSource) -> Response {
    Response {
        texts: variants(&source.texts),
        channels: (source.channels.iter())
            .map(|(channel, texts)| (channel.value.clone(), variants(texts)))
            .collect(),
    }
}

fn variants(source: &Variants) -> BTreeMap<String, Vec<Variant>> {
    let all = |variants: &OneOrMany<VariantSource>| variants.0.iter().map(variant).collect();
    source.iter().map(|(language, variants)| (language.value.clone(), all(variants))).collect()
}

fn variant(source: &VariantSource) -> Variant {
    let named = source.messages.iter().enumerate();
    Variant {
        messages: source.messages.iter().map(message).collect(),
        approved: named
            .filter_map(|(place, message)| Some(approved(place, message.template.as_ref()?)))
            .collect(),
    }
}

fn approved(message: usize, source: &ApprovedSource) -> Approved {
    let filled = |entries: &Entries<Text>| {
        entries
            .iter()
            .map(|(gap, value)| (gap.value.clone(), value.value.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    // The checks refuse what is no place.
    let buttons = filled(&source.buttons).into_iter();
    Approved {
        message,
        name: source.name.value.clone(),
        language: text(source.language.as_ref()),
        when: if source.always { When::Always } else { When::Closed },
        header: text(source.header.as_ref()),
        body: filled(&source.body),
        buttons: buttons.filter_map(|(place, value)| Some((place.parse().ok()?, value))).collect(),
    }
}

fn message(source: &MessageSource) -> Content {
    let place_of_address = |url: &str| Source::Url(url.to_owned());
    match &source.body {
        Body::Text { text, quick_replies } => {
            Content::Text { text: text.value.clone(), quick_replies: buttons(quick_replies) }
        }
        Body::Buttons { text, buttons: pressed } => {
            Content::Buttons { text: text.value.clone(), buttons: buttons(pressed) }
        }
        Body::List { text, list } => Content::List {
            text: text.value.clone(),
            button: list.button.value.clone(),
            sections: sections(list),
        },
        Body::Card(it) => Content::Card(card(it)),
        Body::Carousel(cards) => Content::Carousel { cards: cards.iter().map(card).collect() },
        Body::Image(image) => Content::Image {
            source: place_of_address(&image.url.value),
            alt: image.alt.value.clone(),
            caption: text(image.caption.as_ref()),
        },
        Body::File(file) => Content::File {
            source: place_of_address(&file.url.value),
            name: file.name.value.clone(),
            media_type: text(file.media_type.as_ref())
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            size: 0,
        },
        Body::Location(location) => Content::Location {
            latitude_microdegrees: microdegrees(location.latitude.value),
            longitude_microdegrees: microdegrees(location.longitude.value),
            label: text(location.label.as_ref()),
        },
    }
}

fn buttons(sources: &[ButtonSource]) -> Vec<Button> {
    let button = |source: &ButtonSource| Button {
        title: source.title.value.clone(),
        action: match &source.press {
            Press::Value(value) => Action::Value(value.value.clone()),
            Press::Link(link) => Action::Link(link.value.clone()),
        },
    };
    sources.iter().map(button).collect()
}

fn sections(list: &ListSource) -> Vec<Section> {
    let rows = |section: &source::SectionSource| {
        let row = |row: &source::RowSource| Row {
            title: row.title.value.clone(),
            description: text(row.description.as_ref()),
            value: row.value.value.clone(),
        };
        section.rows.iter().map(row).collect()
    };
    let section = |section: &source::SectionSource| Section {
        title: text(section.title.as_ref()),
        rows: rows(section),
    };
    list.sections.iter().map(section).collect()
}

fn card(source: &CardSource) -> Card {
    Card {
        title: source.title.value.clone(),
        text: text(source.text.as_ref()),
        image: source.image.as_ref().map(|image| Picture {
            source: Source::Url(image.url.value.clone()),
            alt: image.alt.value.clone(),
        }),
        buttons: buttons(&source.buttons),
    }
}

/// Degrees as millionths; the checks refuse what is beyond ±180.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what an i32 holds")]
fn microdegrees(degrees: f64) -> i32 {
    (degrees.clamp(-180.0, 180.0) * 1_000_000.0).round() as i32
}
