//! What can Meta tell of? Each name that is listed has a fixture.

use super::said::Holds;
use crate::platform::Progress;

/// Fields of a webhook: of what people say and wish, and of what befalls templates and the account.
pub const OF_PEOPLE: [&str; 2] = ["messages", "user_preferences"];
pub const OF_TEMPLATES: [&str; 4] = [
    "message_template_components_update",
    "message_template_quality_update",
    "message_template_status_update",
    "template_category_update",
];
pub const OF_THE_ACCOUNT: [&str; 5] = [
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "phone_number_quality_update",
];

/// Fields that Meta documents and that mean nothing to a bot.
pub const PASSED: [&str; 21] = [
    "account_settings_update",
    "automatic_events",
    "business_status_update",
    "calls",
    "flows",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_echoes",
    "messaging_handovers",
    "partner_solutions",
    "payment_configuration_update",
    "phone_number_name_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "standby",
    "template_correct_category_detection",
    "tracking_events",
];

/// What is ignored of the fields that are read, and of what is none of WhatsApp's.
pub const MESSAGES: &str = "messages";
pub const OF_STATUSES: &str = "statuses";
pub const OF_OTHER_PRODUCTS: &str = "object";

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    Said(Holds),
    /// Of a button or row of ours.
    Press,
    /// Of a template's button.
    Button,
    Reaction,
    Order,
    Opened,
    System,
    Edit,
    Revoke,
    Unsupported,
}

/// Kinds of messages that are known.
pub const KINDS: [(&str, MessageKind); 18] = [
    ("audio", MessageKind::Said(Holds::File)),
    ("button", MessageKind::Button),
    ("contacts", MessageKind::Said(Holds::Contacts)),
    ("document", MessageKind::Said(Holds::File)),
    ("edit", MessageKind::Edit),
    ("image", MessageKind::Said(Holds::File)),
    ("interactive", MessageKind::Press),
    ("location", MessageKind::Said(Holds::Location)),
    ("order", MessageKind::Order),
    ("reaction", MessageKind::Reaction),
    ("request_welcome", MessageKind::Opened),
    ("revoke", MessageKind::Revoke),
    ("sticker", MessageKind::Said(Holds::File)),
    ("system", MessageKind::System),
    ("text", MessageKind::Said(Holds::Text)),
    ("unknown", MessageKind::Unsupported),
    ("unsupported", MessageKind::Unsupported),
    ("video", MessageKind::Said(Holds::File)),
];

impl MessageKind {
    pub fn of(name: &str) -> Option<Self> {
        KINDS.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    /// By the others the person says nothing: we may answer no longer because of them.
    pub fn is_said(self) -> bool {
        match self {
            Self::Said(_) | Self::Press | Self::Button | Self::Order | Self::Unsupported => true,
            Self::Reaction | Self::Opened | Self::System | Self::Edit | Self::Revoke => false,
        }
    }
}

/// How far a message has come, in Meta's words.
pub const STATUSES: [(&str, Progress); 5] = [
    ("delivered", Progress::Delivered),
    ("failed", Progress::Failed),
    ("played", Progress::Read),
    ("read", Progress::Read),
    ("sent", Progress::Sent),
];

/// Words of Meta's for what becomes of a message by which it comes no farther.
pub const PASSED_STATUSES: [&str; 2] = ["deleted", "warning"];

/// The type of a status that tells how a payment fares, and nothing of the message by which it was asked for.
pub const PAYMENT: &str = "payment";

/// What the platform says where a person is another one from now on.
pub const MOVED: [&str; 3] = ["customer_changed_number", "user_changed_number", NEW_ID];

/// One of [`MOVED`] that says nothing of the number.
pub const NEW_ID: &str = "user_changed_user_id";

/// What is told beside what is said, pressed, changed and taken back: names of
/// [`Body::Custom`](studio_core::dialogue::Body::Custom).
pub const TOLD: [&str; 8] =
    ["form", "number_changed", "order", "preference", "reaction", "referral", "system", "unsupported"];
