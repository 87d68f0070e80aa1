//! What is left of a message on a channel that can do less?
//!
//! Every form has a ladder down to plain text: buttons → quick replies → numbered lines, list →
//! numbered lines, carousel → cards → picture and text, picture and place → link. Whatever is
//! shown, the values of [`Content::values`] stay reachable: numbers count them in their order, so
//! that "2" means the same offer on every channel.

use super::{
    Action, Button, Capabilities, Card, Content, Loss, Picture, Row, Section, Source, degrees, in_words,
    split::{cut, split},
};

/// A message as a channel can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Degraded {
    /// In the order to be sent; empty only where the channel can show nothing of it.
    pub messages: Vec<Content>,
    /// What was given up, in the order of the content. Empty: shown as written.
    pub losses: Vec<Loss>,
}

/// Brings a message within the limits of a channel. Total; what fits is left as it is.
pub fn degrade(content: Content, capabilities: &Capabilities) -> Degraded {
    let (content, losses) = with_possible_forms(content, capabilities.form_fields);
    let mut degrading = Degrading { can: capabilities, messages: Vec::new(), losses, offered: 0 };
    match content {
        Content::Text { text, quick_replies } if quick_replies.is_empty() => degrading.say(text),
        Content::Text { text, quick_replies } => degrading.choice(text, quick_replies, Shape::QuickReplies),
        Content::Buttons { text, buttons } => degrading.choice(text, buttons, Shape::Buttons),
        Content::List { text, button, sections } => degrading.list(text, button, &sections),
        Content::Card(card) => degrading.card(card),
        Content::Carousel { cards } => degrading.carousel(cards),
        Content::Image { source, alt, caption } => degrading.image(source, alt, caption),
        Content::File { source, name, media_type, size } => degrading.file(source, name, media_type, size),
        Content::Location { latitude_microdegrees, longitude_microdegrees, label } => {
            degrading.location(latitude_microdegrees, longitude_microdegrees, label);
        }
    }
    Degraded { messages: degrading.messages, losses: degrading.losses }
}

/// Takes the sections without rows out of a list, where others have some: a channel that shows the list has no place for them.
pub fn without_bare_sections(content: &mut Content) -> Vec<Loss> {
    let Content::List { sections, .. } = content else { return Vec::new() };
    if sections.iter().all(|section| section.rows.is_empty()) {
        return Vec::new();
    }
    let (bare, filled): (Vec<_>, Vec<_>) =
        std::mem::take(sections).into_iter().partition(|section| section.rows.is_empty());
    *sections = filled;
    let titles = bare.into_iter().filter_map(|section| section.title);
    titles.filter(|title| !title.trim().is_empty()).map(|title| Loss::SectionLeftOut { title }).collect()
}

/// Without forms that the channel cannot open, or whose answers could not come back, and without fields too many.
fn with_possible_forms(mut content: Content, most: usize) -> (Content, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut keep = |button: &mut Button| {
        let title = &button.title;
        let Action::Form(form) = &mut button.action else { return true };
        if most == 0 || !form.is_sound() {
            losses.push(Loss::FormLeftOut { title: title.clone() });
            return false;
        }
        if form.fields.len() > most {
            losses.push(Loss::FormCut { title: title.clone(), fields: most });
            form.fields.truncate(most);
        }
        true
    };
    match &mut content {
        Content::Text { quick_replies: buttons, .. } | Content::Buttons { buttons, .. } => {
            buttons.retain_mut(&mut keep);
        }
        Content::Card(card) => card.buttons.retain_mut(&mut keep),
        Content::Carousel { cards } => cards.iter_mut().for_each(|card| card.buttons.retain_mut(&mut keep)),
        Content::List { .. } | Content::Image { .. } | Content::File { .. } | Content::Location { .. } => {}
    }
    (content, losses)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    QuickReplies,
    Buttons,
}

struct Degrading<'a> {
    can: &'a Capabilities,
    messages: Vec<Content>,
    losses: Vec<Loss>,
    /// Values offered so far: where the numbers go on.
    offered: usize,
}

