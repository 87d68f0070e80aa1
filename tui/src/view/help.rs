//! Which keys are there? Made from the table of keys.

use ratatui::{Frame, layout::Rect, text::Line, widgets::Paragraph};

use super::{from_top, heading, theme::Theme};
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
    let down = Action::Move(Motion::PageDown);
    let shown = from_top(model, lines(model, help), help.scroll, area, down);
    frame.render_widget(Paragraph::new(shown), area);
}

/// The keys of where one came from first, then the signs, then all other keys.
pub fn lines<'a>(model: &Model, help: Help) -> Vec<Line<'a>> {
    let of_first = keys_of(model, help.of);
    let others = Context::ALL.into_iter().filter(|context| *context != help.of);
    let of_others = others.flat_map(|context| keys_of(model, context)).collect();
    [of_first, signs(model), of_others].concat()
}

fn keys_of<'a>(model: &Model, context: Context) -> Vec<Line<'a>> {
    let theme = Theme { color: model.color };
    let title = format!(" {}: {}", model.say(Text::Keys), model.say(context.heading()));
    let mut lines = vec![heading(theme, title)];
    lines.extend(keys::of(context).map(|binding| entry(model, binding.shown, binding.label)));
    if context.writes() {
        let text = format!("   {}", model.say(Text::TypeToWrite));
        lines.push(Line::raw(wrap::cut(&text, model.width.into())));
    }
    lines
}

fn signs<'a>(model: &Model) -> Vec<Line<'a>> {
    let theme = Theme { color: model.color };
    let mut lines = vec![heading(theme, format!(" {}", model.say(Text::Signs)))];
    lines.extend(SIGNS.map(|(sign, text)| entry(model, sign, text)));
    lines
}

fn entry<'a>(model: &Model, shown: &str, text: Text) -> Line<'a> {
    let text = format!("   {} {}", wrap::fit(shown, 10), model.say(text));
    Line::raw(wrap::cut(&text, model.width.into()))
}
