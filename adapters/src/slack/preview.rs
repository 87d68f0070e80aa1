//! What would be sent of a content, in lines? (pure)

use serde_json::Value;
use studio_core::content::Content;

use super::{
    outbound::{Part, Rendered, render},
    text::JOINER,
};
use crate::preview::{KEY, Preview, lines, row};

/// What is shown in place of the joiner that is sent, which nobody sees.
const SEEN: &str = "‹U+2060›";

pub fn preview(content: &Content) -> Preview {
    let Rendered { parts, losses } = render(&KEY, content);
    let seen = |part: &Part| draw(part).iter().map(|line| line.replace(JOINER, SEEN)).collect::<Vec<_>>();
    Preview { messages: parts.iter().map(seen).collect(), pages: Vec::new(), losses }
}

fn draw(part: &Part) -> Vec<String> {
    match part {
        Part::Post(post) if post.blocks.is_empty() => lines(&post.text),
        Part::Post(post) => {
            // As the library writes them.
            let written = serde_json::to_value(&post.blocks).unwrap_or_default();
            written.as_array().into_iter().flatten().flat_map(draw_block).collect()
        }
        Part::Upload { media, name, alt, comment } => {
            let name = name.as_deref().or(alt.as_deref()).unwrap_or("picture");
            let mut drawn = vec![format!("<file {name} {media}>")];
            drawn.extend(comment.iter().flat_map(|comment| lines(comment)));
            drawn
        }
    }
}

fn draw_block(block: &Value) -> Vec<String> {
    let mut drawn = match block["type"].as_str() {
        Some("image") => vec![draw_image(block)],
        Some("divider") => vec!["───".to_owned()],
        _ => words(&block["text"]),
    };
    if block["accessory"].is_object() {
        drawn.extend(draw_element(&block["accessory"]));
    }
    let elements = block["elements"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (buttons, others): (Vec<_>, Vec<_>) = elements.iter().partition(|one| one["type"] == "button");
    drawn.extend(others.into_iter().flat_map(draw_element));
    if !buttons.is_empty() {
        let titles = buttons.into_iter().map(|button| {
            let title = words(&button["text"]).join(" ");
            button["url"].as_str().map_or_else(|| title.clone(), |address| format!("{title} → {address}"))
        });
        drawn.push(row("[", titles, "]"));
    }
    drawn
}

fn draw_element(element: &Value) -> Vec<String> {
    if element["type"] == "image" {
        return vec![draw_image(element)];
    }
    let groups = element["option_groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    if element["options"].is_array() || !groups.is_empty() {
        let mut drawn = vec![format!("[{} ▾]", words(&element["placeholder"]).join(" "))];
        drawn.extend(options(&element["options"]));
        for group in groups {
            drawn.extend(words(&group["label"]).into_iter().map(|label| format!("  {label}")));
            drawn.extend(options(&group["options"]));
        }
        return drawn;
    }
    // A text stands as an object, or as the element itself.
    let text = words(&element["text"]);
    if text.is_empty() { words(element) } else { text }
}

fn options(options: &Value) -> Vec<String> {
    let options = options.as_array().into_iter().flatten();
    let options = options.map(|option| {
        let (title, description) =
            (words(&option["text"]).join(" "), words(&option["description"]).join(" "));
        if description.is_empty() {
            format!("  • {title}")
        } else {
            format!("  • {title} ({description})")
        }
    });
    options.collect()
}

fn draw_image(image: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("<picture {}: {}>", text(&image["image_url"]), text(&image["alt_text"]))
}

fn words(text: &Value) -> Vec<String> {
    lines(text.as_str().or_else(|| text["text"].as_str()).unwrap_or_default())
}
