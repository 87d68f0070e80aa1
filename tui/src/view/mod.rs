//! What does the operator see?
//!
//! Pure: the same model draws the same screen. Texts arrive here scrubbed.

mod bar;
mod compose;
pub(crate) mod conversation;
mod describe;
mod failures;
mod feelings;
mod files;
pub(crate) mod help;
mod inbox;
mod mind;
mod person;
mod templates;
#[cfg(test)]
mod tests;
mod theme;
pub(crate) mod timeline;
mod translated;

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::Paragraph,
};
use studio_core::{
    api::Sender,
    content::Content,
    dialogue::{Owner, Speaker},
};

pub use self::describe::told;
use self::theme::Theme;
use crate::{
    keys::{self, Action},
    model::{Model, SMALLEST, Screen},
    words::Text,
    wrap,
};

/// Draws the whole screen.
pub fn view(model: &Model, frame: &mut Frame) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(model, frame, area);
        return;
    }
    let told = bar::told(model, area.width);
    let [title, body, notice, commands] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(u16::try_from(told.len()).unwrap_or(1).max(1)),
        Constraint::Length(1),
    ])
    .areas(area);
    bar::title(model, frame, title);
    if let Some(help) = model.help {
        help::view(model, help, frame, body);
    } else {
        match (model.screen, &model.room) {
            (Screen::Inbox, _)
            | (
                Screen::Conversation | Screen::Timeline | Screen::Files | Screen::Person | Screen::Templates,
                None,
            ) => inbox::view(model, frame, body),
            (Screen::Conversation, Some(room)) => conversation::view(model, room, frame, body),
            (Screen::Timeline, Some(room)) => timeline::view(model, room, frame, body),
            (Screen::Files, Some(room)) => files::view(model, room, frame, body),
            (Screen::Person, Some(room)) => person::view(model, room, frame, body),
            (Screen::Templates, Some(room)) => templates::view(model, room, frame, body),
            (Screen::Failures, _) => failures::view(model, frame, body),
        }
    }
    bar::notice(model, told, frame, notice);
    bar::commands(model, frame, commands);
}

fn too_small(model: &Model, frame: &mut Frame, area: Rect) {
    let (width, height) = SMALLEST;
    let text = format!(
        "{}\n{width}x{height} {}: {}x{}\nCtrl+C: {}",
        model.say(Text::TooSmall),
        model.say(Text::Needed),
        area.width,
        area.height,
        model.say(Text::Quit),
    );
    let lines: Vec<Line> = wrap::wrap(&text, area.width.into()).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// How long ago, in at most four columns.
fn age(model: &Model, at: Timestamp) -> String {
    let seconds = model.now.duration_since(at).as_secs();
    match seconds {
        ..60 => model.say(Text::Now).to_owned(),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        86_400..86_400_000 => format!("{}d", seconds / 86_400),
        _ => "999d".to_owned(),
    }
}

/// `HH:MM` where the operator is, for a line of a transcript.
fn clock(model: &Model, at: Timestamp) -> String {
    at.to_zoned(model.zone.clone()).strftime("%H:%M").to_string()
}

/// Who may speak, in words.
fn owner(model: &Model, owner: &Owner) -> String {
    match owner {
        Owner::Bot => model.say(Text::OwnerBot).to_owned(),
        Owner::Team { team: Some(team) } => format!("{} ({team})", model.say(Text::OwnerWaiting)),
        Owner::Team { team: None } => model.say(Text::OwnerWaiting).to_owned(),
        Owner::Member { .. } if model.is_me(owner) => model.say(Text::OwnerYou).to_owned(),
        Owner::Member { name, .. } => name.clone(),
    }
}

/// The sign of who said something, and how they are called.
fn speaker(model: &Model, from: &Sender, author: Option<&String>) -> (char, String) {
    match from {
        Sender::Visitor => ('<', author.cloned().unwrap_or_else(|| model.say(Text::Visitor).to_owned())),
        Sender::Speaker { speaker: Speaker::Bot } => ('>', model.say(Text::Bot).to_owned()),
        Sender::Speaker { speaker: Speaker::Member { name, .. } } => ('»', name.clone()),
        Sender::Note { name, .. } => ('#', name.clone()),
    }
}

/// All the words of a content, with the replies and buttons it offers below.
fn content(content: &Content) -> String {
    let mark = match content {
        Content::Image { .. } => "[image] ",
        Content::File { .. } => "[file] ",
        Content::Location { .. } => "[place] ",
        Content::Text { .. }
        | Content::Buttons { .. }
        | Content::List { .. }
        | Content::Card(_)
        | Content::Carousel { .. } => "",
    };
    let titles: Vec<String> = content.values().iter().map(|(_, title)| format!("[{title}]")).collect();
    let separator = if titles.is_empty() { "" } else { "\n" };
    format!("{mark}{}{separator}{}", content.plain(), titles.join(" "))
}

/// The last lines of a text that fit, `scroll` lines above the end.
fn tail(mut lines: Vec<Line<'_>>, height: usize, scroll: usize) -> Vec<Line<'_>> {
    let most = lines.len().saturating_sub(height);
    let end = lines.len() - scroll.min(most);
    lines.truncate(end);
    lines.split_off(end.saturating_sub(height))
}

/// The lines from `scroll` on that fit into the area. Where there are more below the last one says so, with the key that goes down there.
fn from_top<'a>(
    model: &Model,
    mut lines: Vec<Line<'a>>,
    scroll: usize,
    area: Rect,
    down: Action,
) -> Vec<Line<'a>> {
    let height = usize::from(area.height);
    let most = lines.len().saturating_sub(height);
    let mut shown = lines.split_off(scroll.min(most));
    if shown.len() > height {
        let below = shown.split_off(height.saturating_sub(1)).len();
        let key = keys::of(model.context()).find(|binding| binding.action == down);
        let key = key.map_or_else(String::new, |binding| format!(": {}", binding.shown));
        let text = format!(" ▼ {below} {}{key}", model.say(Text::LinesBelow));
        shown.push(Line::styled(wrap::cut(&text, area.width.into()), theme::DIM));
    }
    shown
}

fn heading<'a>(theme: Theme, text: impl Into<std::borrow::Cow<'a, str>>) -> Line<'a> {
    Line::from(Span::styled(text, theme.heading()))
}
