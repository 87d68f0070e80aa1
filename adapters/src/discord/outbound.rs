//! What does a message look like on Discord? (pure)
//!
//! Buttons and quick replies are buttons, a list is a menu for each section, a card is an embed, kept files are
//! uploaded. Nobody is ever notified by what the studio says: `allowed_mentions` is empty.

use serde_json::{Value, json};
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption,
};
use studio_core::{
    content::{
        Action, Button, Capabilities, Card, Content, Degraded, Loss, Picture, Row, Section, Source, degrade,
        in_words, without_bare_sections,
    },
    id::MediaId,
};

use super::{
    markdown::harmless,
    modal::ANSWER,
    value::{carry, carry_form},
};
use crate::markdown::{link_pictures, texts};

/// Limits of `components/reference.mdx`, 2026-08-06.
const MOST_ROWS: usize = 5;
const BUTTONS_A_ROW: usize = 5;
const MOST_OPTIONS: usize = 25;
const LONGEST_PLACEHOLDER: usize = 150;
const LONGEST_DESCRIPTION: usize = 100;
const LONGEST_LINK: usize = 512;
/// Schemes of the links within words that Discord opens.
const LINKED: [&str; 2] = ["http", "https"];
const LONGEST_CONTENT: usize = 2_000;
const LONGEST_EMBED_TEXT: usize = 4_096;
/// Addresses in embeds.
const LONGEST_ADDRESS: usize = 2_048;
/// Types of pictures that Discord shows (`reference.mdx`; avif beside).
const SHOWN: [&str; 6] = ["avif", "gif", "jpeg", "jpg", "png", "webp"];
/// Endings of pictures that it does not show. What has no ending, or none of a picture, may be one that it does.
const NOT_SHOWN: [&str; 9] = ["bmp", "heic", "heif", "ico", "jxl", "svg", "svgz", "tif", "tiff"];

/// What is sent by one request.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub content: String,
    pub embed: Option<Embed>,
    pub rows: Vec<CreateActionRow>,
    pub upload: Option<Upload>,
}

/// A card or a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    pub title: String,
    pub text: String,
    pub image: Option<String>,
}

impl Embed {
    fn has_words(&self) -> bool {
        [&self.title, &self.text].into_iter().any(|words| !words.trim().is_empty())
    }
}

/// A kept file that goes with a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub media: MediaId,
    /// What it is called where it cannot be shown.
    pub name: String,
    /// For screen readers.
    pub alt: Option<String>,
    pub shown: Shown,
}

/// What a kept file is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    File,
    Picture,
    /// The picture of the embed.
    Embedded,
}

/// A message as Discord shows it.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub parts: Vec<Part>,
    pub losses: Vec<Loss>,
}

/// Renders any content within the limits. `key` hides values that are too long to travel; `answer` is written on a
/// button below the last part that opens the form to write in.
pub fn render(mut content: Content, key: &[u8; 32], answer: Option<&str>) -> Rendered {
    let table = Capabilities::of("discord").expect("the channel stands in the table");
    let mut losses = link_pictures(&mut content, Some(&LINKED));
    let (content, odd) = without_odd_links(marked(content));
    losses.extend(odd);
    let mut content = without_odd_pictures(content, &mut losses);
    losses.extend(without_bare_sections(&mut content));
    let can = Capabilities {
        // Longer ones go by token.
        button_value: usize::MAX,
        // Discord fetches pictures by address, other files not.
        files: !matches!(&content, Content::File { source: Source::Url(_), .. }),
        images: !matches!(&content, Content::Image { source, .. } if !is_showable(source)),
        ..table.clone()
    };
    let Degraded { messages, losses: given_up } = degrade(content, &can);
    losses.extend(given_up);
    losses.extend(messages.iter().filter_map(undescribed));
    losses.extend(messages.iter().flat_map(unlisted));
    let mut parts = messages
        .into_iter()
        .map(|message| part(message, key))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    if let Some(label) = answer {
        offer_answer(&mut parts, label);
    }
    Rendered { parts, losses }
}

impl Part {
    fn is_empty(&self) -> bool {
        self.content.trim().is_empty()
            && self.embed.is_none()
            && self.rows.is_empty()
            && self.upload.is_none()
    }

