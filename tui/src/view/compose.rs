//! The box that a reply or a note is written in.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Position, Rect},
    text::Line,
    widgets::{Block, Borders, Paragraph},
};

use super::theme::Theme;
use crate::{
    draft::{Draft, DraftKind},
    model::{Doing, Gap, Model, Room},
    words::Text,
    wrap,
};

/// Lines that are shown of a long draft at once.
const MOST: u16 = 6;

/// Lines of the box, its edge included.
pub fn height(model: &Model, width: u16) -> u16 {
    let (lines, _) = laid_out(model, width);
    let above = model.room.as_ref().map(|room| above(room, width).len()).unwrap_or_default();
    u16::try_from(lines.len()).unwrap_or(MOST).min(MOST) + u16::try_from(above).unwrap_or(MOST) + 1
}

/// How the template reads so far whose gaps are being filled.
fn above(room: &Room, width: u16) -> Vec<String> {
    let filling = room.templates.filling.as_ref().filter(|_| room.doing == Doing::Filling);
    let Some(filling) = filling else { return Vec::new() };
    let mut lines = wrap::wrap(&filling.reads(), usize::from(width).saturating_sub(2).max(2));
    lines.truncate(usize::from(MOST));
    lines
}

/// Which gap is filled, of which template.
fn gap_of(model: &Model, room: &Room) -> String {
    let Some(filling) = &room.templates.filling else { return String::new() };
    let Some((gap, number, all)) = filling.gap() else {
        return format!("{}: {}", filling.name(), model.say(Text::SendsAsItIs));
    };
    let gap = match gap {
        Gap::Head => model.say(Text::FillsHead).to_owned(),
        Gap::Body(name) => format!("{} {{{{{name}}}}}", model.say(Text::FillsBody)),
        Gap::Button(place) => format!("{} {}", model.say(Text::FillsButton), place + 1),
    };
    format!("{}: {gap} ({number}/{all})", filling.name())
}

pub fn view(model: &Model, room: &Room, frame: &mut Frame, area: Rect) {
    let theme = Theme { color: model.color };
    let mine = room.detail.as_ref().is_some_and(|detail| model.is_me(&detail.conversation.owner));
    let unknown = model.me.as_ref().is_none_or(|me| me.member.is_none());
    let title = match room.doing {
        Doing::Writing(DraftKind::Note) => model.say(Text::YourNote).to_owned(),
        Doing::Writing(DraftKind::Reply) if mine || unknown => model.say(Text::YourReply).to_owned(),
        Doing::Writing(DraftKind::Reply) => model.say(Text::TakeOverFirst).to_owned(),
        Doing::Changing(_) => model.say(Text::YourChange).to_owned(),
        Doing::Filling => gap_of(model, room),
        Doing::Reading | Doing::Closing | Doing::Choosing(_) | Doing::TakingBack(_) => return,
    };
    let block = Block::new()
        .borders(Borders::TOP)
        .title(Line::styled(wrap::cut(&format!(" {title} "), area.width.into()), theme.heading()));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let above: Vec<Line> = above(room, area.width)
        .into_iter()
        .map(|line| Line::styled(format!(" {line}"), super::theme::DIM))
        .collect();
    let least = Constraint::Min(1);
    let height = u16::try_from(above.len()).unwrap_or(MOST);
    let [reads, inner] = Layout::vertical([Constraint::Length(height), least]).areas(inner);
    frame.render_widget(Paragraph::new(above), reads);
    let (lines, (row, column)) = laid_out(model, area.width);
    let height = usize::from(inner.height);
    let first = (row + 1).saturating_sub(height);
    let shown: Vec<Line> =
        lines.into_iter().skip(first).take(height).map(|line| Line::raw(format!(" {line}"))).collect();
    frame.render_widget(Paragraph::new(shown), inner);
    let x = inner.x.saturating_add(u16::try_from(column + 1).unwrap_or(u16::MAX));
    let y = inner.y.saturating_add(u16::try_from(row - first).unwrap_or(u16::MAX));
    if inner.height > 0 {
        frame.set_cursor_position(Position::new(
            x.min(inner.right().saturating_sub(1)),
            y.min(inner.bottom().saturating_sub(1)),
        ));
    }
}

/// The lines of the draft and the row and column of the cursor.
fn laid_out(model: &Model, width: u16) -> (Vec<String>, (usize, usize)) {
    let empty = Draft::default();
    let draft = model.draft().unwrap_or(&empty);
    let columns = usize::from(width).saturating_sub(2).max(2);
    let (before, after) = draft.shown();
    // Broken at the column, not at words, so that the cursor does not jump while a word grows.
    let mut lines = vec![String::new()];
    let mut cursor = (0, 0);
    for (part, is_before) in [(before, true), (after, false)] {
        for grapheme in unicode_segmentation::UnicodeSegmentation::graphemes(part.as_str(), true) {
            let used = lines.last().map_or(0, |line| wrap::width(line));
            if grapheme == "\n" {
                lines.push(String::new());
                continue;
            }
            if used + wrap::width(grapheme) > columns {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(grapheme);
            }
        }
        if is_before {
            cursor = (lines.len() - 1, lines.last().map_or(0, |line| wrap::width(line)));
        }
    }
    (lines, cursor)
}
