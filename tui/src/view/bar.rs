//! The lines at the edges: title and connection above, notice and keys below.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};

use studio_core::{content::has_templates, dialogue::Owner};

use super::theme::{self, Theme};
use crate::{
    keys::{self, Action, Edit},
    model::{Deed, Doing, Link, Model, Room, Screen, WIDE},
    words::Text,
    wrap,
};

pub fn title(model: &Model, frame: &mut Frame, area: Rect) {
    let width = usize::from(area.width);
    let state = match &model.link {
        Link::Connecting => format!("○ {}", model.say(Text::Connecting)),
        Link::Connected => format!("● {}", model.say(Text::Connected)),
        Link::Reconnecting { at, error: _ } => {
            let seconds = at.duration_since(model.now).as_secs().max(0);
            format!("◌ {} {seconds}s", model.say(Text::Reconnecting))
        }
        Link::LoggedOut => format!("✕ {}", model.say(Text::LoggedOut)),
    };
    let me = model.me.as_ref().map(|me| format!("{}  ", me.name)).unwrap_or_default();
    let right = wrap::cut(&format!("{me}{state} "), width / 2);
    let left = format!(" studio · {}", model.say(model.context().heading()));
    let left = wrap::fit(&left, width.saturating_sub(wrap::width(&right)));
    let line = Line::styled(format!("{left}{right}"), theme::BAR);
    frame.render_widget(Paragraph::new(line), area);
}

/// Lines that a notice may take: what is to be done stands at its end.
const MOST_LINES: usize = 3;

/// What is to be told, in as many lines as it needs.
pub fn told(model: &Model, width: u16) -> Vec<String> {
    let width = usize::from(width);
    let room = model.room.as_ref().filter(|_| model.help.is_none());
    let text = if let Some(question) = room.and_then(|room| question(model, room)) {
        question
    } else if let Some(notice) = &model.notice {
        format!("» {}", notice.text)
    } else {
        match &model.link {
            Link::Reconnecting { error, .. } => format!("» {error}"),
            Link::LoggedOut => format!("» {}", model.say(Text::LogInAgain)),
            Link::Connecting | Link::Connected => String::new(),
        }
    };
    let mut lines = wrap::wrap(&text, width);
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(MOST_LINES - 1).join(" ");
        lines.push(wrap::cut(&rest, width));
    }
    lines
}

fn question(model: &Model, room: &Room) -> Option<String> {
    if model.screen == Screen::Person {
        return match &room.person.deed {
            Deed::Merging(other) => {
                let (name, contact) = (&other.name, other.contact);
                Some(format!("{} {name} ({contact})? y / n", model.say(Text::ConfirmMerge)))
            }
            Deed::Parting(_) => Some(model.say(Text::ConfirmUnmerge).to_owned()),
            Deed::Reading | Deed::Seeking => None,
        };
    }
    let question = match room.doing {
        Doing::Closing => Text::ConfirmClose,
        Doing::TakingBack(_) => Text::ConfirmTakeBack,
        Doing::Reading | Doing::Writing(_) | Doing::Choosing(_) | Doing::Changing(_) | Doing::Filling => {
            return None;
        }
    };
    Some(model.say(question).to_owned())
}

pub fn notice(model: &Model, told: Vec<String>, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let lines: Vec<Line> = told.into_iter().map(|line| Line::styled(line, theme.warning())).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// Whether a key does something now.
fn is_of_use(model: &Model, action: Action) -> bool {
    let owner = model.room.as_ref().and_then(|room| room.detail.as_ref()).map(|it| &it.conversation.owner);
    let is_in_vain = match owner {
        Some(Owner::Bot) => action == Action::HandBack,
        Some(owner @ Owner::Member { .. }) => action == Action::TakeOver && model.is_me(owner),
        Some(Owner::Team { .. }) | None => false,
    };
    let can_change = |room: &Room| !room.keeps_what_left() && room.replies().next().is_some();
    let can_part = |room: &Room| room.person.part().is_some();
    let has_templates =
        |room: &Room| room.detail.as_ref().is_some_and(|detail| has_templates(&detail.conversation.channel));
    let is_filling = model.room.as_ref().is_some_and(|room| room.doing == Doing::Filling);
    let searches = model.inbox.searching || !model.inbox.query.text().is_empty();
    // Beside the conversation the mind is always there.
    !is_in_vain
        && (action != Action::Choose || model.room.as_ref().is_some_and(can_change))
        && (action != Action::Templates || model.room.as_ref().is_some_and(has_templates))
        && (action != Action::Edit(Edit::NewLine) || !is_filling)
        && (action != Action::Unmerge || model.room.as_ref().is_some_and(can_part))
        && (action != Action::Mind || model.width < WIDE)
        && (action != Action::SearchClear || searches)
}

/// As many keys that do something as fit; `?` shows all of them.
pub fn commands(model: &Model, frame: &mut Frame, area: Rect) {
    let width = usize::from(area.width);
    let mut line = String::new();
    let shown: Vec<String> = keys::of(model.context())
        .filter(|binding| binding.bar && is_of_use(model, binding.action))
        .map(|binding| format!(" {} {} ", binding.shown, model.say(binding.label)))
        .collect();
    // The last ones, back and help, are never the ones that are left out.
    let (most, last) = shown.split_at(shown.len().saturating_sub(2));
    let room = width.saturating_sub(last.iter().map(|one| wrap::width(one)).sum());
    for one in most {
        if wrap::width(&line) + wrap::width(one) <= room {
            line.push_str(one);
        }
    }
    line.extend(last.iter().map(String::as_str));
    let line = Line::styled(wrap::fit(&line, width), theme::BAR);
    frame.render_widget(Paragraph::new(line), area);
}
