//! What of the Markdown of a bot's texts does no platform show as it was meant? (pure)

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use studio_core::content::{Content, Loss};
use url::Url;

/// The texts of a content that are read as Markdown.
pub fn texts(content: &mut Content) -> Vec<&mut String> {
    match content {
        Content::Text { text, .. } | Content::Buttons { text, .. } | Content::List { text, .. } => vec![text],
        Content::Card(card) => card.text.iter_mut().collect(),
        Content::Carousel { cards } => cards.iter_mut().filter_map(|card| card.text.as_mut()).collect(),
        Content::Image { caption, .. } => caption.iter_mut().collect(),
        Content::File { .. } | Content::Location { .. } => Vec::new(),
    }
}

/// Puts links in place of the pictures within words, and says what is given up: the pictures, and links that the platform does
/// not open. `opens` are the schemes that it does; `None` where it writes every address out.
pub fn link_pictures(content: &mut Content, opens: Option<&[&str]>) -> Vec<Loss> {
    let mut losses = Vec::new();
    for text in texts(content) {
        if let Some(linked) = linked(text, opens, &mut losses) {
            *text = linked;
        }
    }
    losses
}

/// A link or a picture that has begun.
struct Open<'a> {
    place: Range<usize>,
    kind: LinkType,
    address: CowStr<'a>,
    words: String,
    is_picture: bool,
}

/// The text without pictures; `None` where there are none.
fn linked(text: &str, opens: Option<&[&str]>, losses: &mut Vec<Loss>) -> Option<String> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut written = String::new();
    let mut at = 0;
    for (event, place) in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type: kind, dest_url: address, .. }) => {
                open.push(Open { place, kind, address, words: String::new(), is_picture: false });
            }
            Event::Start(Tag::Image { link_type: kind, dest_url: address, .. }) => {
                open.push(Open { place, kind, address, words: String::new(), is_picture: true });
            }
            Event::Text(words) | Event::Code(words) => {
                for one in &mut open {
                    one.words.push_str(&words);
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let Some(ended) = open.pop() else { continue };
                let is_opened = opens.is_none_or(|schemes| has_scheme(&ended.address, schemes));
                if ended.is_picture {
                    // Within another it goes with that.
                    if open.iter().any(|outer| outer.is_picture) {
                        continue;
                    }
                    let (words, loss) = in_place(text, &ended, is_opened && open.is_empty());
                    written.extend([&text[at..ended.place.start], &words]);
                    at = ended.place.end;
                    losses.push(loss);
                } else if !is_opened && !matches!(ended.kind, LinkType::Autolink | LinkType::Email) {
                    losses.push(Loss::LinkLost { title: ended.words });
                }
            }
            _ => {}
        }
    }
    (at > 0).then(|| written + &text[at..])
}

/// What stands in place of a picture, and what is lost.
fn in_place(text: &str, picture: &Open<'_>, is_linked: bool) -> (String, Loss) {
    let alt = picture.words.clone();
    if !is_linked {
        return (alt.clone(), Loss::ImageLost { alt });
    }
    let link = if alt.trim().is_empty() {
        picture.address.to_string()
    } else if picture.kind == LinkType::Inline {
        // Behind its exclamation mark a picture is written as a link.
        text[picture.place.start + 1..picture.place.end].to_owned()
    } else {
        format!("[{alt}](<{}>)", picture.address)
    };
    (link, Loss::ImageAsLink { alt })
}

fn has_scheme(address: &str, schemes: &[&str]) -> bool {
    Url::parse(address).is_ok_and(|url| schemes.contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_become_links_and_what_does_not_open_is_told() {
        let web: &[&str] = &["http", "https"];
        let check = |text: &str, expected: &str, losses: &[Loss]| {
            let mut content = Content::text(text);
            let found = link_pictures(&mut content, Some(web));
            assert_eq!((content, found.as_slice()), (Content::text(expected), losses), "{text:?}");
        };
        let linked = |alt: &str| Loss::ImageAsLink { alt: alt.to_owned() };
        let lost = |alt: &str| Loss::ImageLost { alt: alt.to_owned() };
        let dead = |title: &str| Loss::LinkLost { title: title.to_owned() };
        check("no picture! [shop](https://a.b)", "no picture! [shop](https://a.b)", &[]);
        check(
            "see ![a **tent**](https://a.b/t.png \"big\") there",
            "see [a **tent**](https://a.b/t.png \"big\") there",
            &[linked("a tent")],
        );
        check("![](https://a.b/t.png)", "https://a.b/t.png", &[linked("")]);
        check(
            "![tent][1]\n\n[1]: https://a.b/t",
            "[tent](<https://a.b/t>)\n\n[1]: https://a.b/t",
            &[linked("tent")],
        );
        check("[![tent](https://a.b/t)](https://a.b)", "[tent](https://a.b)", &[lost("tent")]);
        check("![tent](/t.png)", "tent", &[lost("tent")]);
        check("[x](javascript:alert) <mailto:a@b.c>", "[x](javascript:alert) <mailto:a@b.c>", &[dead("x")]);
        check("`![x](https://a.b)`", "`![x](https://a.b)`", &[]);
        check(
            "![ä](https://a.b) ![ö](https://a.b)",
            "[ä](https://a.b) [ö](https://a.b)",
            &[linked("ä"), linked("ö")],
        );
    }
}
