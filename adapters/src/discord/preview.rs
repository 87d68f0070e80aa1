//! What would be sent of a content, in lines? (pure)

use serde_json::{Value, json};
use studio_core::content::Content;

use super::outbound::{Part, Rendered, render};
use crate::preview::{KEY, Preview, lines, row};

pub fn preview(content: &Content) -> Preview {
    let Rendered { parts, losses } = render(content.clone(), &KEY, None);
    Preview { messages: parts.iter().map(draw).collect(), pages: Vec::new(), losses }
}

fn draw(part: &Part) -> Vec<String> {
    let mut drawn = lines(&part.content);
    if let Some(upload) = &part.upload {
        let alt = upload.alt.as_ref().map(|alt| format!(": {alt}")).unwrap_or_default();
        drawn.push(format!("<file {} {}{alt}>", upload.name, upload.media));
    }
    if let Some(embed) = &part.embed {
        drawn.extend(embed.image.iter().map(|address| format!("<picture {address}>")));
        drawn.extend(lines(&embed.title).into_iter().map(|title| format!("│ {title}")));
        drawn.extend(lines(&embed.text).into_iter().map(|line| format!("│ {line}")));
    }
    for components in &part.rows {
        // As the library writes them.
        let written = serde_json::to_value(components).unwrap_or_else(|_| json!({}));
        drawn.extend(draw_row(&written));
    }
    drawn
}

fn draw_row(components: &Value) -> Vec<String> {
    let components = components["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(menu) = components.iter().find(|component| component["options"].is_array()) {
        let placeholder = text(&menu["placeholder"]);
        let mut drawn = vec![format!("[{} ▾]", if placeholder.is_empty() { "…" } else { &placeholder })];
        for option in menu["options"].as_array().into_iter().flatten() {
            let label = text(&option["label"]);
            drawn.push(match option["description"].as_str() {
                Some(description) => format!("  • {label} ({description})"),
                None => format!("  • {label}"),
            });
        }
        return drawn;
    }
    let titles = components.iter().map(|button| match button["url"].as_str() {
        Some(address) => format!("{} → {address}", text(&button["label"])),
        None => text(&button["label"]),
    });
    vec![row("[", titles, "]")]
}
