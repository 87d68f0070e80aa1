//! Which commands does Discord offer after a slash? Those of the bot, and no others.

use reqwest::Method;
use serde_json::{Value, json};

use super::rest::{Payload, Refusal, Rest, Route};
use crate::platform::{Command, Offers};

/// Of `application-commands.mdx`, 2026-08-06.
pub(crate) const OFFERS: Offers = Offers { plain: false, longest: usize::MAX, most: 100 };
const LONGEST_DESCRIPTION: usize = 100;

/// Discord's locales by language, where they are not the same (`reference.mdx`).
const LOCALES: [(&str, &[&str]); 9] = [
    ("en", &["en-US", "en-GB"]),
    ("es", &["es-ES", "es-419"]),
    ("nb", &["no"]),
    ("nn", &["no"]),
    ("pt", &["pt-BR"]),
    ("sv", &["sv-SE"]),
    ("zh", &["zh-CN", "zh-TW"]),
    ("zh-Hans", &["zh-CN"]),
    ("zh-Hant", &["zh-TW"]),
];
const SAME: [&str; 27] = [
    "ar", "id", "da", "de", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR", "ro", "fi", "vi", "tr",
    "cs", "el", "bg", "ru", "uk", "hi", "th", "ja", "ko", "he",
];

/// Replaces the application's commands, unless they are these already: only so many changes a day are allowed.
pub async fn register(rest: &Rest, application: &str, commands: &[Command]) -> Result<(), Refusal> {
    let path = format!("applications/{application}/commands");
    let known = rest.get("GET commands", &format!("{path}?with_localizations=true")).await?;
    let wanted = OFFERS.of(commands).map(described).collect::<Vec<_>>();
    if is_same(&known.body, &wanted) {
        return Ok(());
    }
    let route = Route::new(Method::PUT, "PUT commands", "", path);
    rest.call(&route, Payload::Json(Value::from(wanted))).await.map(drop)
}

fn described(command: &Command) -> Value {
    let short = |text: &str| text.chars().take(LONGEST_DESCRIPTION).collect::<String>();
    let default = command.description.first().map_or(command.name.as_str(), |(_, text)| text);
    json!({
        "name": command.name,
        "name_localizations": by_locale(&command.names, str::to_owned),
        "type": 1,
        "description": short(default),
        "description_localizations": by_locale(&command.description, short),
        // In servers and in direct messages.
        "contexts": [0, 1],
    })
}

/// Texts by the locales of Discord that their languages are; that of a region goes before that of all, and the first before others.
fn by_locale(texts: &[(String, String)], shown: impl Fn(&str) -> String) -> serde_json::Map<String, Value> {
    let (regional, general): (Vec<_>, Vec<_>) =
        texts.iter().partition(|(language, _)| language.contains('-'));
    let mut all = serde_json::Map::new();
    for (language, text) in regional.into_iter().chain(general) {
        for locale in locales(language) {
            all.entry(locale).or_insert_with(|| Value::from(shown(text)));
        }
    }
    all
}

fn locales(language: &str) -> Vec<&'static str> {
    match LOCALES.iter().find(|(known, _)| *known == language) {
        Some((_, locales)) => locales.to_vec(),
        None => SAME.iter().filter(|known| **known == language).copied().collect(),
    }
}

fn is_same(known: &Value, wanted: &[Value]) -> bool {
    let fields = ["name", "name_localizations", "type", "description", "description_localizations"];
    let tell = |command: &Value| fields.map(|field| sorted(&command[field]));
    let known = known.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut known = known.iter().map(tell).collect::<Vec<_>>();
    let mut wanted = wanted.iter().map(tell).collect::<Vec<_>>();
    known.sort();
    wanted.sort();
    known == wanted
}

/// The same text for the same value, however its fields are ordered; no translations are none given.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().collect::<std::collections::BTreeMap<_, _>>();
            if fields.is_empty() { "null".into() } else { format!("{fields:?}") }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_in_every_language_that_discord_knows() {
        let description = [("en", "Track an order"), ("de", "Eine Bestellung verfolgen"), ("xx", "?")];
        let description = description.map(|(language, text)| (language.to_owned(), text.to_owned())).to_vec();
        let names = vec![("de".to_owned(), "verfolgen".to_owned()), ("xx".to_owned(), "x".to_owned())];
        let told = described(&Command { name: "track".into(), names, description });
        assert_eq!(
            (&told["name"], &told["name_localizations"]),
            (&json!("track"), &json!({ "de": "verfolgen" }))
        );
        assert_eq!(told["description"], "Track an order");
        let translations = json!({
            "en-US": "Track an order", "en-GB": "Track an order", "de": "Eine Bestellung verfolgen"});
        assert_eq!(told["description_localizations"], translations);
        let mut known = told.clone();
        known["id"] = json!("1");
        known["version"] = json!("2");
        assert!(is_same(&json!([known]), std::slice::from_ref(&told)));
        known["name_localizations"] = json!({});
        assert!(!is_same(&json!([known]), std::slice::from_ref(&told)));
        known["name_localizations"] = told["name_localizations"].clone();
        known["description"] = json!("Something else");
        assert!(!is_same(&json!([known]), std::slice::from_ref(&told)));
        assert!(!is_same(&json!([]), &[told]));
        assert!(is_same(&json!([]), &[]));
    }

    #[test]
    fn a_regional_language_has_its_own_locale() {
        let languages = ["zh", "zh-Hant", "pt-BR", "pt", "nb", "ar", "sr-Latn"];
        let texts = languages.map(|language| (language.to_owned(), format!("in {language}")));
        let told = Value::from(by_locale(&texts, str::to_owned));
        let expected = json!({
            "zh-CN": "in zh", "zh-TW": "in zh-Hant", "pt-BR": "in pt-BR", "no": "in nb", "ar": "in ar"});
        assert_eq!(told, expected);
    }
}
