//! How is a choice offered? (pure) Up to three by buttons, up to ten as the rows of a list, more on pages of a list whose
//! last row asks for the rest: that leaves as a message of its own, shaped likewise.
//!
//! What is left then to `degrade` of the core: texts and captions that are too long, cards.

use std::collections::BTreeSet;

use studio_core::content::{
    Action, Button, Capabilities, Card, Content, Loss, Row, Section, cut, in_words, split,
    without_bare_sections,
};

use super::{
    config::Words,
    markup::{unmarked, whatsapp},
    value::{Ids, list_hash, more},
};
use crate::markdown::{link_pictures, texts};

/// Rows of a list, all sections together (Meta's page on list messages; pywa).
pub const ROWS: usize = 10;
/// Stands where WhatsApp wants a word and there is none.
pub const NOTHING: &str = "…";

/// A content as choices that WhatsApp has, with ids in place of values.
#[derive(Debug)]
pub struct Shaped {
    pub contents: Vec<Content>,
    /// What is left of a list behind each of its pages, by the number in the row that asks for it: itself a list, as the bot wrote it.
    pub rests: Vec<Content>,
    pub losses: Vec<Loss>,
}

/// The limits of WhatsApp.
pub fn limits() -> &'static Capabilities {
    Capabilities::of("whatsapp").expect("the channel stands in the table of the core")
}

pub fn shape(content: &Content, words: &Words, key: &[u8; 32]) -> Shaped {
    let mut shaping = Shaping {
        words,
        ids: Ids::new(key),
        list: list_hash(key, content),
        shaped: Shaped { contents: Vec::new(), rests: Vec::new(), losses: Vec::new() },
    };
    let mut content = content.clone();
    shaping.shaped.losses = link_pictures(&mut content, None);
    shaping.shaped.losses.extend(texts(&mut content).into_iter().flat_map(|text| unmarked(text)));
    shaping.shaped.losses.extend(without_bare_sections(&mut content));
    shaping.content(content);
    shaping.shaped
}

struct Shaping<'a> {
    words: &'a Words,
    ids: Ids<'a>,
    list: u64,
    shaped: Shaped,
}

/// One thing to choose.
#[derive(Clone)]
struct Choice {
    title: String,
    description: Option<String>,
    value: String,
    section: Option<String>,
}

