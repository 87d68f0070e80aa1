//! Which messages and commands does Discord take? Limits of `resources/message.mdx` of 2026-08-06, errors in its words.
//! Components are in `components.rs`, forms in `forms.rs`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{components, world::COMPONENTS_ALONE};

/// Where, and what is wrong there.
pub struct Faults(Map<String, Value>);

impl Faults {
    pub fn new() -> Self {
        Self(Map::new())
    }

    pub fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut here = &mut self.0;
        for part in path.split('.') {
            let next = here.entry(part).or_insert_with(|| json!({}));
            let Value::Object(fields) = next else { return };
            here = fields;
        }
        here.insert("_errors".into(), json!([{ "code": code, "message": message.into() }]));
    }

    pub fn length(&mut self, path: &str, text: &str, least: usize, most: usize) {
        let length = text.chars().count();
        if length > most {
            self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."));
        } else if length < least || least > 0 && text.trim().is_empty() {
            self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {least} and {most} in length."));
        }
    }

    pub fn count(&mut self, path: &str, count: usize, least: usize, most: usize) {
        if count < least || count > most {
            self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {least} and {most} in length."));
        }
    }

    /// The body of a refusal, if there is anything wrong.
    pub fn refusal(self) -> Result<(), Value> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(json!({ "message": "Invalid Form Body", "code": 50_035, "errors": self.0 }))
    }
}

