//! What may people type after a slash? The keywords of the bot's flows.

use std::collections::BTreeSet;

use studio_adapters::platform::Command;
use studio_core::bot::{Bot, Flow, Trigger, command_name};

/// In characters, on Discord.
const LONGEST_DESCRIPTION: usize = 100;

/// One command for each flow that a keyword starts, by the first keyword that every platform takes, or else the first that
/// some platform does. What comes of it is the keyword: `/track_order` starts the flow of `track order`.
pub fn commands(bot: &Bot) -> Vec<Command> {
    let mut found: Vec<Command> = Vec::new();
    for flow in bot.flows.values() {
        let names = flow.triggers.iter().filter_map(|trigger| match trigger {
            Trigger::Keyword(keyword) => command_name(keyword),
            Trigger::Intent(_)
            | Trigger::Button(_)
            | Trigger::Event(_)
            | Trigger::FirstContact
            | Trigger::Fallback => None,
        });
        let names: Vec<String> = names.collect();
        let plain = names.iter().find(|name| name.is_ascii()).or(names.first());
        if let Some(name) = plain.filter(|name| !found.iter().any(|command| command.name == **name)) {
            let names = bot.languages.iter().filter_map(|language| {
                let own = flow.commands.get(language)?;
                Some((language.clone(), own.clone()))
            });
            found.push(Command {
                name: name.clone(),
                names: names.collect(),
                description: descriptions(bot, flow, name),
            });
        }
    }
    distinguish(&mut found);
    found
}

/// Leaves out names in some language that are those of another command as well: nobody could tell the two apart.
fn distinguish(commands: &mut [Command]) {
    let bases: BTreeSet<String> = commands.iter().map(|command| command.name.clone()).collect();
    let mut taken = BTreeSet::new();
    for Command { name, names, .. } in commands {
        names.retain(|(language, other)| {
            let is_anothers = other != name && bases.contains(other);
            !is_anothers && taken.insert((language.clone(), other.clone()))
        });
    }
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

    fn bot(flows: &str) -> Bot {
        let files = [
            ("bot.yaml", "name: tents\ntitle: Tents\nlanguages: [de, en]\n"),
            ("flows/a.yaml", flows),
            ("responses/a.yaml", "hello: { de: Hallo, en: Hello }\n"),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let loaded = load(&Files(files));
        loaded.bot.unwrap_or_else(|| panic!("{:?}", loaded.problems))
    }

    fn texts(texts: &[(&str, &str)]) -> Vec<(String, String)> {
        texts.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn each_flow_has_one_described_in_the_languages_of_the_bot() {
        let bot = bot("menu: { when: [ keyword: menü ], steps: [ say: hello ] }\n\
                       other: { when: [ button: x ], steps: [ say: hello ] }\n\
                       track: { description: Where is it?, when: [ keyword: übersicht, keyword: track order, \
                       keyword: track ], steps: [ say: hello ] }\n\
                       way: { description: { en: 'The  way', de: Der Weg }, when: [ keyword: way ], \
                       steps: [ say: hello ] }\n");
        let told: Vec<(String, Vec<(String, String)>)> =
            commands(&bot).into_iter().map(|command| (command.name, command.description)).collect();
        let expected = [
            ("menü", texts(&[("de", "menü")])),
            ("track_order", texts(&[("de", "Where is it?")])),
            ("way", texts(&[("de", "Der Weg"), ("en", "The way")])),
        ];
        assert_eq!(told, expected.map(|(name, description)| (name.to_owned(), description)));
    }

    #[test]
    fn a_command_is_called_in_each_language_as_no_other_is() {
        let bot = bot("a: { command: { de: Bestellung verfolgen, en: 'where?' }, when: [ keyword: track ], \
                       steps: [ say: hello ] }\n\
                       b: { command: { de: bestellung-verfolgen, en: way }, when: [ keyword: order ], \
                       steps: [ say: hello ] }\n\
                       c: { command: { de: track, en: track }, when: [ keyword: way ], steps: [ say: hello ] }\n");
        let told: Vec<_> = commands(&bot).into_iter().map(|command| (command.name, command.names)).collect();
        let expected =
            [("track", texts(&[("de", "bestellung_verfolgen")])), ("order", texts(&[])), ("way", texts(&[]))];
        assert_eq!(told, expected.map(|(name, names)| (name.to_owned(), names)));
    }
}
