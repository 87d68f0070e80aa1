//! How does what look? Colour only ever repeats what a sign or a word says.

use ratatui::style::{Color, Modifier, Style};

pub const BAR: Style = Style::new().add_modifier(Modifier::REVERSED);
pub const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);
pub const DIM: Style = Style::new().add_modifier(Modifier::DIM);
pub const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);

/// The styles that have a colour where colours are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub color: bool,
}

impl Theme {
    fn colored(self, color: Color) -> Style {
        if self.color { Style::new().fg(color) } else { Style::new() }
    }

    pub fn heading(self) -> Style {
        self.colored(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    pub fn warning(self) -> Style {
        self.colored(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    pub fn visitor(self) -> Style {
        self.colored(Color::Green).add_modifier(Modifier::BOLD)
    }

    pub fn bot(self) -> Style {
        self.colored(Color::Blue).add_modifier(Modifier::BOLD)
    }

    pub fn member(self) -> Style {
        self.colored(Color::Magenta).add_modifier(Modifier::BOLD)
    }
}
