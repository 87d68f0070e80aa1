//! What can each channel show?

/// The limits of one channel, in Unicode characters and in counts. Zero means "cannot".
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent ability of a platform")]
pub struct Capabilities {
    /// Longest text of one message.
    pub text: usize,
    /// Longest text beside buttons, quick replies or a list.
    pub interactive_text: usize,
    /// Most quick replies of a message; 0 turns them into buttons or numbered lines.
    pub quick_replies: usize,
    /// Most buttons of a message.
    pub buttons: usize,
    /// Longest title of a button or quick reply, and of the button that opens a list.
    pub button_title: usize,
    /// Longest value that a button, quick reply or row can carry, in bytes.
    pub button_value: usize,
    /// Most rows of a list, all sections together.
    pub list_rows: usize,
    /// Longest title of a row, and of a section.
    pub row_title: usize,
    /// Longest description of a row.
    pub row_description: usize,
    /// Whether a card can be shown as one.
    pub cards: bool,
    /// Longest title of a card.
    pub card_title: usize,
    /// Longest text of a card.
    pub card_text: usize,
    /// Most cards of a carousel.
    pub carousel: usize,
    /// Whether pictures can be shown.
    pub images: bool,
    /// Longest caption of a picture.
    pub caption: usize,
    /// Longest description of a picture for a screen reader.
    pub alt: usize,
    /// Whether files can be sent.
    pub files: bool,
    /// Whether places can be shown on a map.
    pub locations: bool,
    /// Whether links can be buttons.
    pub link_buttons: bool,
    /// Most fields of a form that opens at a press; 0 where none does.
    pub form_fields: usize,
    /// Whether the platform approves messages, which alone may be said once a person has been silent for long.
    pub templates: bool,
}

impl Capabilities {
    /// The capabilities of a channel by its name in `config.toml`.
    pub fn of(channel: &str) -> Option<&'static Self> {
        TABLE.iter().find(|(name, _)| *name == channel).map(|(_, capabilities)| capabilities)
    }
}

/// Whether the platform of this channel approves messages.
pub fn has_templates(channel: &str) -> bool {
    Capabilities::of(channel).is_some_and(|can| can.templates)
}

/// Whether messages that have left by this channel can be changed or taken back.
pub fn corrects(channel: &str) -> bool {
    matches!(channel, "telegram" | "discord" | "slack")
}

/// Everything without bound: what the studio's own widget draws, and what a program receives as JSON.
pub const EVERYTHING: Capabilities = Capabilities {
    text: usize::MAX,
    interactive_text: usize::MAX,
    quick_replies: usize::MAX,
    buttons: usize::MAX,
    button_title: usize::MAX,
    button_value: usize::MAX,
    list_rows: usize::MAX,
    row_title: usize::MAX,
    row_description: usize::MAX,
    cards: true,
    card_title: usize::MAX,
    card_text: usize::MAX,
    carousel: usize::MAX,
    images: true,
    caption: usize::MAX,
    alt: usize::MAX,
    files: true,
    locations: true,
    link_buttons: true,
    form_fields: 0, // neither draws windows of its own
    templates: false,
};

/// One table for all channels.
///
/// Sources, read in August 2026: Telegram Bot API text (the schema of teloxide: text, caption,
/// `callback_data`); Discord API documentation, `resources/message.mdx` and
/// `components/reference.mdx` of 2026-08-06; Slack SDK `models/blocks`; Meta's pages on the Cloud
/// API and pywa. Where a platform states no number, the bound is our own and says so.
pub const TABLE: [(&str, Capabilities); 6] = [
    ("web", EVERYTHING),
    ("http", EVERYTHING),
    (
        "telegram",
        Capabilities {
            text: 4096,
            interactive_text: 4096,
            quick_replies: 100, // our own: a keyboard of more is not usable
            buttons: 100,       // our own, likewise
            button_title: 64,   // our own: more is cut by the apps
            button_value: 64,   // callback_data, in bytes
            list_rows: 0,
            row_title: 0,
            row_description: 0,
            cards: true,     // a photo with caption and keyboard
            card_title: 256, // title and text share the caption of 1,024
            card_text: 700,  // leaves room for title and markup
            carousel: 0,
            images: true,
            caption: 1024,
            alt: 1024, // our own: shown only in the place of a picture
            files: true,
            locations: true,
            link_buttons: true,
            form_fields: 0,
            templates: false,
        },
    ),
    (
        "discord",
        Capabilities {
            text: 2000,
            interactive_text: 2000,
            quick_replies: 0,
            buttons: 25, // 5 rows of 5
            button_title: 80,
            button_value: 100, // custom_id and select values, in characters; bytes are the safe side
            list_rows: 125,    // 5 rows with a menu of 25 each
            row_title: 100,
            row_description: 100,
            cards: true, // an embed
            card_title: 256,
            card_text: 4096,
            carousel: 0,
            images: true,
            caption: 2000,
            alt: 1024,
            files: true,
            locations: false,
            link_buttons: true,
            form_fields: 5, // components of a modal
            templates: false,
        },
    ),
    (
        "slack",
        Capabilities {
            text: 12_000, // a markdown block
            interactive_text: 3000,
            quick_replies: 0,
            buttons: 25,
            button_title: 75,
            button_value: 150, // of an option; a button's would be 2,000
            list_rows: 100,
            row_title: 75,
            row_description: 75,
            cards: true, // section, image and actions
            card_title: 150,
            card_text: 3000,
            carousel: 0,
            images: true,
            caption: 3000,
            alt: 2000,
            files: true,
            locations: false,
            link_buttons: true,
            form_fields: 10, // a modal takes 100 blocks; more than this nobody fills in at once
            templates: false,
        },
    ),
    (
        "whatsapp",
        Capabilities {
            text: 4096,
            interactive_text: 1024,
            quick_replies: 0,
            buttons: 3,
            button_title: 20,
            button_value: 200, // rows carry 200, buttons 256; bytes are the safe side
            list_rows: 10,
            row_title: 24,
            row_description: 72,
            cards: true, // reply buttons with an image header
            card_title: 60,
            card_text: 900, // title and text share the body of 1,024
            carousel: 0,    // templates only, outside a conversation
            images: true,
            caption: 1024,
            alt: 1024, // our own: shown only in the place of a picture
            files: true,
            locations: true,
            link_buttons: false, // one link a message, and none beside reply buttons
            form_fields: 0,      // flows are made at Meta, one by one
            templates: true,
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_limits() {
        for channel in ["web", "http", "telegram", "discord", "slack", "whatsapp"] {
            let found = Capabilities::of(channel).unwrap_or_else(|| panic!("{channel} has no limits"));
            assert!(found.interactive_text <= found.text, "{channel}");
        }
        assert_eq!(Capabilities::of("pigeon"), None);
        let approving = TABLE.iter().filter(|(name, _)| has_templates(name)).map(|(name, _)| *name);
        assert_eq!(approving.collect::<Vec<_>>(), ["whatsapp"]);
        assert!(!has_templates("pigeon"));
    }
}
