//! What the studio itself says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::texts::{TextPart, Wording};

/// A text of the studio's own in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StudioText {
    pub part: TextPart,
    pub key: String,
    /// What is said where nobody changed it while the studio ran: ours, or that of the folder `[texts]`.
    pub default: Wording,
    /// The language of the default, where this one has no such text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_language: Option<String>,
    /// What is said in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Wording>,
    /// Why it is not said: since an update of the studio it does not fit any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
