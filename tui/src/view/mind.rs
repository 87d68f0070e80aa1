//! What does the bot think?

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::{Block, Borders, Paragraph},
};
use serde_json::Value;
use studio_core::{
    api::{ConversationDetail, Mind},
    understanding::Understander,
};

use super::{
    feelings, from_top, heading,
    theme::{self, Theme},
    translated,
};
use crate::{
    keys::{Action, Motion},
    model::{Model, Room},
    words::Text,
    wrap,
};

/// Columns of a full bar.
const BAR: usize = 10;
/// Columns of what stands beside a bar and a name.
const BESIDE: usize = 9;
/// Intents that are shown.
const TOP: usize = 3;

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let inner = block().inner(area);
    frame.render_widget(block(), area);
    let lines = lines(model, room, inner.width.into());
    let down = Action::MoveMind(Motion::PageDown);
    frame.render_widget(Paragraph::new(from_top(model, lines, room.mind_scroll, inner, down)), inner);
}

/// How far one can scroll down.
pub fn most_scroll(model: &Model, room: &Room, area: Rect) -> usize {
    let inner = block().inner(area);
    lines(model, room, inner.width.into()).len().saturating_sub(inner.height.into())
}

fn block<'a>() -> Block<'a> {
    Block::new().borders(Borders::LEFT)
}

fn lines<'a>(model: &Model, room: &Room, width: usize) -> Vec<Line<'a>> {
    let theme = Theme { color: model.color };
    let mut lines = vec![heading(theme, format!(" {}", model.say(Text::TheMind)))];
    match &room.detail {
        Some(detail) => mind(model, detail, width, &mut lines),
        None => lines.push(Line::styled(format!(" {}…", model.say(Text::Loading)), theme::DIM)),
    }
    lines
}

fn mind(model: &Model, detail: &ConversationDetail, width: usize, lines: &mut Vec<Line<'_>>) {
    let mind = &detail.mind;
    let mut part = |title: Text, rows: Vec<String>| {
        lines.push(Line::from(Span::styled(format!(" {}", model.say(title)), theme::STRONG)));
        let rows = if rows.is_empty() { vec![model.say(Text::Nothing).to_owned()] } else { rows };
        for row in rows {
            lines.extend(
                wrap::wrap(&row, width.saturating_sub(4))
                    .into_iter()
                    .map(|row| Line::raw(format!("   {row}"))),
            );
        }
    };
    if let Some(bot) = &detail.waits_for_bot {
        part(Text::WaitsForBot, vec![format!("{bot} {}", model.say(Text::BotIsAway))]);
    }
    part(Text::Intent, intents(model, mind, width.saturating_sub(4)));
    let feelings = feelings::rows(model, detail);
    if !feelings.is_empty() {
        part(Text::Feelings, feelings);
    }
    let place = if mind.stack.is_empty() { model.say(Text::Idle).to_owned() } else { mind.stack.join("\n") };
    part(Text::Place, vec![place]);
    part(Text::Expecting, if mind.expecting.is_empty() { Vec::new() } else { vec![mind.expecting.clone()] });
    if !mind.sources.is_empty() {
        part(Text::Sources, mind.sources.iter().map(|source| format!("- {source}")).collect());
    }
    // Of these there may be more than a terminal has lines, so they come behind what there is one of.
    part(Text::Slots, mind.slots.iter().map(|(slot, value)| format!("{slot} = {}", shown(value))).collect());
    if mind.misunderstood > 0 {
        part(
            Text::Misunderstood,
            vec![format!("{} {}", "!".repeat(mind.misunderstood.min(9) as usize), mind.misunderstood)],
        );
    }
    part(Text::BotVersion, vec![mind.bot_version.to_string()]);
}

fn intents(model: &Model, mind: &Mind, width: usize) -> Vec<String> {
    let Some(understanding) = &mind.understanding else { return Vec::new() };
    let top = || understanding.intents.iter().take(TOP);
    // The names tell more than the bars, which the numbers say too.
    let longest = top().map(|scored| wrap::width(&scored.intent)).max().unwrap_or(0);
    let columns = width.saturating_sub(longest + BESIDE).min(BAR);
    let mut rows: Vec<String> = top()
        .map(|scored| {
            let by = match scored.by {
                Understander::Exact => "=",
                Understander::Linear => "~",
                Understander::Semantic => "≈",
            };
            let name = width.saturating_sub(columns + BESIDE);
            let percent = percent(scored.confidence);
            format!("{} {} {percent:>3}% {by}", bar(percent, columns), wrap::fit(&scored.intent, name))
        })
        .collect();
    if !understanding.denied.is_empty() {
        rows.push(format!("{}: {}", model.say(Text::NotWanted), understanding.denied.join(", ")));
    } else if !understanding.confident && !rows.is_empty() {
        rows.push(model.say(Text::NoneOfThese).to_owned());
    }
    rows.extend(translated::through(model, understanding));
    rows
}

fn percent(confidence: f64) -> usize {
    // Between 0 and 100, so that nothing is lost; what is not a number is 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
    let percent = (confidence * 100.0).round().clamp(0.0, 100.0) as usize;
    percent
}

fn bar(percent: usize, columns: usize) -> String {
    let full = (percent * columns + 50) / 100;
    format!("{}{}", "█".repeat(full), "░".repeat(columns - full))
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        for (confidence, percents, drawn) in [
            (0.0, 0, "░░░░░░░░░░"),
            (0.004, 0, "░░░░░░░░░░"),
            (0.55, 55, "██████░░░░"),
            (1.0, 100, "██████████"),
            (7.0, 100, "██████████"),
            (-1.0, 0, "░░░░░░░░░░"),
            (f64::NAN, 0, "░░░░░░░░░░"),
        ] {
            assert_eq!(percent(confidence), percents);
            assert_eq!(bar(percent(confidence), BAR), drawn);
        }
    }
}