/// A message with so many files. The error is the body of the answer.
pub fn message(body: &Value, files: usize) -> Result<(), Value> {
    let mut faults = Faults::new();
    let content = body["content"].as_str().unwrap_or_default();
    faults.length("content", content, 0, 2000);
    if !matches!(body["tts"], Value::Null | Value::Bool(_)) {
        faults.add("tts", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
    }
    if let Some(nonce) = body["nonce"].as_str() {
        faults.length("nonce", nonce, 0, 25);
    }
    let list = |field: &str| body[field].as_array().map(Vec::as_slice).unwrap_or_default();
    embeds(list("embeds"), &mut faults);
    if body["flags"].as_u64().is_some_and(|flags| flags & COMPONENTS_ALONE != 0) {
        without_the_old(body, &mut faults);
        components::alone(list("components"), &mut faults);
    } else {
        components::rows(list("components"), &mut faults);
    }
    for (index, attachment) in list("attachments").iter().enumerate() {
        let id = attachment["id"].as_u64().or_else(|| attachment["id"].as_str()?.parse().ok());
        if id.is_none_or(|id| id >= files as u64 && id < 1 << 22) {
            faults.add(&format!("attachments.{index}.id"), "UPLOAD_REQUIRED", "There is no such file");
        }
        if let Some(alt) = attachment["description"].as_str() {
            faults.length(&format!("attachments.{index}.description"), alt, 0, 1024);
        }
    }
    mentions(&body["allowed_mentions"], &mut faults);
    faults.refusal()?;
    let nothing = content.trim().is_empty()
        && files == 0
        && ["embeds", "components", "sticker_ids"].into_iter().all(|field| list(field).is_empty());
    if nothing { Err(json!({ "message": "Cannot send an empty message", "code": 50_006 })) } else { Ok(()) }
}

/// What a message of components alone may not have beside them.
fn without_the_old(body: &Value, faults: &mut Faults) {
    for field in ["content", "embeds", "sticker_ids", "poll"] {
        let is_there = match &body[field] {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
        };
        if is_there {
            let why = format!("The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            faults.add(field, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", why);
        }
    }
}

fn mentions(allowed: &Value, faults: &mut Faults) {
    let parse = allowed["parse"].as_array().map(Vec::as_slice).unwrap_or_default();
    let known = ["everyone", "roles", "users"];
    if !parse.iter().all(|kind| kind.as_str().is_some_and(|kind| known.contains(&kind))) {
        let why = "Value must be one of everyone, roles, users.";
        faults.add("allowed_mentions.parse", "BASE_TYPE_CHOICES", why);
    }
    for kind in ["roles", "users"] {
        let listed = allowed[kind].as_array().is_some_and(|ids| !ids.is_empty());
        if listed && parse.iter().any(|parsed| parsed == kind) {
            let why = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            faults.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", why);
        }
    }
}

fn embeds(embeds: &[Value], faults: &mut Faults) {
    faults.count("embeds", embeds.len(), 0, 10);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        let path = |field: &str| format!("embeds.{index}.{field}");
        let text = |pointer: &str| embed.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        for (field, pointer, most) in [
            ("title", "/title", 256),
            ("description", "/description", 4096),
            ("footer.text", "/footer/text", 2048),
            ("author.name", "/author/name", 256),
        ] {
            faults.length(&path(field), text(pointer), 0, most);
            total += text(pointer).chars().count();
        }
        total += embed_fields(&embed["fields"], &path("fields"), faults);
        if let Some(url) = embed["url"].as_str().filter(|url| !url.is_empty()) {
            if !["http://", "https://"].into_iter().any(|scheme| url.starts_with(scheme)) {
                faults.add(
                    &path("url"),
                    "URL_TYPE_INVALID_SCHEME",
                    "Scheme must be one of ('http', 'https').",
                );
            }
            faults.length(&path("url"), url, 1, 2048);
        }
        for field in ["image", "thumbnail"] {
            let Some(url) = embed[field]["url"].as_str() else { continue };
            if !["http://", "https://", "attachment://"].into_iter().any(|scheme| url.starts_with(scheme)) {
                faults.add(
                    &path(&format!("{field}.url")),
                    "URL_TYPE_INVALID_SCHEME",
                    "Scheme must be http or https.",
                );
            }
            faults.length(&path(&format!("{field}.url")), url, 1, 2048);
        }
        let shown = ["title", "description", "image", "thumbnail", "footer", "author", "fields", "url"];
        let empty = shown.into_iter().all(|field| match &embed[field] {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        });
        if empty {
            faults.add(&path("description"), "BASE_TYPE_REQUIRED", "This field is required");
        }
    }
    if total > 6000 {
        faults.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
}

/// The fields of an embed; how many characters they have.
fn embed_fields(fields: &Value, path: &str, faults: &mut Faults) -> usize {
    let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
    if fields.len() > 25 {
        faults.count(path, fields.len(), 0, 25);
        return 0;
    }
    let mut total = 0;
    for (index, field) in fields.iter().enumerate() {
        for (name, most) in [("name", 256), ("value", 1024)] {
            let text = field[name].as_str().unwrap_or_default();
            faults.length(&format!("{path}.{index}.{name}"), text, 1, most);
            total += text.chars().count();
        }
    }
    total
}

/// A list of commands.
pub fn commands(commands: &[Value]) -> Result<(), Value> {
    let mut faults = Faults::new();
    if commands.len() > 100 {
        let why = "Maximum number of application commands reached (100)";
        return Err(json!({ "message": why, "code": 30_032 }));
    }
    let mut names = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        let name = command["name"].as_str().unwrap_or_default();
        let is_slash = command["type"].as_u64().unwrap_or(1) == 1;
        if is_slash && !is_name(name) {
            faults.add(&format!("{index}.name"), "STRING_TYPE_REGEX", NO_NAME);
        }
        for (locale, name) in command["name_localizations"].as_object().into_iter().flatten() {
            let path = format!("{index}.name_localizations.{locale}");
            if is_slash && !name.as_str().is_some_and(is_name) {
                faults.add(&path, "STRING_TYPE_REGEX", NO_NAME);
            }
            if !LOCALES.contains(&locale.as_str()) {
                faults.add(&path, "BASE_TYPE_CHOICES", NO_LOCALE);
            }
        }
        if !names.insert(name) {
            let why = "Application command names must be unique";
            faults.add(&format!("{index}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", why);
        }
        faults.length(
            &format!("{index}.description"),
            command["description"].as_str().unwrap_or_default(),
            1,
            100,
        );
        command_options(&command["options"], &format!("{index}.options"), &mut faults);
        for (locale, words) in command["description_localizations"].as_object().into_iter().flatten() {
            let path = format!("{index}.description_localizations.{locale}");
            faults.length(&path, words.as_str().unwrap_or_default(), 1, 100);
            if !LOCALES.contains(&locale.as_str()) {
                faults.add(&path, "BASE_TYPE_CHOICES", NO_LOCALE);
            }
        }
    }
    faults.refusal()
}

/// Those that are required come first, in commands below a command as well.
fn command_options(options: &Value, path: &str, faults: &mut Faults) {
    let mut optional = false;
    for (index, option) in options.as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}.{index}");
        if matches!(option["type"].as_u64(), Some(1 | 2)) {
            command_options(&option["options"], &format!("{path}.options"), faults);
        } else if option["required"] != true {
            optional = true;
        } else if optional {
            let why = "Required options must be placed before non-required options";
            faults.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", why);
        }
    }
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| {
        matches!(letter, '-' | '_' | '\'') || letter.is_alphanumeric() && !letter.is_uppercase()
    };
    (1..=32).contains(&name.chars().count()) && name.chars().all(fits)
}

