//! What happened in a conversation, and why each reply was given?

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};

use super::{clock, describe::describe, tail, theme};
use crate::{
    model::{Model, Room},
    words::Text,
    wrap,
};

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let lines = lines(model, room, area.width.into());
    frame.render_widget(Paragraph::new(tail(lines, area.height.into(), room.timeline_scroll)), area);
}

/// How far one can scroll up.
pub fn most_scroll(model: &Model) -> usize {
    let Some(room) = &model.room else { return 0 };
    let height = usize::from(model.height.saturating_sub(3));
    lines(model, room, model.width.into()).len().saturating_sub(height)
}

fn lines<'a>(model: &Model, room: &Room, width: usize) -> Vec<Line<'a>> {
    if room.entries.is_empty() {
        let text = if room.timeline_loaded { Text::NoEvents } else { Text::Loading };
        return vec![Line::styled(format!(" {}", model.say(text)), theme::DIM)];
    }
    let mut lines = Vec::new();
    for entry in room.entries.values() {
        let described = describe(model, entry);
        let head = format!("{:>5} {} {} ", entry.sequence, clock(model, entry.at), described.sign);
        let indent = wrap::width(&head);
        let room = width.saturating_sub(indent);
        for (index, part) in wrap::wrap(described.text.trim_end(), room).into_iter().enumerate() {
            let start = if index == 0 { head.clone() } else { " ".repeat(indent) };
            lines.push(Line::raw(format!("{start}{part}")));
        }
        if let Some(why) = described.why {
            for part in wrap::wrap(&why, room.saturating_sub(2)) {
                lines.push(Line::styled(format!("{}  {part}", " ".repeat(indent)), theme::DIM));
            }
        }
    }
    lines
}
