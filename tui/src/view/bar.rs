//! The lines at the edges: title and connection above, notice and keys below.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};

use super::theme::{self, Theme};
use crate::{
    keys,
    model::{Doing, Link, Model},
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
    };
    let me = model.me.as_ref().map(|me| format!("{}  ", me.name)).unwrap_or_default();
    let right = wrap::cut(&format!("{me}{state} "), width / 2);
    let left = format!(" studio · {}", model.say(model.context().heading()));
    let left = wrap::fit(&left, width.saturating_sub(wrap::width(&right)));
    let line = Line::styled(format!("{left}{right}"), theme::BAR);
    frame.render_widget(Paragraph::new(line), area);
}

pub fn notice(model: &Model, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let width = usize::from(area.width);
    let closing = model.room.as_ref().is_some_and(|room| room.doing == Doing::Closing);
    let line = if closing && model.help.is_none() {
        Line::styled(wrap::cut(model.say(Text::ConfirmClose), width), theme.warning())
    } else if let Some(notice) = &model.notice {
        Line::styled(wrap::cut(&format!("» {}", notice.text), width), theme.warning())
    } else if let Link::Reconnecting { error, .. } = &model.link {
        Line::styled(wrap::cut(&format!("» {error}"), width), theme.warning())
    } else {
        Line::default()
    };
    frame.render_widget(Paragraph::new(line), area);
}

/// As many keys as fit; `?` shows all of them.
pub fn commands(model: &Model, frame: &mut Frame, area: Rect) {
    let width = usize::from(area.width);
    let mut line = String::new();
    let shown: Vec<String> = keys::of(model.context())
        .filter(|binding| binding.bar)
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
