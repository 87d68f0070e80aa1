//! One conversation: what was said, and the bot's mind beside it.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use studio_core::{
    api::{Delivery, DeliveryState, Message, Sender},
    dialogue::{Owner, Speaker, Status},
};

use super::{
    age, clock, compose, content, mind, owner, speaker, tail,
    theme::{self, Theme},
    translated,
};
use crate::{
    draft::DraftKind,
    model::{Corrected, Model, Pending, Room, WIDE, later},
    scrub,
    words::Text,
    wrap,
};

/// Seconds after which a stored reply that has not appeared is doubted.
const PATIENCE: i64 = 10;
/// Stands before the message that a search found.
const FOUND: char = '▸';
/// Stands before the reply that is to be changed.
const CHOSEN: char = '›';

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let [head, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    header(model, room, frame, head);
    let (left, right) = columns(model, room, rest);
    if let Some(right) = right {
        mind::view(model, room, frame, right);
    }
    let Some(left) = left else { return };
    let (transcript, box_area) = split(model, room, left);
    let lines = lines(model, room, transcript.width.into());
    frame.render_widget(Paragraph::new(tail(lines, transcript.height.into(), room.scroll)), transcript);
    if let Some(box_area) = box_area {
        compose::view(model, room, frame, box_area);
    }
}

/// How far one can scroll up.
pub fn most_scroll(model: &Model) -> usize {
    let Some(room) = &model.room else { return 0 };
    let Some(area) = transcript(model, room) else { return 0 };
    lines(model, room, area.width.into()).len().saturating_sub(area.height.into())
}

/// How far one scrolls up to a message, so that some of what was said before it is seen; nothing where it is not held.
pub fn scroll_to(model: &Model, sequence: u64) -> Option<usize> {
    let room = model.room.as_ref().filter(|room| room.messages.contains_key(&sequence))?;
    let area = transcript(model, room)?;
    let (width, height) = (area.width.into(), usize::from(area.height));
    let mut above = Vec::new();
    for (_, message) in room.messages.range(..sequence) {
        self::message(model, room, message, width, &mut above);
    }
    let top = above.len().saturating_sub(height / 3);
    Some(lines(model, room, width).len().saturating_sub(top + height))
}

/// How many lines of the mind are seen at a time, and how far one can scroll down in it.
pub fn seen_of_mind(model: &Model) -> (usize, usize) {
    let Some(room) = &model.room else { return (0, 0) };
    let (_, Some(area)) = columns(model, room, body(model)) else { return (0, 0) };
    (area.height.into(), mind::most_scroll(model, room, area))
}

/// Whether the mind stands in the place of the conversation.
pub fn has_mind_alone(model: &Model) -> bool {
    model.room.as_ref().is_some_and(|room| columns(model, room, body(model)).0.is_none())
}

/// Where the transcript stands, if it is shown.
fn transcript(model: &Model, room: &Room) -> Option<Rect> {
    let (left, _) = columns(model, room, body(model));
    Some(split(model, room, left?).0)
}

/// All between the header and the notice.
fn body(model: &Model) -> Rect {
    Rect::new(0, 2, model.width, model.height.saturating_sub(4))
}

/// Where the transcript and the mind go.
fn columns(model: &Model, room: &Room, area: Rect) -> (Option<Rect>, Option<Rect>) {
    if model.width >= WIDE {
        let [left, right] =
            Layout::horizontal([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(area);
        (Some(left), Some(right))
    } else if room.mind {
        (None, Some(area))
    } else {
        (Some(area), None)
    }
}

fn split(model: &Model, room: &Room, area: Rect) -> (Rect, Option<Rect>) {
    if !room.has_box() {
        return (area, None);
    }
    let height = compose::height(model, area.width).min(area.height / 2 + 1);
    let [transcript, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(height)]).areas(area);
    (transcript, Some(below))
}

fn header(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let text = match &room.detail {
        Some(detail) => {
            let one = &detail.conversation;
            let state = match one.status {
                Status::Closed => model.say(Text::StatusClosed).to_owned(),
                Status::Open => owner(model, &one.owner),
            };
            let waits =
                one.waiting_since.map_or_else(String::new, |since| format!(" · {}", age(model, since)));
            let tags: String = one.tags.iter().flat_map(|tag| [" #", tag]).collect();
            let draft = if model.has_drafts(room.id) && !room.has_box() {
                format!(" ({})", model.say(Text::Draft))
            } else {
                String::new()
            };
            let thread = one.thread.as_ref().filter(|thread| **thread != one.contact_name);
            let names = [Some(&one.contact_name), thread].into_iter().flatten();
            let parts = names.chain([&one.channel, &one.bot, &one.language, &state]);
            let parts: Vec<&str> = parts.map(String::as_str).collect();
            format!(" {}{waits}{tags}{draft}", parts.join(" · "))
        }
        None => format!(" {}…", model.say(Text::Loading)),
    };
    let style = match room.detail.as_ref().map(|detail| &detail.conversation.owner) {
        Some(Owner::Team { .. }) => theme.warning(),
        Some(Owner::Bot | Owner::Member { .. }) | None => theme.heading(),
    };
    frame.render_widget(Paragraph::new(Line::styled(wrap::cut(&text, area.width.into()), style)), area);
}

fn lines<'a>(model: &Model, room: &Room, width: usize) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for message in room.messages.values() {
        self::message(model, room, message, width, &mut lines);
    }
    for pending in model.pending.iter().filter(|pending| pending.conversation == room.id) {
        self::pending(model, pending, width, &mut lines);
    }
    if let Some((who, _)) = &room.typing {
        lines.push(Line::styled(
            format!(" {} {}…", wrap::cut(who, 30), model.say(Text::TypingNow)),
            theme::DIM,
        ));
    }
    if lines.is_empty() {
        let text = if room.messages_loaded { Text::NoMessages } else { Text::Loading };
        lines.push(Line::styled(format!(" {}", model.say(text)), theme::DIM));
    }
    lines
}