    /// The body of the request. `file` is the name under which the upload goes.
    pub fn body(&self, file: Option<&str>) -> Value {
        let mut embeds = Vec::new();
        if let Some(Embed { title, text, image }) = &self.embed {
            let mut embed = CreateEmbed::new();
            if !title.trim().is_empty() {
                embed = embed.title(title);
            }
            if !text.trim().is_empty() {
                embed = embed.description(text);
            }
            let uploaded = self.upload.as_ref().is_some_and(|upload| upload.shown == Shown::Embedded);
            embed = match (image, file) {
                (Some(image), _) => embed.image(image),
                (None, Some(file)) if uploaded => embed.attachment(file),
                (None, _) => embed,
            };
            embeds.push(embed);
        }
        let mut body = json!({
            "content": self.content,
            "embeds": embeds,
            "components": self.rows,
            "allowed_mentions": CreateAllowedMentions::new(),
        });
        if let (Some(file), Some(upload)) = (file, &self.upload) {
            let mut attachment = json!({ "id": "0", "filename": file });
            if let Some(alt) = &upload.alt {
                attachment["description"] = Value::from(alt.as_str());
            }
            body["attachments"] = json!([attachment]);
        }
        body
    }

    /// The part with its picture as a file, beside the embed if there is more in that.
    pub fn with_picture_as_file(mut self) -> Self {
        if let Some(upload) = &mut self.upload {
            upload.shown = Shown::File;
        }
        self.embed = self.embed.filter(Embed::has_words);
        self
    }

    /// The part without its file, the file's description or name in its place where there is room.
    pub fn without_upload(mut self) -> Self {
        if let Some(upload) = self.upload.take() {
            let words = upload.alt.unwrap_or(upload.name);
            let (text, limit) = match &mut self.embed {
                Some(embed) if upload.shown == Shown::Embedded => (&mut embed.text, LONGEST_EMBED_TEXT),
                Some(_) | None => (&mut self.content, LONGEST_CONTENT),
            };
            let room = limit.saturating_sub(text.chars().count() + 1);
            let words = words.trim().chars().take(room).collect::<String>();
            if room > 0 {
                push_line(text, if words.is_empty() { "…" } else { &words });
            }
        }
        self
    }
}

fn part(content: Content, key: &[u8; 32]) -> Part {
    match content {
        // Without quick replies: the table has none.
        Content::Text { text, quick_replies } => {
            Part { content: text, rows: buttons(&quick_replies, key), ..Part::default() }
        }
        Content::Buttons { text, buttons: shown } => {
            Part { content: text, rows: buttons(&shown, key), ..Part::default() }
        }
        Content::List { text, button, sections } => {
            Part { content: text, rows: menus(&button, &sections, key), ..Part::default() }
        }
        Content::Card(card) => card_part(card, key),
        // Taken apart before: the table shows none.
        Content::Carousel { cards } => {
            cards.into_iter().next().map(|card| card_part(card, key)).unwrap_or_default()
        }
        Content::Image { source, alt, caption } => {
            let content = caption.unwrap_or_default();
            match source {
                Source::Url(url) => {
                    let embed = Embed { title: String::new(), text: alt, image: Some(url) };
                    Part { content, embed: Some(embed), ..Part::default() }
                }
                Source::Media(media) => {
                    let (name, alt) = (alt.clone(), described(alt));
                    let upload = Upload { media, name, alt, shown: Shown::Picture };
                    Part { content, upload: Some(upload), ..Part::default() }
                }
            }
        }
        Content::File { source, name, .. } => match source {
            Source::Url(url) => Part { content: format!("{name}: {url}"), ..Part::default() },
            Source::Media(media) => {
                let upload = Upload { media, name, alt: None, shown: Shown::File };
                Part { upload: Some(upload), ..Part::default() }
            }
        },
        // A link before: the table shows none.
        Content::Location { label, .. } => Part { content: label.unwrap_or_default(), ..Part::default() },
    }
}

