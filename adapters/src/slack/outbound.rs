//! What does a message look like on Slack?

use slack_morphism::prelude::SlackBlock;
use studio_core::{
    content::{
        Action, Button, Capabilities, Card, Content, Degraded, Loss, Picture, Source, degrade, in_words,
        without_bare_sections,
    },
    id::MediaId,
};

use super::{
    blocks,
    text::{loud, notice, quiet},
    token::carry,
};
use crate::markdown::link_pictures;

/// Schemes of the links within words that Slack opens.
const LINKED: [&str; 4] = ["http", "https", "mailto", "tel"];

/// One message of Slack's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Post(Post),
    /// A file of the studio's, which is uploaded.
    Upload {
        media: MediaId,
        /// `None` for a picture: what is kept knows its own name.
        name: Option<String>,
        /// What a screen reader says of a picture.
        alt: Option<String>,
        comment: Option<String>,
    },
}

impl Part {
    /// An upload as words: what is left of it where there is no file.
    pub fn as_words(&self) -> Option<(Post, Loss)> {
        let Self::Upload { name, alt, comment, .. } = self else { return None };
        let (line, loss) = if let Some(name) = name {
            (name.as_str(), Loss::FileLost { name: name.clone() })
        } else {
            let alt = alt.as_deref().unwrap_or_default();
            (alt, Loss::ImageLost { alt: alt.to_owned() })
        };
        let line = if line.trim().is_empty() { "…" } else { line };
        let text = comment.as_ref().map_or_else(|| line.to_owned(), |comment| format!("{comment}\n{line}"));
        let blocks = vec![blocks::markdown(text.clone())];
        Some((Post { text: notice(&text), blocks, without_images: None }, loss))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Post {
    /// For notifications, and where blocks cannot be shown.
    pub text: String,
    pub blocks: Vec<SlackBlock>,
    /// The same without pictures that lie elsewhere: Slack refuses a message whose picture it cannot fetch.
    pub without_images: Option<(Vec<SlackBlock>, Vec<Loss>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rendered {
    /// In the order to be sent.
    pub parts: Vec<Part>,
    pub losses: Vec<Loss>,
}

/// What this channel can show.
pub(super) fn capabilities() -> &'static Capabilities {
    Capabilities::of("slack").expect("the channel stands in the table")
}

/// The messages that a content becomes. `key` makes tokens of values that no button carries.
pub(super) fn render(key: &[u8; 32], content: &Content) -> Rendered {
    let can = able(content);
    let forms = button_lists(content).into_iter().map(forms).max().unwrap_or_default();
    // What is too long as blocks leaves as lines, which are as many messages as they need; a form must be pressed.
    let fewer = |buttons| Capabilities { list_rows: 0, buttons, ..can.clone() };
    let whole = rendered(key, content, &can);
    if whole.fits() {
        return whole;
    }
    let lines = rendered(key, content, &fewer(forms.min(capabilities().buttons)));
    if lines.fits() { lines } else { rendered(key, content, &fewer(0)) }
}

fn forms(buttons: &[Button]) -> usize {
    buttons.iter().filter(|button| matches!(button.action, Action::Form(_))).count()
}

fn rendered(key: &[u8; 32], content: &Content, can: &Capabilities) -> Rendered {
    let mut content = content.clone();
    let mut losses = link_pictures(&mut content, Some(&LINKED));
    let (mut content, written) = calm(carry(key, content));
    losses.extend(written);
    losses.extend(without_bare_sections(&mut content));
    let Degraded { messages, losses: given_up } = degrade(content, can);
    losses.extend(given_up);
    let lists = messages.iter().flat_map(button_lists);
    let selects = lists.filter_map(blocks::values_of_select).map(|count| Loss::ChoicesAsList { count });
    losses.extend(selects);
    Rendered { parts: messages.into_iter().flat_map(parts).collect(), losses }
}

impl Rendered {
    fn fits(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Post(post) => {
                blocks::fit(&post.blocks)
                    && post.without_images.as_ref().is_none_or(|(blocks, _)| blocks::fit(blocks))
            }
            Part::Upload { .. } => true,
        })
    }
}

/// What can be shown of a content on this channel.
fn able(content: &Content) -> Capabilities {
    let mut limited = capabilities().clone();
    match content {
        // Slack takes files by upload only, and the studio fetches nothing from foreign addresses to do so.
        Content::File { source: Source::Url(_), .. } => limited.files = false,
        Content::Image { source: Source::Url(url), .. } => limited.images = blocks::web(url).is_some(),
        Content::Card(card) => limited.images = fetchable(card),
        Content::Carousel { cards } => limited.images = cards.iter().all(fetchable),
        Content::Text { .. }
        | Content::Buttons { .. }
        | Content::List { .. }
        | Content::File { .. }
        | Content::Image { .. }
        | Content::Location { .. } => {}
    }
    if button_lists(content).into_iter().all(blocks::hold) {
        limited.buttons = usize::MAX;
    }
    limited
}

/// Those that become a block each.
fn button_lists(content: &Content) -> Vec<&[Button]> {
    match content {
        Content::Text { quick_replies: buttons, .. } | Content::Buttons { buttons, .. } => {
            vec![buttons.as_slice()]
        }
        Content::Card(card) => vec![card.buttons.as_slice()],
        Content::Carousel { cards } => cards.iter().map(|card| card.buttons.as_slice()).collect(),
        Content::List { .. } | Content::Image { .. } | Content::File { .. } | Content::Location { .. } => {
            Vec::new()
        }
    }
}

/// Whether Slack can show the card's picture.
fn fetchable(card: &Card) -> bool {
    card.image.as_ref().is_none_or(|image| match &image.source {
        Source::Url(url) => blocks::web(url).is_some(),
        Source::Media(_) => true,
    })
}

/// Nothing that is written calls anyone, wherever it ends up; links that are no addresses are written.
fn calm(mut content: Content) -> (Content, Vec<Loss>) {
    fn hush(text: &mut String) {
        *text = quiet(text);
    }
    fn buttons(text: &mut String, all: &mut Vec<Button>, losses: &mut Vec<Loss>) {
        hush(text);
        all.retain_mut(|button| {
            hush(&mut button.title);
            let Action::Link(link) = &mut button.action else { return true };
            match url::Url::parse(link) {
                // Slack tells of pages alone; whether it takes a telephone nobody knows.
                Ok(url) if url.scheme() != "tel" && url.as_str().len() <= blocks::LONGEST_ADDRESS => {
                    *link = url.into();
                    true
                }
                Ok(_) | Err(_) => {
                    text.extend(["\n", &button.title, ": ", &quiet(in_words(link))]);
                    losses.push(Loss::LinkAsText { title: loud(&button.title) });
                    false
                }
            }
        });
    }
    fn source(source: &mut Source) {
        if let Source::Url(url) = source {
            *url = url::Url::parse(url).map_or_else(|_| quiet(url), Into::into);
        }
    }
    fn card(card: &mut Card, losses: &mut Vec<Loss>) {
        hush(&mut card.title);
        if let Some(image) = &mut card.image {
            source(&mut image.source);
            hush(&mut image.alt);
        }
        let mut text = card.text.take().unwrap_or_default();
        buttons(&mut text, &mut card.buttons, losses);
        card.text = Some(text).filter(|text| !text.is_empty());
    }
    let mut losses = Vec::new();
    match &mut content {
        Content::Text { text, quick_replies: of } | Content::Buttons { text, buttons: of } => {
            buttons(text, of, &mut losses);
        }
        Content::List { text, button, sections } => {
            hush(text);
            hush(button);
            for section in sections {
                section.title.iter_mut().for_each(hush);
                for row in &mut section.rows {
                    hush(&mut row.title);
                    row.description.iter_mut().for_each(hush);
                }
            }
        }
        Content::Card(one) => card(one, &mut losses),
        Content::Carousel { cards } => {
            for one in cards {
                card(one, &mut losses);
            }
        }
        Content::Image { source: of, alt, caption } => {
            source(of);
            hush(alt);
            caption.iter_mut().for_each(hush);
        }
        Content::File { source: of, name, .. } => {
            source(of);
            hush(name);
        }
        Content::Location { label, .. } => label.iter_mut().for_each(hush),
    }
    (content, losses)
}

/// The messages of a content that is within the limits.
fn parts(content: Content) -> Vec<Part> {
    let words = content.plain();
    match content {
        Content::Text { text, quick_replies: of } | Content::Buttons { text, buttons: of } => {
            let shown = said(&text).into_iter().chain(blocks::buttons(&of)).collect();
            post(&words, shown, None).into_iter().collect()
        }
        Content::List { text, button, sections } => {
            let shown = said(&text).into_iter().chain([blocks::select(&button, &sections)]).collect();
            let words = if text.trim().is_empty() { &button } else { &words };
            post(words, shown, None).into_iter().collect()
        }
        Content::Card(card) => of_card(card),
        Content::Carousel { cards } => cards.into_iter().flat_map(of_card).collect(),
        Content::Image { source: Source::Url(url), alt, caption } => {
            let text = caption.unwrap_or_default();
            picture(&words, &Picture { source: Source::Url(url), alt }, said(&text).into_iter().collect())
        }
        Content::Image { source: Source::Media(media), alt, caption } => {
            vec![Part::Upload {
                media,
                name: None,
                alt: Some(alt),
                comment: caption.filter(|text| !text.trim().is_empty()),
            }]
        }
        Content::File { source: Source::Media(media), name, .. } => {
            vec![Part::Upload { media, name: Some(name), alt: None, comment: None }]
        }
        // Degraded before; what is left of it is its name.
        Content::File { name, .. } => {
            post(&words, said(&name).into_iter().collect(), None).into_iter().collect()
        }
        Content::Location { .. } => {
            post(&words, said(&words).into_iter().collect(), None).into_iter().collect()
        }
    }
}

fn of_card(card: Card) -> Vec<Part> {
    let Card { title, text, image, buttons } = card;
    let words = text.as_ref().map_or(title.clone(), |text| format!("{title}: {text}"));
    let mut shown = Vec::new();
    if !title.trim().is_empty() {
        shown.push(blocks::header(&title));
    }
    shown.extend(text.as_deref().and_then(said));
    shown.extend(blocks::buttons(&buttons));
    match image {
        None => post(&words, shown, None).into_iter().collect(),
        Some(Picture { source: Source::Media(media), alt }) => {
            let upload = Part::Upload { media, name: None, alt: Some(alt), comment: None };
            [upload].into_iter().chain(post(&words, shown, None)).collect()
        }
        Some(picture_elsewhere) => picture(&words, &picture_elsewhere, shown),
    }
}

/// A picture that Slack fetches, and what stands below it.
fn picture(words: &str, picture: &Picture, below: Vec<SlackBlock>) -> Vec<Part> {
    let Source::Url(url) = &picture.source else { return Vec::new() };
    let Some(image) = blocks::image(url, &picture.alt) else { return Vec::new() };
    // The title of a card stands above its picture.
    let (above, below): (Vec<_>, Vec<_>) =
        below.into_iter().partition(|block| matches!(block, SlackBlock::Header(_)));
    let link = blocks::markdown(format!("{}: {url}", picture.alt));
    let losses = vec![Loss::ImageAsLink { alt: picture.alt.clone() }];
    let without: Vec<_> = above.iter().cloned().chain([link]).chain(below.iter().cloned()).collect();
    let shown = above.into_iter().chain([image]).chain(below).collect();
    let words = if words.trim().is_empty() { &picture.alt } else { words };
    post(words, shown, Some((without, losses))).into_iter().collect()
}

/// `None` where there is nothing to show.
fn post(
    words: &str,
    shown: Vec<SlackBlock>,
    without_images: Option<(Vec<SlackBlock>, Vec<Loss>)>,
) -> Option<Part> {
    if shown.is_empty() {
        return None;
    }
    Some(Part::Post(Post { text: notice(words), blocks: shown, without_images }))
}

fn said(text: &str) -> Option<SlackBlock> {
    (!text.trim().is_empty()).then(|| blocks::markdown(text.to_owned()))
}