const NO_NAME: &str = "String value did not match validation regex.";
const NO_LOCALE: &str = "This is not a locale of Discord.";
/// `AvailableLocalesEnum` of Discord's OpenAPI description.
const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &Value) -> String {
        message(body, 0).expect_err("beyond a limit").to_string()
    }

    #[test]
    fn what_discord_refuses_is_refused_in_its_words() {
        let check = |body: &Value, expected: &str| {
            let error = refused(body);
            assert!(error.contains(expected), "{error} does not say {expected}");
        };
        check(&json!({}), "Cannot send an empty message");
        check(&json!({"content": " \n"}), "Cannot send an empty message");
        check(&json!({"content": "x".repeat(2001)}), "Must be 2000 or fewer in length.");
        check(&json!({"content": "a", "nonce": "x".repeat(26)}), "Must be 25 or fewer");
        check(&json!({"embeds": [{"title": "x".repeat(257)}]}), "\"title\"");
        check(&json!({"embeds": [{}]}), "BASE_TYPE_REQUIRED");
        let long = json!({"description": "x".repeat(4000)});
        check(&json!({"embeds": [long, long]}), "MAX_EMBED_SIZE_EXCEEDED");
        check(&json!({"embeds": [{"image": {"url": "ftp://a"}}]}), "URL_TYPE_INVALID_SCHEME");
        check(&json!({"embeds": [{"title": "a", "url": "javascript:1"}]}), "URL_TYPE_INVALID_SCHEME");
        let field = |name: &str| json!({"name": name, "value": "a"});
        check(&json!({"embeds": [{"fields": vec![field("a"); 26]}]}), "between 0 and 25");
        check(&json!({"embeds": [{"fields": [field("")]}]}), "between 1 and 256");
        assert!(message(&json!({"embeds": [{"fields": vec![field("a"); 25]}]}), 0).is_ok());
        check(&json!({"content": "a", "flags": 1 << 15}), "WITH_COMPONENTS_V2");
        check(&json!({"content": "a", "tts": "x"}), "BOOLEAN_TYPE_CONVERT");
        let allowed = json!({"parse": ["users"], "users": ["1"]});
        check(&json!({"content": "a", "allowed_mentions": allowed}), "mutually exclusive");
        let button = |id: &str| json!({"type": 2, "style": 1, "label": "A", "custom_id": id});
        let row = |inner: Vec<Value>| json!({"type": 1, "components": inner});
        let with = |rows: Vec<Value>| json!({"content": "a", "components": rows});
        check(&with(vec![row(vec![button("a"), button("a")])]), "COMPONENT_CUSTOM_ID_DUPLICATED");
        check(&with(vec![row((0..6).map(|id| button(&id.to_string())).collect())]), "between 1 and 5");
        check(&with(vec![row(vec![])]), "between 1 and 5");
        check(&with((0..6).map(|id| row(vec![button(&id.to_string())])).collect()), "between 0 and 5");
        check(
            &with(vec![row(vec![json!({"type": 2, "style": 1, "label": " ", "custom_id": "a"})])]),
            "label",
        );
        let mail = json!({"type": 2, "style": 5, "label": "A", "url": "mailto:a@b.example"});
        check(&with(vec![row(vec![mail])]), "URL_TYPE_INVALID_SCHEME");
        let menu = |options: Vec<Value>| json!({"type": 3, "custom_id": "m", "options": options});
        let option = json!({"label": "A", "value": "a"});
        check(&with(vec![row(vec![menu(vec![option.clone(); 2])])]), "VALUE_DUPLICATED");
        check(&with(vec![row(vec![menu(vec![])])]), "between 1 and 25");
        let mut greedy = menu(vec![option.clone()]);
        greedy["max_values"] = json!(2);
        check(&with(vec![row(vec![greedy.clone()])]), "between 2 and 25");
        greedy["min_values"] = json!(2);
        check(&with(vec![row(vec![greedy])]), "between 2 and 25");
        check(&with(vec![row(vec![menu(vec![option]), button("a")])]), "between 1 and 1");
        assert!(message(&with(vec![row(vec![button("a")])]), 0).is_ok());
        assert!(message(&json!({"components": [row(vec![button("a")])]}), 0).is_ok());
    }

    #[test]
    fn texts_are_in_locales_of_discord() {
        let command = |locale: &str| {
            [
                json!({"name": "order", "description": "Orders", "description_localizations": {locale: "Orders"}}),
            ]
        };
        for locale in ["he", "ar", "pt-BR", "no"] {
            assert_eq!(commands(&command(locale)), Ok(()), "{locale}");
        }
        for locale in ["iw", "pt", "nb", "zh-Hant"] {
            let error = commands(&command(locale)).expect_err(locale).to_string();
            assert!(error.contains(NO_LOCALE), "{error}");
        }
    }

    #[test]
    fn required_options_come_first() {
        let command = |required: [bool; 2]| {
            let options = required.map(|required| json!({"type": 3, "name": "a", "required": required}));
            [json!({"name": "order", "description": "Orders", "options": options})]
        };
        assert!(commands(&command([true, false])).is_ok());
        let error = commands(&command([false, true])).expect_err("in the wrong order").to_string();
        assert!(error.contains("Required options must be placed before"), "{error}");
    }
}
