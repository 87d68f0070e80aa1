//! A person: how it is known, and the other contacts that it may be.

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Position, Rect},
    style::Style,
    text::Line,
    widgets::Paragraph,
};
use studio_core::{
    api::{ContactDetail, ContactIdentity, TranscriptMessage, Unreachable},
    content::Content,
};

use super::{
    content, heading, speaker,
    theme::{self, Theme},
};
use crate::{
    model::{Candidate, Deed, Model, PersonOf, Room, channel},
    words::Text,
    wrap,
};

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let person = &room.person;
    match person.deed {
        Deed::Reading | Deed::Parting(_) => known(model, person, frame, area),
        Deed::Seeking | Deed::Merging(_) => search(model, person, frame, area),
    }
}

fn known(model: &Model, person: &PersonOf, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let Some(detail) = &person.detail else {
        told(model, Text::Loading, frame, area);
        return;
    };
    let [head, mut list] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let title = format!(" {} · {}", detail.name, detail.id);
    frame.render_widget(Paragraph::new(heading(theme, wrap::cut(&title, area.width.into()))), head);
    if let Some(message) = person.message() {
        let lines = wrap::wrap(&content(by_now(message).0), usize::from(area.width).saturating_sub(2));
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(list.height / 3);
        let [above, whole] = Layout::vertical([Constraint::Min(1), Constraint::Length(height)]).areas(list);
        let lines: Vec<Line> = lines.into_iter().map(|line| Line::raw(format!("  {line}"))).collect();
        frame.render_widget(Paragraph::new(lines), whole);
        list = above;
    }
    let identities = detail.identities.iter().map(|one| identity(model, detail, one));
    let said = person.said.iter().map(|message| said(model, message));
    rows(identities.chain(said).collect(), person.selected, frame, list);
}

/// A message in a line: when, by which channel, by whom.
fn said(model: &Model, message: &TranscriptMessage) -> String {
    let at = day_and_time(model, message.at);
    let (sign, name) = speaker(model, &message.from, message.author.as_ref());
    let (words, made) = by_now(message);
    let made = made.map(|made| format!(" · {}", model.say(made))).unwrap_or_default();
    format!("{at} · {} {sign} {name}{made}: {}", message.channel, content(words))
}

fn day_and_time(model: &Model, at: Timestamp) -> String {
    at.to_zoned(model.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// What a message says by now, and what was made of it.
fn by_now(message: &TranscriptMessage) -> (&Content, Option<Text>) {
    let corrected = message.correction.as_ref().map(|correction| correction.content.as_ref());
    let changed = message.change.as_ref().map(|change| change.content.as_ref());
    match corrected.or(changed) {
        None => (&message.content, None),
        Some(Some(content)) => (content, Some(Text::WasChanged)),
        Some(None) => (&message.content, Some(Text::WasTakenBack)),
    }
}

fn identity(model: &Model, detail: &ContactDetail, one: &ContactIdentity) -> String {
    let mut line = format!("{} · {} · {}", channel(one), one.connection, one.external);
    if let Some(Unreachable { since, reason }) = &one.unreachable {
        let since = day_and_time(model, *since);
        line = format!("{line} · {} {since}: {reason}", model.say(Text::Unreachable));
    }
    if one.contact != detail.id {
        format!("{line} · {}", one.contact)
    } else if detail.identities.iter().any(|identity| identity.contact != detail.id) {
        format!("{line} · {}", model.say(Text::StandsForAll))
    } else {
        line
    }
}

fn search(model: &Model, person: &PersonOf, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let width = usize::from(area.width);
    let [head, query, list] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let title = format!(" {}", model.say(Text::LookFor));
    frame.render_widget(Paragraph::new(heading(theme, wrap::cut(&title, width))), head);
    let (before, after) = person.query.shown();
    let before = format!(" {}", super::inbox::last_columns(&before, width.saturating_sub(2)));
    if person.deed == Deed::Seeking {
        let column = u16::try_from(wrap::width(&before)).unwrap_or(u16::MAX);
        let x = query.x.saturating_add(column).min(query.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, query.y));
    }
    let line = wrap::cut(&format!("{before}{after}"), width);
    frame.render_widget(Paragraph::new(Line::styled(line, theme.warning())), query);
    if person.found.is_empty() {
        if person.looking {
            told(model, Text::Loading, frame, list);
        } else if !person.asked.is_empty() {
            told(model, Text::NoContact, frame, list);
        }
        return;
    }
    rows(person.found.iter().map(candidate).collect(), person.chosen, frame, list);
}

fn candidate(one: &Candidate) -> String {
    format!("{} {}", wrap::fit(&one.name, 20), one.known)
}

fn told(model: &Model, text: Text, frame: &mut Frame, area: Rect) {
    let line = Line::styled(format!("  {}", model.say(text)), theme::DIM);
    frame.render_widget(Paragraph::new(line), area);
}

/// As many rows as fit around the one that the operator stands on.
fn rows(all: Vec<String>, selected: usize, frame: &mut Frame, area: Rect) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let first = selected.saturating_sub(height / 2).min(all.len().saturating_sub(height));
    let shown = all.into_iter().enumerate().skip(first).take(height).map(|(index, row)| {
        let (cursor, style) = if index == selected { ("›", theme::SELECTED) } else { (" ", Style::new()) };
        Line::styled(wrap::fit(&format!("{cursor} {row}"), width), style)
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
}
