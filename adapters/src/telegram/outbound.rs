//! What does a message look like on Telegram? (pure)
//!
//! | content | is |
//! |---|---|
//! | text | a message; longer than 4,096 units: several |
//! | quick replies | a keyboard in place of the letters (private chats), or buttons below the message |
//! | buttons | an inline keyboard |
//! | card | a picture with caption and inline keyboard, or words with a bold title |
//! | image, file | photo, document; a photo has no description, and no file that is fetched has a name of ours |
//! | location | a location; with a label a venue |
//! | list | an inline keyboard of its rows, below what they say beside their titles |
//! | carousel | what [`degrade`] makes of it |

use studio_core::content::{
    Action, Button, Capabilities, Card, Content, Degraded, Loss, Picture, Row, Section, Source, degrade,
    in_words, split_by,
};
use url::{Url, form_urlencoded};

use super::{
    markup::{LINKED, Marked, length},
    token::carried,
};
use crate::markdown::link_pictures;

/// Longest text and caption, in units of UTF-16.
pub const LONGEST_TEXT: usize = 4096;
pub const LONGEST_CAPTION: usize = 1024;
/// Longest title of a venue that is surely taken; our own.
const LONGEST_VENUE: usize = 128;
/// Letters of all titles of a row of buttons, and most buttons of one: what a telephone shows; our own.
const ROW_LETTERS: usize = 30;
const ROW_BUTTONS: usize = 3;

/// How a conversation's messages are shown.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// Quick replies may take the place of the letters.
    pub reply_keyboard: bool,
    /// See [`crate::host::Host::token_key`].
    pub key: &'a [u8; 32],
}

/// One message of Telegram's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Words { text: Marked, keys: Keys },
    Picture { source: Source, alt: String, caption: Marked, keys: Keys },
    File { source: Source, name: String, media_type: String },
    Place { latitude_microdegrees: i32, longitude_microdegrees: i32, label: Option<String> },
}

/// What can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    None,
    /// Rows below the message.
    Inline(Vec<Vec<Key>>),
    /// Rows in place of the letters: a press writes the title.
    Reply(Vec<Vec<Key>>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub title: String,
    pub press: Press,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    Value {
        value: String,
        /// `callback_data`.
        data: String,
    },
    Link(Url),
}

/// All messages of Telegram's that one of ours becomes, in order. The same each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub pieces: Vec<Piece>,
    pub losses: Vec<Loss>,
}

pub fn render(content: &Content, style: Style<'_>) -> Rendered {
    let own = Capabilities::of("telegram").expect("the channel stands in the table");
    // Words are divided here, where their marks are known; values of any length travel by token.
    let can = Capabilities {
        text: usize::MAX,
        interactive_text: usize::MAX,
        caption: usize::MAX,
        card_title: usize::MAX,
        card_text: usize::MAX,
        button_value: usize::MAX,
        ..own.clone()
    };
    let mut rendering = Rendering { style, pieces: Vec::new(), losses: Vec::new() };
    let mut content = content.clone();
    rendering.losses.extend(link_pictures(&mut content, Some(&LINKED)));
    let content = rendering.without_other_links(content);
    let content = rendering.with_keys_for_rows(content, own);
    let Degraded { messages, losses } = degrade(content, &can);
    rendering.losses.extend(losses);
    for message in messages {
        rendering.message(message);
    }
    Rendered { pieces: rendering.pieces, losses: rendering.losses }
}

struct Rendering<'a> {
    style: Style<'a>,
    pieces: Vec<Piece>,
    losses: Vec<Loss>,
}

