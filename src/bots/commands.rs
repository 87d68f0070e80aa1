//! What may people type after a slash? The keywords of the bot's flows.

use studio_adapters::platform::Command;
use studio_core::bot::{Bot, Flow, Trigger};

/// What every platform takes: Telegram's 32 characters of a name, Discord's 100 of a description.
const LONGEST_NAME: usize = 32;
const LONGEST_DESCRIPTION: usize = 100;

/// One command for each flow that a keyword starts, by the first keyword that can be typed as one. What comes of it is
/// the keyword: `/track_order` starts the flow of `track order`.
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
        for name in names.take(1) {
            if !found.iter().any(|command| command.name == name) {
                found.push(Command { description: vec![description(bot, flow, &name)], name });
            }
        }
    }
    found
}

/// The keyword as a command, if it can be one.
fn name(keyword: &str) -> Option<String> {
    let lower = keyword.trim().trim_start_matches('/').to_lowercase();
    let name = lower.split([' ', '-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    ((1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(fits)).then_some(name)
}

/// Authors describe their flows in one language, the bot's first.
fn description(bot: &Bot, flow: &Flow, name: &str) -> (String, String) {
    let language = bot.languages.first().cloned().unwrap_or_else(|| "en".to_owned());
    let told = flow.description.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let text = told
        .map_or_else(|| name.replace('_', " "), |text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    (language, text.chars().take(LONGEST_DESCRIPTION).collect())
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
        check("menü", None);
        check("what?", None);
        check(&"a".repeat(33), None);
        check(" ", None);
    }

    #[test]
    fn each_flow_has_one_in_the_first_language() {
        let files = [
            ("bot.yaml", "name: tents\ntitle: Tents\nlanguages: [de, en]\n"),
            (
                "flows/a.yaml",
                "track: { description: Where is it?, when: [ keyword: menü, keyword: track order, keyword: track ], \
                 steps: [ say: hello ] }\nother: { when: [ button: x ], steps: [ say: hello ] }\n",
            ),
            ("responses/a.yaml", "hello: { de: Hallo, en: Hello }\n"),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let loaded = load(&Files(files));
        let bot = loaded.bot.unwrap_or_else(|| panic!("{:?}", loaded.problems));
        let description = vec![("de".to_owned(), "Where is it?".to_owned())];
        assert_eq!(commands(&bot), [Command { name: "track_order".to_owned(), description }]);
    }
}
