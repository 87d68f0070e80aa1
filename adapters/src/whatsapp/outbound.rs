//! What does a message look like on the way out? (pure) The parts that leave one after the other, and their JSON.

use serde_json::{Value, json};
use studio_core::content::{
    Action, Button, Card, Content, Degraded, Loss, Picture, Section, Source, cut, degrade as within, degrees,
    split,
};

use super::{
    config::Words,
    media::{Kind, refused_link},
    shape::{NOTHING, bold, limits, shape},
};

/// One message of WhatsApp.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text {
        body: String,
    },
    /// Up to three buttons, with a picture above or not.
    Buttons {
        header: Option<Picture>,
        body: String,
        /// Id and title.
        buttons: Vec<(String, String)>,
    },
    List {
        body: String,
        button: String,
        sections: Vec<Section>,
    },
    Image {
        source: Source,
        alt: String,
        caption: Option<String>,
    },
    File {
        source: Source,
        name: String,
        media_type: String,
        size: u64,
    },
    Location {
        latitude_microdegrees: i32,
        longitude_microdegrees: i32,
        label: Option<String>,
    },
}

/// All parts of a message, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    pub parts: Vec<Part>,
    pub losses: Vec<Loss>,
}

/// A file as Meta finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Uploaded by us.
    Id(String),
    /// Fetched by Meta.
    Link(String),
}

/// How a content is shown on WhatsApp, with ids of this key in place of values.
fn shown(content: &Content, words: &Words, key: &[u8; 32]) -> Degraded {
    let shaped = shape(content, words, key);
    let mut shown = Degraded { messages: Vec::new(), losses: shaped.losses };
    for content in shaped.contents {
        let Degraded { messages, losses } = within(content, limits());
        shown.messages.extend(messages);
        shown.losses.extend(losses);
    }
    shown
}

/// The parts of a message; the same at every try.
pub fn render(content: &Content, words: &Words, key: &[u8; 32]) -> Rendered {
    let Degraded { messages, mut losses } = shown(content, words, key);
    let parts = messages.into_iter().filter_map(part).map(|part| takeable(part, &mut losses));
    let parts = parts.collect::<Vec<_>>();
    losses.extend(parts.iter().filter_map(Part::unsaid));
    Rendered { parts, losses }
}

/// A part in a simpler form where its file lies at an address of which is known that Meta does not take it.
fn takeable(part: Part, losses: &mut Vec<Loss>) -> Part {
    let refused = match part.file() {
        Some((Source::Url(address), wanted)) => refused_link(wanted, part.told(), address).is_some(),
        Some((Source::Media(_), _)) | None => false,
    };
    match refused.then(|| part.simpler()).flatten() {
        Some((simpler, loss)) => {
            losses.push(loss);
            simpler
        }
        None => part,
    }
}

/// What the last row of a list's page asks for, which has none of our words.
pub fn rest(content: &Content, key: &[u8; 32], number: usize) -> Option<Content> {
    shape(content, &Words::default(), key).rests.into_iter().nth(number)
}

/// `None` for a text without a word, which WhatsApp refuses.
fn part(content: Content) -> Option<Part> {
    Some(match content {
        Content::Text { text, quick_replies } if quick_replies.is_empty() => {
            if text.trim().is_empty() {
                return None;
            }
            Part::Text { body: text }
        }
        Content::Text { text, quick_replies: buttons } | Content::Buttons { text, buttons } => {
            Part::Buttons { header: None, body: worded(text), buttons: replies(buttons) }
        }
        Content::List { text, button, sections } => Part::List { body: worded(text), button, sections },
        Content::Card(card) => return card_part(card),
        // Taken apart before.
        Content::Carousel { .. } => return None,
        Content::Image { source, alt, caption } => Part::Image { source, alt, caption },
        Content::File { source, name, media_type, size } => Part::File { source, name, media_type, size },
        Content::Location { latitude_microdegrees, longitude_microdegrees, label } => {
            Part::Location { latitude_microdegrees, longitude_microdegrees, label }
        }
    })
}

fn card_part(card: Card) -> Option<Part> {
    let Card { title, text, image, buttons } = card;
    let words = [bold(&title), text.unwrap_or_default()];
    let body = words.into_iter().filter(|words| !words.trim().is_empty()).collect::<Vec<_>>().join("\n");
    if !buttons.is_empty() {
        return Some(Part::Buttons { header: image, body: worded(body), buttons: replies(buttons) });
    }
    match image {
        Some(image) => {
            let caption = Some(body).filter(|body| !body.is_empty());
            Some(Part::Image { source: image.source, alt: image.alt, caption })
        }
        None => part(Content::text(body)),
    }
}