impl Rendering<'_> {
    fn message(&mut self, content: Content) {
        match content {
            Content::Text { text, quick_replies } => {
                let keys = self.quick_replies(quick_replies);
                self.words(&Marked::markdown(&text), keys);
            }
            Content::Buttons { text, buttons } => {
                let keys = self.inline(buttons);
                self.words(&Marked::markdown(&text), keys);
            }
            Content::Card(Card { title, text, image, buttons }) => {
                let keys = self.inline(buttons);
                let words = Marked::bold(&title).above(&Marked::markdown(&text.unwrap_or_default()));
                match image {
                    Some(Picture { source, alt }) => self.picture(source, alt, words, keys),
                    None => self.words(&words, keys),
                }
            }
            Content::Image { source, alt, caption } => {
                let caption = Marked::markdown(&caption.unwrap_or_default());
                self.picture(source, alt, caption, Keys::None);
            }
            Content::File { source, name, media_type, .. } => {
                if !is_called(&source, &name) {
                    self.losses.push(Loss::NameLost { name: name.clone() });
                }
                self.pieces.push(Piece::File { source, name, media_type });
            }
            Content::Location { latitude_microdegrees, longitude_microdegrees, label } => {
                let label = label.filter(|label| !label.trim().is_empty());
                let (label, apart) = match label {
                    Some(label) if label.chars().count() > LONGEST_VENUE => (None, Some(label)),
                    label => (label, None),
                };
                self.pieces.push(Piece::Place { latitude_microdegrees, longitude_microdegrees, label });
                if let Some(label) = apart {
                    self.words(&Marked::plain(&label), Keys::None);
                }
            }
            // `degrade` leaves none: the table has neither for Telegram.
            Content::List { text, .. } => self.words(&Marked::markdown(&text), Keys::None),
            Content::Carousel { cards } => {
                for card in cards {
                    self.message(Content::Card(card));
                }
            }
        }
    }

    fn words(&mut self, text: &Marked, keys: Keys) {
        let (pieces, losses) = divided(text, keys);
        self.pieces.extend(pieces);
        self.losses.extend(losses);
    }

    fn picture(&mut self, source: Source, alt: String, words: Marked, keys: Keys) {
        if !words.text.contains(alt.trim()) {
            self.losses.push(Loss::DescriptionLost { alt: alt.clone() });
        }
        let (pieces, losses) = pictured(source, alt, words, keys);
        self.pieces.extend(pieces);
        self.losses.extend(losses);
    }

    fn quick_replies(&self, buttons: Vec<Button>) -> Keys {
        let mut titles = std::collections::BTreeSet::new();
        let fits = self.style.reply_keyboard
            && buttons.iter().all(|button| {
                let title = button.title.trim();
                matches!(button.action, Action::Value(_)) && !title.is_empty() && titles.insert(title)
            });
        match self.inline(buttons) {
            Keys::Inline(rows) if fits => Keys::Reply(rows),
            keys => keys,
        }
    }

    fn inline(&self, buttons: Vec<Button>) -> Keys {
        let key = |button: Button| {
            let title = button.title.trim();
            let title = if title.is_empty() { "…" } else { title }.to_owned();
            let press = match button.action {
                Action::Value(value) => Press::Value { data: carried(self.style.key, &value), value },
                Action::Link(link) => Press::Link(web_address(&link)?),
                // `degrade` leaves none.
                Action::Form(_) => return None,
            };
            Some(Key { title, press })
        };
        let keys = buttons.into_iter().filter_map(key).collect::<Vec<_>>();
        if keys.is_empty() { Keys::None } else { Keys::Inline(rows(keys)) }
    }

    /// A list becomes buttons where there is room for them and they can be told apart.
    fn with_keys_for_rows(&mut self, content: Content, can: &Capabilities) -> Content {
        match content {
            Content::List { text, button, sections } if can_be_keys(&sections, can) => {
                let rows = sections.iter().flat_map(|section| &section.rows);
                let key =
                    |row: &Row| Button { title: row.title.clone(), action: Action::Value(row.value.clone()) };
                let buttons: Vec<_> = rows.map(key).collect();
                self.losses.push(Loss::ListAsButtons { rows: buttons.len(), button });
                Content::Buttons { text: above_keys(text, &sections, can), buttons }
            }
            other => other,
        }
    }

    /// Buttons of Telegram open pages; what else a link can be, such as a mail address, goes into the words.
    fn without_other_links(&mut self, mut content: Content) -> Content {
        let mut take = |text: &mut String, buttons: &mut Vec<Button>| {
            buttons.retain(|button| match &button.action {
                Action::Link(link) if web_address(link).is_none() => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.extend([&button.title, ": ", in_words(link)]);
                    self.losses.push(Loss::LinkAsText { title: button.title.clone() });
                    false
                }
                Action::Link(_) | Action::Value(_) | Action::Form(_) => true,
            });
        };
        match &mut content {
            Content::Text { text, quick_replies: buttons } | Content::Buttons { text, buttons } => {
                take(text, buttons);
            }
            Content::Card(card) => take(card.text.get_or_insert_default(), &mut card.buttons),
            Content::Carousel { cards } => {
                for card in cards {
                    take(card.text.get_or_insert_default(), &mut card.buttons);
                }
            }
            Content::List { .. }
            | Content::Image { .. }
            | Content::File { .. }
            | Content::Location { .. } => {}
        }
        content
    }
}

