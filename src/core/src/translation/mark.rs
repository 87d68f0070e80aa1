//! How does a person know that a machine translated what they read, where a message is words alone?

use serde_json::Value;

use crate::{api::Message, content::Content, texts};

impl Message {
    /// The message as it stands where nothing beside it can say that a machine translated it: with words of the studio below its own. What a
    /// platform has approved is nobody's translation, and stays as it is.
    #[must_use]
    pub fn marked(self) -> Self {
        let made = self.translation.as_ref().filter(|_| self.translated && self.template.is_none());
        match made.and_then(|made| words(&made.to)) {
            Some(words) => Self { content: below(self.content, &words), ..self },
            None => self,
        }
    }
}

/// “translated automatically” in this language, or the first of its chain in which there are such words.
pub fn words(language: &str) -> Option<String> {
    let (_, words) = texts::widget(language);
    words.get("translated").and_then(Value::as_str).map(str::to_owned)
}

/// The message with these words below its own; as it is where it has none, such as a picture without a caption.
fn below(mut content: Content, words: &str) -> Content {
    let (text, between) = match &mut content {
        // A paragraph of its own, also behind a list or a quote.
        Content::Text { text, .. } | Content::Buttons { text, .. } | Content::List { text, .. } => {
            (Some(text), "\n\n")
        }
        Content::Card(card) => (Some(card.text.get_or_insert_default()), "\n\n"),
        // They belong together: below the last of them.
        Content::Carousel { cards } => {
            (cards.last_mut().map(|card| card.text.get_or_insert_default()), "\n\n")
        }
        Content::Image { caption, .. } => (caption.as_mut(), "\n\n"),
        Content::Location { label, .. } => (label.as_mut(), " "),
        Content::File { .. } => (None, ""),
    };
    if let Some(text) = text {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.extend(["(", words, ")"]);
    }
    content
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::{api::Sender, content::Template, dialogue::Speaker, translation::Translation};

    #[test]
    fn what_a_machine_made_is_marked_and_what_is_approved_or_its_authors_is_not() {
        let check = |failed: Option<&str>, template: Option<Template>, expected: &str| {
            let (from, to) = ("en".to_owned(), "pl".to_owned());
            let translation =
                Translation { from, to, engine: "deepl".to_owned(), failed: failed.map(str::to_owned) };
            let message = Message {
                sequence: 1,
                at: Timestamp::UNIX_EPOCH,
                from: Sender::Speaker { speaker: Speaker::Bot },
                author: None,
                content: Content::text("Zamykamy o 18."),
                client_id: None,
                template: template.map(Box::new),
                translated: translation.is_machine_made(),
                translation: Some(Box::new(translation)),
            };
            assert_eq!(message.marked().content, Content::text(expected));
        };
        check(None, None, "Zamykamy o 18.\n\n(tłumaczenie automatyczne)");
        check(Some("quota"), None, "Zamykamy o 18.");
        let approved = serde_json::from_value(json!({ "name": "hours", "language": "pl" }));
        check(None, Some(approved.expect("a template")), "Zamykamy o 18.");
    }

    #[test]
    fn the_words_are_of_the_language_that_the_machine_made() {
        assert_eq!(words("pl").as_deref(), Some("tłumaczenie automatyczne"));
        assert_eq!(words("en").as_deref(), Some("translated automatically"));
        assert!(words("tlh").is_some(), "what nobody wrote is said in another language");
    }

    #[test]
    fn they_stand_below_what_is_said_and_nowhere_else() {
        let check = |content: Value, expected: Value| {
            let content: Content = serde_json::from_value(content).expect("content");
            let marked = serde_json::to_value(below(content, "by a machine")).expect("written");
            assert_eq!(marked, expected);
        };
        check(
            json!({ "type": "text", "text": "Cześć", "quick_replies": [{ "title": "Tak", "action": { "value": "yes" } }] }),
            json!({
                "type": "text", "text": "Cześć\n\n(by a machine)",
                "quick_replies": [{ "title": "Tak", "action": { "value": "yes" } }],
            }),
        );
        check(
            json!({ "type": "carousel", "cards": [{ "title": "Namiot" }, { "title": "Plecak", "text": "Lekki" }] }),
            json!({
                "type": "carousel",
                "cards": [{ "title": "Namiot" }, { "title": "Plecak", "text": "Lekki\n\n(by a machine)" }],
            }),
        );
        check(
            json!({ "type": "card", "title": "Namiot" }),
            json!({ "type": "card", "title": "Namiot", "text": "(by a machine)" }),
        );
        let picture = |caption: Option<&str>| {
            let url = "https://shop.example/tent.png";
            let mut picture = json!({ "type": "image", "source": { "url": url }, "alt": "Namiot" });
            if let Some(caption) = caption {
                picture["caption"] = caption.into();
            }
            picture
        };
        check(picture(None), picture(None));
        check(picture(Some("Namiot")), picture(Some("Namiot\n\n(by a machine)")));
    }
}
