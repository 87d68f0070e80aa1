//! What would be sent of a content, in lines? (pure)

use studio_core::content::Content;

use super::outbound::{Keys, Piece, Press, Rendered, Style, render};
use crate::preview::{KEY, Preview, address, lines, row};

/// As in a private chat.
pub fn preview(content: &Content) -> Preview {
    let Rendered { pieces, losses } = render(content, Style { reply_keyboard: true, key: &KEY });
    Preview { messages: pieces.iter().map(draw).collect(), pages: Vec::new(), losses }
}

fn draw(piece: &Piece) -> Vec<String> {
    let (mut drawn, below) = match piece {
        Piece::Words { text, keys } => (lines(&text.html()), draw_keys(keys)),
        // Its description is shown nowhere.
        Piece::Picture { source, alt: _, caption, keys } => {
            let mut drawn = vec![format!("<picture {}>", address(source))];
            drawn.extend(lines(&caption.html()));
            (drawn, draw_keys(keys))
        }
        Piece::File { source, name, media_type } => {
            (vec![format!("<file {name}, {media_type}, {}>", address(source))], Vec::new())
        }
        Piece::Place { latitude_microdegrees, longitude_microdegrees, label } => {
            let degrees = |micro: i32| f64::from(micro) / 1e6;
            let place = format!("{}, {}", degrees(*latitude_microdegrees), degrees(*longitude_microdegrees));
            let label = label.as_ref().map(|label| format!(" “{label}”")).unwrap_or_default();
            (vec![format!("<place {place}{label}>")], Vec::new())
        }
    };
    drawn.extend(below);
    drawn
}

fn draw_keys(keys: &Keys) -> Vec<String> {
    let (rows, open, close) = match keys {
        Keys::None => return Vec::new(),
        Keys::Inline(rows) => (rows, "[", "]"),
        Keys::Reply(rows) => (rows, "(", ")"),
    };
    let titles = rows.iter().map(|keys| {
        let titles = keys.iter().map(|key| match &key.press {
            Press::Value { .. } => key.title.clone(),
            Press::Link(address) => format!("{} → {address}", key.title),
        });
        row(open, titles, close)
    });
    titles.collect()
}