impl Degrading<'_> {
    fn say(&mut self, text: String) {
        if fits(&text, self.can.text) {
            self.messages.push(Content::text(text));
        } else if self.can.text == 0 {
            self.losses.push(Loss::TextLost { text });
        } else {
            let pieces = split(&text, self.can.text);
            if pieces.len() > 1 {
                self.losses.push(Loss::TextSplit { into: pieces.len() });
            }
            self.messages.extend(pieces.into_iter().map(Content::text));
        }
    }

    fn choice(&mut self, mut text: String, mut buttons: Vec<Button>, wanted: Shape) {
        if !self.can.link_buttons {
            self.write_links(&mut text, &mut buttons);
        }
        if buttons.is_empty() {
            return self.say(text);
        }
        let count = buttons.len();
        let ladder = match wanted {
            Shape::QuickReplies => [Shape::QuickReplies, Shape::Buttons],
            Shape::Buttons => [Shape::Buttons, Shape::QuickReplies],
        };
        for shape in ladder {
            let most = match shape {
                Shape::QuickReplies => self.can.quick_replies,
                Shape::Buttons => self.can.buttons,
            };
            if count > most || self.beside() == 0 {
                continue;
            }
            let Some((shown, losses)) = self.fit_buttons(&buttons) else { continue };
            if shape != wanted {
                self.losses.push(match shape {
                    Shape::QuickReplies => Loss::ButtonsAsQuickReplies { count },
                    Shape::Buttons => Loss::QuickRepliesAsButtons { count },
                });
            }
            self.losses.extend(losses);
            let text = self.lead(text);
            self.offered += values(&buttons);
            self.messages.push(match shape {
                Shape::QuickReplies => Content::Text { text, quick_replies: shown },
                Shape::Buttons => Content::Buttons { text, buttons: shown },
            });
            return;
        }
        let (forms, buttons): (Vec<_>, Vec<_>) =
            buttons.into_iter().partition(|button| matches!(button.action, Action::Form(_)));
        if !buttons.is_empty() {
            self.losses.push(Loss::ChoicesAsText { count: buttons.len() });
        }
        let mut lines = text;
        for (index, button) in buttons.iter().enumerate() {
            push_line(&mut lines, index == 0);
            match &button.action {
                Action::Value(_) => {
                    self.offered += 1;
                    lines.extend([&self.offered.to_string(), ". ", &button.title]);
                }
                Action::Link(link) => lines.extend([&button.title, ": ", link]),
                Action::Form(_) => {}
            }
        }
        // What stands in lines can be typed; a form must be pressed.
        match self.fit_buttons(&forms) {
            Some((shown, losses)) if self.may_be_pressed(&shown) => {
                self.losses.extend(losses);
                let text = self.lead(lines);
                self.messages.push(Content::Buttons { text, buttons: shown });
            }
            Some(_) | None => {
                let title = |button: Button| Loss::FormLeftOut { title: button.title };
                self.losses.extend(forms.into_iter().map(title));
                self.say(lines);
            }
        }
    }

    fn may_be_pressed(&self, buttons: &[Button]) -> bool {
        !buttons.is_empty() && buttons.len() <= self.can.buttons && self.beside() > 0
    }

    /// Takes the links from the buttons and writes them below the text.
    fn write_links(&mut self, text: &mut String, buttons: &mut Vec<Button>) {
        buttons.retain(|button| match &button.action {
            Action::Value(_) | Action::Form(_) => true,
            Action::Link(link) => {
                push_line(text, false);
                text.extend([&button.title, ": ", in_words(link)]);
                self.losses.push(Loss::LinkAsText { title: button.title.clone() });
                false
            }
        });
    }

    /// Longest text that may stand beside something to choose from.
    fn beside(&self) -> usize {
        self.can.interactive_text.min(self.can.text)
    }

    /// Says all but the last piece of a text, and returns that piece.
    fn lead(&mut self, text: String) -> String {
        if fits(&text, self.beside()) {
            return text;
        }
        let mut pieces = split(&text, self.can.text);
        let last = pieces.pop().unwrap_or_default();
        pieces.extend(split(last, self.beside()));
        let last = pieces.pop().unwrap_or_default().to_owned();
        if !pieces.is_empty() {
            self.losses.push(Loss::TextSplit { into: pieces.len() + 1 });
        }
        self.messages.extend(pieces.into_iter().map(Content::text));
        last
    }

    /// The buttons with titles that fit; `None` where a value is too long to be carried, or two
    /// titles could no longer be told apart.
    fn fit_buttons(&self, buttons: &[Button]) -> Option<(Vec<Button>, Vec<Loss>)> {
        let limit = self.can.button_title;
        let mut losses = Vec::new();
        let mut shown = buttons.to_vec();
        for button in &mut shown {
            if limit == 0 || !self.can.link_buttons && matches!(button.action, Action::Link(_)) {
                return None;
            }
            if matches!(&button.action, Action::Value(value) if value.len() > self.can.button_value) {
                return None;
            }
            shorten(&mut button.title, limit, &mut losses);
        }
        let titles = shown.iter().map(|button| button.title.as_str());
        (losses.is_empty() || all_differ(titles)).then_some((shown, losses))
    }

    fn list(&mut self, text: String, button: String, sections: &[Section]) {
        match self.fit_sections(sections) {
            Some((sections, losses)) => {
                self.losses.extend(losses);
                let text = self.lead(text);
                let mut button = button;
                shorten(&mut button, self.can.button_title, &mut self.losses);
                self.messages.push(Content::List { text, button, sections });
            }
            None => self.list_as_text(text, button, sections),
        }
    }

    fn fit_sections(&self, sections: &[Section]) -> Option<(Vec<Section>, Vec<Loss>)> {
        let rows = sections.iter().map(|section| section.rows.len()).sum::<usize>();
        if rows == 0 || rows > self.can.list_rows || self.can.button_title == 0 || self.beside() == 0 {
            return None;
        }
        let mut losses = Vec::new();
        let mut sections = sections.to_vec();
        for section in &mut sections {
            for row in &mut section.rows {
                if row.value.len() > self.can.button_value || self.can.row_title == 0 {
                    return None;
                }
                shorten(&mut row.title, self.can.row_title, &mut losses);
            }
        }
        let titles = sections.iter().flat_map(|section| &section.rows).map(|row| row.title.as_str());
        if !losses.is_empty() && !all_differ(titles) {
            return None;
        }
        for section in &mut sections {
            if let Some(title) = &mut section.title {
                shorten(title, self.can.row_title, &mut losses);
            }
            for row in &mut section.rows {
                shorten_description(row, self.can.row_description, &mut losses);
            }
        }
        Some((sections, losses))
    }

    fn list_as_text(&mut self, text: String, button: String, sections: &[Section]) {
        let mut lines = text;
        let first = self.offered;
        for section in sections {
            push_line(&mut lines, true);
            if let Some(title) = &section.title {
                lines.push_str(title);
                push_line(&mut lines, false);
            }
            for row in &section.rows {
                self.offered += 1;
                if !lines.ends_with('\n') {
                    push_line(&mut lines, false);
                }
                lines.extend([&self.offered.to_string(), ". ", &row.title]);
                if let Some(description) = &row.description {
                    lines.push_str(" – ");
                    lines.push_str(description);
                }
            }
        }
        self.losses.push(Loss::ListAsText { rows: self.offered - first, button });
        self.say(lines);
    }

    fn carousel(&mut self, cards: Vec<Card>) {
        let whole = cards.len() <= self.can.carousel && self.can.carousel > 0;
        let shown: Option<Vec<_>> = if whole {
            cards.iter().map(|card| self.fit_card(card).filter(|shown| shown.rest.is_empty())).collect()
        } else {
            None
        };
        if let Some(shown) = shown {
            let mut fitting = Vec::with_capacity(shown.len());
            for shown in shown {
                self.losses.extend(shown.losses);
                fitting.push(shown.card);
            }
            self.messages.push(Content::Carousel { cards: fitting });
        } else {
            self.losses.push(Loss::CarouselAsCards { cards: cards.len() });
            for card in cards {
                self.card(card);
            }
        }
    }

    fn card(&mut self, card: Card) {
        if let Some(shown) = self.fit_card(&card) {
            self.losses.extend(shown.losses);
            self.offered += values(&card.buttons);
            self.messages.push(Content::Card(shown.card));
            if !shown.rest.is_empty() {
                self.losses.push(Loss::TextSplit { into: 2 });
                self.say(shown.rest);
            }
            return;
        }
        self.losses.push(Loss::CardAsText { title: card.title.clone() });
        if let Some(Picture { source, alt }) = card.image {
            self.image(source, alt, None);
        }
        let mut text = card.title;
        if let Some(words) = card.text {
            push_line(&mut text, false);
            text.push_str(&words);
        }
        self.choice(text, card.buttons, Shape::Buttons);
    }

    /// The card with titles that fit, if it can be shown as one.
    fn fit_card(&self, card: &Card) -> Option<FittingCard> {
        let can = self.can;
        let possible = can.cards
            && can.card_title > 0
            && card.buttons.len() <= can.buttons
            && (card.image.is_none() || can.images)
            && (card.text.is_none() || can.card_text > 0);
        if !possible {
            return None;
        }
        let mut card = card.clone();
        let (buttons, mut losses) = self.fit_buttons(&card.buttons)?;
        card.buttons = buttons;
        shorten(&mut card.title, can.card_title, &mut losses);
        if let Some(image) = &mut card.image {
            shorten(&mut image.alt, can.alt, &mut losses);
        }
        let mut rest = String::new();
        if let Some(text) = &mut card.text
            && !fits(text, can.card_text)
        {
            let first = split(text, can.card_text).first().map_or(String::new(), |piece| (*piece).to_owned());
            let start = text.find(&first).unwrap_or_default();
            if can.text == 0 {
                losses.push(Loss::TextLost { text: text.clone() });
            } else {
                text[start + first.len()..].trim().clone_into(&mut rest);
            }
            *text = first;
        }
        Some(FittingCard { card, rest, losses })
    }

    fn image(&mut self, source: Source, mut alt: String, caption: Option<String>) {
        if self.can.images {
            shorten(&mut alt, self.can.alt, &mut self.losses);
            let (beside, apart) = match caption {
                Some(caption) if !fits(&caption, self.can.caption) => (None, Some(caption)),
                caption => (caption, None),
            };
            self.messages.push(Content::Image { source, alt, caption: beside });
            if let Some(caption) = apart {
                self.losses.push(Loss::CaptionApart);
                self.say(caption);
            }
            return;
        }
        let mut text = caption.unwrap_or_default();
        push_line(&mut text, false);
        text.push_str(&alt);
        match source {
            Source::Url(url) => {
                text.push_str(": ");
                text.push_str(&url);
                self.losses.push(Loss::ImageAsLink { alt });
            }
            Source::Media(_) => self.losses.push(Loss::ImageLost { alt }),
        }
        self.say(text);
    }

    fn file(&mut self, source: Source, name: String, media_type: String, size: u64) {
        if self.can.files {
            self.messages.push(Content::File { source, name, media_type, size });
            return;
        }
        match source {
            Source::Url(url) => {
                let text = format!("{name}: {url}");
                self.losses.push(Loss::FileAsLink { name });
                self.say(text);
            }
            Source::Media(_) => {
                self.losses.push(Loss::FileLost { name: name.clone() });
                self.say(name);
            }
        }
    }

    fn location(&mut self, latitude_microdegrees: i32, longitude_microdegrees: i32, label: Option<String>) {
        if self.can.locations {
            self.messages.push(Content::Location { latitude_microdegrees, longitude_microdegrees, label });
            return;
        }
        let link = format!(
            "https://www.openstreetmap.org/?mlat={}&mlon={}",
            degrees(latitude_microdegrees),
            degrees(longitude_microdegrees)
        );
        self.losses.push(Loss::LocationAsLink);
        self.say(label.map_or(link.clone(), |label| format!("{label}: {link}")));
    }
}