fn replies(buttons: Vec<Button>) -> Vec<(String, String)> {
    let replies = buttons.into_iter().filter_map(|button| match button.action {
        Action::Value(id) => Some((id, button.title)),
        Action::Link(_) | Action::Form(_) => None,
    });
    replies.collect()
}

fn worded(text: String) -> String {
    if text.trim().is_empty() { NOTHING.to_owned() } else { text }
}

impl Part {
    /// The file that must be found before the part can leave, and what it must be.
    pub fn file(&self) -> Option<(&Source, Option<Kind>)> {
        match self {
            Self::Buttons { header: Some(Picture { source, .. }), .. } | Self::Image { source, .. } => {
                Some((source, Some(Kind::Image)))
            }
            Self::File { source, .. } => Some((source, None)),
            Self::Text { .. }
            | Self::Buttons { header: None, .. }
            | Self::List { .. }
            | Self::Location { .. } => None,
        }
    }

    /// Of which type and how large its file is, as the content says.
    pub fn told(&self) -> Option<(&str, u64)> {
        match self {
            Self::File { media_type, size, .. } => Some((media_type, *size)),
            Self::Text { .. }
            | Self::Buttons { .. }
            | Self::List { .. }
            | Self::Image { .. }
            | Self::Location { .. } => None,
        }
    }

    /// What WhatsApp has no place for: the description of a picture, the name of what is no document.
    fn unsaid(&self) -> Option<Loss> {
        let (alt, words) = match self {
            Self::Buttons { header: Some(picture), body, .. } => (&picture.alt, body.as_str()),
            Self::Image { alt, caption, .. } => (alt, caption.as_deref().unwrap_or_default()),
            Self::File { name, media_type, .. } => {
                let is_lost = Kind::of(media_type) != Kind::Document && !name.trim().is_empty();
                return is_lost.then(|| Loss::NameLost { name: name.clone() });
            }
            Self::Text { .. }
            | Self::Buttons { header: None, .. }
            | Self::List { .. }
            | Self::Location { .. } => return None,
        };
        (!words.contains(alt.trim())).then(|| Loss::DescriptionLost { alt: alt.clone() })
    }

    /// `type` and the object of that name.
    ///
    /// `file` is what [`Self::file`] was found as; a picture in a header that was not found is left out.
    pub fn json(&self, file: Option<&Found>) -> (&'static str, Value) {
        match self {
            Self::Text { body } => ("text", json!({ "body": body, "preview_url": has_link(body) })),
            Self::Buttons { body, buttons, .. } => {
                let buttons = buttons
                    .iter()
                    .map(|(id, title)| json!({ "type": "reply", "reply": { "id": id, "title": title } }));
                let mut interactive = json!({
                    "type": "button",
                    "body": { "text": body },
                    "action": { "buttons": buttons.collect::<Vec<_>>() },
                });
                if let Some(found) = file {
                    interactive["header"] = json!({ "type": "image", "image": found.json() });
                }
                ("interactive", interactive)
            }
            Self::List { body, button, sections } => {
                let action =
                    json!({ "button": button, "sections": sections.iter().map(section).collect::<Vec<_>>() });
                ("interactive", json!({ "type": "list", "body": { "text": body }, "action": action }))
            }
            Self::Image { caption, .. } => {
                let mut image = file.map_or_else(|| json!({}), Found::json);
                if let Some(caption) = caption {
                    image["caption"] = json!(caption);
                }
                ("image", image)
            }
            Self::File { name, media_type, .. } => {
                let kind = Kind::of(media_type);
                let mut object = file.map_or_else(|| json!({}), Found::json);
                if kind == Kind::Document {
                    object["filename"] = json!(name);
                }
                (kind.name(), object)
            }
            Self::Location { latitude_microdegrees, longitude_microdegrees, label } => {
                let mut location = json!({
                    "latitude": degrees(*latitude_microdegrees),
                    "longitude": degrees(*longitude_microdegrees),
                });
                if let Some(label) = label.as_ref().filter(|label| !label.trim().is_empty()) {
                    location["name"] = json!(label);
                }
                ("location", location)
            }
        }
    }

