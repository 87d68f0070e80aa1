//! What does a form look like, and what was written into one?
//!
//! A form opens as the immediate answer to a press, so what it asks must be known before any thinking: that of a bot
//! stands in the message whose button was pressed. Where messages cannot be read, the studio itself opens one to write in.

use serde::Deserialize;
use serde_json::{Value, json};
use studio_core::{
    content::{Field, FieldKind, Form, cut},
    dialogue::Filled,
};

use crate::misread;

/// Id of the button that opens the form to write in, and of that form.
pub const ANSWER: &str = "answer";
/// The studio's own text that stands on the button.
pub const ANSWER_LABEL: &str = "button-answer";
/// What the ids of a bot's forms begin with.
const FORM: &str = "form:";
/// Limits of `components/reference.mdx`, 2026-08-06.
const LONGEST_TITLE: usize = 45;
const LONGEST_LABEL: usize = 45;
const LONGEST_DESCRIPTION: usize = 100;
const LONGEST_TEXT: usize = 4_000;
const MOST_OPTIONS: usize = 25;
const LONGEST_OPTION: usize = 100;

/// The data of the response that opens the form to write in.
pub fn to_write_in(label: &str) -> Value {
    let text = Field { name: "text".into(), label: label.to_owned(), kind: FieldKind::Paragraph };
    json!({ "custom_id": ANSWER, "title": shown(label, LONGEST_TITLE), "components": [component(&text)] })
}

/// The data of the response that opens a form of a bot, which is one that `degrade` leaves.
pub fn render(form: &Form) -> Value {
    let fields = form.fields.iter().map(component).collect::<Vec<_>>();
    json!({
        "custom_id": format!("{FORM}{}", form.id),
        "title": shown(&form.title, LONGEST_TITLE),
        "components": fields,
    })
}

fn component(field: &Field) -> Value {
    let input = |style: u8| {
        json!({
            "type": 4, "custom_id": field.name, "style": style, "required": true, "max_length": LONGEST_TEXT,
        })
    };
    let input = match (&field.kind, field.kind.offers(MOST_OPTIONS, LONGEST_OPTION)) {
        (_, Some(options)) => {
            let option = options
                .iter()
                .map(|it| json!({ "label": shown(&it.title, LONGEST_OPTION), "value": it.value }));
            let options = option.collect::<Vec<_>>();
            json!({ "type": 3, "custom_id": field.name, "options": options, "required": true })
        }
        (FieldKind::Paragraph, None) => input(2),
        // Of a choice that no menu can offer, the title is written.
        (
            FieldKind::Line | FieldKind::Email | FieldKind::Number | FieldKind::Date | FieldKind::Choice(_),
            None,
        ) => input(1),
    };
    let mut label = json!({ "type": 18, "label": shown(&field.label, LONGEST_LABEL), "component": input });
    if field.label.trim().chars().count() > LONGEST_LABEL {
        label["description"] = Value::from(shown(&field.label, LONGEST_DESCRIPTION));
    }
    label
}

/// Discord refuses blank words.
fn shown(text: &str, limit: usize) -> String {
    let text = text.trim();
    let text = cut(text, limit).unwrap_or_else(|| text.to_owned());
    if text.trim().is_empty() { "…".to_owned() } else { text }
}

/// What was submitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// Into the form to write in.
    Text(String),
    /// Into a form of a bot.
    Form { form: String, fields: Vec<Filled> },
}

/// The data of a submission. Fields stand in rows or in labels.
#[derive(Debug, Deserialize)]
struct Data {
    custom_id: String,
    #[serde(default)]
    components: Vec<Holder>,
}

#[derive(Debug, Deserialize)]
struct Holder {
    #[serde(default)]
    components: Vec<Entry>,
    #[serde(default)]
    component: Option<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    custom_id: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// Reads the data of a submission; `None` for a form that is not ours. The error is a sentence for the log.
pub fn read(data: &Value) -> Result<Option<Submitted>, String> {
    let data: Data = misread::value(data).map_err(|why| format!("the form cannot be read: {why}"))?;
    let entries =
        data.components.into_iter().flat_map(|holder| holder.components.into_iter().chain(holder.component));
    if data.custom_id == ANSWER {
        let text = entries.filter_map(|entry| entry.value).collect::<Vec<_>>().join("\n");
        return Ok((!text.trim().is_empty()).then_some(Submitted::Text(text)));
    }
    let Some(form) = data.custom_id.strip_prefix(FORM) else { return Ok(None) };
    let fields = entries.map(|Entry { custom_id, value, values }| {
        Filled::new(custom_id, value.unwrap_or_else(|| values.join(", ")))
    });
    Ok(Some(Submitted::Form { form: form.to_owned(), fields: fields.collect() }))
}

#[cfg(test)]
mod tests {
    use studio_core::content::FieldOption;

    use super::*;

    fn field(name: &str, label: &str, kind: FieldKind) -> Field {
        Field { name: name.into(), label: label.into(), kind }
    }

    fn form(fields: Vec<Field>) -> Form {
        Form { id: "return".into(), title: "Send it back".into(), fields }
    }

    #[test]
    fn a_form_is_shown_as_discord_has_them() {
        let option = |title: &str, value: &str| FieldOption { title: title.into(), value: value.into() };
        let sizes = FieldKind::Choice(vec![option("Small", "s"), option("Large", "l")]);
        let long = "What is the number of your order? It stands at the top of the bill that came with it, on the right.";
        let many = FieldKind::Choice((0..26).map(|it| option("T", &it.to_string())).collect());
        let fields = vec![
            field("order", long, FieldKind::Line),
            field("size", " ", sizes),
            field("why", "Why?", FieldKind::Paragraph),
            field("where", "Where?", many),
        ];
        insta::assert_json_snapshot!(render(&form(fields)));
    }

    #[test]
    fn what_is_written_into_a_form_comes_back_by_field() {
        let data = json!({"custom_id": "form:return", "components": [
            {"type": 18, "id": 1, "component": {"type": 4, "custom_id": "order", "value": "17"}},
            {"type": 18, "id": 3, "component": {"type": 3, "custom_id": "size", "values": ["l"]}},
            {"type": 18, "id": 5, "component": {"type": 3, "custom_id": "note", "values": []}},
        ]});
        let fields = vec![Filled::new("order", "17"), Filled::new("size", "l"), Filled::new("note", "")];
        assert_eq!(read(&data), Ok(Some(Submitted::Form { form: "return".into(), fields })));
    }

    #[test]
    fn the_form_to_write_in_is_read_as_words() {
        assert_eq!(to_write_in("Answer")["custom_id"], "answer");
        let row = |text: &str| {
            json!({"custom_id": "answer", "components": [
                {"type": 1, "components": [{"type": 4, "custom_id": "text", "value": text}]}]})
        };
        assert_eq!(read(&row("Hello")), Ok(Some(Submitted::Text("Hello".into()))));
        assert_eq!(read(&row("  ")), Ok(None));
        assert_eq!(read(&json!({"custom_id": "another bot's"})), Ok(None));
        assert!(read(&json!({"components": 7})).is_err());
    }
}
