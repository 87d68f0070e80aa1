//! Which key does what, where?
//!
//! The one table of keys. The help screen and the command bar are made from it, and `update` looks
//! keys up in it, so none of the three can say something else than the others.

mod table;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use self::table::BINDINGS;
use crate::words::Text;

/// A key with its modifiers, as the table names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

impl Press {
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    const fn char(character: char) -> Self {
        Self::plain(KeyCode::Char(character))
    }

    const fn control(character: char) -> Self {
        Self { code: KeyCode::Char(character), modifiers: KeyModifiers::CONTROL }
    }

    const fn alt(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::ALT }
    }
}

impl From<KeyEvent> for Press {
    fn from(event: KeyEvent) -> Self {
        // Shift is in the character already, and terminals disagree on whether they tell it.
        let modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        Self { code: event.code, modifiers }
    }
}

/// Where the operator is, as far as keys are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Inbox,
    Search,
    Conversation,
    /// Which of the replies is to be changed.
    Choose,
    Compose,
    Confirm,
    Timeline,
    Files,
    Person,
    /// Which other contact the person is.
    Match,
    /// Which approved template is to be sent.
    Templates,
    Failures,
    Help,
}

impl Context {
    pub const ALL: [Self; 13] = [
        Self::Inbox,
        Self::Search,
        Self::Conversation,
        Self::Choose,
        Self::Compose,
        Self::Confirm,
        Self::Timeline,
        Self::Files,
        Self::Person,
        Self::Match,
        Self::Templates,
        Self::Failures,
        Self::Help,
    ];

    /// Whether a key that is not in the table writes a character.
    pub const fn writes(self) -> bool {
        match self {
            Self::Search | Self::Compose | Self::Match => true,
            Self::Inbox
            | Self::Conversation
            | Self::Choose
            | Self::Confirm
            | Self::Timeline
            | Self::Files
            | Self::Person
            | Self::Templates
            | Self::Failures
            | Self::Help => false,
        }
    }

    pub(crate) const fn heading(self) -> Text {
        match self {
            Self::Inbox => Text::Inbox,
            Self::Search => Text::Search,
            Self::Conversation => Text::Conversation,
            Self::Choose => Text::Choosing,
            Self::Compose => Text::Writing,
            Self::Confirm => Text::Confirmation,
            Self::Timeline => Text::Timeline,
            Self::Files => Text::Files,
            Self::Person => Text::Person,
            Self::Match => Text::Matching,
            Self::Templates => Text::Templates,
            Self::Failures => Text::Failures,
            Self::Help => Text::Help,
        }
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Quit,
    /// Makes way for the shell, until it has the console go on.
    MakeWay,
    Help,
    Back,
    Move(Motion),
    Open,
    Show(Filter),
    Search,
    SearchDone,
    SearchClear,
    Reload,
    Failures,
    Replay,
    Reply,
    Note,
    /// Chooses a reply, to change it or to take it back.
    Choose,
    /// Writes what the chosen reply is to say.
    Rewrite,
    TakeBack,
    TakeOver,
    HandBack,
    Close,
    Mind,
    /// Moves in the mind that stands beside the conversation, or in its place.
    MoveMind(Motion),
    Timeline,
    Files,
    Person,
    /// Looks for another contact that is the same person.
    Merge,
    /// Takes the contact that the operator stands on out of the person.
    Unmerge,
    /// Chooses the contact that was found.
    Pick,
    /// Shows the approved templates.
    Templates,
    /// Fills the gaps of the one that the operator stands on.
    PickTemplate,
    Save,
    /// Saves it and opens it with the program that the operator's machine has for it.
    SaveAndOpen,
    Send,
    Leave,
    Edit(Edit),
    Yes,
    No,
}

/// A move in a list or a text that scrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

/// A change of a text that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    NewLine,
    DeleteBefore,
    DeleteAfter,
    DeleteWord,
    Left,
    Right,
    Up,
    Down,
    LineStart,
    LineEnd,
}

/// Which conversations the inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    Open,
    Mine,
    Waiting,
    Closed,
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    pub contexts: &'static [Context],
    pub keys: &'static [Press],
    /// How the keys are written on screen.
    pub shown: &'static str,
    pub(crate) label: Text,
    pub action: Action,
    /// Whether the command bar shows it; the help screen shows all.
    pub bar: bool,
}

/// The bindings of a context, in the order of the table.
pub fn of(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.contexts.contains(&context))
}

/// What a key does in a context.
pub fn action(context: Context, press: Press) -> Option<Action> {
    of(context).find(|binding| binding.keys.contains(&press)).map(|binding| binding.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_context() {
        for context in Context::ALL {
            let keys: Vec<Press> = of(context).flat_map(|binding| binding.keys).copied().collect();
            for (index, key) in keys.iter().enumerate() {
                assert!(!keys[..index].contains(key), "{context:?} has {key:?} twice");
            }
        }
    }

    #[test]
    fn writing_keeps_every_plain_character() {
        for context in Context::ALL.into_iter().filter(|context| context.writes()) {
            for character in 'a'..='z' {
                assert_eq!(action(context, Press::char(character)), None);
            }
        }
    }
}