struct FittingCard {
    card: Card,
    /// Words that the card has no room for.
    rest: String,
    losses: Vec<Loss>,
}

fn fits(text: &str, limit: usize) -> bool {
    text.chars().nth(limit).is_none()
}

fn shorten(title: &mut String, limit: usize, losses: &mut Vec<Loss>) {
    if let Some(short) = cut(title, limit) {
        losses.push(Loss::TitleCut { title: std::mem::replace(title, short), limit });
    }
}

fn shorten_description(row: &mut Row, limit: usize, losses: &mut Vec<Loss>) {
    if let Some(description) = row.description.take() {
        row.description = match cut(&description, limit) {
            None => Some(description),
            Some(short) => {
                losses.push(Loss::DescriptionCut { description, limit });
                Some(short).filter(|short| !short.is_empty())
            }
        };
    }
}

fn all_differ<'a>(titles: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    titles.into_iter().all(|title| seen.insert(title))
}

fn values(buttons: &[Button]) -> usize {
    buttons.iter().filter(|button| matches!(button.action, Action::Value(_))).count()
}

/// Begins a new line (`paragraph`: after an empty one), unless nothing stands yet.
fn push_line(text: &mut String, paragraph: bool) {
    if !text.is_empty() {
        text.push_str(if paragraph { "\n\n" } else { "\n" });
    }
}
