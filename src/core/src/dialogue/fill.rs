//! How is a content filled in?

use super::evaluate::{Fault, Names, render, render_url};
use crate::{
    bot::Approved,
    content::{Action, Button, Card, Content, Header, Parameters, Picture, Row, Section, Source, Template},
};

/// The content with its templates filled in.
pub fn fill(content: &Content, names: &Names) -> Result<Content, Fault> {
    Filler { names, text: render, address: render_url }.content(content)
}

/// An approved template with its gaps filled. One whose value comes to nothing stays open, which is told where the template is to be
/// sent: the message that names it is said in any case.
pub fn fill_approved(approved: &Approved, spoken: &str, names: &Names) -> Template {
    let filled = |text: &String| render(text, names).ok();
    let language = approved.language.clone().unwrap_or_else(|| spoken.replace('-', "_"));
    Template {
        name: approved.name.clone(),
        language,
        parameters: Parameters {
            header: approved.header.as_ref().and_then(filled).map(Header::Text),
            body: approved.body.iter().filter_map(|(gap, text)| Some((gap.clone(), filled(text)?))).collect(),
            buttons: approved
                .buttons
                .iter()
                .filter_map(|(place, text)| Some((*place, filled(text)?)))
                .collect(),
        },
        when: Some(approved.when),
    }
}

/// The content with what is known filled in; a placeholder that needs more stays as it was written.
pub fn fill_known(content: &Content, names: &Names) -> Content {
    let text: Render = |source, names| Ok(known(source, names, render));
    let address: Render = |source, names| Ok(known(source, names, render_url));
    Filler { names, text, address }.content(content).unwrap_or_else(|_| content.clone())
}

/// An address with what is known filled in, as [`fill_known`] does.
pub fn known_address(address: &str, names: &Names) -> String {
    known(address, names, render_url)
}

/// How one template is filled in.
type Render = fn(&str, &Names) -> Result<String, Fault>;

struct Filler<'n> {
    names: &'n Names,
    text: Render,
    address: Render,
}

impl Filler<'_> {
    fn content(&self, content: &Content) -> Result<Content, Fault> {
        Ok(match content {
            Content::Text { text, quick_replies } => {
                Content::Text { text: self.text(text)?, quick_replies: self.buttons(quick_replies)? }
            }
            Content::Buttons { text, buttons } => {
                Content::Buttons { text: self.text(text)?, buttons: self.buttons(buttons)? }
            }
            Content::List { text, button, sections } => Content::List {
                text: self.text(text)?,
                button: self.text(button)?,
                sections: sections.iter().map(|section| self.section(section)).collect::<Result<_, _>>()?,
            },
            Content::Card(card) => Content::Card(self.card(card)?),
            Content::Carousel { cards } => Content::Carousel {
                cards: cards.iter().map(|card| self.card(card)).collect::<Result<_, _>>()?,
            },
            Content::Image { source, alt, caption } => Content::Image {
                source: self.source(source)?,
                alt: self.text(alt)?,
                caption: self.optional(caption.as_deref())?,
            },
            Content::File { source, name, media_type, size } => Content::File {
                source: self.source(source)?,
                name: self.text(name)?,
                media_type: media_type.clone(),
                size: *size,
            },
            Content::Location { latitude_microdegrees, longitude_microdegrees, label } => Content::Location {
                latitude_microdegrees: *latitude_microdegrees,
                longitude_microdegrees: *longitude_microdegrees,
                label: self.optional(label.as_deref())?,
            },
        })
    }

    fn text(&self, source: &str) -> Result<String, Fault> {
        (self.text)(source, self.names)
    }

    fn optional(&self, source: Option<&str>) -> Result<Option<String>, Fault> {
        source.map(|source| self.text(source)).transpose()
    }

    fn buttons(&self, buttons: &[Button]) -> Result<Vec<Button>, Fault> {
        buttons.iter().map(|button| self.button(button)).collect()
    }

    fn button(&self, button: &Button) -> Result<Button, Fault> {
        let action = match &button.action {
            Action::Value(value) => Action::Value(self.text(value)?),
            Action::Link(address) => Action::Link((self.address)(address, self.names)?),
            // Made of what is filled in already.
            Action::Form(form) => Action::Form(form.clone()),
        };
        Ok(Button { title: self.text(&button.title)?, action })
    }

    fn section(&self, section: &Section) -> Result<Section, Fault> {
        let rows = section.rows.iter().map(|row| {
            Ok(Row {
                title: self.text(&row.title)?,
                description: self.optional(row.description.as_deref())?,
                value: self.text(&row.value)?,
            })
        });
        Ok(Section {
            title: self.optional(section.title.as_deref())?,
            rows: rows.collect::<Result<_, Fault>>()?,
        })
    }

    fn card(&self, card: &Card) -> Result<Card, Fault> {
        let picture = |picture: &Picture| {
            Ok::<_, Fault>(Picture { source: self.source(&picture.source)?, alt: self.text(&picture.alt)? })
        };
        Ok(Card {
            title: self.text(&card.title)?,
            text: self.optional(card.text.as_deref())?,
            image: card.image.as_ref().map(picture).transpose()?,
            buttons: self.buttons(&card.buttons)?,
        })
    }

    fn source(&self, source: &Source) -> Result<Source, Fault> {
        Ok(match source {
            Source::Url(address) => Source::Url((self.address)(address, self.names)?),
            Source::Media(media) => Source::Media(*media),
        })
    }
}

/// As a whole where that can be; otherwise each placeholder by itself.
fn known(source: &str, names: &Names, render: Render) -> String {
    if let Ok(whole) = render(source, names) {
        return whole;
    }
    let (mut filled, mut rest) = (String::with_capacity(source.len()), source);
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        let (before, behind) = rest.split_at(start);
        let (placeholder, after) = behind.split_at(length + "}}".len());
        filled.push_str(before);
        filled.push_str(render(placeholder, names).as_deref().unwrap_or(placeholder));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays() {
        let settings = json!({ "url": "https://a.example", "shop": { "days": 14 }, "open": true });
        let names = Names::from([("settings", settings), ("contact", json!({ "name": "Ada Lovelace" }))]);
        let filled = |content: Content| fill_known(&content, &names);
        let check = |text: &str, expected: &str| {
            assert_eq!(filled(Content::text(text)), Content::text(expected), "{text}");
        };
        check("{{ settings.url }}/tent.svg", "https://a.example/tent.svg");
        check("Hello {{contact.name}}, {{ settings.shop.days }} days", "Hello Ada Lovelace, 14 days");
        check("{{ slots.order }} of {{ contact.name }}", "{{ slots.order }} of Ada Lovelace");
        check(
            "{{ slots.order | upper }} {{ contact.name | upper }}",
            "{{ slots.order | upper }} ADA LOVELACE",
        );
        check("{% if settings.open %}Come in{% endif %}, {{ contact.name }}", "Come in, Ada Lovelace");
        check(
            "{% if slots.late %}Sorry{% endif %}, {{ contact.name }}",
            "{% if slots.late %}Sorry{% endif %}, Ada Lovelace",
        );
        check("{{ open", "{{ open");
        check("}} {{", "}} {{");

        let image = |address: &str| Content::Image {
            source: Source::Url(address.to_owned()),
            alt: "A tent".to_owned(),
            caption: None,
        };
        assert_eq!(
            filled(image("{{ settings.url }}/{{ contact.name }}/{{ slots.order }}")),
            image("https://a.example/Ada%20Lovelace/{{ slots.order }}")
        );
    }
}
