//! What does a language look like, as far as the studio's own texts show it?

use fluent_syntax::{
    ast::{Entry, Expression, Pattern, PatternElement},
    parser::parse,
};
use serde_json::Value;

use super::{DIALOGUE, WIDGET, compiled};

/// All that the studio says and understands in one of its languages, without placeholders: a sample of the language.
pub fn prose(language: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let (Ok(resource) | Err((resource, _))) = parse(compiled(language, DIALOGUE).unwrap_or_default());
    for entry in &resource.body {
        if let Entry::Message(message) = entry
            && !message.id.name.ends_with("-format")
            // A single word, which several languages may have.
            && !message.id.name.starts_with("button-")
            // Each names itself in English as well, and greetings and thanks travel.
            && !matches!(
                message.id.name,
                "language-words" | "language-name" | "greeting-words" | "polite-words" | "thanks-words"
            )
            && let Some(pattern) = &message.value
        {
            of_pattern(pattern, &mut texts);
        }
    }
    let widget = serde_json::from_str::<Value>(compiled(language, WIDGET).unwrap_or_default());
    let mut widget = widget.unwrap_or_default();
    // What comes of a machine is called much the same in most languages.
    if let Some(words) = widget.as_object_mut() {
        words.remove("translated");
    }
    of_value(&widget, &mut texts);
    texts
}

fn of_pattern(pattern: &Pattern<&str>, texts: &mut Vec<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => texts.push((*value).to_owned()),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    of_pattern(&variant.value, texts);
                }
            }
            PatternElement::Placeable { expression: Expression::Inline(_) } => {}
        }
    }
}

fn of_value(value: &Value, texts: &mut Vec<String>) {
    match value {
        // A name in braces stands between the texts that are cut at the braces.
        Value::String(text) => texts.extend(text.split(['{', '}']).step_by(2).map(str::to_owned)),
        Value::Object(forms) => forms.values().for_each(|form| of_value(form, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_shows_itself_without_placeholders() {
        let german = prose("de");
        assert!(german.iter().any(|text| text == "Bitte antworten Sie in Worten."), "{german:?}");
        assert!(german.iter().any(|text| text.contains("wird gesendet")), "{german:?}");
        assert!(!german.iter().any(|text| text.contains("automatisch übersetzt")), "{german:?}");
        assert!(!german.iter().any(|text| text.contains(['{', '}', '%'])), "{german:?}");
        assert!(prose("xx").is_empty());
    }
}