impl Shaping<'_> {
    fn content(&mut self, content: Content) {
        match content {
            Content::Text { text: written, quick_replies } => {
                let (text, mut buttons) = self.without_links(whatsapp(&written), quick_replies);
                if are_buttons(&buttons) {
                    self.carry(&mut buttons);
                    self.push(Content::Text { text, quick_replies: buttons });
                } else {
                    self.as_list(&text, &written, buttons);
                }
            }
            Content::Buttons { text: written, buttons } => {
                let (text, mut buttons) = self.without_links(whatsapp(&written), buttons);
                if are_buttons(&buttons) {
                    self.carry(&mut buttons);
                    self.push(Content::Buttons { text, buttons });
                } else {
                    self.as_list(&text, &written, buttons);
                }
            }
            Content::List { text: written, button, sections }
                if sections.iter().all(|section| section.rows.is_empty()) =>
            {
                // Nothing can be chosen; what it says is written.
                self.push(Content::List { text: whatsapp(&written), button, sections });
            }
            Content::List { text: written, button, sections } => {
                let choices = sections.into_iter().flat_map(|Section { title, rows }| {
                    rows.into_iter().map(move |Row { title: row, description, value }| Choice {
                        title: row,
                        description,
                        value,
                        section: title.clone(),
                    })
                });
                self.list(&whatsapp(&written), &written, &button, choices.collect());
            }
            Content::Card(card) => self.card(card),
            Content::Carousel { cards } => {
                self.shaped.losses.push(Loss::CarouselAsCards { cards: cards.len() });
                for card in cards {
                    self.card(card);
                }
            }
            Content::Image { source, alt, caption } => {
                let caption = caption.map(|caption| whatsapp(&caption)).filter(|caption| !caption.is_empty());
                self.push(Content::Image { source, alt, caption });
            }
            file @ (Content::File { .. } | Content::Location { .. }) => self.push(file),
        }
    }

    fn push(&mut self, content: Content) {
        self.shaped.contents.push(content);
    }

    fn carry(&mut self, buttons: &mut [Button]) {
        for button in buttons {
            match &mut button.action {
                Action::Value(value) => *value = self.ids.of(value),
                Action::Link(_) | Action::Form(_) => {}
            }
            button.title = one_line(&button.title);
        }
    }

    /// One link a message, and none beside buttons: links are written below the text.
    fn without_links(&mut self, mut text: String, buttons: Vec<Button>) -> (String, Vec<Button>) {
        let mut kept = Vec::new();
        for button in buttons {
            match &button.action {
                Action::Value(_) => kept.push(button),
                Action::Form(_) => self.shaped.losses.push(Loss::FormLeftOut { title: button.title }),
                Action::Link(link) => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.extend([&button.title, ": ", in_words(link)]);
                    self.shaped.losses.push(Loss::LinkAsText { title: button.title });
                }
            }
        }
        (text, kept)
    }

    fn card(&mut self, card: Card) {
        let Card { title, text, image, buttons } = card;
        let (text, mut buttons) =
            self.without_links(text.map(|text| whatsapp(&text)).unwrap_or_default(), buttons);
        if are_buttons(&buttons) {
            self.carry(&mut buttons);
            let text = Some(text).filter(|text| !text.is_empty());
            return self.push(Content::Card(Card { title, text, image, buttons }));
        }
        self.shaped.losses.push(Loss::CardAsText { title: title.clone() });
        if let Some(image) = image {
            self.push(Content::Image { source: image.source, alt: image.alt, caption: None });
        }
        let words = if text.is_empty() { bold(&title) } else { format!("{}\n{text}", bold(&title)) };
        self.as_list(&words, &title, buttons);
    }

    /// `written` is what stands above the rest of the choices, in Markdown.
    fn as_list(&mut self, text: &str, written: &str, buttons: Vec<Button>) {
        let choices = buttons.into_iter().filter_map(|button| match button.action {
            Action::Value(value) => {
                Some(Choice { title: button.title, description: None, value, section: None })
            }
            Action::Link(_) | Action::Form(_) => None,
        });
        let choices = choices.collect::<Vec<_>>();
        self.shaped.losses.push(Loss::ChoicesAsList { count: choices.len() });
        self.list(text, written, "", choices);
    }

    fn list(&mut self, text: &str, written: &str, button: &str, mut choices: Vec<Choice>) {
        if choices.is_empty() {
            return self.push(Content::text(text));
        }
        let number = self.shaped.rests.len();
        let pages = page_count(choices.len());
        for shown in (ROWS - 1..).step_by(ROWS - 1).take(pages - 1) {
            self.shaped.rests.push(rest(written, button, &choices[shown..]));
        }
        let total = choices.len();
        if pages > 1 {
            self.shaped.losses.push(Loss::ListPaged { rows: total, pages });
            choices.truncate(ROWS - 1);
        }
        let button = if button.trim().is_empty() { self.words.choose.as_str() } else { button };
        let button = self.cut(one_line(button), limits().button_title);
        let left = total - choices.len();
        let mut sections = sections(self.rows(choices));
        if left > 0 {
            let more_word = one_line(&self.words.more);
            let title = cut(&more_word, limits().row_title).unwrap_or(more_word);
            let last = Row {
                title: title.clone(),
                description: Some(format!("+{left}")),
                value: more(self.list, number),
            };
            match sections.as_mut_slice() {
                [Section { title: None, rows }] => rows.push(last),
                _ => sections.push(Section { title: Some(title), rows: vec![last] }),
            }
        }
        self.push(Content::List { text: text.to_owned(), button, sections });
    }

    /// Rows whose titles fit and differ; what a title loses goes into a description that is free.
    fn rows(&mut self, choices: Vec<Choice>) -> Vec<(Option<String>, Row)> {
        let can = limits();
        let mut titles = BTreeSet::new();
        let mut rows = Vec::new();
        for (index, choice) in choices.into_iter().enumerate() {
            let full = one_line(&choice.title);
            let full = if full.is_empty() { NOTHING.to_owned() } else { full };
            let description =
                choice.description.map(|words| one_line(&words)).filter(|words| !words.is_empty());
            let short = cut(&full, can.row_title);
            let description = match (&short, description) {
                (Some(_), None) => Some(full.clone()),
                (Some(_), Some(words)) => {
                    self.shaped.losses.push(Loss::TitleCut { title: full.clone(), limit: can.row_title });
                    Some(words)
                }
                (None, words) => words,
            };
            let is_whole = short.is_none();
            let mut title = short.unwrap_or_else(|| full.clone());
            if titles.contains(&title) {
                let numbered = format!("{}. {full}", index + 1);
                let shorter = cut(&numbered, can.row_title);
                if is_whole && shorter.is_some() {
                    self.shaped.losses.push(Loss::TitleCut { title: full.clone(), limit: can.row_title });
                }
                title = shorter.unwrap_or(numbered);
            }
            titles.insert(title.clone());
            let description = description.map(|words| match cut(&words, can.row_description) {
                None => words,
                Some(short) => {
                    let limit = can.row_description;
                    self.shaped.losses.push(Loss::DescriptionCut { description: words, limit });
                    short
                }
            });
            let section = choice.section.map(|title| one_line(&title)).filter(|title| !title.is_empty());
            let section = section.map(|title| self.cut(title, can.row_title));
            rows.push((section, Row { title, description, value: self.ids.of(&choice.value) }));
        }
        rows
    }

    fn cut(&mut self, title: String, limit: usize) -> String {
        match cut(&title, limit) {
            None => title,
            Some(short) => {
                self.shaped.losses.push(Loss::TitleCut { title, limit });
                short
            }
        }
    }
}

