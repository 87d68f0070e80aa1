//! What do the author's conditions, templates and values come to?
//!
//! Nothing here panics, loops without bound or sees more than the documented names ([`names`]).

mod arithmetic;
mod bound;
mod cel;
mod json;
mod moment;
pub mod names;
mod nesting;
mod nothing;
mod template;

use serde_json::Value;

pub use self::{
    cel::{condition, is_within_bounds, parse, value},
    json::{expression, json},
    names::Names,
    template::{
        is_template, is_within_bounds as is_short_template, percent_encode, render, render_url, strict,
    },
};

use super::FaultReason;

/// A value larger than this, as JSON in bytes, is refused: state and journal stay bounded.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// A bug of a flow: what went wrong, for its author, and which of the known reasons that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub error: String,
    pub reason: FaultReason,
}

impl Fault {
    /// One whose error alone says why.
    pub fn new(error: impl Into<String>) -> Self {
        Self::of(FaultReason::Another, error)
    }

    pub fn of(reason: FaultReason, error: impl Into<String>) -> Self {
        Self { error: error.into(), reason }
    }
}

/// Roughly the bytes of a value as JSON.
pub fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Object(fields) => {
            2 + fields.iter().map(|(name, field)| name.len() + 4 + size(field)).sum::<usize>()
        }
    }
}

/// The value, if it is small enough to keep.
fn small(value: Value) -> Result<Value, Fault> {
    let bytes = size(&value);
    if bytes > MAX_VALUE_BYTES {
        let error = format!("the value has {bytes} bytes; at most {MAX_VALUE_BYTES} are kept");
        return Err(Fault::of(FaultReason::TooLarge, error));
    }
    Ok(value)
}
