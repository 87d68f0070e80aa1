//! How are Slack's blocks made, within Slack's limits?

use serde_json::{Value, json};
use slack_morphism::prelude::*;
use studio_core::content::{Action, Button, Row, Section};
use url::Url;

use super::{
    interaction::{FORM, LINK, PRESS},
    text::shown,
};

/// Buttons that stand side by side; more values become a select.
const MOST_BUTTONS: usize = 5;
/// Of one block, and of one select (docs.slack.dev, Block Kit: actions, static select).
const MOST_ELEMENTS: usize = 25;
const MOST_OPTIONS: usize = 100;
/// Titles that a select's placeholder shows.
const SHOWN_TITLES: usize = 3;
/// Of a button's and a picture's address, in characters (docs.slack.dev, Block Kit: button, image).
pub(super) const LONGEST_ADDRESS: usize = 3_000;
/// Of all blocks of a message. Slack writes no number: one markdown block was taken up to 13,297 characters, and others
/// took some of that away (bolt-js #2509 and #2867).
const MOST_IN_ALL: usize = 13_200;
/// Of a select's placeholder, in characters.
const LONGEST_PLACEHOLDER: usize = 150;

pub(super) fn markdown(text: String) -> SlackBlock {
    SlackMarkdownBlock::new(text).into()
}

pub(super) fn header(title: &str) -> SlackBlock {
    SlackHeaderBlock::new(plain(title)).into()
}

/// `None` for an address that Slack would refuse.
pub(super) fn image(address: &str, alt: &str) -> Option<SlackBlock> {
    let image_url = web(address)?;
    Some(SlackImageBlock::new(SlackImageUrlOrFile::ImageUrl { image_url }, shown(alt)).into())
}

pub(super) fn web(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    (url.has_host() && matches!(url.scheme(), "http" | "https") && url.as_str().len() <= LONGEST_ADDRESS)
        .then_some(url)
}

/// Whether Slack takes all of them in one message.
pub(super) fn fit(blocks: &[SlackBlock]) -> bool {
    extent(&json!(blocks)) <= MOST_IN_ALL
}

/// Characters that blocks have as JSON, of which escapes count as what they stand for.
fn extent(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count() + 2,
        Value::Array(list) => list.iter().map(|one| extent(one) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(name, one)| name.chars().count() + extent(one) + 4).sum::<usize>() + 2
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string().len(),
    }
}

/// Whether [`buttons`] can show all of them.
pub(super) fn hold(buttons: &[Button]) -> bool {
    let values = buttons.iter().filter(|button| matches!(button.action, Action::Value(_))).count();
    if values > MOST_BUTTONS {
        values <= MOST_OPTIONS && buttons.len() - values < MOST_ELEMENTS
    } else {
        buttons.len() <= MOST_ELEMENTS
    }
}

/// How many of these buttons become one select, if they do.
pub(super) fn values_of_select(buttons: &[Button]) -> Option<usize> {
    let values = buttons.iter().filter(|button| matches!(button.action, Action::Value(_))).count();
    (values > MOST_BUTTONS).then_some(values)
}

/// Buttons side by side; where they are many, those with values become one select. `None` without buttons.
pub(super) fn buttons(buttons: &[Button]) -> Option<SlackBlock> {
    let mut elements: Vec<SlackActionBlockElement> = Vec::new();
    let values = buttons.iter().filter(|button| matches!(button.action, Action::Value(_))).count();
    let mut options = Vec::new();
    for (index, button) in buttons.iter().enumerate() {
        match &button.action {
            Action::Value(value) if values > MOST_BUTTONS => {
                options.push(SlackBlockChoiceItem::new(plain(&button.title), value.clone()));
            }
            Action::Value(value) => {
                let id = SlackActionId(format!("{PRESS}-{index}"));
                elements.push(
                    SlackBlockButtonElement::new(plain(&button.title))
                        .with_action_id(id)
                        .with_value(value.clone())
                        .into(),
                );
            }
            Action::Link(link) => {
                let id = SlackActionId(format!("{LINK}-{index}"));
                // What may stand in a message is an address (`content/address.rs`); what is none opens nothing.
                let Ok(url) = Url::parse(link) else { continue };
                let button = SlackBlockButtonElement::new(plain(&button.title));
                elements.push(button.with_action_id(id).with_url(url).into());
            }
            Action::Form(form) => {
                let id = SlackActionId(format!("{FORM}-{index}"));
                let button = SlackBlockButtonElement::new(plain(&button.title));
                elements.push(button.with_action_id(id).with_value(form.id.clone()).into());
            }
        }
    }
    if !options.is_empty() {
        let id = SlackActionId(PRESS.to_owned());
        let placeholder = plain(&placeholder(buttons));
        let select = SlackBlockStaticSelectElement::new().with_action_id(id).with_placeholder(placeholder);
        elements.insert(0, select.with_options(options).into());
    }
    (!elements.is_empty()).then(|| SlackActionsBlock::new(elements).into())
}

/// Some of what there is to choose from: nobody wrote a title for the select, and this is in the right language.
fn placeholder(buttons: &[Button]) -> String {
    let values = buttons.iter().filter(|button| matches!(button.action, Action::Value(_)));
    let titles = values.take(SHOWN_TITLES).map(|button| shown(&button.title)).collect::<Vec<_>>().join(", ");
    titles.chars().take(LONGEST_PLACEHOLDER - 3).chain(", …".chars()).collect()
}

/// A select of all rows, in groups where the sections have titles.
pub(super) fn select(button: &str, sections: &[Section]) -> SlackBlock {
    let id = SlackActionId(PRESS.to_owned());
    let placeholder: String = shown(button).chars().take(LONGEST_PLACEHOLDER).collect();
    let select =
        SlackBlockStaticSelectElement::new().with_action_id(id).with_placeholder(plain(&placeholder));
    let option = |row: &Row| {
        let description = row.description.as_deref().filter(|text| !text.trim().is_empty());
        SlackBlockChoiceItem::new(plain(&row.title), row.value.clone())
            .opt_description(description.map(plain))
    };
    let filled = sections.iter().filter(|section| !section.rows.is_empty());
    let select = if sections.iter().any(|section| section.title.is_some()) {
        let group = |section: &Section| {
            let label = plain(section.title.as_deref().unwrap_or_default());
            SlackBlockOptionGroup::new(label, section.rows.iter().map(option).collect())
        };
        select.with_option_groups(filled.map(group).collect())
    } else {
        select.with_options(filled.flat_map(|section| &section.rows).map(option).collect())
    };
    SlackActionsBlock::new(vec![select.into()]).into()
}

pub(super) fn plain(text: &str) -> SlackBlockPlainTextOnly {
    SlackBlockPlainTextOnly::from(shown(text))
}