/// On how many pages so many rows stand.
fn page_count(total: usize) -> usize {
    if total <= ROWS { 1 } else { 1 + (total - ROWS).div_ceil(ROWS - 1) }
}

/// What of a list is left, as a list.
fn rest(written: &str, button: &str, choices: &[Choice]) -> Content {
    let mut sections: Vec<Section> = Vec::new();
    for Choice { title, description, value, section } in choices.iter().cloned() {
        let row = Row { title, description, value };
        match sections.last_mut() {
            Some(known) if known.title == section => known.rows.push(row),
            Some(_) | None => sections.push(Section { title: section, rows: vec![row] }),
        }
    }
    Content::List { text: last_words(written), button: button.to_owned(), sections }
}

/// Neighbours of the same section together. A section needs a title where there is more than one.
fn sections(rows: Vec<(Option<String>, Row)>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (title, row) in rows {
        match sections.last_mut() {
            Some(section) if section.title == title => section.rows.push(row),
            Some(_) | None => sections.push(Section { title, rows: vec![row] }),
        }
    }
    if sections.len() > 1 {
        for section in &mut sections {
            section.title.get_or_insert_with(|| NOTHING.to_owned());
        }
    }
    sections
}

/// Whether these can be reply buttons as they are: few, with short titles that differ.
fn are_buttons(buttons: &[Button]) -> bool {
    let can = limits();
    let mut titles = BTreeSet::new();
    buttons.len() <= can.buttons
        && buttons.iter().all(|button| {
            let title = one_line(&button.title);
            !title.is_empty() && title.chars().count() <= can.button_title && titles.insert(title)
        })
}

/// Titles have one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What of a text stands beside the choice: the last of its pieces.
fn last_words(text: &str) -> String {
    split(text, limits().interactive_text).last().map(|piece| (*piece).to_owned()).unwrap_or_default()
}

/// A title in bold, where it can be: the marks must not meet white space.
pub fn bold(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() || title.contains('\n') { title.to_owned() } else { format!("*{title}*") }
}
