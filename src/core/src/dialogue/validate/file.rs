//! Is it a file of a wanted kind and size?

use serde_json::json;

use super::{Answer, Fit, Misfit};
use crate::bot::MisfitKind;
use crate::content::Content;

/// `types` such as `image/*`, none for any; `max_bytes` 0 for any.
pub fn fit(types: &[String], max_bytes: u64, answer: &Answer<'_>) -> Fit {
    let (source, name, media_type, size) = match answer.content {
        Content::File { source, name, media_type, size } => {
            (source, name.as_str(), media_type.as_str(), *size)
        }
        Content::Image { source, alt, .. } => (source, alt.as_str(), "image/*", answer.size),
        // An album: its first picture.
        Content::Carousel { cards } => match cards.iter().find_map(|card| card.image.as_ref()) {
            Some(picture) => (&picture.source, picture.alt.as_str(), "image/*", answer.size),
            None => return Misfit::of(MisfitKind::NotAFile),
        },
        Content::Text { .. }
        | Content::Buttons { .. }
        | Content::List { .. }
        | Content::Card(_)
        | Content::Location { .. } => return Misfit::of(MisfitKind::NotAFile),
    };
    if !types.is_empty() && !types.iter().any(|wanted| matches_type(wanted, media_type)) {
        return Misfit::with(MisfitKind::WrongType, "types", &types.join(", "));
    }
    if max_bytes > 0 && size > max_bytes {
        return Misfit::with(MisfitKind::TooBig, "max", &readable(max_bytes));
    }
    let size = (size > 0).then_some(size);
    Fit::Whole(json!({ "source": source, "name": name, "media_type": media_type, "size": size }))
}

fn matches_type(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (wanted.to_lowercase(), found.to_lowercase());
    // Parameters (`; charset=…`) say nothing about the kind.
    let found = found.split(';').next().unwrap_or_default().trim();
    match (wanted.split_once('/'), found.split_once('/')) {
        (Some(("*", _)), _) => true,
        // A picture without a known format fits every format of pictures.
        (Some((kind, "*")), Some((other, _))) | (Some((kind, _)), Some((other, "*"))) => kind == other,
        _ => wanted == found,
    }
}

fn readable(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
