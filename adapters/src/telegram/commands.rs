//! How does Telegram learn what people can type after a slash?

use std::{collections::BTreeMap, time::Duration};

use teloxide_core::{
    payloads::{DeleteMyCommands, SetMyCommands},
    types::{BotCommand, True},
};

use super::{
    call::CallError,
    life::{Account, PATIENCE, pause, why},
};
use crate::{
    host::{Host, HostError},
    platform::{Command, Offers},
};

/// Under which name the host keeps what was told last.
const KEY: &str = "commands";
/// How often the bot is asked whether it has others.
const LOOK: Duration = Duration::from_mins(1);
/// Of a list (core.telegram.org, `setMyCommands`).
pub(crate) const OFFERS: Offers = Offers { plain: true, longest: usize::MAX, most: 100 };

/// Commands with their descriptions, by Telegram's code of a language; the empty one is for everyone else.
type Lists = BTreeMap<String, Vec<(String, String)>>;

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Call(String),
    #[error("could not keep which commands are set: {0}")]
    Host(#[from] HostError),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Call(why("could not set the commands", &error))
    }
}

pub(super) async fn run<H: Host>(account: &Account, host: &H) {
    let mut tries = 0;
    loop {
        match bring_up_to_date(account, host).await {
            Ok(()) => {
                tries = 0;
                tokio::time::sleep(LOOK).await;
            }
            Err(error) => {
                account.note(host, &error.to_string());
                tokio::time::sleep(pause(host, tries)).await;
                tries += 1;
            }
        }
    }
}

async fn bring_up_to_date<H: Host>(account: &Account, host: &H) -> Result<(), Failure> {
    // A bot that does not run keeps its commands: it may be between two versions.
    let Some(face) = host.face(account.bot()) else { return Ok(()) };
    let offered: Vec<Command> = OFFERS.of(&face.commands).cloned().collect();
    let wanted = lists(&offered);
    let known = host.recall(account.name(), KEY).await?;
    let known = known.and_then(|known| serde_json::from_str::<Lists>(&known).ok());
    if known.as_ref() == Some(&wanted) {
        return Ok(());
    }
    for (language, commands) in &wanted {
        let commands = commands.iter().map(|(name, text)| BotCommand::new(name.clone(), text.clone()));
        let mut method = SetMyCommands::new(commands.collect::<Vec<_>>());
        method.language_code = Some(language.clone()).filter(|language| !language.is_empty());
        account.call::<_, _, True>(host, &method, PATIENCE).await?;
    }
    for language in known.iter().flat_map(BTreeMap::keys).filter(|language| !wanted.contains_key(*language)) {
        let mut method = DeleteMyCommands::new();
        method.language_code = Some(language.clone()).filter(|language| !language.is_empty());
        account.call::<_, _, True>(host, &method, PATIENCE).await?;
    }
    let told = serde_json::to_string(&wanted).expect("texts can be written as JSON");
    Ok(host.remember(account.name(), KEY, told).await?)
}

fn lists(commands: &[Command]) -> Lists {
    let mut lists = Lists::new();
    let languages = commands.iter().flat_map(|command| command.description.iter().skip(1));
    let codes = languages.filter_map(|(language, _)| code(language)).chain([""]);
    for wanted in codes {
        let told = |command: &Command| {
            let own = command.description.iter().find(|(language, _)| code(language) == Some(wanted));
            let (_, text) = own.or(command.description.first())?;
            Some((command.name.clone(), text.clone()))
        };
        let list = commands.iter().filter_map(told).collect();
        lists.insert(wanted.to_owned(), list);
    }
    if commands.is_empty() { Lists::new() } else { lists }
}

/// Telegram takes two letters; of the languages that share them the first counts.
fn code(language: &str) -> Option<&str> {
    match language.split('-').next()? {
        "fil" => Some("tl"),
        code if code.len() == 2 => Some(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_list_and_everyone_else_the_first() {
        let text = |language: &str, text: &str| (language.to_owned(), text.to_owned());
        let commands = [
            Command {
                name: "track".to_owned(),
                names: Vec::new(),
                description: vec![text("en", "Where is it?"), text("de", "Wo ist es?")],
            },
            Command { name: "help".to_owned(), names: Vec::new(), description: vec![text("en", "Help")] },
        ];
        let lists = lists(&commands);
        let list = |language: &str| lists[language].iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>();
        assert_eq!(lists.keys().collect::<Vec<_>>(), ["", "de"]);
        assert_eq!(list(""), ["Where is it?", "Help"]);
        assert_eq!(list("de"), ["Wo ist es?", "Help"]);
        assert!(super::lists(&[]).is_empty());
    }

    #[test]
    fn a_regional_language_is_told_by_its_two_letters() {
        let languages = ["en", "pt-BR", "zh-Hant", "zh-Hans", "fil", "sr-Latn"];
        let description = languages.map(|language| (language.to_owned(), format!("in {language}"))).to_vec();
        let lists = lists(&[Command { name: "help".to_owned(), names: Vec::new(), description }]);
        let told = lists.iter().map(|(code, list)| (code.as_str(), list[0].1.as_str())).collect::<Vec<_>>();
        let expected =
            [("", "in en"), ("pt", "in pt-BR"), ("sr", "in sr-Latn"), ("tl", "in fil"), ("zh", "in zh-Hant")];
        assert_eq!(told, expected);
    }
}
