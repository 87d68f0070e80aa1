//! What if somebody's words stand where something else belongs?

use serde_json::{Value, json};

/// What may stand in no log.
pub const SAID: &str = "my PIN is 4711, expected a map";

/// Whether a reason why something could not be read quotes it, or names a type of ours.
pub fn quotes(why: &str) -> bool {
    ["4711", "struct ", "enum ", " at line 1 column"].iter().any(|words| why.contains(words))
}

/// The same with [`SAID`] in one place after the other, as a text, in a list, and in an object.
pub fn spoilt(whole: &Value) -> Vec<Value> {
    let spoilt = places(whole).into_iter().flat_map(|place| {
        [json!(SAID), json!([SAID]), json!({ SAID: SAID })].map(|odd| {
            let mut whole = whole.clone();
            *whole.pointer_mut(&place).expect("a place of it") = odd;
            whole
        })
    });
    spoilt.collect()
}

/// Every place of a value, as pointers.
pub fn places(whole: &Value) -> Vec<String> {
    let mut places = Vec::new();
    collect(whole, String::new(), &mut places);
    places
}

fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                collect(inner, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                collect(inner, format!("{at}/{index}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places.push(at);
}
