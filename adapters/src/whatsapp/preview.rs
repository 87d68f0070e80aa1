//! What would be sent of a content, in lines? (pure)

use studio_core::content::Content;

use super::{
    config::OwnWords,
    outbound::{Part, Rendered, render, rest},
};
use crate::preview::{KEY, Preview, address, lines, row};

/// With the studio's own words on a list, in a language.
pub fn preview(content: &Content, language: &str) -> Preview {
    let words = OwnWords::default().among(language);
    let Rendered { parts, losses } = render(content, &words, &KEY);
    let rests = (0..).map_while(|number| rest(content, &KEY, number));
    let pages = rests.flat_map(|rest| render(&rest, &words, &KEY).parts);
    Preview {
        messages: parts.iter().map(draw).collect(),
        pages: pages.map(|part| draw(&part)).collect(),
        losses,
    }
}

fn draw(part: &Part) -> Vec<String> {
    match part {
        Part::Text { body } => lines(body),
        Part::Buttons { header, body, buttons } => {
            let picture = header.iter().map(|picture| format!("<picture {}>", address(&picture.source)));
            let mut drawn: Vec<String> = picture.collect();
            drawn.extend(lines(body));
            drawn.push(row("[", buttons.iter().map(|(_, title)| title.clone()), "]"));
            drawn
        }
        Part::List { body, button, sections } => {
            let mut drawn = lines(body);
            drawn.push(format!("[{button} ▾]"));
            for section in sections {
                drawn.extend(section.title.iter().map(|title| format!("  {title}")));
                drawn.extend(section.rows.iter().map(|row| match &row.description {
                    Some(description) => format!("  • {} ({description})", row.title),
                    None => format!("  • {}", row.title),
                }));
            }
            drawn
        }
        // Its description is shown nowhere.
        Part::Image { source, alt: _, caption } => {
            let mut drawn = vec![format!("<picture {}>", address(source))];
            drawn.extend(caption.iter().flat_map(|caption| lines(caption)));
            drawn
        }
        Part::File { source, name, media_type, .. } => {
            vec![format!("<file {name}, {media_type}, {}>", address(source))]
        }
        Part::Location { .. } => {
            let (_, place) = part.json(None);
            let label = place["name"].as_str().map(|label| format!(" “{label}”")).unwrap_or_default();
            let degrees = |field: &str| place[field].as_str().unwrap_or_default().to_owned();
            vec![format!("<place {}, {}{label}>", degrees("latitude"), degrees("longitude"))]
        }
    }
}
