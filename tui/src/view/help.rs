//! Which keys are there? Made from the table of keys.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};

use super::{
    heading,
    theme::{self, Theme},
};
use crate::{
    keys::{self, Action, Context, Motion},
    model::{Help, Model},
    words::Text,
    wrap,
};

/// The signs of the inbox.
const SIGNS: [(&str, Text); 7] = [
    ("!", Text::SignUnanswered),
    ("W!", Text::SignUrgent),
    ("B", Text::SignBot),
    ("W", Text::SignWaiting),
    ("*", Text::SignMine),
    ("A", Text::SignOther),
    ("x", Text::SignClosed),
];

pub fn view(model: &Model, help: Help, frame: &mut Frame, area: Rect) {
    let mut lines = lines(model, help);
    let most = lines.len().saturating_sub(area.height.into());
    let mut shown = lines.split_off(help.scroll.min(most));
    if shown.len() > area.height.into() {
        let below = shown.split_off(usize::from(area.height).saturating_sub(1)).len();
        shown.push(more(model, below));
    }
    frame.render_widget(Paragraph::new(shown), area);
}

/// That the list goes on below, and the key that shows it.
fn more<'a>(model: &Model, below: usize) -> Line<'a> {
    let down = Action::Move(Motion::PageDown);
    let key = keys::of(Context::Help).find(|binding| binding.action == down).map_or("", |it| it.shown);
    let text = format!(" ▼ {below} {}: {key}", model.say(Text::LinesBelow));
    Line::styled(wrap::cut(&text, model.width.into()), theme::DIM)
}

/// The keys of where one came from first, then all others.
pub fn lines<'a>(model: &Model, help: Help) -> Vec<Line<'a>> {
    let theme = Theme { color: model.color };
    let width = usize::from(model.width);
    let mut lines = Vec::new();
    let others = Context::ALL.into_iter().filter(|context| *context != help.of);
    for context in std::iter::once(help.of).chain(others) {
        lines.push(heading(theme, format!(" {}: {}", model.say(Text::Keys), model.say(context.heading()))));
        for binding in keys::of(context) {
            let text = format!("   {} {}", wrap::fit(binding.shown, 10), model.say(binding.label));
            lines.push(Line::raw(wrap::cut(&text, width)));
        }
        if context.writes() {
            lines.push(Line::raw(wrap::cut(&format!("   {}", model.say(Text::TypeToWrite)), width)));
        }
    }
    lines.push(heading(theme, format!(" {}", model.say(Text::Signs))));
    lines.extend(SIGNS.map(|(sign, text)| {
        Line::raw(wrap::cut(&format!("   {} {}", wrap::fit(sign, 10), model.say(text)), width))
    }));
    lines
}
