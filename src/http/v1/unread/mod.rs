//! What the platforms signed and nobody could read: listed, looked at, read anew, and thrown away.

pub mod delete;
pub mod list;
pub mod read;
pub mod replay;

use ulid::Ulid;

use crate::http::ApiError;

fn missing() -> ApiError {
    ApiError::not_found("unread body: `studio unread list` (`GET /unread`) names what is kept")
}

fn id(text: &str) -> Result<Ulid, ApiError> {
    Ulid::from_string(text).map_err(|_| missing())
}
