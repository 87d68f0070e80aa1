//! What is known of a content before anybody talks with the bot?

use serde_json::{Value, json};
use studio_core::{bot::Bot, content::Content};

/// Whom the previews talk to.
const PERSON: &str = "Ada";

/// The content with the bot's settings and the person's name filled in. What only a conversation knows stays as written.
pub(super) fn filled(content: &Content, bot: &Bot) -> Content {
    let known = json!({ "settings": bot.settings, "contact": { "name": PERSON } });
    let whole = serde_json::to_value(content).map(|written| fill(written, &known));
    whole.and_then(serde_json::from_value).unwrap_or_else(|_| content.clone())
}

fn fill(written: Value, known: &Value) -> Value {
    match written {
        Value::String(text) => Value::String(fill_text(&text, known)),
        Value::Array(items) => items.into_iter().map(|item| fill(item, known)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, fill(value, known))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => written,
    }
}

fn fill_text(text: &str, known: &Value) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        match value_of(name.trim(), known) {
            Some(value) => out.push_str(&value),
            None => out.extend(["{{", name, "}}"]),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn value_of(name: &str, known: &Value) -> Option<String> {
    match known.pointer(&format!("/{}", name.replace('.', "/")))? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays() {
        let known = json!({ "settings": { "url": "https://a.example", "shop": { "days": 14 } }, "contact": { "name": "Ada" } });
        let check = |text: &str, expected: &str| assert_eq!(fill_text(text, &known), expected);
        check("{{ settings.url }}/tent.svg", "https://a.example/tent.svg");
        check("Hello {{contact.name}}, {{ settings.shop.days }} days", "Hello Ada, 14 days");
        check("{{ slots.order }} of {{ contact.name }}", "{{ slots.order }} of Ada");
        check(
            "{{ settings.shop }} {{ settings.url | upper }}",
            "{{ settings.shop }} {{ settings.url | upper }}",
        );
        check("{{ open", "{{ open");
        check("}} {{", "}} {{");
    }
}
