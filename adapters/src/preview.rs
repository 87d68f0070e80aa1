//! What would really be sent of a content? The messages of each platform as its own renderer makes them, in lines.
//!
//! A line is words as they are sent, with the platform's own marks, or something between brackets: `[a button]`,
//! `(a key in place of the letters)`, `<a picture, a file, a place>`.

use studio_core::content::{Content, Loss, Source};

use crate::{discord, slack, telegram, whatsapp};

/// What becomes of a content on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The lines of each message that leaves, in order.
    pub messages: Vec<Vec<String>>,
    /// The lines of each further page that is sent when the person asks for it.
    pub pages: Vec<Vec<String>>,
    /// What is given up.
    pub losses: Vec<Loss>,
}

/// Values that are too long to travel go by token; no token is shown.
pub(crate) const KEY: [u8; 32] = [0; 32];

/// With what the studio adds in a language. `None` for a channel whose other end draws the content itself.
pub fn preview(channel: &str, content: &Content, language: &str) -> Option<Preview> {
    match channel {
        "telegram" => Some(telegram::preview(content)),
        "whatsapp" => Some(whatsapp::preview(content, language)),
        "discord" => Some(discord::preview(content)),
        "slack" => Some(slack::preview(content)),
        _ => None,
    }
}

pub(crate) fn address(source: &Source) -> String {
    match source {
        Source::Url(address) => address.clone(),
        Source::Media(id) => id.to_string(),
    }
}

/// The words of a text, line by line.
pub(crate) fn lines(text: &str) -> Vec<String> {
    if text.trim().is_empty() { Vec::new() } else { text.lines().map(str::to_owned).collect() }
}

/// Buttons beside each other.
pub(crate) fn row(open: &str, titles: impl Iterator<Item = String>, close: &str) -> String {
    titles.map(|title| format!("{open}{title}{close}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use studio_core::content::{Action, Button, Card, Picture, Row, Section};

    use super::*;

    fn button(title: &str) -> Button {
        Button { title: title.into(), action: Action::Value(title.to_lowercase()) }
    }

    fn list(count: usize) -> Content {
        let row = |number: usize| Row {
            title: format!("Row {number}"),
            description: Some(format!("The number {number}")),
            value: format!("row_{number}"),
        };
        let sections = vec![Section { title: Some("Rows".into()), rows: (1..=count).map(row).collect() }];
        Content::List { text: "Which **one**?".into(), button: "Choose".into(), sections }
    }

    fn shown(channel: &str, content: &Content) -> String {
        let Preview { messages, pages, losses } = preview(channel, content, "en").expect("a platform");
        let mut text = messages.iter().map(|lines| format!("> {}", lines.join("\n  "))).collect::<Vec<_>>();
        text.extend(pages.iter().map(|lines| format!("+ {}", lines.join("\n  "))));
        text.extend(losses.iter().map(|loss| format!("- {loss}")));
        text.join("\n")
    }

    #[test]
    fn what_is_shown_is_what_is_sent() {
        let card = Card {
            title: "A tent".into(),
            text: Some("For *two*.".into()),
            image: Some(Picture {
                source: Source::Url("https://shop.example/tent.jpg".into()),
                alt: "A green tent".into(),
            }),
            buttons: vec![
                button("Buy"),
                Button { title: "See".into(), action: Action::Link("https://shop.example/tent".into()) },
            ],
        };
        let contents = [
            Content::Text { text: "**Sure?**".into(), quick_replies: vec![button("Yes"), button("No")] },
            Content::Buttons { text: "Which?".into(), buttons: ["A", "B", "C", "D"].map(button).to_vec() },
            list(12),
            Content::Card(card),
            Content::Location {
                latitude_microdegrees: 52_516_300,
                longitude_microdegrees: 13_377_700,
                label: Some("Gate".into()),
            },
        ];
        for channel in ["telegram", "whatsapp", "discord", "slack"] {
            let all = contents.iter().map(|content| shown(channel, content)).collect::<Vec<_>>().join("\n\n");
            insta::with_settings!({ snapshot_path => "fixtures", prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("preview_{channel}"), all);
            });
        }
        assert_eq!(preview("web", &list(1), "en"), None);
    }

    #[test]
    fn a_telephone_is_written_where_no_button_opens_it() {
        let call = Button { title: "Call".into(), action: Action::Link("tel:+4930123456".into()) };
        let content = Content::Buttons { text: "Any questions?".into(), buttons: vec![call] };
        for channel in ["telegram", "whatsapp", "discord", "slack"] {
            let shown = shown(channel, &content);
            assert!(shown.contains("Call: +4930123456") && !shown.contains("tel:"), "{channel}: {shown}");
            assert!(shown.contains("- link button “Call” written into the text"), "{channel}: {shown}");
        }
    }

    #[test]
    fn what_nobody_sees_is_shown_and_what_is_lost_within_words_is_told() {
        assert_eq!(shown("slack", &Content::text("<!channel> hi")), "> <‹U+2060›!channel> hi");
        let text = Content::text("![A tent](https://shop.example/tent.jpg) [x](javascript:void)");
        let picture = "- picture written as a link: “A tent”";
        let link = "- link “x” opens nothing, the channel takes none of its kind";
        for channel in ["telegram", "discord", "slack"] {
            let shown = shown(channel, &text);
            assert!(shown.contains(picture) && shown.contains(link), "{channel}: {shown}");
            assert!(!shown.contains("!["), "{channel}: {shown}");
        }
        let whatsapp = shown("whatsapp", &text);
        assert!(
            whatsapp.contains("A tent (https://shop.example/tent.jpg) x (javascript:void)"),
            "{whatsapp}"
        );
        assert!(whatsapp.contains(picture) && !whatsapp.contains(link), "{whatsapp}");
    }

    #[test]
    fn a_picture_of_a_type_that_is_refused_is_shown_as_what_is_sent_in_its_place() {
        let picture = |alt: &str| Picture {
            source: Source::Url("https://shop.example/tent.svg".into()),
            alt: alt.into(),
        };
        let card = Card {
            title: "A tent".into(),
            text: None,
            image: Some(picture("A green tent")),
            buttons: vec![button("Buy")],
        };
        let link = "A green tent: https://shop.example/tent.svg";
        let lost = "- picture written as a link: “A green tent”";
        assert_eq!(shown("whatsapp", &Content::Card(card)), format!("> *A tent*\n  {link}\n  [Buy]\n{lost}"));
        let Picture { source, alt } = picture("A green tent");
        let alone = Content::Image { source, alt, caption: Some("For *two*".into()) };
        assert_eq!(shown("whatsapp", &alone), format!("> For _two_\n  {link}\n{lost}"));
    }
}
