//! Which blocks does Slack refuse? Limits of docs.slack.dev, "Block Kit" (read November 2026) and of
//! slack_sdk `models/blocks`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::Refusal;
use crate::addresses::is_private;

/// Of all blocks of a message. Slack writes no number; one markdown block was taken up to 13,297 characters, and others
/// took some of that away (bolt-js #2509 and #2867).
const MOST_IN_ALL: usize = 13_200;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
}

/// What is wrong, each with its place.
struct Checking {
    wrong: Vec<String>,
    surface: Surface,
    block_ids: BTreeSet<String>,
    /// Of all markdown blocks together.
    markdown: usize,
}

pub(super) fn check(blocks: &Value, surface: Surface) -> Result<(), Refusal> {
    let Some(list) = blocks.as_array() else { return Err("invalid_blocks_format".into()) };
    let mut checking = Checking { wrong: Vec::new(), surface, block_ids: BTreeSet::new(), markdown: 0 };
    let most = if surface == Surface::Message { 50 } else { 100 };
    if list.len() > most {
        checking.say("/blocks", &format!("no more than {most} items allowed"));
    }
    for (index, block) in list.iter().enumerate() {
        checking.block(block, &format!("/blocks/{index}"));
    }
    if checking.markdown > 12_000 {
        checking.say("/blocks", "markdown blocks must be less than 12001 characters in all");
    }
    if checking.wrong.is_empty() {
        if surface == Surface::Message && extent(blocks) > MOST_IN_ALL {
            return Err("msg_blocks_too_long".into());
        }
        return Ok(());
    }
    Err(Refusal { error: "invalid_blocks", messages: checking.wrong })
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

impl Checking {
    fn say(&mut self, place: &str, what: &str) {
        self.wrong.push(format!("[ERROR] {what} [json-pointer:{place}]"));
    }

    fn block(&mut self, block: &Value, at: &str) {
        let kind = block.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(id) = block.get("block_id") {
            self.text(Some(id), &format!("{at}/block_id"), 1, 255);
            if !self.block_ids.insert(id.to_string()) {
                self.say(at, "block_id must be unique");
            }
        }
        match kind.as_str() {
            "markdown" if self.surface == Surface::Message => {
                self.fields(block, at, &["text"]);
                self.text(block.get("text"), &format!("{at}/text"), 1, 12_000);
                self.markdown +=
                    block.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
            }
            "header" => {
                self.fields(block, at, &["text"]);
                self.plain(block.get("text"), &format!("{at}/text"), 150);
            }
            "divider" => self.fields(block, at, &[]),
            "section" => self.section(block, at),
            "context" => {
                self.fields(block, at, &["elements"]);
                let elements = self.list(block, at, "elements", 10);
                for (index, element) in elements.iter().enumerate() {
                    self.either_text(Some(element), &format!("{at}/elements/{index}"), 3_000);
                }
            }
            "image" => {
                self.fields(block, at, &["image_url", "slack_file", "alt_text", "title"]);
                self.text(block.get("alt_text"), &format!("{at}/alt_text"), 1, 2_000);
                match (block.get("image_url"), block.get("slack_file")) {
                    (Some(url), None) => self.picture(url, at),
                    (None, Some(_)) => {}
                    (Some(_), Some(_)) | (None, None) => {
                        self.say(at, "must provide one of image_url and slack_file");
                    }
                }
                if let Some(title) = block.get("title") {
                    self.plain(Some(title), &format!("{at}/title"), 2_000);
                }
            }
            "actions" => {
                self.fields(block, at, &["elements"]);
                let elements = self.list(block, at, "elements", 25);
                let mut ids = BTreeSet::new();
                for (index, element) in elements.iter().enumerate() {
                    let at = format!("{at}/elements/{index}");
                    self.element(element, &at, &["button", "static_select", "overflow", "datepicker"]);
                    if !ids.insert(element.get("action_id").map(ToString::to_string)) {
                        self.say(&at, "action_id must be unique within the block");
                    }
                }
            }
            "input" if self.surface == Surface::Modal => self.input(block, at),
            _ => self.say(at, &format!("unsupported type: {kind}")),
        }
    }

    fn section(&mut self, block: &Value, at: &str) {
        self.fields(block, at, &["text", "fields", "accessory", "expand"]);
        if let Some(text) = block.get("text") {
            self.either_text(Some(text), &format!("{at}/text"), 3_000);
        } else if block.get("fields").is_none() {
            self.say(at, "must provide text or fields");
        }
        if block.get("fields").is_some() {
            let fields = self.list(block, at, "fields", 10);
            for (index, field) in fields.iter().enumerate() {
                self.either_text(Some(field), &format!("{at}/fields/{index}"), 2_000);
            }
        }
        if let Some(accessory) = block.get("accessory") {
            self.element(
                accessory,
                &format!("{at}/accessory"),
                &["button", "static_select", "overflow", "image"],
            );
        }
    }

    fn input(&mut self, block: &Value, at: &str) {
        self.fields(block, at, &["label", "element", "hint", "optional", "dispatch_action"]);
        self.plain(block.get("label"), &format!("{at}/label"), 2_000);
        if let Some(hint) = block.get("hint") {
            self.plain(Some(hint), &format!("{at}/hint"), 2_000);
        }
        let element = block.get("element").cloned().unwrap_or_default();
        let kinds = [
            "plain_text_input",
            "email_text_input",
            "url_text_input",
            "number_input",
            "datepicker",
            "timepicker",
            "static_select",
            "checkboxes",
            "radio_buttons",
        ];
        self.element(&element, &format!("{at}/element"), &kinds);
    }

    fn element(&mut self, element: &Value, at: &str, kinds: &[&str]) {
        let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.say(at, &format!("unsupported type: {kind}"));
        }
        if let Some(id) = element.get("action_id") {
            self.text(Some(id), &format!("{at}/action_id"), 1, 255);
        }
        if let Some(placeholder) = element.get("placeholder") {
            self.plain(Some(placeholder), &format!("{at}/placeholder"), 150);
        }
        match kind {
            "button" => {
                self.plain(element.get("text"), &format!("{at}/text"), 75);
                if element.get("style").is_some_and(|style| style != "primary" && style != "danger") {
                    self.say(&format!("{at}/style"), "must be a valid enum value");
                }
                if let Some(value) = element.get("value") {
                    self.text(Some(value), &format!("{at}/value"), 1, 2_000);
                }
                if let Some(url) = element.get("url") {
                    self.text(Some(url), &format!("{at}/url"), 1, 3_000);
                    let url = url.as_str().unwrap_or_default();
                    if url::Url::parse(url).is_err() {
                        self.say(&format!("{at}/url"), "invalid url");
                    }
                }
            }
            "static_select" => match (element.get("options"), element.get("option_groups")) {
                (Some(_), None) => self.options(element, at, 100),
                (None, Some(_)) => {
                    let groups = self.list(element, at, "option_groups", 100);
                    for (index, group) in groups.iter().enumerate() {
                        let at = format!("{at}/option_groups/{index}");
                        self.plain(group.get("label"), &format!("{at}/label"), 75);
                        self.options(group, &at, 100);
                    }
                }
                (Some(_), Some(_)) | (None, None) => {
                    self.say(at, "must provide one of options and option_groups");
                }
            },
            "checkboxes" | "radio_buttons" => self.options(element, at, 10),
            "overflow" => self.options(element, at, 5),
            "image" => {
                self.text(element.get("alt_text"), &format!("{at}/alt_text"), 1, 2_000);
                self.picture(element.get("image_url").unwrap_or(&Value::Null), at);
            }
            _ => {}
        }
    }

    fn options(&mut self, of: &Value, at: &str, most: usize) {
        let options = self.list(of, at, "options", most);
        for (index, option) in options.iter().enumerate() {
            let at = format!("{at}/options/{index}");
            self.either_text(option.get("text"), &format!("{at}/text"), 75);
            self.text(option.get("value"), &format!("{at}/value"), 1, 150);
            if let Some(description) = option.get("description") {
                self.either_text(Some(description), &format!("{at}/description"), 75);
            }
        }
    }

    fn picture(&mut self, url: &Value, at: &str) {
        let at = format!("{at}/image_url");
        self.text(Some(url), &at, 1, 3_000);
        let parsed = url.as_str().and_then(|url| url::Url::parse(url).ok());
        match parsed.filter(|url| matches!(url.scheme(), "http" | "https")) {
            None => self.say(&at, "invalid url"),
            // What cannot be fetched: names that are reserved for that, and private networks.
            Some(url)
                if is_private(&url) || url.host_str().is_some_and(|host| host.ends_with(".invalid")) =>
            {
                self.say(&at, "downloading image failed");
            }
            Some(_) => {}
        }
    }

    fn list(&mut self, of: &Value, at: &str, name: &str, most: usize) -> Vec<Value> {
        let list = of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        if list.is_empty() {
            self.say(&format!("{at}/{name}"), "no less than 1 items allowed");
        }
        if list.len() > most {
            self.say(&format!("{at}/{name}"), &format!("no more than {most} items allowed"));
        }
        list
    }

    fn plain(&mut self, text: Option<&Value>, at: &str, most: usize) {
        if text.and_then(|text| text.get("type")).and_then(Value::as_str) != Some("plain_text") {
            return self.say(at, "must be a plain_text object");
        }
        self.text(text.and_then(|text| text.get("text")), &format!("{at}/text"), 1, most);
    }

    fn either_text(&mut self, text: Option<&Value>, at: &str, most: usize) {
        match text.and_then(|text| text.get("type")).and_then(Value::as_str) {
            Some("plain_text" | "mrkdwn") => {
                self.text(text.and_then(|text| text.get("text")), &format!("{at}/text"), 1, most);
            }
            _ => self.say(at, "must be a text object"),
        }
    }

    fn text(&mut self, text: Option<&Value>, at: &str, least: usize, most: usize) {
        let Some(text) = text.and_then(Value::as_str) else { return self.say(at, "missing required field") };
        let length = if text.trim().is_empty() { 0 } else { text.chars().count() };
        if length < least {
            self.say(at, &format!("must be more than {} characters", least.saturating_sub(1)));
        }
        if length > most {
            self.say(at, &format!("must be less than {} characters", most + 1));
        }
    }

    fn fields(&mut self, block: &Value, at: &str, allowed: &[&str]) {
        for name in block.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if name != "type" && name != "block_id" && !allowed.contains(&name.as_str()) {
                self.say(&format!("{at}/{name}"), "invalid additional property");
            }
        }
    }
}
