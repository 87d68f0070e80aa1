//! Contents of every kind, of the texts, addresses and numbers that a test chooses: each channel has others that are hard for it.

use std::{fmt::Debug, ops::RangeInclusive};

use proptest::{prelude::*, strategy::Union};
use studio_core::content::{Button, Card, Content, Picture, Row, Section, Source};

/// What contents are made of.
pub struct Ingredients {
    pub text: BoxedStrategy<String>,
    /// Of cards, lists, sections and rows.
    pub title: BoxedStrategy<String>,
    /// Of a place.
    pub label: BoxedStrategy<String>,
    pub source: BoxedStrategy<Source>,
    /// Below a text.
    pub buttons: BoxedStrategy<Vec<Button>>,
    pub card_buttons: BoxedStrategy<Vec<Button>>,
    /// What stands behind a row.
    pub value: BoxedStrategy<String>,
    /// How many a section has, each range so often.
    pub rows: Vec<(u32, RangeInclusive<usize>)>,
    pub sections: RangeInclusive<usize>,
    /// Name and type.
    pub file: BoxedStrategy<(String, &'static str)>,
    /// Latitude and longitude, in millionths of a degree.
    pub place: BoxedStrategy<(i32, i32)>,
}

impl Ingredients {
    pub fn content(self) -> BoxedStrategy<Content> {
        let Self { text, title, label, source, buttons, card_buttons, value, rows, sections, file, place } =
            self;
        let maybe_text = prop::option::of(text.clone()).boxed();
        let maybe_title = prop::option::of(title.clone()).boxed();
        let image = (source.clone(), text.clone()).prop_map(|(source, alt)| Picture { source, alt });
        let card = (title.clone(), maybe_text.clone(), prop::option::of(image), card_buttons)
            .prop_map(|(title, text, image, buttons)| Card { title, text, image, buttons })
            .boxed();
        let row = (title.clone(), maybe_title.clone(), value)
            .prop_map(|(title, description, value)| Row { title, description, value })
            .boxed();
        let section = (maybe_title, lists(&row, &rows)).prop_map(|(title, rows)| Section { title, rows });
        let sections = prop::collection::vec(section, sections);
        prop_oneof![
            (text.clone(), buttons.clone())
                .prop_map(|(text, quick_replies)| Content::Text { text, quick_replies }),
            (text.clone(), buttons).prop_map(|(text, buttons)| Content::Buttons { text, buttons }),
            (text.clone(), title, sections).prop_map(|(text, button, sections)| Content::List {
                text,
                button,
                sections
            }),
            card.clone().prop_map(Content::Card),
            prop::collection::vec(card, 0..4).prop_map(|cards| Content::Carousel { cards }),
            (source.clone(), text, maybe_text).prop_map(|(source, alt, caption)| Content::Image {
                source,
                alt,
                caption
            }),
            (source, file).prop_map(|(source, (name, media_type))| Content::File {
                source,
                name,
                media_type: media_type.into(),
                size: 0
            }),
            (place, prop::option::of(label)).prop_map(
                |((latitude_microdegrees, longitude_microdegrees), label)| Content::Location {
                    latitude_microdegrees,
                    longitude_microdegrees,
                    label
                }
            ),
        ]
        .boxed()
    }
}

/// Lists of so many, each range so often.
pub fn lists<T: Debug + 'static>(
    one: &BoxedStrategy<T>,
    counts: &[(u32, RangeInclusive<usize>)],
) -> BoxedStrategy<Vec<T>> {
    let list = |(often, count): &(u32, RangeInclusive<usize>)| {
        (*often, prop::collection::vec(one.clone(), count.clone()).boxed())
    };
    Union::new_weighted(counts.iter().map(list).collect()).boxed()
}

/// Texts of such names.
pub fn plain(name: impl Strategy<Value = String> + 'static) -> BoxedStrategy<(String, &'static str)> {
    name.prop_map(|name| (name, "text/plain")).boxed()
}

/// Also where no place is.
pub fn anywhere() -> BoxedStrategy<(i32, i32)> {
    (any::<i32>(), any::<i32>()).boxed()
}

pub fn on_earth() -> BoxedStrategy<(i32, i32)> {
    (-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32).boxed()
}
