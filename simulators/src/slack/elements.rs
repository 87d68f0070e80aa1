//! Which elements stand in which blocks, and how must they be? From `@slack/types` `block-kit/block-elements` and slack_sdk
//! `models/blocks/block_elements`.

use serde_json::Value;

use super::blocks::Checking;

/// What is chosen with, in blocks of the kinds `actions`, `section` and `input` alike.
const CHOICES: [&str; 14] = [
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "static_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "external_select",
    "multi_static_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
    "multi_external_select",
];

/// Where an element stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Within {
    Actions,
    /// Beside its words.
    Section,
    Input,
    Context,
}

impl Within {
    fn takes(self, kind: &str) -> bool {
        let (choices, others): (&[&str], &[&str]) = match self {
            Self::Actions => {
                (&CHOICES, &["button", "workflow_button", "overflow", "datetimepicker", "rich_text_input"])
            }
            Self::Section => (&CHOICES, &["button", "workflow_button", "overflow", "image"]),
            Self::Input => (
                &CHOICES,
                &[
                    "plain_text_input",
                    "email_text_input",
                    "url_text_input",
                    "number_input",
                    "rich_text_input",
                    "file_input",
                    "datetimepicker",
                ],
            ),
            Self::Context => (&[], &["image"]),
        };
        choices.contains(&kind) || others.contains(&kind)
    }
}

impl Checking<'_> {
    pub(super) fn element(&mut self, element: &Value, at: &str, within: Within) {
        let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
        if !within.takes(kind) {
            return self.say(at, &format!("unsupported type: {kind}"));
        }
        if let Some(id) = element.get("action_id") {
            self.text(Some(id), &format!("{at}/action_id"), 1, 255);
        }
        if let Some(placeholder) = element.get("placeholder") {
            self.plain(Some(placeholder), &format!("{at}/placeholder"), 150);
        }
        if element.get("max_selected_items").is_some_and(|most| most.as_u64().is_none_or(|most| most == 0)) {
            self.say(&format!("{at}/max_selected_items"), "must be greater than 0");
        }
        match kind {
            "button" => self.button(element, at),
            "static_select" | "multi_static_select" => self.choices(element, at),
            "checkboxes" | "radio_buttons" => self.options(element, at, 10),
            "overflow" => self.options(element, at, 5),
            "image" => self.pictured(element, at),
            "datepicker" => self.moment::<jiff::civil::Date>(element, at, "initial_date", 10),
            "timepicker" => self.moment::<jiff::civil::Time>(element, at, "initial_time", 5),
            "datetimepicker" => {
                let given = element.get("initial_date_time");
                // Seconds since 1970, in ten digits.
                let fits = |time: u64| (1_000_000_000..10_000_000_000).contains(&time);
                if given.is_some_and(|time| !time.as_u64().is_some_and(fits)) {
                    self.say(&format!("{at}/initial_date_time"), "must be a UNIX timestamp of 10 digits");
                }
            }
            _ => {}
        }
    }

    fn button(&mut self, element: &Value, at: &str) {
        self.plain(element.get("text"), &format!("{at}/text"), 75);
        if element.get("style").is_some_and(|style| style != "primary" && style != "danger") {
            self.say(&format!("{at}/style"), "must be a valid enum value");
        }
        if let Some(value) = element.get("value") {
            self.text(Some(value), &format!("{at}/value"), 1, 2_000);
        }
        if let Some(url) = element.get("url") {
            self.text(Some(url), &format!("{at}/url"), 1, 3_000);
            if url::Url::parse(url.as_str().unwrap_or_default()).is_err() {
                self.say(&format!("{at}/url"), "invalid url");
            }
        }
    }

    /// Options, alone or in groups.
    fn choices(&mut self, element: &Value, at: &str) {
        match (element.get("options"), element.get("option_groups")) {
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

    /// A date or a time of so many characters, where one is given.
    fn moment<T: std::str::FromStr>(&mut self, element: &Value, at: &str, name: &str, length: usize) {
        let fits = |text: &str| text.len() == length && text.parse::<T>().is_ok();
        if element.get(name).is_some_and(|given| !given.as_str().is_some_and(fits)) {
            let form = if length == 10 { "YYYY-MM-DD" } else { "HH:mm" };
            self.say(&format!("{at}/{name}"), &format!("must be in the format {form}"));
        }
    }
}