/// Whether a file is shown by this name: one that Telegram fetches is called as its address ends.
fn is_called(source: &Source, name: &str) -> bool {
    let Source::Url(address) = source else { return true };
    let url = Url::parse(address).ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back());
    let ending = last.and_then(|last| form_urlencoded::parse(last.as_bytes()).next());
    name.trim().is_empty() || ending.is_some_and(|(ending, _)| ending == name)
}

/// Words as messages, the keys below the last.
fn divided(text: &Marked, keys: Keys) -> (Vec<Piece>, Vec<Loss>) {
    let mut texts = text.divide(LONGEST_TEXT);
    texts.retain(|text| !text.is_blank());
    let losses = if texts.len() > 1 { vec![Loss::TextSplit { into: texts.len() }] } else { Vec::new() };
    // Telegram shows no keyboard without words.
    let last = match texts.pop() {
        None if keys == Keys::None => return (Vec::new(), losses),
        last => last.unwrap_or_else(|| Marked::plain("…")),
    };
    let above = texts.into_iter().map(|text| Piece::Words { text, keys: Keys::None });
    (above.chain([Piece::Words { text: last, keys }]).collect(), losses)
}

/// A picture with words below it, in messages of their own where they are too many for a caption.
fn pictured(source: Source, alt: String, words: Marked, keys: Keys) -> (Vec<Piece>, Vec<Loss>) {
    if words.length() <= LONGEST_CAPTION {
        return (vec![Piece::Picture { source, alt, caption: words, keys }], Vec::new());
    }
    let alone = Piece::Picture { source, alt, caption: Marked::default(), keys: Keys::None };
    let (below, losses) = divided(&words, keys);
    let pieces = [alone].into_iter().chain(below).collect();
    (pieces, [Loss::CaptionApart].into_iter().chain(losses).collect())
}

/// As much of a text as is sure to be taken in one message beside so many units.
fn beside(text: &str, taken: usize) -> &str {
    let room = LONGEST_TEXT.saturating_sub(taken);
    split_by(text, room, char::len_utf16).first().copied().unwrap_or_default()
}

