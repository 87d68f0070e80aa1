//! Which templates can be sent from here? (pure) Those of whose components and buttons every kind is one that the studio has
//! parameters for, and checks them.
//!
//! Meta adds kinds. Many of them want a component of their own with the message, which Meta refuses without it (131008), so
//! a kind that is not named here is not sent.

use std::collections::BTreeSet;

use super::template::{Component, ComponentButton, KnownTemplate};

const COMPONENTS: [&str; 4] = ["HEADER", "BODY", "FOOTER", "BUTTONS"];
pub const HEADS: [&str; 5] = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"];
/// How people call some of the others.
const NAMES: [(&str, &str); 9] = [
    ("CAROUSEL", "a carousel"),
    ("LIMITED_TIME_OFFER", "a limited-time offer"),
    ("CALL_PERMISSION_REQUEST", "a question whether one may call"),
    ("FLOW", "a button that opens a form"),
    ("ORDER_DETAILS", "a button to pay an order"),
    ("MPM", "a list of products"),
    ("SPM", "a product"),
    ("APP", "a button that opens an app"),
    ("OTP", "a button for a code that is used once"),
];

/// A kind of button that can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// Takes the value that a press sends back, or none.
    QuickReply,
    /// Takes the end of its address, where that has a gap. Such is also the button of an authentication template: made as `OTP`,
    /// it is listed as `URL` (Meta's page on copy-code authentication templates).
    Url,
    /// Takes nothing: a number, a call by WhatsApp, and the catalog, which opens with its first product.
    Plain,
    /// Takes the code that it copies.
    CopyCode,
}

impl ButtonKind {
    /// `None` for one that cannot be sent.
    pub fn of(button: &ComponentButton) -> Option<Self> {
        Some(match button.kind.to_ascii_uppercase().as_str() {
            "QUICK_REPLY" => Self::QuickReply,
            "URL" => Self::Url,
            "PHONE_NUMBER" | "VOICE_CALL" | "CATALOG" => Self::Plain,
            "COPY_CODE" => Self::CopyCode,
            _ => return None,
        })
    }
}

/// Why a template cannot be sent from here, whatever its parameters; says what to do. `None` where it can.
pub fn refusal(template: &KnownTemplate) -> Option<String> {
    let kinds = template.components.iter().flat_map(unsent).collect::<BTreeSet<_>>();
    (!kinds.is_empty()).then(|| {
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
        format!(
            "the studio cannot send a template with {kinds}: use another one, or send it from the WhatsApp Manager"
        )
    })
}

/// What of a component is of no kind that can be sent.
fn unsent(component: &Component) -> Vec<String> {
    let kind = component.kind.to_ascii_uppercase();
    if !COMPONENTS.contains(&kind.as_str()) {
        return vec![named("a component", &kind)];
    }
    let head = component.format.as_deref().unwrap_or("TEXT").to_ascii_uppercase();
    let head = (kind == "HEADER" && !HEADS.contains(&head.as_str())).then(|| named("a head", &head));
    let buttons = component.buttons.iter().filter(|button| ButtonKind::of(button).is_none());
    let buttons = buttons.map(|button| named("a button", &button.kind.to_ascii_uppercase()));
    head.into_iter().chain(buttons).collect()
}

fn named(what: &str, kind: &str) -> String {
    match NAMES.iter().find(|(known, _)| *known == kind) {
        Some((_, name)) => format!("{name} ({kind})"),
        None => format!("{what} of the kind {kind}"),
    }
}
