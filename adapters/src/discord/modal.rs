//! What does a form look like, and what was written into one?
//!
//! A form opens as the immediate answer to a press, so what it asks must be known before any thinking.
//! The studio itself opens one: where messages cannot be read, a button leads to a form to write in.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Id of the button that opens the form to write in, and of that form.
pub const ANSWER: &str = "answer";
/// Limits of `components/reference.mdx`, 2026-08-06.
const LONGEST_TITLE: usize = 45;
const LONGEST_ID: usize = 100;
const LONGEST_TEXT: usize = 4_000;
const MOST_FIELDS: usize = 5;
const MOST_OPTIONS: usize = 25;
const LONGEST_OPTION: usize = 100;

/// Several questions at once. What is answered comes back as an event of this name, its data the answers by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub event: String,
    pub title: String,
    /// 1 to 5.
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub id: String,
    pub label: String,
    pub required: bool,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Line,
    Paragraph,
    /// One of these: title and value.
    Choice(Vec<(String, String)>),
}

impl Form {
    /// The form to write in.
    pub fn answer(label: &str) -> Self {
        let label = label.chars().take(LONGEST_TITLE).collect::<String>();
        let field = Field { id: "text".into(), label: label.clone(), required: true, kind: Kind::Paragraph };
        Self { event: ANSWER.into(), title: label, fields: vec![field] }
    }

    /// The data of the response that opens it; the error is a sentence for the author.
    pub fn render(&self) -> Result<Value, String> {
        fits("the title of a form", &self.title, LONGEST_TITLE)?;
        let id = if self.event == ANSWER { ANSWER.to_owned() } else { format!("form:{}", self.event) };
        fits("the event of a form", &id, LONGEST_ID)?;
        if !(1..=MOST_FIELDS).contains(&self.fields.len()) {
            return Err(format!("a form has 1 to {MOST_FIELDS} fields"));
        }
        let fields = self.fields.iter().map(Field::render).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "custom_id": id, "title": self.title, "components": fields }))
    }
}

impl Field {
    fn render(&self) -> Result<Value, String> {
        fits("the label of a field", &self.label, LONGEST_TITLE)?;
        fits("the id of a field", &self.id, LONGEST_ID)?;
        let text = |style: u8| {
            json!({
                "type": 4, "custom_id": self.id, "style": style,
                "required": self.required, "max_length": LONGEST_TEXT,
            })
        };
        let component = match &self.kind {
            Kind::Line => text(1),
            Kind::Paragraph => text(2),
            Kind::Choice(options) => {
                if !(1..=MOST_OPTIONS).contains(&options.len()) {
                    return Err(format!("a choice in a form has 1 to {MOST_OPTIONS} options"));
                }
                let options = options.iter().map(|(title, value)| {
                    fits("the title of an option", title, LONGEST_OPTION)?;
                    fits("the value of an option", value, LONGEST_OPTION)?;
                    Ok(json!({ "label": title, "value": value }))
                });
                let options = options.collect::<Result<Vec<_>, String>>()?;
                json!({ "type": 3, "custom_id": self.id, "options": options, "required": self.required })
            }
        };
        Ok(json!({ "type": 18, "label": self.label, "component": component }))
    }
}

fn fits(what: &str, text: &str, limit: usize) -> Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > limit {
        return Err(format!("{what} must be 1 to {limit} characters: “{text}”"));
    }
    Ok(())
}

/// What was submitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// Into the form to write in.
    Text(String),
    Form {
        event: String,
        answers: Map<String, Value>,
    },
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
    let data = Data::deserialize(data).map_err(|error| format!("the form cannot be read: {error}"))?;
    let entries =
        data.components.into_iter().flat_map(|holder| holder.components.into_iter().chain(holder.component));
    if data.custom_id == ANSWER {
        let text = entries.filter_map(|entry| entry.value).collect::<Vec<_>>().join("\n");
        return Ok((!text.trim().is_empty()).then_some(Submitted::Text(text)));
    }
    let Some(event) = data.custom_id.strip_prefix("form:") else { return Ok(None) };
    let answers = entries.map(|Entry { custom_id, value, mut values }| {
        let answer = match (value, values.len()) {
            (Some(text), _) => Value::String(text),
            (None, 0) => Value::Null,
            (None, 1) => Value::String(values.remove(0)),
            (None, _) => Value::from(values),
        };
        (custom_id, answer)
    });
    Ok(Some(Submitted::Form { event: event.to_owned(), answers: answers.collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: Vec<Field>) -> Form {
        Form { event: "return".into(), title: "Send it back".into(), fields }
    }

    fn field(id: &str, kind: Kind) -> Field {
        Field { id: id.into(), label: format!("Your {id}"), required: true, kind }
    }

    #[test]
    fn what_is_written_into_a_form_comes_back_by_field() {
        let sizes = vec![("Small".to_owned(), "s".to_owned()), ("Large".to_owned(), "l".to_owned())];
        let form = form(vec![field("order", Kind::Line), field("size", Kind::Choice(sizes))]);
        let shown = form.render().expect("a form within the limits");
        assert_eq!(
            shown["components"][1]["component"]["options"][1],
            json!({"label": "Large", "value": "l"})
        );
        let data = json!({"custom_id": shown["custom_id"], "components": [
            {"type": 18, "id": 1, "component": {"type": 4, "custom_id": "order", "value": "17"}},
            {"type": 18, "id": 3, "component": {"type": 3, "custom_id": "size", "values": ["l"]}},
        ]});
        let answers = json!({"order": "17", "size": "l"}).as_object().cloned().expect("an object");
        assert_eq!(read(&data), Ok(Some(Submitted::Form { event: "return".into(), answers })));
    }

    #[test]
    fn the_form_to_write_in_is_read_as_words() {
        assert_eq!(Form::answer("Answer").render().expect("fits")["custom_id"], "answer");
        let row = |text: &str| {
            json!({"custom_id": "answer", "components": [
                {"type": 1, "components": [{"type": 4, "custom_id": "text", "value": text}]}]})
        };
        assert_eq!(read(&row("Hello")), Ok(Some(Submitted::Text("Hello".into()))));
        assert_eq!(read(&row("  ")), Ok(None));
        assert_eq!(read(&json!({"custom_id": "another bot's"})), Ok(None));
        assert!(read(&json!({"components": 7})).is_err());
    }

    #[test]
    fn a_form_beyond_the_limits_is_refused_in_words() {
        let check = |form: Form, expected: &str| {
            let error = form.render().expect_err("beyond a limit");
            assert!(error.contains(expected), "{error}");
        };
        check(form(Vec::new()), "1 to 5 fields");
        check(form(vec![field("a", Kind::Line); 6]), "1 to 5 fields");
        check(Form { title: "x".repeat(46), ..form(vec![field("a", Kind::Line)]) }, "1 to 45 characters");
        check(form(vec![field("a", Kind::Choice(Vec::new()))]), "1 to 25 options");
        check(form(vec![field("a", Kind::Choice(vec![("A".into(), "v".repeat(101))]))]), "1 to 100");
    }
}