impl Piece {
    /// The same with its addresses among the words, for a Telegram that takes them on no button.
    pub fn with_links_as_words(&self) -> Option<(Vec<Self>, Vec<Loss>)> {
        let (Self::Words { text: words, keys } | Self::Picture { caption: words, keys, .. }) = self else {
            return None;
        };
        let Keys::Inline(rows) = keys else { return None };
        let mut losses = Vec::new();
        let mut words = words.clone();
        let mut left = Vec::new();
        for key in rows.iter().flatten() {
            match &key.press {
                Press::Link(link) => {
                    words = words.above(&Marked::plain(&format!("{}: {link}", key.title)));
                    losses.push(Loss::LinkAsText { title: key.title.clone() });
                }
                Press::Value { .. } => left.push(key.clone()),
            }
        }
        let left = if left.is_empty() { Keys::None } else { Keys::Inline(self::rows(left)) };
        if losses.is_empty() {
            return None;
        }
        let (pieces, more) = match self {
            Self::Picture { source, alt, .. } => pictured(source.clone(), alt.clone(), words, left),
            Self::Words { .. } | Self::File { .. } | Self::Place { .. } => divided(&words, left),
        };
        losses.extend(more);
        Some((pieces, losses))
    }

    /// The same as words: a link to what cannot be shown, or its name. A picture without a caption is one message.
    pub fn as_words(&self) -> Option<(Vec<Self>, Vec<Loss>)> {
        let (source, name, caption, keys) = match self {
            Self::Picture { source, alt, caption, keys } => (source, alt, caption.clone(), keys.clone()),
            Self::File { source, name, .. } => (source, name, Marked::default(), Keys::None),
            Self::Words { .. } | Self::Place { .. } => return None,
        };
        let picture = matches!(self, Self::Picture { .. });
        let linked = |url: &str| format!("{}: {url}", beside(name, length(url) + 2));
        let (line, loss) = match (source, picture) {
            (Source::Url(url), true) => (linked(url), Loss::ImageAsLink { alt: name.clone() }),
            (Source::Url(url), false) => (linked(url), Loss::FileAsLink { name: name.clone() }),
            (Source::Media(_), true) => (name.clone(), Loss::ImageLost { alt: name.clone() }),
            (Source::Media(_), false) => (name.clone(), Loss::FileLost { name: name.clone() }),
        };
        let line = if line.trim().is_empty() { "…" } else { beside(&line, 0) };
        let (pieces, more) = divided(&caption.above(&Marked::plain(line)), keys);
        Some((pieces, [loss].into_iter().chain(more).collect()))
    }
}

fn can_be_keys(sections: &[Section], can: &Capabilities) -> bool {
    let mut titles = std::collections::BTreeSet::new();
    let mut rows = sections.iter().flat_map(|section| &section.rows);
    // The last letter gives way to a mark where a title is cut.
    let short = |row: &Row| row.title.trim().chars().take(can.button_title - 1).collect::<String>();
    let can_be_told_apart = rows.all(|row| titles.insert(short(row)));
    can_be_told_apart && (1..=can.buttons).contains(&titles.len())
}

/// The text of a list, and below it in numbered lines what its keys do not say.
fn above_keys(text: String, sections: &[Section], can: &Capabilities) -> String {
    let says_more = |row: &Row| row.description.is_some() || row.title.chars().count() > can.button_title;
    if !sections.iter().any(|section| section.title.is_some() || section.rows.iter().any(says_more)) {
        return text;
    }
    let mut number = 0;
    let mut paragraphs = vec![text];
    for section in sections {
        let mut lines: Vec<_> = section.title.iter().cloned().collect();
        for row in &section.rows {
            number += 1;
            lines.push(match &row.description {
                Some(description) => format!("{number}. {} – {description}", row.title),
                None => format!("{number}. {}", row.title),
            });
        }
        paragraphs.push(lines.join("\n"));
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n\n")
}

/// An address that a button of Telegram may open.
fn web_address(link: &str) -> Option<Url> {
    Url::parse(link).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Short titles side by side.
fn rows(keys: Vec<Key>) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> = Vec::new();
    for key in keys {
        let letters = |row: &[Key]| row.iter().map(|key| key.title.chars().count()).sum::<usize>();
        match rows.last_mut() {
            Some(row)
                if row.len() < ROW_BUTTONS && letters(row) + key.title.chars().count() <= ROW_LETTERS =>
            {
                row.push(key);
            }
            Some(_) | None => rows.push(vec![key]),
        }
    }
    rows
}
