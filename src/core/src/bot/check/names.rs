//! Are names, languages and the time zone such that everything else can work with them?

use std::collections::BTreeMap;

use super::uses::Uses;
use crate::{
    bot::{
        code::Code,
        problem::{Place, Problems},
        source::{BotSource, Source},
        yaml::Text,
    },
    texts,
    understanding::{BUILT_IN, RESERVED},
};

/// Longest name, in bytes.
const LONGEST: usize = 64;

/// The two-letter codes of ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr \
    ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh \
    zu";

/// Whether these are the two letters of a language, or the tag of one that the studio has texts in: `pt-BR`.
pub fn is_language(code: &str) -> bool {
    LANGUAGES.split_whitespace().any(|known| known == code) || texts::languages().any(|known| known == code)
}

/// The languages of the bot that there are. That a text is not written in another is no news.
pub fn languages(bot: &BotSource) -> Vec<&str> {
    bot.languages.iter().map(|language| language.value.as_str()).filter(|it| is_language(it)).collect()
}

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    if let Some(bot) = &source.bot {
        bot_file(bot, problems);
    }
    for (what, names) in [
        ("an intent", names(&source.intents.0)),
        ("an entity", names(&source.entities.0)),
        ("a flow", names(&source.flows.0)),
        ("a response", names(&source.responses.0)),
        ("a label", uses.labels.clone()),
    ] {
        for name in names {
            identifier(what, name, true, problems);
        }
    }
    for name in names(&source.entities.0) {
        if BUILT_IN[..RESERVED].contains(&name.value.as_str()) {
            let message = format!("the entity `{}` is built in", name.value);
            problems.report(Code::InvalidName, name.place, message, "remove it, or give it another name");
        }
    }
    for name in &uses.filled {
        identifier("a slot", name, false, problems);
    }
}

fn names<T>(entries: &[crate::bot::yaml::Entry<T>]) -> Vec<&Text> {
    entries.iter().map(|entry| &entry.name).collect()
}

fn bot_file(bot: &BotSource, problems: &mut Problems) {
    let name = &bot.name.value;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(is_plain) || name.starts_with('-') {
        let message = format!("`{}` cannot be the name of a bot", crate::bot::yaml::shorten(name));
        let hint =
            "write lower case letters, digits and hyphens, such as `my-shop`; `title` may have any words";
        problems.report(Code::InvalidName, bot.name.place, message, hint);
    }
    if let Some(title) = bot.title.as_ref().filter(|title| title.value.trim().is_empty()) {
        let hint = "write what visitors see, or leave `title` out: then it is the name";
        problems.report(Code::InvalidName, title.place, "the title says nothing", hint);
    }
    if let Some(country) = bot.understanding.as_ref().and_then(|it| it.country.as_ref())
        && !(country.value.len() == 2 && country.value.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        let message = format!("`{}` is not the code of a country", crate::bot::yaml::shorten(&country.value));
        let hint = "write two capital letters of ISO 3166-1, such as `country: DE`";
        problems.report(Code::InvalidName, country.place, message, hint);
    }
    if bot.languages.is_empty() {
        let hint = "write `languages: [en]`; the first is the default";
        problems.report(Code::MissingField, bot.place, "the bot has no languages", hint);
    }
    let mut first: BTreeMap<&str, Place> = BTreeMap::new();
    for language in &bot.languages {
        if !is_language(&language.value) {
            let message = format!("`{}` is not a language", crate::bot::yaml::shorten(&language.value));
            let hint = "write the two letters of ISO 639-1, such as `en`, `de`, `fr`, or `pt-BR`, `zh-Hans`, `zh-Hant`, `sr-Latn`, `fil`";
            problems.report(Code::InvalidLanguage, language.place, message, hint);
        } else if first.insert(&language.value, language.place).is_some() {
            let message = format!("the language `{}` is listed twice", language.value);
            problems.report(Code::DefinedTwice, language.place, message, "remove one of the two");
        }
    }
    for entry in &bot.slots.0 {
        identifier("a slot", &entry.name, false, problems);
    }
    for entry in &bot.settings.0 {
        identifier("a setting", &entry.name, false, problems);
    }
    for entry in &bot.teams.0 {
        identifier("a team", &entry.name, true, problems);
    }
    if let Some(zone) = bot.session.as_ref().and_then(|session| session.time_zone.as_ref()) {
        time_zone(zone, problems);
    }
}

/// Names stand in `go: flow name`, `slots.name` and addresses, so they are plain.
/// Whether something may be called so.
pub fn is_name(text: &str, with_hyphens: bool) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || with_hyphens && c == '-';
    starts && text.len() <= LONGEST && text.chars().all(plain)
}

fn identifier(what: &str, name: &Text, with_hyphens: bool, problems: &mut Problems) {
    let text = name.value.as_str();
    if !is_name(text, with_hyphens) {
        let message = format!("`{}` cannot be the name of {what}", crate::bot::yaml::shorten(text));
        let hyphens = if with_hyphens { ", underscores and hyphens" } else { " and underscores" };
        let hint = format!("write letters, digits{hyphens}, such as `order_number`");
        problems.report(Code::InvalidName, name.place, message, hint);
    }
}

fn time_zone(zone: &Text, problems: &mut Problems) {
    let database = jiff::tz::db();
    // Where the machine has no time zones, there is nothing to compare with.
    if database.is_definitively_empty() || database.get(&zone.value).is_ok() {
        return;
    }
    let message = format!("`{}` is not a time zone", crate::bot::yaml::shorten(&zone.value));
    problems.report(
        Code::InvalidTimeZone,
        zone.place,
        message,
        "write an IANA name such as `Europe/Berlin` or `UTC`",
    );
}