fn card_part(card: Card, key: &[u8; 32]) -> Part {
    let Card { title, text, image, buttons: shown } = card;
    let mut embed = Embed { title, text: text.unwrap_or_default(), image: None };
    let mut upload = None;
    if let Some(picture) = image {
        match picture.source {
            Source::Url(url) => embed.image = Some(url),
            Source::Media(media) => {
                let alt = described(picture.alt.clone());
                upload = Some(Upload { media, name: picture.alt, alt, shown: Shown::Embedded });
            }
        }
    }
    let is_seen = embed.has_words() || embed.image.is_some() || upload.is_some();
    Part { embed: is_seen.then_some(embed), rows: buttons(&shown, key), upload, ..Part::default() }
}

/// The picture of an embed has no description; one that is uploaded has its own.
fn undescribed(message: &Content) -> Option<Loss> {
    let Content::Card(Card { image: Some(Picture { source: Source::Url(_), alt }), .. }) = message else {
        return None;
    };
    described(alt.clone()).map(|alt| Loss::DescriptionLost { alt })
}

/// What the menus of a list have no place for.
fn unlisted(message: &Content) -> Vec<Loss> {
    let Content::List { button, sections, .. } = message else { return Vec::new() };
    if has_menu_for_each(sections) {
        let is_named =
            |section: &Section| section.title.as_ref().is_some_and(|title| !title.trim().is_empty());
        let is_lost = !button.trim().is_empty() && sections.iter().all(is_named);
        return is_lost.then(|| Loss::ListButtonLost { button: button.clone() }).into_iter().collect();
    }
    let rows = sections.iter().flat_map(|section| section.rows.iter().map(move |row| (section, row)));
    let words = rows.map(|(section, row)| description(row, section.title.as_deref()));
    let long = words.filter(|words| words.chars().count() > LONGEST_DESCRIPTION);
    long.map(|description| Loss::DescriptionCut { description, limit: LONGEST_DESCRIPTION }).collect()
}

fn described(alt: String) -> Option<String> {
    Some(alt).filter(|alt| !alt.trim().is_empty())
}

fn buttons(shown: &[Button], key: &[u8; 32]) -> Vec<CreateActionRow> {
    let made = shown.iter().enumerate().map(|(place, button)| match &button.action {
        Action::Value(value) => CreateButton::new(carry(key, place, value)).label(label(&button.title)),
        Action::Link(link) => CreateButton::new_link(link).label(label(&button.title)),
        Action::Form(form) => CreateButton::new(carry_form(place, form)).label(label(&button.title)),
    });
    let made = made.collect::<Vec<_>>();
    made.chunks(BUTTONS_A_ROW).map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}

/// Discord refuses blank labels.
fn label(title: &str) -> &str {
    if title.trim().is_empty() { "…" } else { title }
}

/// A menu for each section; where that would be too many, sections share menus and are named with their rows.
fn menus(button: &str, sections: &[Section], key: &[u8; 32]) -> Vec<CreateActionRow> {
    let mut place = 0;
    let mut option = |row: &Row, section: Option<&str>| {
        let made = CreateSelectMenuOption::new(label(&row.title), carry(key, place, &row.value));
        place += 1;
        let description = description(row, section).chars().take(LONGEST_DESCRIPTION).collect::<String>();
        if description.is_empty() { made } else { made.description(description) }
    };
    let filled = sections.iter().filter(|section| !section.rows.is_empty());
    let mut menus = Vec::new();
    if has_menu_for_each(sections) {
        for section in filled {
            let title = section.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(button);
            for rows in section.rows.chunks(MOST_OPTIONS) {
                menus.push((title, rows.iter().map(|row| option(row, None)).collect::<Vec<_>>()));
            }
        }
    } else {
        let rows =
            filled.flat_map(|section| section.rows.iter().map(move |row| (row, section.title.as_deref())));
        let options = rows.map(|(row, title)| option(row, title)).collect::<Vec<_>>();
        menus.extend(options.chunks(MOST_OPTIONS).map(|options| (button, options.to_vec())));
    }
    let menus = menus.into_iter().enumerate().map(|(index, (placeholder, options))| {
        let menu = CreateSelectMenu::new(format!("list{index}"), CreateSelectMenuKind::String { options });
        let placeholder = placeholder.chars().take(LONGEST_PLACEHOLDER).collect::<String>();
        CreateActionRow::SelectMenu(if placeholder.trim().is_empty() {
            menu
        } else {
            menu.placeholder(placeholder)
        })
    });
    menus.collect()
}