fn message(model: &Model, room: &Room, message: &Message, width: usize, lines: &mut Vec<Line<'_>>) {
    let found = room.found == Some(message.sequence);
    let chosen = room.chosen() == Some(message.sequence);
    let theme = Theme { color: model.color };
    let (sign, name) = speaker(model, &message.from, message.author.as_ref());
    let style = match &message.from {
        Sender::Visitor => theme.visitor(),
        Sender::Speaker { speaker: Speaker::Bot } => theme.bot(),
        Sender::Speaker { speaker: Speaker::Member { .. } } => theme.member(),
        Sender::Note { .. } => theme.warning(),
    };
    let delivery = room.deliveries.get(&message.sequence);
    let delivery = delivery.map(|delivery| became(model, delivery)).unwrap_or_default();
    let translated = translated::mark(model, message);
    let changed = changed(model, room, message);
    let mark = match (chosen, found) {
        (true, _) => CHOSEN,
        (false, true) => FOUND,
        (false, false) => ' ',
    };
    let head = format!("{mark}{} {sign} {name}{translated}{delivery}{changed}", clock(model, message.at));
    let head = wrap::cut(&head, width);
    lines.push(Line::from(Span::styled(head, if chosen { theme::SELECTED } else { style })));
    let style = if found { theme::STRONG } else { Style::new() };
    for line in wrap::wrap(&content(room.says(message)), width.saturating_sub(9)) {
        lines.push(Line::styled(format!("         {line}"), style));
    }
    let corrected = room.corrected.get(&message.sequence);
    for remark in corrected.map(|corrected| remarks(model, corrected)).unwrap_or_default() {
        for line in wrap::wrap(&remark, width.saturating_sub(9)) {
            lines.push(Line::styled(format!("         {line}"), theme.warning()));
        }
    }
}

/// What of a change could not be shown, and why the last one was not made.
fn remarks(model: &Model, corrected: &Corrected) -> Vec<String> {
    let losses = corrected.made.iter().flat_map(|made| &made.losses);
    let losses = losses.map(|loss| (Text::NotAsWritten, loss.as_str()));
    let all = losses.chain(corrected.failed().map(|why| (Text::NotChanged, why)));
    all.map(|(what, why)| format!("{}: {why}", model.say(what))).collect()
}

/// What its visitor or a member made of a message, and whether more is under way.
fn changed(model: &Model, room: &Room, message: &Message) -> String {
    let change = message.client_id.as_ref().and_then(|id| room.changes.get(id));
    let corrected = room.corrected.get(&message.sequence);
    let made = corrected.and_then(|corrected| corrected.made.as_ref());
    let stays = made.map(|made| made.content.is_some()).or(change.map(|change| change.content.is_some()));
    let how = stays.map(|stays| if stays { Text::WasChanged } else { Text::WasTakenBack });
    let asked = corrected.and_then(|corrected| corrected.asked.as_ref()).map(|_| Text::ChangeWaits);
    how.into_iter().chain(asked).flat_map(|text| [" · ", model.say(text)]).collect()
}

/// What became of a message.
fn became(model: &Model, delivery: &Delivery) -> String {
    let state = match delivery.state {
        DeliveryState::Waiting => Text::NotLeft,
        DeliveryState::Sent => Text::HasLeft,
        DeliveryState::Failed => Text::NotDelivered,
        DeliveryState::Delivered => Text::Delivered,
        DeliveryState::Read => Text::Read,
    };
    let twice = if delivery.uncertain { format!(", {}", model.say(Text::MaybeTwice)) } else { String::new() };
    format!(" · {}{twice}", model.say(state))
}

fn pending(model: &Model, pending: &Pending, width: usize, lines: &mut Vec<Line<'_>>) {
    let state = if pending.accepted && later(pending.at, PATIENCE) < model.now {
        Text::Late
    } else if pending.accepted {
        Text::Stored
    } else {
        Text::Sending
    };
    let sign = match pending.kind {
        DraftKind::Reply => '»',
        DraftKind::Note => '#',
    };
    let head =
        format!(" {} {sign} {} … {}", clock(model, pending.at), model.say(Text::You), model.say(state));
    lines.push(Line::styled(wrap::cut(&head, width), theme::DIM));
    for line in wrap::wrap(&scrub::text(&pending.text), width.saturating_sub(9)) {
        lines.push(Line::styled(format!("         {line}"), theme::DIM));
    }
}
