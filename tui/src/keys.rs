//! Which key does what, where?
//!
//! The one table of keys. The help screen and the command bar are made from it, and `update` looks
//! keys up in it, so none of the three can say something else than the others.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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
    Compose,
    Confirm,
    Timeline,
    Failures,
    Help,
}

impl Context {
    pub const ALL: [Self; 8] = [
        Self::Inbox,
        Self::Search,
        Self::Conversation,
        Self::Compose,
        Self::Confirm,
        Self::Timeline,
        Self::Failures,
        Self::Help,
    ];

    /// Whether a key that is not in the table writes a character.
    pub const fn writes(self) -> bool {
        match self {
            Self::Search | Self::Compose => true,
            Self::Inbox
            | Self::Conversation
            | Self::Confirm
            | Self::Timeline
            | Self::Failures
            | Self::Help => false,
        }
    }

    pub(crate) const fn heading(self) -> Text {
        match self {
            Self::Inbox => Text::Inbox,
            Self::Search => Text::Search,
            Self::Conversation => Text::Conversation,
            Self::Compose => Text::Writing,
            Self::Confirm => Text::Confirmation,
            Self::Timeline => Text::Timeline,
            Self::Failures => Text::Failures,
            Self::Help => Text::Help,
        }
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Quit,
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
    TakeOver,
    HandBack,
    Close,
    Mind,
    Timeline,
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

const fn bind(
    contexts: &'static [Context],
    keys: &'static [Press],
    shown: &'static str,
    label: Text,
    action: Action,
    bar: bool,
) -> Binding {
    Binding { contexts, keys, shown, label, action, bar }
}

const ROOM: &[Context] = &[Context::Conversation, Context::Timeline];
const LISTS: &[Context] =
    &[Context::Inbox, Context::Conversation, Context::Timeline, Context::Failures, Context::Help];

/// The table of keys. Within a context the command bar keeps this order.
pub static BINDINGS: &[Binding] = &[
    bind(&[Context::Inbox], &[Press::plain(KeyCode::Enter)], "Enter", Text::Open, Action::Open, true),
    bind(&[Context::Conversation], &[Press::char('r')], "r", Text::Reply, Action::Reply, true),
    bind(&[Context::Conversation], &[Press::char('t')], "t", Text::TakeOver, Action::TakeOver, true),
    bind(&[Context::Conversation], &[Press::char('b')], "b", Text::HandBack, Action::HandBack, true),
    bind(&[Context::Conversation], &[Press::char('n')], "n", Text::Note, Action::Note, true),
    bind(&[Context::Conversation], &[Press::char('c')], "c", Text::Close, Action::Close, true),
    bind(&[Context::Conversation], &[Press::char('m')], "m", Text::Mind, Action::Mind, true),
    bind(ROOM, &[Press::char('e')], "e", Text::Timeline, Action::Timeline, true),
    bind(&[Context::Inbox], &[Press::char('1')], "1", Text::ShowOpen, Action::Show(Filter::Open), true),
    bind(&[Context::Inbox], &[Press::char('2')], "2", Text::ShowMine, Action::Show(Filter::Mine), true),
    bind(&[Context::Inbox], &[Press::char('3')], "3", Text::ShowWaiting, Action::Show(Filter::Waiting), true),
    bind(&[Context::Inbox], &[Press::char('4')], "4", Text::ShowClosed, Action::Show(Filter::Closed), true),
    bind(&[Context::Inbox], &[Press::char('/')], "/", Text::Search, Action::Search, true),
    bind(&[Context::Inbox], &[Press::char('f')], "f", Text::Failures, Action::Failures, true),
    bind(&[Context::Failures], &[Press::char('p')], "p", Text::Replay, Action::Replay, true),
    bind(
        &[Context::Search],
        &[Press::plain(KeyCode::Enter)],
        "Enter",
        Text::SearchDone,
        Action::SearchDone,
        true,
    ),
    bind(
        &[Context::Search],
        &[Press::plain(KeyCode::Esc)],
        "Esc",
        Text::SearchClear,
        Action::SearchClear,
        true,
    ),
    bind(&[Context::Compose], &[Press::plain(KeyCode::Enter)], "Enter", Text::Send, Action::Send, true),
    bind(
        &[Context::Compose],
        // Many terminals cannot tell Alt+Enter, so that Ctrl+J, a line feed, does the same.
        &[Press::alt(KeyCode::Enter), Press::control('j')],
        "Alt+Enter",
        Text::NewLine,
        Action::Edit(Edit::NewLine),
        true,
    ),
    bind(&[Context::Compose], &[Press::plain(KeyCode::Esc)], "Esc", Text::Leave, Action::Leave, true),
    bind(&[Context::Confirm], &[Press::char('y')], "y", Text::Yes, Action::Yes, true),
    bind(
        &[Context::Confirm],
        &[Press::char('n'), Press::plain(KeyCode::Esc)],
        "n, Esc",
        Text::No,
        Action::No,
        true,
    ),
    bind(
        &[Context::Conversation, Context::Timeline, Context::Failures, Context::Help],
        &[Press::plain(KeyCode::Esc), Press::char('q')],
        "Esc",
        Text::Back,
        Action::Back,
        true,
    ),
    bind(&[Context::Inbox], &[Press::char('q')], "q", Text::Quit, Action::Quit, true),
    bind(
        &[Context::Inbox, Context::Conversation, Context::Timeline, Context::Failures],
        &[Press::char('?'), Press::plain(KeyCode::F(1))],
        "?",
        Text::Help,
        Action::Help,
        true,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::Up), Press::char('k')],
        "↑ k",
        Text::Up,
        Action::Move(Motion::Up),
        false,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::Down), Press::char('j')],
        "↓ j",
        Text::Down,
        Action::Move(Motion::Down),
        false,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::PageUp), Press::control('u')],
        "PgUp",
        Text::PageUp,
        Action::Move(Motion::PageUp),
        false,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::PageDown), Press::control('d')],
        "PgDn",
        Text::PageDown,
        Action::Move(Motion::PageDown),
        false,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::Home), Press::char('g')],
        "Home g",
        Text::First,
        Action::Move(Motion::First),
        false,
    ),
    bind(
        LISTS,
        &[Press::plain(KeyCode::End), Press::char('G')],
        "End G",
        Text::Last,
        Action::Move(Motion::Last),
        false,
    ),
    bind(
        &[Context::Inbox, Context::Conversation, Context::Timeline, Context::Failures],
        &[Press::control('r')],
        "Ctrl+R",
        Text::Reload,
        Action::Reload,
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::Backspace), Press::control('h')],
        "Backspace",
        Text::DeleteBefore,
        Action::Edit(Edit::DeleteBefore),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::Delete)],
        "Del",
        Text::DeleteAfter,
        Action::Edit(Edit::DeleteAfter),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::control('w'), Press::alt(KeyCode::Backspace)],
        "Ctrl+W",
        Text::DeleteWord,
        Action::Edit(Edit::DeleteWord),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::Left)],
        "←",
        Text::Left,
        Action::Edit(Edit::Left),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::Right)],
        "→",
        Text::Right,
        Action::Edit(Edit::Right),
        false,
    ),
    bind(&[Context::Compose], &[Press::plain(KeyCode::Up)], "↑", Text::Up, Action::Edit(Edit::Up), false),
    bind(
        &[Context::Compose],
        &[Press::plain(KeyCode::Down)],
        "↓",
        Text::Down,
        Action::Edit(Edit::Down),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::Home), Press::control('a')],
        "Home",
        Text::LineStart,
        Action::Edit(Edit::LineStart),
        false,
    ),
    bind(
        &[Context::Search, Context::Compose],
        &[Press::plain(KeyCode::End), Press::control('e')],
        "End",
        Text::LineEnd,
        Action::Edit(Edit::LineEnd),
        false,
    ),
    bind(&Context::ALL, &[Press::control('c')], "Ctrl+C", Text::Quit, Action::Quit, false),
];

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