fn has_menu_for_each(sections: &[Section]) -> bool {
    sections.iter().map(|section| section.rows.len().div_ceil(MOST_OPTIONS)).sum::<usize>() <= MOST_ROWS
}

/// What stands below a row's title; of a section that has no menu of its own, its title too.
fn description(row: &Row, section: Option<&str>) -> String {
    let words = [section, row.description.as_deref()].into_iter().flatten();
    words.filter(|words| !words.trim().is_empty()).collect::<Vec<_>>().join(" – ")
}

fn offer_answer(parts: &mut Vec<Part>, label: &str) {
    let row = CreateActionRow::Buttons(vec![CreateButton::new(ANSWER).label(label)]);
    match parts.last_mut() {
        Some(last) if last.rows.len() < MOST_ROWS => last.rows.push(row),
        Some(_) => parts.push(Part { rows: vec![row], ..Part::default() }),
        None => {}
    }
}

/// The texts that Discord reads as Markdown, made harmless.
fn marked(mut content: Content) -> Content {
    for text in texts(&mut content) {
        *text = harmless(text);
    }
    content
}

/// Writes links that no button of Discord opens (mail addresses, telephones, very long ones) below the text.
fn without_odd_links(mut content: Content) -> (Content, Vec<Loss>) {
    let mut losses = Vec::new();
    let mut take = |buttons: &mut Vec<Button>, text: &mut String| {
        buttons.retain(|button| match &button.action {
            Action::Link(link) if !is_button_link(link) => {
                push_line(text, &format!("{}: {}", button.title, in_words(link)));
                losses.push(Loss::LinkAsText { title: button.title.clone() });
                false
            }
            Action::Link(_) | Action::Value(_) | Action::Form(_) => true,
        });
    };
    let mut of_card = |card: &mut Card| {
        let mut text = card.text.take().unwrap_or_default();
        take(&mut card.buttons, &mut text);
        card.text = Some(text).filter(|text| !text.is_empty());
    };
    match &mut content {
        Content::Card(card) => of_card(card),
        Content::Carousel { cards } => cards.iter_mut().for_each(of_card),
        Content::Text { text, quick_replies: buttons } | Content::Buttons { text, buttons } => {
            take(buttons, text);
        }
        Content::List { .. } | Content::Image { .. } | Content::File { .. } | Content::Location { .. } => {}
    }
    (content, losses)
}

/// Writes the addresses of pictures that no embed shows below the text of their cards.
fn without_odd_pictures(mut content: Content, losses: &mut Vec<Loss>) -> Content {
    let mut of_card = |card: &mut Card| {
        let Some(Picture { source: Source::Url(url), alt }) =
            card.image.take_if(|image| !is_showable(&image.source))
        else {
            return;
        };
        let text = card.text.get_or_insert_default();
        push_line(text, &if alt.trim().is_empty() { url } else { format!("{}: {url}", harmless(&alt)) });
        losses.push(Loss::ImageAsLink { alt });
    };
    match &mut content {
        Content::Card(card) => of_card(card),
        Content::Carousel { cards } => cards.iter_mut().for_each(of_card),
        Content::Text { .. }
        | Content::Buttons { .. }
        | Content::List { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::Location { .. } => {}
    }
    content
}

fn is_button_link(link: &str) -> bool {
    is_web(link) && link.chars().count() <= LONGEST_LINK
}

fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_showable(source: &Source) -> bool {
    match source {
        Source::Media(_) => true,
        Source::Url(url) => is_web(url) && url.chars().count() <= LONGEST_ADDRESS && !is_of_odd_type(url),
    }
}

fn is_of_odd_type(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| ends_oddly(url.path()))
}

fn ends_oddly(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| NOT_SHOWN.contains(&ending.as_str()))
}

/// Whether Discord shows a kept file as a picture: by its type, or by its name where the type says nothing.
pub fn is_picture(name: &str, media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match plain.strip_prefix("image/") {
        Some(kind) => SHOWN.contains(&kind),
        None => matches!(plain.as_str(), "" | "application/octet-stream") && !ends_oddly(name),
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}
