//! Was a list taken for an object?

use serde::Serialize;
use serde_json::Value;

/// Where `body` has a list that its reader took for the fields of an object, in the order in which our code has them; empty
/// for the whole body.
///
/// serde's derived readers do so. Where there is a list at all, what was read is written again to find it: an object stands
/// there where the sender wrote a list.
pub fn list_for_object(body: &[u8], read: &impl Serialize) -> Option<String> {
    if !has_list(body) {
        return None;
    }
    let sent: Value = serde_json::from_slice(body).ok()?;
    let read = serde_json::to_value(read).ok()?;
    let place = find(&sent, &read)?;
    Some(place.strip_prefix('.').unwrap_or(&place).to_owned())
}

/// Whether a list stands in JSON that has been read; a bracket within a text is none.
fn has_list(body: &[u8]) -> bool {
    let mut is_text = false;
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_text = !is_text,
            // What is escaped ends no text.
            b'\\' => _ = bytes.next(),
            b'[' if !is_text => return true,
            _ => {}
        }
    }
    false
}

fn find(sent: &Value, read: &Value) -> Option<String> {
    match (sent, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(sent), Value::Array(read)) => {
            sent.iter().zip(read).enumerate().find_map(|(place, (sent, read))| {
                let inner = find(sent, read)?;
                Some(format!("[{place}]{inner}"))
            })
        }
        (Value::Object(sent), Value::Object(read)) => sent.iter().find_map(|(key, sent)| {
            let inner = find(sent, read.get(key)?)?;
            Some(format!(".{key}{inner}"))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::api::{Login, NewConversation, NewReply};

    fn check<T: DeserializeOwned + Serialize>(body: &str, expected: Option<&str>) {
        let read: T = serde_json::from_str(body).expect("serde takes it");
        assert_eq!(list_for_object(body.as_bytes(), &read).as_deref(), expected, "{body}");
    }

    #[test]
    fn a_bracket_within_a_text_is_no_list() {
        let check = |body: &str, expected: bool| assert_eq!(has_list(body.as_bytes()), expected, "{body}");
        check(r#"{"text": "see [1]", "to": {"a": 1}}"#, false);
        check(r#"{"text": "she said \"[1]\""}"#, false);
        check(r#"{"text": "a\\", "to": ["[1]"]}"#, true);
        check(r#"{"text": "a\\", "to": "[1]"}"#, false);
        check(r#"["a"]"#, true);
        check("", false);
    }

    #[test]
    fn a_list_is_told_from_an_object_at_every_depth() {
        check::<Login>(r#"["ada@example.com", "x"]"#, Some(""));
        check::<NewReply>(r#"{"content": ["text", "Hello", []]}"#, Some("content"));
        check::<NewReply>(
            r#"{"content": {"type": "buttons", "text": "Which?", "buttons": [
                {"title": "One", "action": {"value": "1"}}, ["Two", {"value": "2"}]]}}"#,
            Some("content.buttons[1]"),
        );
        check::<NewReply>(
            r#"{"content": {"type": "text", "text": "Which?", "quick_replies": [
                {"title": "One", "action": {"value": "1"}}]}}"#,
            None,
        );
        let conversation = |to: &str, parameters: &str| {
            format!(
                r#"{{"connection": "a", "to": {to}, "template": {{"name": "b", "language": "en", "parameters": {parameters}}}}}"#
            )
        };
        let person = r#"{"phone": "+4915112345678"}"#;
        check::<NewConversation>(&conversation(r#"["+4915112345678", null]"#, "{}"), Some("to"));
        check::<NewConversation>(&conversation(person, "[]"), Some("template.parameters"));
        let document = r#"{"header": {"document": [{"url": "https://a.example/b.pdf"}, "b.pdf"]}}"#;
        check::<NewConversation>(
            &conversation(person, document),
            Some("template.parameters.header.document"),
        );
        check::<NewConversation>(&conversation(person, r#"{"body": {"1": "[A]"}}"#), None);
    }
}
