//! Which forms can a message have?

use super::schema;
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    yaml::{At, Entries, Kind, Node, Read, Text},
};

/// One message.
#[derive(Clone, Debug)]
pub struct MessageSource {
    pub place: Place,
    pub body: Body,
    /// What goes in its place where nothing else may be said.
    pub template: Option<ApprovedSource>,
}

#[derive(Clone, Debug)]
pub enum Body {
    Text { text: Text, quick_replies: Vec<ButtonSource> },
    Buttons { text: Text, buttons: Vec<ButtonSource> },
    List { text: Text, list: ListSource },
    Card(CardSource),
    Carousel(Vec<CardSource>),
    Image(ImageSource),
    File(FileSource),
    Location(LocationSource),
}

source! {
    /// A message: `text` (with `quick_replies`, `buttons` or a `list`), or one of the other forms.
    struct MessageFields as "a message" {
        /// Markdown of the small kind; a template.
        "text" text: Option<Text>,
        /// Replies to choose from that vanish once one was chosen.
        "quick_replies" quick_replies: Option<At<Vec<ButtonSource>>>,
        /// Buttons that stay.
        "buttons" buttons: Option<At<Vec<ButtonSource>>>,
        /// A choice of many, in sections.
        "list" list: Option<At<ListSource>>,
        "card" card: Option<At<CardSource>>,
        /// Several cards side by side.
        "carousel" carousel: Option<At<Vec<CardSource>>>,
        "image" image: Option<At<ImageSource>>,
        "file" file: Option<At<FileSource>>,
        "location" location: Option<At<LocationSource>>,
        /// What the platform has approved and goes in its place where nothing else may be said: on WhatsApp, a day after the person wrote.
        "template" template: Option<At<ApprovedSource>>,
    }
}

source! {
    /// A message that the platform has approved. What fills its gaps are templates.
    struct ApprovedSource as "an approved template" {
        /// Its name at the platform.
        "name" name: Text,
        /// As the platform writes it, such as `en_US`; that of the conversation otherwise.
        "language" language: Option<Text>,
        /// The gap of its head.
        "header" header: Option<Text>,
        /// The gaps of its body, by what stands between the braces.
        "body" body: Entries<Text> = Entries::default(),
        /// The gaps of its buttons, by their places from 0.
        "buttons" buttons: Entries<Text> = Entries::default(),
        /// Whether it goes also where the message itself might.
        "always" always: bool = false,
    }
}

source! {
    /// A choice of many.
    struct ListSource as "a list of choices" {
        /// What opens the list.
        "button" button: Text,
        "sections" sections: Vec<SectionSource>,
    }
}

source! {
    /// Some rows of a list under a title.
    struct SectionSource as "a section of a list" {
        "title" title: Option<Text>,
        "rows" rows: Vec<RowSource>,
    }
}

source! {
    /// A row of a list.
    struct RowFields as "a row of a list" {
        "title" title: Text,
        "description" description: Option<Text>,
        /// What comes back to the bot; the title otherwise.
        "value" value: Option<Text>,
    }
}

source! {
    /// One thing with picture, words and buttons.
    struct CardSource as "a card" {
        "title" title: Text,
        "text" text: Option<Text>,
        "image" image: Option<PictureSource>,
        "buttons" buttons: Vec<ButtonSource> = Vec::new(),
    }
}

source! {
    /// The picture of a card.
    struct PictureSource as "a picture" {
        "url" url: Text,
        /// What a screen reader says.
        "alt" alt: Text,
    }
}

source! {
    /// A picture.
    struct ImageSource as "an image" {
        "url" url: Text,
        /// What a screen reader says.
        "alt" alt: Text,
        "caption" caption: Option<Text>,
    }
}

source! {
    /// A file to download.
    struct FileSource as "a file" {
        "url" url: Text,
        "name" name: Text,
        /// Such as `application/pdf`.
        "media_type" media_type: Option<Text>,
    }
}

source! {
    /// A place on earth.
    struct LocationSource as "a location" {
        /// Degrees, -90 to 90.
        "latitude" latitude: At<f64>,
        /// Degrees, -180 to 180.
        "longitude" longitude: At<f64>,
        "label" label: Option<Text>,
    }
}

source! {
    /// A button with a value for the bot, or with a link.
    struct ButtonFields as "a button" {
        "title" title: Text,
        /// What comes back to the bot.
        "value" value: Option<Text>,
        /// An address to open: http, https, mailto, tel.
        "link" link: Option<Text>,
    }
}

/// A button or quick reply.
#[derive(Clone, Debug)]
pub struct ButtonSource {
    pub title: Text,
    pub press: Press,
}

/// What a button does.
#[derive(Clone, Debug)]
pub enum Press {
    Value(Text),
    Link(Text),
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct RowSource {
    pub title: Text,
    pub description: Option<Text>,
    pub value: Text,
}

impl Read for ButtonSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            let title = Text::read(node, problems)?;
            return Some(Self { press: Press::Value(title.clone()), title });
        }
        let ButtonFields { place, title, value, link } = ButtonFields::read(node, problems)?;
        let press = match (value, link) {
            (Some(value), None) => Press::Value(value),
            (None, Some(link)) => Press::Link(link),
            (Some(_), Some(link)) => {
                problems.report(
                    Code::ConflictingKeys,
                    link.place,
                    "a button has either a `value` or a `link`",
                    "remove one of the two",
                );
                return None;
            }
            (None, None) => {
                problems.report(
                    Code::MissingField,
                    place,
                    "a button needs a `value` or a `link`",
                    "add `value: …` (what comes back to the bot) or `link: https://…`",
                );
                return None;
            }
        };
        Some(Self { title, press })
    }
}