    /// The same in a simpler form, for when Meta does not take this one: without its picture, then in words alone.
    /// `None` where there is nothing simpler.
    pub fn simpler(&self) -> Option<(Self, Loss)> {
        let text = |body: String| {
            // What a single message has room for.
            let body =
                split(&body, limits().text).first().map(|piece| (*piece).to_owned()).unwrap_or_default();
            Self::Text { body }
        };
        match self {
            Self::Text { .. } => None,
            Self::Buttons { header: Some(picture), body, buttons } => {
                let room = limits().interactive_text.saturating_sub(body.chars().count() + 1);
                let (words, loss) = in_words(picture, room);
                let words = [body.as_str(), words.as_str()].into_iter().filter(|words| !words.is_empty());
                let body = words.collect::<Vec<_>>().join("\n");
                Some((Self::Buttons { header: None, body, buttons: buttons.clone() }, loss))
            }
            Self::Buttons { header: None, body, buttons } => {
                let mut lines = Lines::below(body);
                for (_, title) in buttons {
                    lines.offer(title, None);
                }
                Some((text(lines.text), Loss::ChoicesAsText { count: buttons.len() }))
            }
            Self::List { body, button, sections } => {
                let mut lines = Lines::below(body);
                for section in sections {
                    if let Some(title) = &section.title {
                        lines.text.extend(["\n", title]);
                    }
                    for row in &section.rows {
                        lines.offer(&row.title, row.description.as_deref());
                    }
                }
                let loss = Loss::ListAsText { rows: lines.offered, button: button.clone() };
                Some((text(lines.text), loss))
            }
            Self::Image { source, alt, caption } => {
                let words = caption.clone().into_iter().chain([linked(alt, source)]);
                let loss = match source {
                    Source::Url(_) => Loss::ImageAsLink { alt: alt.clone() },
                    Source::Media(_) => Loss::ImageLost { alt: alt.clone() },
                };
                Some((
                    text(worded(words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n"))),
                    loss,
                ))
            }
            Self::File { source, name, .. } => {
                let loss = match source {
                    Source::Url(_) => Loss::FileAsLink { name: name.clone() },
                    Source::Media(_) => Loss::FileLost { name: name.clone() },
                };
                Some((text(worded(linked(name, source))), loss))
            }
            Self::Location { latitude_microdegrees, longitude_microdegrees, label } => {
                let (latitude, longitude) =
                    (degrees(*latitude_microdegrees), degrees(*longitude_microdegrees));
                let link = format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}");
                let body = label.as_ref().map_or(link.clone(), |label| format!("{label}: {link}"));
                Some((text(body), Loss::LocationAsLink))
            }
        }
    }
}

impl Found {
    pub fn json(&self) -> Value {
        match self {
            Self::Id(id) => json!({ "id": id }),
            Self::Link(link) => json!({ "link": link }),
        }
    }
}

/// What is POSTed to `/{phone number}/messages`. `tag` comes back with every status of the message.
pub fn envelope(recipient: &Recipient, tag: &str, kind: &str, object: Value) -> Value {
    let mut envelope = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
    });
    match recipient {
        Recipient::User(id) => envelope["recipient"] = json!(id),
        Recipient::Phone(phone) => envelope["to"] = json!(phone),
    }
    envelope["type"] = json!(kind);
    envelope[kind] = object;
    if !tag.is_empty() {
        envelope["biz_opaque_callback_data"] = json!(tag);
    }
    envelope
}

/// What is POSTed to the same place to mark a message of a person as read, and to show that someone types.
pub fn read_mark(message: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message,
        "typing_indicator": { "type": "text" },
    })
}

/// To whom a message goes. A business-scoped id stands in `recipient`, never in `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    User(String),
    Phone(String),
}

fn section(section: &Section) -> Value {
    let rows = section.rows.iter().map(|row| {
        let mut object = json!({ "id": row.value, "title": row.title });
        if let Some(description) = &row.description {
            object["description"] = json!(description);
        }
        object
    });
    let mut object = json!({ "rows": rows.collect::<Vec<_>>() });
    if let Some(title) = &section.title {
        object["title"] = json!(title);
    }
    object
}

/// What can be chosen, in numbered lines below a text.
struct Lines {
    text: String,
    offered: usize,
}

impl Lines {
    fn below(body: &str) -> Self {
        Self { text: format!("{body}\n"), offered: 0 }
    }

    fn offer(&mut self, title: &str, description: Option<&str>) {
        self.offered += 1;
        self.text.extend(["\n", &self.offered.to_string(), ". ", title]);
        if let Some(description) = description {
            self.text.extend([" – ", description]);
        }
    }
}

/// A picture in at most so many characters: by its description and address, by its address where both are too long, or
/// by its description.
fn in_words(picture: &Picture, room: usize) -> (String, Loss) {
    let Picture { source, alt } = picture;
    if let Source::Url(address) = source {
        let links = [linked(alt, source), address.clone()];
        if let Some(link) = links.into_iter().find(|link| link.chars().count() <= room) {
            return (link, Loss::ImageAsLink { alt: alt.clone() });
        }
    }
    (cut(alt, room).unwrap_or_else(|| alt.clone()), Loss::ImageLost { alt: alt.clone() })
}

fn linked(name: &str, source: &Source) -> String {
    match source {
        Source::Url(url) if name.is_empty() => url.clone(),
        Source::Url(url) => format!("{name}: {url}"),
        Source::Media(_) => name.to_owned(),
    }
}

fn has_link(text: &str) -> bool {
    text.contains("https://") || text.contains("http://")
}
