//! What a message can hold: one typed tree for every channel.

mod address;
mod capabilities;
mod degrade;
mod form;
mod loss;
mod misfit;
mod split;
mod template;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use self::template::by_place;
pub use self::{
    address::{LINK_SCHEMES, SOURCE_SCHEMES, in_words},
    capabilities::{Capabilities, EVERYTHING, TABLE, corrects, has_templates},
    degrade::{Degraded, degrade, without_bare_sections},
    form::{Field, FieldKind, FieldOption, Form, LONGEST_NAME},
    loss::Loss,
    misfit::control_character,
    split::{cut, split, split_by},
    template::{Header, Parameters, Template, When},
};
use crate::id::MediaId;

/// One message's content. Texts are Markdown of the small allowed kind (emphasis, code, lists, links).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// Words, with replies to choose from that vanish once one was chosen.
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        quick_replies: Vec<Button>,
    },
    /// Words with buttons that stay.
    Buttons { text: String, buttons: Vec<Button> },
    /// A choice of many, in sections.
    List { text: String, button: String, sections: Vec<Section> },
    /// One thing with picture, words and buttons.
    Card(Card),
    /// Several cards side by side.
    Carousel { cards: Vec<Card> },
    /// A picture. `alt` is what a screen reader says.
    Image {
        source: Source,
        alt: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// A file. `size` in bytes, 0 where unknown, and then left out of JSON.
    File {
        source: Source,
        name: String,
        media_type: String,
        #[serde(default, skip_serializing_if = "is_unknown")]
        size: u64,
    },
    /// A place on earth: millionths of a degree, so that content stays comparable.
    Location {
        latitude_microdegrees: i32,
        longitude_microdegrees: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_unknown(size: &u64) -> bool {
    *size == 0
}

/// What happens when a button is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What is written on it.
    pub title: String,
    pub action: Action,
}

/// The effect of a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Sends this value back to the bot; the transcript shows the title.
    Value(String),
    /// Opens an address (http, https, mailto, tel).
    Link(String),
    /// Opens a form; what was filled in comes back. Only where the channel has such a thing.
    Form(Box<Form>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What comes back to the bot.
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Picture>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub source: Source,
    pub alt: String,
}

/// Where bytes are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A public address.
    Url(String),
    /// A file that the studio keeps.
    Media(MediaId),
}

impl Content {
    /// Words and nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), quick_replies: Vec::new() }
    }

    /// The words of this content in one line of plain text: for previews, search and transcripts.
    pub fn plain(&self) -> String {
        match self {
            Self::Text { text, .. } | Self::Buttons { text, .. } | Self::List { text, .. } => text.clone(),
            Self::Card(card) => card.plain(),
            Self::Carousel { cards } => cards.iter().map(Card::plain).collect::<Vec<_>>().join(" | "),
            Self::Image { alt, caption, .. } => caption.clone().unwrap_or_else(|| alt.clone()),
            Self::File { name, .. } => name.clone(),
            Self::Location { label, latitude_microdegrees, longitude_microdegrees } => {
                label.clone().unwrap_or_else(|| {
                    format!("{}, {}", degrees(*latitude_microdegrees), degrees(*longitude_microdegrees))
                })
            }
        }
    }

    /// The texts in which a visitor's own words stand.
    pub fn words_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Text { text, .. } | Self::Buttons { text, .. } | Self::List { text, .. } => vec![text],
            Self::Card(card) => card.words_mut().collect(),
            Self::Carousel { cards } => cards.iter_mut().flat_map(Card::words_mut).collect(),
            Self::Image { alt, caption, .. } => std::iter::once(alt).chain(caption.as_mut()).collect(),
            Self::File { name, .. } => vec![name],
            Self::Location { label, .. } => label.iter_mut().collect(),
        }
    }

    /// All buttons and quick replies.
    pub fn buttons(&self) -> Vec<&Button> {
        match self {
            Self::Text { quick_replies: buttons, .. } | Self::Buttons { buttons, .. } => {
                buttons.iter().collect()
            }
            Self::Card(card) => card.buttons.iter().collect(),
            Self::Carousel { cards } => cards.iter().flat_map(|card| &card.buttons).collect(),
            Self::List { .. } | Self::Image { .. } | Self::File { .. } | Self::Location { .. } => Vec::new(),
        }
    }

    /// The form of this id that a press opens.
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.buttons().into_iter().find_map(|button| match &button.action {
            Action::Form(form) if form.id == id => Some(&**form),
            Action::Form(_) | Action::Value(_) | Action::Link(_) => None,
        })
    }

    /// Every text that people read, of the author's own words; values, addresses and names of files are none.
    pub fn shown_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Text { text, quick_replies: buttons } | Self::Buttons { text, buttons } => {
                std::iter::once(text).chain(buttons.iter_mut().map(|button| &mut button.title)).collect()
            }
            Self::List { text, button, sections } => [text, button]
                .into_iter()
                .chain(sections.iter_mut().flat_map(|section| {
                    let rows = section.rows.iter_mut();
                    let rows =
                        rows.flat_map(|row| std::iter::once(&mut row.title).chain(&mut row.description));
                    section.title.iter_mut().chain(rows)
                }))
                .collect(),
            Self::Card(card) => card.shown_mut().collect(),
            Self::Carousel { cards } => cards.iter_mut().flat_map(Card::shown_mut).collect(),
            Self::Image { alt, caption, .. } => std::iter::once(alt).chain(caption.as_mut()).collect(),
            Self::File { .. } => Vec::new(),
            Self::Location { label, .. } => label.iter_mut().collect(),
        }
    }

    /// Every value that a press can send back, with its title.
    pub fn values(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        match self {
            Self::Text { quick_replies: buttons, .. } | Self::Buttons { buttons, .. } => {
                push_values(buttons, &mut found);
            }
            Self::List { sections, .. } => {
                found.extend(
                    sections
                        .iter()
                        .flat_map(|section| &section.rows)
                        .map(|row| (row.value.as_str(), row.title.as_str())),
                );
            }
            Self::Card(card) => push_values(&card.buttons, &mut found),
            Self::Carousel { cards } => cards.iter().for_each(|card| push_values(&card.buttons, &mut found)),
            Self::Image { .. } | Self::File { .. } | Self::Location { .. } => {}
        }
        found
    }
}

fn push_values<'a>(buttons: &'a [Button], found: &mut Vec<(&'a str, &'a str)>) {
    for button in buttons {
        match &button.action {
            Action::Value(value) => found.push((value, &button.title)),
            Action::Link(_) | Action::Form(_) => {}
        }
    }
}

impl Card {
    fn words_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let alt = self.image.as_mut().map(|image| &mut image.alt);
        std::iter::once(&mut self.title).chain(self.text.as_mut()).chain(alt)
    }

    fn shown_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let alt = self.image.as_mut().map(|image| &mut image.alt);
        let buttons = self.buttons.iter_mut().map(|button| &mut button.title);
        std::iter::once(&mut self.title).chain(self.text.as_mut()).chain(alt).chain(buttons)
    }

    fn plain(&self) -> String {
        match &self.text {
            Some(text) => format!("{}: {text}", self.title),
            None => self.title.clone(),
        }
    }
}

/// Millionths of a degree as decimal degrees.
pub fn degrees(microdegrees: i32) -> String {
    let sign = if microdegrees < 0 { "-" } else { "" };
    let absolute = microdegrees.unsigned_abs();
    format!("{sign}{}.{:06}", absolute / 1_000_000, absolute % 1_000_000)
}
