//! Which addresses may a message hold? One rule for agents, bots' files and channels.

use url::Url;

use super::{Action, Button, Card, Content, Source};

/// What a button may open. What else a browser would do at a press (`javascript:`, `data:`) is none of a message's business.
pub const LINK_SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];
/// Where pictures and files may come from.
pub const SOURCE_SCHEMES: [&str; 2] = ["http", "https"];

/// An address as it stands among words: of a telephone the number alone, which apps know for one.
pub fn in_words(link: &str) -> &str {
    match link.split_at_checked("tel:".len()) {
        Some((scheme, number)) if scheme.eq_ignore_ascii_case("tel:") => number,
        Some(_) | None => link,
    }
}

impl Action {
    /// Whether it may stand in a message.
    pub fn is_safe(&self) -> bool {
        match self {
            Self::Value(_) | Self::Form(_) => true,
            Self::Link(link) => has_scheme(link, &LINK_SCHEMES),
        }
    }
}

impl Source {
    /// Whether it may stand in a message.
    pub fn is_safe(&self) -> bool {
        match self {
            Self::Media(_) => true,
            Self::Url(url) => has_scheme(url, &SOURCE_SCHEMES),
        }
    }
}

impl Content {
    /// The first address that may not stand in a message.
    pub fn unsafe_address(&self) -> Option<&str> {
        match self {
            Self::Text { quick_replies: buttons, .. } | Self::Buttons { buttons, .. } => unsafe_link(buttons),
            Self::Card(card) => card.unsafe_address(),
            Self::Carousel { cards } => cards.iter().find_map(Card::unsafe_address),
            Self::Image { source, .. } | Self::File { source, .. } => unsafe_source(source),
            Self::List { .. } | Self::Location { .. } => None,
        }
    }
}

impl Card {
    fn unsafe_address(&self) -> Option<&str> {
        let picture = self.image.as_ref().and_then(|image| unsafe_source(&image.source));
        picture.or_else(|| unsafe_link(&self.buttons))
    }
}

fn unsafe_link(buttons: &[Button]) -> Option<&str> {
    buttons.iter().find_map(|button| match &button.action {
        Action::Link(link) if !button.action.is_safe() => Some(link.as_str()),
        Action::Link(_) | Action::Value(_) | Action::Form(_) => None,
    })
}

fn unsafe_source(source: &Source) -> Option<&str> {
    match source {
        Source::Url(url) if !source.is_safe() => Some(url),
        Source::Url(_) | Source::Media(_) => None,
    }
}

/// As a browser reads it: without the blanks, tabs and line breaks that it passes over.
fn has_scheme(address: &str, schemes: &[&str]) -> bool {
    Url::parse(address).is_ok_and(|url| schemes.contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Picture;

    #[test]
    fn a_button_opens_pages_mail_and_telephones_and_nothing_else() {
        let check = |link: &str, expected: bool| {
            let action = Action::Link(link.to_owned());
            assert_eq!(action.is_safe(), expected, "{link:?}");
            let button = Button { title: "a".to_owned(), action };
            let card = Card { title: "a".to_owned(), text: None, image: None, buttons: vec![button.clone()] };
            for content in [
                Content::Text { text: "a".to_owned(), quick_replies: vec![button.clone()] },
                Content::Buttons { text: "a".to_owned(), buttons: vec![button] },
                Content::Card(card.clone()),
                Content::Carousel { cards: vec![card] },
            ] {
                assert_eq!(content.unsafe_address(), (!expected).then_some(link), "{content:?}");
            }
        };
        for good in ["https://a.example/b", "HTTP://a.example", "mailto:a@b.example", "tel:+4930123456"] {
            check(good, true);
        }
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///a",
            "//evil.example",
            "/path",
            "",
        ] {
            check(bad, false);
        }
    }

    #[test]
    fn pictures_and_files_come_from_the_web() {
        for (url, expected) in
            [("https://a.example/b.png", true), ("mailto:a@b.example", false), ("data:,x", false)]
        {
            let source = Source::Url(url.to_owned());
            let (alt, caption) = ("a".to_owned(), None);
            let image = Picture { source: source.clone(), alt: alt.clone() };
            let card = Card { title: "a".to_owned(), text: None, image: Some(image), buttons: Vec::new() };
            for content in [Content::Image { source, alt, caption }, Content::Card(card)] {
                assert_eq!(content.unsafe_address(), (!expected).then_some(url), "{content:?}");
            }
        }
    }
}
