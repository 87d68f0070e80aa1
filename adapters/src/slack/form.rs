//! How is a form shown and read? As a modal, which Slack opens within three seconds of a press.

use serde_json::Value;
use slack_morphism::prelude::*;
use studio_core::{
    content::{Field, FieldKind, Form, cut},
    dialogue::Filled,
};

use super::{blocks::plain, place::Place, text::quiet};

/// What the names of a bot's forms begin with.
const FORM: &str = "form:";
/// Limits of docs.slack.dev, "Modals" and "Block Kit", in characters.
const LONGEST_TITLE: usize = 24;
const LONGEST_LABEL: usize = 2_000;
const MOST_OPTIONS: usize = 100;
const LONGEST_OPTION: usize = 75;
const LONGEST_VALUE: usize = 150;

/// The modal of a form that `degrade` leaves; it tells with its answers where it was opened.
pub(super) fn view(form: &Form, place: &Place) -> SlackView {
    let title = shown(&form.title, LONGEST_TITLE);
    let modal = SlackModalView::new(plain(&title), form.fields.iter().map(input).collect())
        .with_submit(plain(&title))
        .with_callback_id(SlackCallbackId(format!("{FORM}{}", form.id)))
        .with_private_metadata(place.to_string());
    SlackView::Modal(modal)
}

fn input(field: &Field) -> SlackBlock {
    let id = SlackActionId(field.name.clone());
    let line = || SlackBlockPlainTextInputElement::new().with_action_id(id.clone());
    let element: SlackInputBlockElement = match (&field.kind, field.kind.offers(MOST_OPTIONS, LONGEST_VALUE))
    {
        (_, Some(options)) => {
            let option = |title: &str, value: &str| {
                SlackBlockChoiceItem::new(plain(&shown(title, LONGEST_OPTION)), value.to_owned())
            };
            let options = options.iter().map(|it| option(&it.title, &it.value)).collect();
            SlackBlockStaticSelectElement::new().with_action_id(id).with_options(options).into()
        }
        (FieldKind::Paragraph, None) => line().with_multiline(true).into(),
        (FieldKind::Email, None) => SlackBlockEmailInputElement::new().with_action_id(id).into(),
        (FieldKind::Number, None) => SlackBlockNumberInputElement::new(true).with_action_id(id).into(),
        (FieldKind::Date, None) => SlackBlockDatePickerElement::new().with_action_id(id).into(),
        // Of a choice that no select can offer, the title is written.
        (FieldKind::Line | FieldKind::Choice(_), None) => line().into(),
    };
    SlackInputBlock::new(plain(&shown(&field.label, LONGEST_LABEL)), element)
        .with_block_id(SlackBlockId(field.name.clone()))
        .into()
}

/// Slack refuses blank words, and words of ours call nobody.
fn shown(text: &str, limit: usize) -> String {
    let text = quiet(text.trim());
    let text = cut(&text, limit).unwrap_or(text);
    if text.trim().is_empty() { "…".to_owned() } else { text }
}

/// The id of a form and its answers, out of the callback's id and `view.state`; `None` for a form that is none of ours.
pub(super) fn read(callback: &str, state: &Value) -> Option<(String, Vec<Filled>)> {
    let id = callback.strip_prefix(FORM)?;
    let inputs = state.get("values").and_then(Value::as_object);
    let answers =
        inputs.into_iter().flat_map(|inputs| inputs.values()).filter_map(Value::as_object).flatten();
    let fields = answers.map(|(name, answer)| Filled::new(name, answered(answer)));
    Some((id.to_owned(), fields.collect()))
}

/// What was written or chosen; empty where nothing was.
fn answered(answer: &Value) -> String {
    let chosen = answer.get("selected_option").and_then(|option| option.get("value"));
    let said = ["value", "selected_date"].iter().find_map(|name| answer.get(name));
    chosen.or(said).and_then(Value::as_str).unwrap_or_default().to_owned()
}
