//! Which messages does Discord take? Limits of `resources/message.mdx` of 2026-08-06, errors in its words.
//! Components are in `components.rs`, forms in `forms.rs`, commands in `commands.rs`.

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
    stickers(list("sticker_ids"), &mut faults);
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
    // The simulated server has none of its own.
    if !list("sticker_ids").is_empty() {
        return Err(json!({ "message": "Cannot use this sticker", "code": 50_081 }));
    }
    let nothing = content.trim().is_empty()
        && files == 0
        && ["embeds", "components"].into_iter().all(|field| list(field).is_empty());
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

fn stickers(ids: &[Value], faults: &mut Faults) {
    if ids.len() > 3 {
        faults.add("sticker_ids", "BASE_TYPE_MAX_LENGTH", "Must be 3 or fewer in length.");
    }
    for (index, id) in ids.iter().enumerate() {
        if id.as_u64().or_else(|| id.as_str()?.parse().ok()).is_none() {
            let why = format!("Value \"{}\" is not snowflake.", bare(id));
            faults.add(&format!("sticker_ids.{index}"), "NUMBER_TYPE_COERCE", why);
        }
    }
}

/// A value as it stands in an error.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
        colour(&embed["color"], &path("color"), faults);
        moment(&embed["timestamp"], &path("timestamp"), faults);
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

fn colour(colour: &Value, path: &str, faults: &mut Faults) {
    if colour.is_null() {
        return;
    }
    let number = colour.as_i64().or_else(|| colour.as_str()?.parse().ok());
    match number {
        None => faults.add(path, "NUMBER_TYPE_COERCE", format!("Value \"{}\" is not int.", bare(colour))),
        Some(..0) => {
            faults.add(path, "NUMBER_TYPE_MIN", "int value should be greater than or equal to 0.");
        }
        Some(0..=0xff_ff_ff) => {}
        Some(_) => {
            faults.add(path, "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
        }
    }
}

/// A time, which may have no zone.
fn moment(moment: &Value, path: &str, faults: &mut Faults) {
    let is_time =
        |text: &str| text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
    if !moment.is_null() && !moment.as_str().is_some_and(is_time) {
        let why = format!("Could not parse {}. Should be ISO8601.", bare(moment));
        faults.add(path, "DATE_TIME_TYPE_PARSE", why);
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
        let tinted = |colour: Value| json!({"embeds": [{"title": "a", "color": colour}]});
        check(&tinted(json!(99_999_999)), "less than or equal to 16777215.");
        check(&tinted(json!(-1)), "greater than or equal to 0.");
        check(&tinted(json!("red")), "Value \\\"red\\\" is not int.");
        let dated = |time: &str| json!({"embeds": [{"title": "a", "timestamp": time}]});
        check(&dated("nonsense"), "Could not parse nonsense. Should be ISO8601.");
        for fits in
            [tinted(json!(0xff_ff_ff)), dated("2026-11-30T08:00:00.000Z"), dated("2026-11-30T08:00:00")]
        {
            assert_eq!(message(&fits, 0), Ok(()));
        }
        let stuck = |ids: Value| json!({"content": "a", "sticker_ids": ids});
        check(&stuck(json!(["749054660769218631"])), "Cannot use this sticker");
        check(&stuck(json!(["tent"])), "is not snowflake.");
        check(&stuck(json!(["1", "2", "3", "4"])), "Must be 3 or fewer");
        assert_eq!(message(&stuck(json!([])), 0), Ok(()));
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
}
