//! What may people type after a slash? The keywords of the bot's flows.

use std::sync::LazyLock;

use regex::Regex;
use studio_adapters::platform::Command;
use studio_core::bot::{Bot, Flow, Trigger};

/// What Discord takes of a name (`application-commands.mdx`); the other platforms take those of ASCII letters among them.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[_\p{Ll}\p{Lm}\p{Lo}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$").expect("a pattern")
});
/// In characters, on Discord.
const LONGEST_DESCRIPTION: usize = 100;

/// One command for each flow that a keyword starts, by the first keyword that every platform takes, or else the first that
/// some platform does. What comes of it is the keyword: `/track_order` starts the flow of `track order`.
pub fn commands(bot: &Bot) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    for flow in bot.flows.values() {
        let names = flow.triggers.iter().filter_map(|trigger| match trigger {
            Trigger::Keyword(keyword) => name(keyword),
            Trigger::Intent(_)
            | Trigger::Button(_)
            | Trigger::Event(_)
            | Trigger::FirstContact
            | Trigger::Fallback => None,
        });
        let names: Vec<String> = names.collect();
        let plain = names.iter().find(|name| name.is_ascii()).or(names.first());
        if let Some(name) = plain.filter(|name| !found.iter().any(|command| command.name == **name)) {
            found.push(Command { description: descriptions(bot, flow, name), name: name.clone() });
        }
    }
    found
}

/// The keyword as a command, if it can be one.
fn name(keyword: &str) -> Option<String> {
    let lower = keyword.trim().trim_start_matches('/').to_lowercase();
    let name = lower.split([' ', '-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    NAME.is_match(&name).then_some(name)
}

/// By language, the bot's first before the others.
fn descriptions(bot: &Bot, flow: &Flow, name: &str) -> Vec<(String, String)> {
    let written = |language: &String| {
        let text = flow.descriptions.get(language).map(|text| short(text))?;
        (!text.is_empty()).then(|| (language.clone(), text))
    };
    let mut told: Vec<_> = bot.languages.iter().filter_map(written).collect();
    let first = bot.languages.first().map_or("en", String::as_str);
    if told.first().is_none_or(|(language, _)| language != first) {
        let same = flow.description.as_deref().map(short).filter(|text| !text.is_empty());
        let text = same
            .unwrap_or_else(|| told.first().map_or_else(|| name.replace('_', " "), |(_, text)| text.clone()));
        told.insert(0, (first.to_owned(), text));
    }
    told
}

fn short(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST_DESCRIPTION).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use studio_core::bot::{Files, load};

    use super::*;

    #[test]
    fn keywords_become_commands() {
        let check = |keyword: &str, expected: Option<&str>| {
            assert_eq!(name(keyword).as_deref(), expected, "{keyword:?}");
        };
        check("Track", Some("track"));
        check("track my-order", Some("track_my_order"));
        check("/start", Some("start"));
        check("Menü", Some("menü"));
        check("заказ", Some("заказ"));
        check("ऑर्डर", Some("ऑर्डर"));
        check("what?", None);
        check(&"a".repeat(33), None);
        check(" ", None);
    }

    #[test]
    fn each_flow_has_one_described_in_the_languages_of_the_bot() {
        let files = [
            ("bot.yaml", "name: tents\ntitle: Tents\nlanguages: [de, en]\n"),
            (
                "flows/a.yaml",
                "menu: { when: [ keyword: menü ], steps: [ say: hello ] }\n\
                 other: { when: [ button: x ], steps: [ say: hello ] }\n\
                 track: { description: Where is it?, when: [ keyword: übersicht, keyword: track order, keyword: track ], \
                 steps: [ say: hello ] }\n\
                 way: { description: { en: 'The  way', de: Der Weg }, when: [ keyword: way ], steps: [ say: hello ] }\n",
            ),
            ("responses/a.yaml", "hello: { de: Hallo, en: Hello }\n"),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let loaded = load(&Files(files));
        let bot = loaded.bot.unwrap_or_else(|| panic!("{:?}", loaded.problems));
        let told: Vec<(String, Vec<(String, String)>)> =
            commands(&bot).into_iter().map(|command| (command.name, command.description)).collect();
        let texts = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
            texts.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect()
        };
        let expected = [
            ("menü", texts(&[("de", "menü")])),
            ("track_order", texts(&[("de", "Where is it?")])),
            ("way", texts(&[("de", "Der Weg"), ("en", "The way")])),
        ];
        assert_eq!(told, expected.map(|(name, description)| (name.to_owned(), description)));
    }
}
