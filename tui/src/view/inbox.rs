//! The list of conversations.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Position, Rect},
    text::{Line, Span},
    widgets::Paragraph,
};
use studio_core::{
    api::Conversation,
    dialogue::{Owner, Status},
};

use super::{
    age,
    theme::{self, Theme},
};
use crate::{keys::Filter, model::Model, words::Text, wrap};

pub fn view(model: &Model, frame: &mut Frame, area: Rect) {
    let [head, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    filters(model, frame, head);
    let visible = model.visible();
    if visible.is_empty() {
        let text = if model.inbox.loading {
            Text::Loading
        } else if model.inbox.query.text().is_empty() {
            Text::NoConversations
        } else if model.inbox.found.incomplete {
            Text::NothingFoundYet
        } else {
            Text::NothingFound
        };
        frame.render_widget(Paragraph::new(Line::styled(format!("  {}", model.say(text)), theme::DIM)), list);
        return;
    }
    let height = usize::from(list.height);
    let selected = visible.iter().position(|one| Some(one.id) == model.inbox.selected).unwrap_or(0);
    let first = selected.saturating_sub(height / 2).min(visible.len().saturating_sub(height));
    let lines: Vec<Line> = visible
        .iter()
        .enumerate()
        .skip(first)
        .take(height)
        .map(|(index, conversation)| row(model, conversation, index == selected, list.width.into()))
        .collect();
    frame.render_widget(Paragraph::new(lines), list);
}

fn filters(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let mut spans = vec![Span::raw(" ")];
    for (filter, text) in [
        (Filter::Open, Text::ShowOpen),
        (Filter::Mine, Text::ShowMine),
        (Filter::Waiting, Text::ShowWaiting),
        (Filter::Closed, Text::ShowClosed),
    ] {
        let on = filter == model.inbox.filter;
        let (open, close) = if on { ("[", "]") } else { (" ", " ") };
        let style = if on { theme::STRONG } else { theme::DIM };
        spans.push(Span::styled(format!("{open}{}{close} ", model.say(text)), style));
    }
    let used: usize = spans.iter().map(|span| wrap::width(&span.content)).sum();
    let (before, after) = model.inbox.query.shown();
    if model.inbox.searching || !before.is_empty() || !after.is_empty() {
        let before = format!("/{}", last_columns(&before, usize::from(area.width).saturating_sub(used + 2)));
        if model.inbox.searching {
            let column = u16::try_from(used + wrap::width(&before)).unwrap_or(u16::MAX);
            frame.set_cursor_position(Position::new(
                area.x.saturating_add(column).min(area.right() - 1),
                area.y,
            ));
        }
        spans.push(Span::styled(format!("{before}{after}"), theme.warning()));
        if model.inbox.found.incomplete {
            spans.push(Span::styled(format!("  {}", model.say(Text::NotAllSearched)), theme::DIM));
        }
    } else if model.inbox.loading {
        spans.push(Span::styled(format!("{}…", model.say(Text::Loading)), theme::DIM));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// The end of a text, so that the cursor stays in sight.
pub fn last_columns(text: &str, columns: usize) -> String {
    let mut start = 0;
    while wrap::width(&text[start..]) > columns {
        start += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    text[start..].to_owned()
}

fn row<'a>(model: &Model, conversation: &Conversation, selected: bool, width: usize) -> Line<'a> {
    let cursor = if selected { "›" } else { " " };
    let unanswered = if conversation.unanswered { "!" } else { " " };
    let sign = sign(model, conversation);
    let urgent = if conversation.urgent { "!" } else { " " };
    let name = if width >= 70 { 20 } else { 12 };
    let channel = if width >= 60 { 9 } else { 0 };
    let left = format!(
        "{cursor}{unanswered}{sign}{urgent}{} {}",
        wrap::fit(&conversation.contact_name, name),
        wrap::fit(&conversation.channel, channel),
    );
    let since = conversation.waiting_since.unwrap_or(conversation.updated_at);
    let right = format!(" {:>4} ", age(model, since));
    let middle = width.saturating_sub(wrap::width(&left) + wrap::width(&right));
    let line = format!("{left}{}{right}", wrap::fit(model.inbox.words(conversation), middle));
    let style = if selected {
        theme::SELECTED
    } else if conversation.unanswered {
        theme::STRONG
    } else {
        ratatui::style::Style::new()
    };
    Line::styled(line, style)
}

/// Who may speak, as one character; the help screen explains them.
fn sign(model: &Model, conversation: &Conversation) -> char {
    match (conversation.status, &conversation.owner) {
        (Status::Closed, _) => 'x',
        (Status::Open, Owner::Bot) => 'B',
        (Status::Open, Owner::Team { .. }) => 'W',
        (Status::Open, owner @ Owner::Member { .. }) if model.is_me(owner) => '*',
        (Status::Open, Owner::Member { .. }) => 'A',
    }
}
