//! What a channel can show.

/// The limits of one channel, in Unicode characters and in counts. Zero means "cannot".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Longest text of one message.
    pub text: usize,
    /// Most quick replies of a message; 0 turns them into numbered lines.
    pub quick_replies: usize,
    /// Most buttons of a message.
    pub buttons: usize,
    /// Longest title of a button or quick reply.
    pub button_title: usize,
    /// Longest value that a button can carry, in bytes.
    pub button_value: usize,
    /// Most rows of a list.
    pub list_rows: usize,
    /// Longest title of a row.
    pub row_title: usize,
    /// Longest description of a row.
    pub row_description: usize,
    /// Whether a card can be shown as one.
    pub cards: bool,
    /// Most cards of a carousel.
    pub carousel: usize,
    /// Whether pictures can be shown.
    pub images: bool,
    /// Whether files can be sent.
    pub files: bool,
    /// Whether places can be shown on a map.
    pub locations: bool,
    /// Whether links can be buttons.
    pub link_buttons: bool,
}
