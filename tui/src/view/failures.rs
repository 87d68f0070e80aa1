//! What failed: parked events and messages that could not be delivered.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};
use studio_core::id::ConversationId;

use super::{
    age, heading,
    theme::{self, Theme},
};
use crate::{model::Model, words::Text, wrap};

pub fn view(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let width = usize::from(area.width);
    let failures = &model.failures;
    if failures.is_empty() {
        let text = if failures.loading { Text::Loading } else { Text::NoFailures };
        frame.render_widget(Paragraph::new(Line::styled(format!("  {}", model.say(text)), theme::DIM)), area);
        return;
    }
    let parked = failures.parked.iter().map(|one| {
        (one.event.to_string(), one.conversation, one.attempts, one.error.as_str(), one.parked_at)
    });
    let dead = failures
        .dead
        .iter()
        .map(|one| (one.connection.clone(), one.conversation, one.attempts, one.error.as_str(), one.died_at));
    let mut lines = Vec::new();
    let mut selected_line = 0;
    for (index, (what, conversation, attempts, error, at)) in parked.chain(dead).enumerate() {
        if index == 0 && !failures.parked.is_empty() {
            lines.push(heading(theme, format!(" {}", model.say(Text::Parked))));
        }
        if index == failures.parked.len() {
            lines.push(heading(theme, format!(" {}", model.say(Text::DeadLetters))));
        }
        let selected = index == failures.selected;
        let cursor = if selected { "›" } else { " " };
        let name = contact(model, conversation);
        let head = format!(
            "{cursor} {what} · {name} · {attempts} {} · {}",
            model.say(Text::Attempts),
            age(model, at)
        );
        let style = if selected { theme::SELECTED } else { theme::STRONG };
        if selected {
            selected_line = lines.len();
        }
        lines.push(Line::styled(wrap::fit(&head, width), style));
        lines.push(Line::styled(wrap::cut(&format!("    {error}"), width), theme.warning()));
    }
    let height = usize::from(area.height);
    let first = selected_line.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    frame.render_widget(Paragraph::new(lines.split_off(first)), area);
}

fn contact(model: &Model, id: ConversationId) -> String {
    model.inbox.conversations.get(&id).map_or_else(|| id.to_string(), |one| one.contact_name.clone())
}
