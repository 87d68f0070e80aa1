//! How is a form shown and read? As a modal, which Slack opens within three seconds of a press or a command.

use serde_json::{Map, Value, json};
use slack_morphism::prelude::*;

use super::{blocks::plain, place::Place};

/// Several questions asked at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Tells forms apart when they come back; 1 to 255 characters.
    pub name: String,
    pub title: String,
    /// What is written on the button that sends it.
    pub submit: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Under which the answer comes back; 1 to 255 characters, unique within the form.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    pub optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Line,
    Paragraph,
    Email,
    Link,
    Number {
        decimal: bool,
    },
    Date,
    Time,
    /// Value and title of each.
    One(Vec<(String, String)>),
    Several(Vec<(String, String)>),
}

/// The form goes beyond what a modal can hold (docs.slack.dev, "Modals" and "Block Kit").
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("{what} must have 1 to {most} characters; it has {found}")]
    Length { what: &'static str, most: usize, found: usize },
    #[error("a form has 1 to 100 fields; this one has {0}")]
    Fields(usize),
    #[error("two fields are called {0}")]
    Twice(String),
    #[error("the field {field} offers {found} choices; a select holds 1 to 100, boxes to tick 1 to 10")]
    Choices { field: String, found: usize },
}

impl Form {
    /// The modal, which tells with its answers where it was opened.
    pub(super) fn view(&self, place: &Place) -> Result<SlackView, FormError> {
        let mut names = std::collections::BTreeSet::new();
        fits("the form's name", &self.name, 255)?;
        fits("the form's title", &self.title, 24)?;
        fits("the form's button", &self.submit, 24)?;
        if !(1..=100).contains(&self.fields.len()) {
            return Err(FormError::Fields(self.fields.len()));
        }
        let mut inputs = Vec::new();
        for field in &self.fields {
            if !names.insert(&field.name) {
                return Err(FormError::Twice(field.name.clone()));
            }
            inputs.push(field.input()?);
        }
        let modal = SlackModalView::new(plain(&self.title), inputs)
            .with_submit(plain(&self.submit))
            .with_callback_id(SlackCallbackId(self.name.clone()))
            .with_private_metadata(place.to_string());
        Ok(SlackView::Modal(modal))
    }
}

impl Field {
    fn input(&self) -> Result<SlackBlock, FormError> {
        fits("a field's name", &self.name, 255)?;
        fits("a field's label", &self.label, 2_000)?;
        let id = SlackActionId(self.name.clone());
        let element: SlackInputBlockElement = match &self.kind {
            FieldKind::Line => SlackBlockPlainTextInputElement::new().with_action_id(id).into(),
            FieldKind::Paragraph => {
                SlackBlockPlainTextInputElement::new().with_action_id(id).with_multiline(true).into()
            }
            FieldKind::Email => SlackBlockEmailInputElement::new().with_action_id(id).into(),
            FieldKind::Link => SlackBlockUrlInputElement::new().with_action_id(id).into(),
            FieldKind::Number { decimal } => {
                SlackBlockNumberInputElement::new(*decimal).with_action_id(id).into()
            }
            FieldKind::Date => SlackBlockDatePickerElement::new().with_action_id(id).into(),
            FieldKind::Time => SlackBlockTimePickerElement::new().with_action_id(id).into(),
            FieldKind::One(choices) => {
                let options = self.options(choices, 100)?;
                SlackBlockStaticSelectElement::new().with_action_id(id).with_options(options).into()
            }
            FieldKind::Several(choices) => {
                let options = self.options(choices, 10)?.into_iter();
                let options = options.map(|one| SlackBlockChoiceItem::new(one.text.into(), one.value));
                SlackBlockCheckboxesElement::new(options.collect()).with_action_id(id).into()
            }
        };
        let input = SlackInputBlock::new(plain(&self.label), element)
            .with_block_id(SlackBlockId(self.name.clone()))
            .with_optional(self.optional);
        Ok(input.into())
    }

    fn options(
        &self,
        choices: &[(String, String)],
        most: usize,
    ) -> Result<Vec<SlackBlockChoiceItem<SlackBlockPlainTextOnly>>, FormError> {
        if !(1..=most).contains(&choices.len()) {
            return Err(FormError::Choices { field: self.name.clone(), found: choices.len() });
        }
        let option = |(value, title): &(String, String)| {
            fits("the value of a choice", value, 150)?;
            fits("the title of a choice", title, 75)?;
            Ok(SlackBlockChoiceItem::new(plain(title), value.clone()))
        };
        choices.iter().map(option).collect()
    }
}

/// The answers of `view.state`, by the names of the fields: texts, lists of values, or null where nothing was said.
pub(super) fn read(state: &Value) -> Map<String, Value> {
    let mut fields = Map::new();
    let inputs = state.get("values").and_then(Value::as_object);
    for actions in inputs.into_iter().flat_map(Map::values).filter_map(Value::as_object) {
        for (name, answer) in actions {
            fields.insert(name.clone(), answered(answer));
        }
    }
    fields
}

fn answered(answer: &Value) -> Value {
    let value_of = |option: &Value| option.get("value").cloned().unwrap_or_default();
    if let Some(options) = answer.get("selected_options").and_then(Value::as_array) {
        return json!(options.iter().map(value_of).collect::<Vec<_>>());
    }
    match answer.get("selected_option") {
        Some(Value::Null) => return Value::Null,
        Some(option) => return value_of(option),
        None => {}
    }
    let said = ["value", "selected_date", "selected_time"].iter().find_map(|name| answer.get(name));
    said.cloned().unwrap_or_default()
}

fn fits(what: &'static str, text: &str, most: usize) -> Result<(), FormError> {
    let found = if text.trim().is_empty() { 0 } else { text.chars().count() };
    if (1..=most).contains(&found) { Ok(()) } else { Err(FormError::Length { what, most, found }) }
}
