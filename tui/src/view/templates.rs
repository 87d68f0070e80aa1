//! The approved templates of a conversation's platform, and how the one reads that the operator stands on.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
    widgets::Paragraph,
};

use super::theme;
use crate::{
    model::{Model, Room},
    words::Text,
    wrap,
};

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let templates = &room.templates;
    let Some(last) = templates.known.len().checked_sub(1) else {
        let text = if templates.loading { Text::Loading } else { Text::NoTemplates };
        let line = Line::styled(format!("  {}", model.say(text)), theme::DIM);
        frame.render_widget(Paragraph::new(line), area);
        return;
    };
    let selected = templates.selected.min(last);
    let width = usize::from(area.width);
    let (shown, columns) = (&templates.known[selected], width.saturating_sub(2));
    // Above the words, which may be cut off below.
    let refused = shown.unsendable.iter().flat_map(|why| wrap::wrap(&format!("[{why}]"), columns));
    let text: Vec<String> = refused.chain(wrap::wrap(&shown.text, columns)).collect();
    let height = u16::try_from(text.len()).unwrap_or(u16::MAX).min(area.height / 2);
    let [names, reads] = Layout::vertical([Constraint::Min(1), Constraint::Length(height)]).areas(area);
    let text: Vec<Line> = text.into_iter().map(|line| Line::raw(format!("  {line}"))).collect();
    frame.render_widget(Paragraph::new(text), reads);
    let rows = usize::from(names.height);
    let first = selected.saturating_sub(rows / 2).min((last + 1).saturating_sub(rows));
    let listed = templates.known.iter().enumerate().skip(first).take(rows).map(|(index, template)| {
        let (cursor, style) = if index == selected { ("›", theme::SELECTED) } else { (" ", Style::new()) };
        let row = format!("{cursor} {} ({})", template.name, template.language);
        Line::styled(wrap::fit(&row, width), style)
    });
    frame.render_widget(Paragraph::new(listed.collect::<Vec<_>>()), names);
}
