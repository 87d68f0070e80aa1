//! Which blocks does Slack refuse? Limits of docs.slack.dev, "Block Kit" (read November 2026) and of
//! slack_sdk `models/blocks`. What stands in them is in `elements.rs`, rich text and tables in `rich_text.rs`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{api::Refusal, elements::Within};
use crate::addresses::is_private;

/// Of all blocks of a message. Slack writes no number; one markdown block was taken up to 13,297 characters, and others
/// took some of that away (bolt-js #2509 and #2867).
const MOST_IN_ALL: usize = 13_200;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

/// Whether there is such a picture: the value of a `slack_file`.
pub(super) type HasPicture<'a> = &'a dyn Fn(&Value) -> bool;

/// What is wrong, each with its place.
pub(super) struct Checking<'a> {
    wrong: Vec<String>,
    surface: Surface,
    has_picture: HasPicture<'a>,
    block_ids: BTreeSet<String>,
    /// Of all markdown blocks together.
    markdown: usize,
    tables: usize,
}

pub(super) fn check(blocks: &Value, surface: Surface, has_picture: HasPicture<'_>) -> Result<(), Refusal> {
    let Some(list) = blocks.as_array() else { return Err("invalid_blocks_format".into()) };
    let mut checking = Checking {
        wrong: Vec::new(),
        surface,
        has_picture,
        block_ids: BTreeSet::new(),
        markdown: 0,
        tables: 0,
    };
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
    if checking.tables > 1 {
        let messages = vec!["[ERROR] only_one_table_allowed".to_owned()];
        return Err(Refusal::new("invalid_attachments", messages));
    }
    if checking.wrong.is_empty() {
        if surface == Surface::Message && extent(blocks) > MOST_IN_ALL {
            return Err("msg_blocks_too_long".into());
        }
        return Ok(());
    }
    Err(Refusal::new("invalid_blocks", checking.wrong))
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

impl Checking<'_> {
    pub(super) fn say(&mut self, place: &str, what: &str) {
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
                    let at = format!("{at}/elements/{index}");
                    if element["type"] == "image" {
                        self.element(element, &at, Within::Context);
                    } else {
                        self.either_text(Some(element), &at, 3_000);
                    }
                }
            }
            "image" => {
                self.fields(block, at, &["image_url", "slack_file", "alt_text", "title"]);
                self.pictured(block, at);
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
                    self.element(element, &at, Within::Actions);
                    if element.get("action_id").is_some_and(|id| !ids.insert(id.to_string())) {
                        self.say(&at, "action_id must be unique within the block");
                    }
                }
            }
            "input" if self.surface != Surface::Message => self.input(block, at),
            "rich_text" => self.rich_text(block, at),
            "table" if self.surface == Surface::Message => {
                self.tables += 1;
                self.table(block, at);
            }
            "video" => self.video(block, at),
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
            self.element(accessory, &format!("{at}/accessory"), Within::Section);
        }
    }

    fn input(&mut self, block: &Value, at: &str) {
        self.fields(block, at, &["label", "element", "hint", "optional", "dispatch_action"]);
        self.plain(block.get("label"), &format!("{at}/label"), 2_000);
        if let Some(hint) = block.get("hint") {
            self.plain(Some(hint), &format!("{at}/hint"), 2_000);
        }
        let element = block.get("element").cloned().unwrap_or_default();
        self.element(&element, &format!("{at}/element"), Within::Input);
    }

    /// A video that is played within Slack; both addresses lead to places of the app's.
    fn video(&mut self, block: &Value, at: &str) {
        let texts = ["title_url", "author_name", "provider_name", "provider_icon_url", "description"];
        let needed = ["alt_text", "title", "video_url", "thumbnail_url"];
        self.fields(block, at, &[needed.as_slice(), &texts].concat());
        self.text(block.get("alt_text"), &format!("{at}/alt_text"), 1, 2_000);
        self.plain(block.get("title"), &format!("{at}/title"), 199);
        if let Some(words) = block.get("description") {
            self.plain(Some(words), &format!("{at}/description"), 200);
        }
        if let Some(name) = block.get("author_name") {
            self.text(Some(name), &format!("{at}/author_name"), 1, 49);
        }
        for (name, is_needed) in [("video_url", true), ("thumbnail_url", true), ("title_url", false)] {
            let url = block.get(name);
            let is_good = url.and_then(Value::as_str).and_then(|url| url::Url::parse(url).ok());
            let is_good = is_good.is_some_and(|url| url.scheme() == "https");
            if !is_good && (is_needed || url.is_some()) {
                self.say(&format!("{at}/{name}"), "must be a valid https url");
            }
        }
    }

    /// An image of a block or an element: at an address, or a file of Slack's.
    pub(super) fn pictured(&mut self, of: &Value, at: &str) {
        self.text(of.get("alt_text"), &format!("{at}/alt_text"), 1, 2_000);
        match (of.get("image_url"), of.get("slack_file")) {
            (Some(url), None) => self.picture(url, at),
            (None, Some(file)) if (self.has_picture)(file) => {}
            (None, Some(_)) => self.say(&format!("{at}/slack_file"), "invalid slack file"),
            (Some(_), Some(_)) | (None, None) => {
                self.say(at, "must provide one of image_url and slack_file");
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

    pub(super) fn list(&mut self, of: &Value, at: &str, name: &str, most: usize) -> Vec<Value> {
        let list = of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        if list.is_empty() {
            self.say(&format!("{at}/{name}"), "no less than 1 items allowed");
        }
        if list.len() > most {
            self.say(&format!("{at}/{name}"), &format!("no more than {most} items allowed"));
        }
        list
    }

    pub(super) fn plain(&mut self, text: Option<&Value>, at: &str, most: usize) {
        if text.and_then(|text| text.get("type")).and_then(Value::as_str) != Some("plain_text") {
            return self.say(at, "must be a plain_text object");
        }
        self.text(text.and_then(|text| text.get("text")), &format!("{at}/text"), 1, most);
    }

    pub(super) fn either_text(&mut self, text: Option<&Value>, at: &str, most: usize) {
        match text.and_then(|text| text.get("type")).and_then(Value::as_str) {
            Some("plain_text" | "mrkdwn") => {
                self.text(text.and_then(|text| text.get("text")), &format!("{at}/text"), 1, most);
            }
            _ => self.say(at, "must be a text object"),
        }
    }

    pub(super) fn text(&mut self, text: Option<&Value>, at: &str, least: usize, most: usize) {
        let Some(text) = text.and_then(Value::as_str) else { return self.say(at, "missing required field") };
        let length = if text.trim().is_empty() { 0 } else { text.chars().count() };
        if length < least {
            self.say(at, &format!("must be more than {} characters", least.saturating_sub(1)));
        }
        if length > most {
            self.say(at, &format!("must be less than {} characters", most + 1));
        }
    }

    pub(super) fn fields(&mut self, block: &Value, at: &str, allowed: &[&str]) {
        for name in block.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if name != "type" && name != "block_id" && !allowed.contains(&name.as_str()) {
                self.say(&format!("{at}/{name}"), "invalid additional property");
            }
        }
    }
}