impl Read for RowSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            let title = Text::read(node, problems)?;
            return Some(Self { value: title.clone(), description: None, title });
        }
        let RowFields { place: _, title, description, value } = RowFields::read(node, problems)?;
        Some(Self { value: value.unwrap_or_else(|| title.clone()), title, description })
    }
}

impl Read for MessageSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if node.scalar().is_some() {
            let text = Text::read(node, problems)?;
            let body = Body::Text { text, quick_replies: Vec::new() };
            return Some(Self { place: node.place, body, template: None });
        }
        let before = problems.count();
        let mut fields = MessageFields::read(node, problems)?;
        let place = fields.place;
        let template = fields.template.take().map(|at| at.value);
        let body = fields.into_body(problems, before)?;
        Some(Self { place, body, template })
    }
}

impl MessageFields {
    /// The one form that these fields make. `before` is the count of problems before they were read.
    fn into_body(self, problems: &mut Problems, before: usize) -> Option<Body> {
        let place = self.place;
        let mut forms: Vec<(&str, Place)> = Vec::new();
        forms.extend(self.text.as_ref().map(|at| ("text", at.place)));
        forms.extend(self.card.as_ref().map(|at| ("card", at.place)));
        forms.extend(self.carousel.as_ref().map(|at| ("carousel", at.place)));
        forms.extend(self.image.as_ref().map(|at| ("image", at.place)));
        forms.extend(self.file.as_ref().map(|at| ("file", at.place)));
        forms.extend(self.location.as_ref().map(|at| ("location", at.place)));
        let mut choices: Vec<(&str, Place)> = Vec::new();
        choices.extend(self.quick_replies.as_ref().map(|at| ("quick_replies", at.place)));
        choices.extend(self.buttons.as_ref().map(|at| ("buttons", at.place)));
        choices.extend(self.list.as_ref().map(|at| ("list", at.place)));

        if let [(first, _), (second, place), ..] = forms[..] {
            problems.report(
                Code::ConflictingKeys,
                place,
                format!("one message cannot have both `{first}` and `{second}`"),
                "write several messages as `messages: [ … ]`",
            );
            return None;
        }
        if let [(first, _), (second, place), ..] = choices[..] {
            problems.report(
                Code::ConflictingKeys,
                place,
                format!("one message cannot have both `{first}` and `{second}`"),
                "keep one of the two",
            );
            return None;
        }
        if self.text.is_none()
            && let [(choice, place), ..] = choices[..]
        {
            problems.report(
                Code::MissingField,
                place,
                format!("`{choice}` needs a `text` beside it"),
                "add `text: …`",
            );
            return None;
        }
        if let Some(text) = self.text {
            return Some(match (self.quick_replies, self.buttons, self.list) {
                (_, Some(buttons), _) => Body::Buttons { text, buttons: buttons.value },
                (_, _, Some(list)) => Body::List { text, list: list.value },
                (quick_replies, None, None) => {
                    Body::Text { text, quick_replies: quick_replies.map(|at| at.value).unwrap_or_default() }
                }
            });
        }
        let other = (self.card.map(|at| Body::Card(at.value)))
            .or_else(|| self.carousel.map(|at| Body::Carousel(at.value)))
            .or_else(|| self.image.map(|at| Body::Image(at.value)))
            .or_else(|| self.file.map(|at| Body::File(at.value)))
            .or_else(|| self.location.map(|at| Body::Location(at.value)));
        if other.is_none() && problems.count() == before {
            problems.report(
                Code::MissingField,
                place,
                "a message needs something to say",
                "add `text: …`, or `card`, `carousel`, `image`, `file` or `location`",
            );
        }
        other
    }
}

/// One way to say something: a message, or several in a row.
#[derive(Clone, Debug)]
pub struct VariantSource {
    pub messages: Vec<MessageSource>,
}

source! {
    /// Several messages in a row.
    struct MessagesFields as "several messages" {
        "messages" messages: Vec<MessageSource>,
    }
}

impl Read for VariantSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let has_messages = match &node.kind {
            Kind::Map(entries) => entries.iter().any(|(key, _)| key.value == "messages"),
            Kind::Null
            | Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Broken => false,
        };
        let messages = if has_messages {
            MessagesFields::read(node, problems)?.messages
        } else {
            vec![MessageSource::read(node, problems)?]
        };
        Some(Self { messages })
    }
}

schema!(ButtonSource, "Button", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<ButtonFields>()
]));
schema!(RowSource, "Row", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<RowFields>()
]));
schema!(MessageSource, "Message", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<MessageFields>()
]));
schema!(VariantSource, "Variant", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<MessageFields>(),
    generator.subschema_for::<MessagesFields>()
]));
