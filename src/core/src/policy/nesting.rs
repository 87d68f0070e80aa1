//! How deep may a value be nested that comes from outside?
//!
//! A row wraps it in some levels more, and a reader of JSON gives up at 128: what was written deeper could never be read again.

use serde_json::Value;

use crate::dialogue::{Body, CallOutcome};

/// Lists and maps in one another.
pub const MOST_LEVELS: usize = 32;

/// Why an event cannot be taken, for its sender.
pub fn refusal(body: &Body) -> Option<String> {
    let deepest = match body {
        Body::Opened { attributes, .. } | Body::Introduced { attributes, .. } => {
            attributes.values().map(levels).max().unwrap_or(0)
        }
        Body::Custom { data, .. } => levels(data),
        Body::Answer { outcome: CallOutcome::Answered(answer), .. } => levels(&answer.body),
        _ => 0,
    };
    let why = || format!("lists and maps are nested {deepest} levels deep; {MOST_LEVELS} are the most");
    (deepest > MOST_LEVELS).then(why)
}

/// How many lists and maps stand in one another; 0 for a text or a number.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(levels).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(
            json!(1),
            |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) },
        )
    }

    #[test]
    fn what_is_nested_too_deep_is_refused_wherever_it_stands() {
        let refused = |levels: usize| {
            let value = || nested(levels);
            let attributes = BTreeMap::from([("flat".to_owned(), json!(1)), ("deep".to_owned(), value())]);
            let answer =
                crate::dialogue::RemoteAnswer { status: 200, headers: BTreeMap::new(), body: value() };
            [
                Body::Opened { language: None, attributes },
                Body::Custom { name: "order".to_owned(), data: value() },
                Body::Answer { call: 1, outcome: CallOutcome::Answered(answer) },
            ]
            .map(|body| refusal(&body).is_some())
        };
        assert_eq!(refused(0), [false; 3]);
        assert_eq!(refused(MOST_LEVELS), [false; 3]);
        assert_eq!(refused(MOST_LEVELS + 1), [true; 3]);
    }
}
