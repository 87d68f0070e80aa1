//! The files of a conversation.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};
use studio_core::{api::Sender, dialogue::Speaker};

use super::{clock, theme};
use crate::{
    model::{FileOf, Model, Room},
    scrub,
    words::Text,
    wrap,
};

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let files = room.files();
    if files.is_empty() {
        let text = format!("  {}", model.say(Text::NoFiles));
        frame.render_widget(Paragraph::new(Line::styled(text, theme::DIM)), area);
        return;
    }
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let selected = room.file.min(files.len() - 1);
    let first = selected.saturating_sub(height / 2).min(files.len().saturating_sub(height));
    let shown = files.iter().enumerate().skip(first).take(height).map(|(index, file)| {
        let (cursor, style) =
            if index == selected { ("›", theme::SELECTED) } else { (" ", ratatui::style::Style::new()) };
        Line::styled(wrap::fit(&format!("{cursor} {}", line(model, file)), width), style)
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
}

fn line(model: &Model, file: &FileOf<'_>) -> String {
    let by = match &file.message.from {
        Sender::Visitor => model.say(Text::Visitor),
        Sender::Speaker { speaker: Speaker::Bot } => model.say(Text::Bot),
        Sender::Speaker { speaker: Speaker::Member { name, .. } } | Sender::Note { name, .. } => name,
    };
    let size = if file.size == 0 { String::new() } else { format!(" · {}", size(file.size)) };
    format!("{} {}{size} · {by}", clock(model, file.message.at), scrub::line(file.name))
}

fn size(bytes: u64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        for (bytes, expected) in
            [(1, "1 B"), (999, "999 B"), (1_000, "1 kB"), (999_999, "999 kB"), (2_560_000, "2.5 MB")]
        {
            assert_eq!(size(bytes), expected);
        }
    }
}
