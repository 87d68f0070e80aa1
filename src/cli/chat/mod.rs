//! A talk with a bot in this terminal.

mod command;
mod explain;

use std::{
    io::{BufRead as _, IsTerminal as _, Read as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, ensure};
use studio_core::{
    content::{Capabilities, Content, EVERYTHING, Source, degrade},
    dialogue::{Act, Body, CallOutcome, Owner, RemoteAnswer},
    id::MediaId,
    texts,
};

use self::command::Command;
use super::{CHANNELS, Settings, check::find, plain, say, warn};
use crate::{
    bots::BotFolder,
    clock::Clock,
    config::Config,
    egress::{Egress, EgressRequest, Policy},
    rehearse::{Outcome, Rehearsal, Stage},
    studio::{policy, refused_calls},
    translation,
};

/// Talks to a bot without a server. Lines beginning with `/` are for the terminal: `/help` lists them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio chat                             the sample shop
  studio chat bots/mine --explain         a bot of yours, and why it answers as it does
  echo 'where is my order?' | studio chat shop --language en")]
pub struct Arguments {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT", default_value = "shop")]
    bot: PathBuf,
    /// Language of the visitor, e.g. `de`
    #[arg(long)]
    language: Option<String>,
    /// The channel that the bot takes this for: its texts, and `channel` in conditions
    #[arg(long, value_name = "CHANNEL", default_value = "http", value_parser = CHANNELS)]
    channel: String,
    /// Show what the bot understood and why it answers
    #[arg(long)]
    explain: bool,
}

/// Of a file so much is looked at to say what it is.
const START_OF_FILE: u64 = 8 << 10;

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = find(settings, &arguments.bot)?.without_tests();
    let config = settings.load()?;
    let models = settings.models()?;
    let egress = Egress::new(policy(&config));
    let interpreter = translation::open(&config, &egress, &models)?;
    let mut stage = tokio::task::block_in_place(|| Stage::build(&folder, &models, interpreter))?;
    warn(&models.problems());
    if let Some(tag) = &arguments.language {
        known(tag, &stage.mind.bot.languages)?;
    }
    let policy = as_served(&config, &folder, &mut stage).await?;
    warn(&refused_calls(&policy.networks, &stage.mind.bot));
    let clock = Clock::default();
    let language = arguments.language.as_deref();
    let mut talk = Talk {
        rehearsal: Rehearsal::new(&stage.mind, &arguments.channel, clock.now()),
        explain: arguments.explain,
        egress: Egress::new(policy),
    };
    say!("{} on the channel {} (/help for commands)\n", plain(&stage.mind.bot.title), arguments.channel);
    let opened = Body::Opened { language: arguments.language.clone(), attributes: Default::default() };
    let outcome = tokio::task::block_in_place(|| talk.rehearsal.happen(opened));
    talk.show(outcome).await;
    while let Some(line) = tokio::task::block_in_place(ask)? {
        let command = match String::from_utf8(line) {
            Ok(line) => command::parse(&line),
            Err(_) => Err("that is no UTF-8 text; nothing was sent".to_owned()),
        };
        talk.rehearsal.now = clock.now().max(talk.rehearsal.now);
        match command {
            Ok(Command::Quit) => break,
            Ok(command) => {
                if let Some(outcome) = talk.obey(command, language, &clock) {
                    talk.show(outcome).await;
                }
            }
            Err(how) => say!("  {}", plain(&how)),
        }
    }
    say!("");
    Ok(ExitCode::SUCCESS)
}

/// Refuses a language that neither the bot nor the studio knows by name.
fn known(tag: &str, of_bot: &[String]) -> anyhow::Result<()> {
    let primary = |tag: &str| texts::canonical(tag).split('-').next().unwrap_or_default().to_owned();
    let is_it = |one: &str| primary(one) == primary(tag);
    ensure!(
        of_bot.iter().any(|one| is_it(one)) || texts::languages().any(is_it),
        "there is no language {tag:?}; there are {}, and kinds of them such as de-AT",
        texts::languages().collect::<Vec<_>>().join(", ")
    );
    Ok(())
}

/// The next line, as its bytes; nothing at the end of the input. Where nobody typed it, it is printed: what is written of
/// the talk is whole.
fn ask() -> std::io::Result<Option<Vec<u8>>> {
    super::print(format_args!("you> "));
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    let count = input.read_until(b'\n', &mut line)?;
    if count > 0 && !input.is_terminal() {
        say!("{}", plain(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n'])));
    }
    Ok((count > 0).then_some(line))
}

/// A file as the web chat would tell the bot of it: what it is by its bytes, whatever its name says.
fn file(path: &Path, id: MediaId) -> anyhow::Result<Content> {
    let file = std::fs::File::open(path).context("cannot be read")?;
    let facts = file.metadata().context("cannot be read")?;
    ensure!(facts.is_file() && facts.len() > 0, "is no file, or empty");
    let mut start = Vec::new();
    file.take(START_OF_FILE).read_to_end(&mut start).context("cannot be read")?;
    let is_text = std::str::from_utf8(&start).map_or_else(|error| error.error_len().is_none(), |_| true);
    let media_type = match infer::get(&start) {
        Some(kind) => kind.mime_type(),
        None if is_text => "text/plain",
        None => "application/octet-stream",
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (source, media_type) = (Source::Media(id), media_type.to_owned());
    Ok(Content::File { source, name, media_type, size: facts.len() })
}

struct Talk<'a> {
    rehearsal: Rehearsal<'a>,
    explain: bool,
    egress: Egress,
}

impl Talk<'_> {
    /// What comes of a command; `None` where the bot hears nothing of it.
    fn obey(&mut self, command: Command, language: Option<&str>, clock: &Clock) -> Option<Outcome> {
        let rehearsal = &mut self.rehearsal;
        Some(match command {
            Command::Say(text) => tokio::task::block_in_place(|| rehearsal.say(&text, language)),
            Command::Press(value) => {
                let pressed = Body::Press { title: value.clone(), value };
                tokio::task::block_in_place(|| rehearsal.happen(pressed))
            }
            Command::File(path) => match file(&path, MediaId(clock.id())) {
                Ok(content) => rehearsal.send(content, language),
                Err(error) => {
                    say!("  {}: {error:#}", plain(&path.display().to_string()));
                    return None;
                }
            },
            Command::Event { name, data } => rehearsal.happen(Body::Custom { name, data }),
            Command::Later(time) => rehearsal.pass(time),
            Command::Back if rehearsal.state.owner == Owner::Bot => {
                say!("  the bot has the conversation already");
                return None;
            }
            Command::Back => {
                say!("  the bot has the conversation again");
                rehearsal.act(Act::HandBack)
            }
            Command::Slots => {
                for (slot, value) in &rehearsal.state.slots {
                    say!("  {slot} = {}", plain(&value.to_string()));
                }
                return None;
            }
            Command::Explain => {
                self.explain = !self.explain;
                let shown = if self.explain { "shown" } else { "no longer shown" };
                say!("  what is understood, and why the bot answers, is {shown}");
                return None;
            }
            Command::Help => {
                say!("{}", command::help());
                return None;
            }
            Command::Nothing | Command::Quit => return None,
        })
    }

    async fn show(&mut self, mut outcome: Outcome) {
        loop {
            self.print(&outcome);
            let Some(call) = self.rehearsal.calls.front().cloned() else { break };
            let answered = self.call(&call).await;
            if let Some(line) = explain::failed(&call, &answered) {
                say!("{line}");
            }
            outcome = match self.rehearsal.answer(answered) {
                Some(next) => next,
                None => break,
            };
        }
        if let Owner::Team { .. } = self.rehearsal.state.owner {
            say!(
                "     (waiting for a person, and there is none here: /back to the bot, /later 31m, or /quit)"
            );
        }
    }

    fn print(&self, outcome: &Outcome) {
        if self.explain {
            let at = self.rehearsal.now;
            outcome.entries.iter().for_each(|entry| explain::explain(entry, at));
        }
        outcome.entries.iter().filter_map(explain::fault).for_each(|line| say!("{line}"));
        for content in &outcome.said {
            let shown = degrade(content.clone(), &WORDS);
            if self.explain {
                explain::given_up(&shown.losses);
            }
            for message in shown.messages {
                say!("bot> {}", plain(&message.plain()).replace('\n', "\n     "));
            }
        }
    }

    async fn call(&self, call: &studio_core::dialogue::CallRequest) -> CallOutcome {
        match self.egress.send(EgressRequest::from(call)).await {
            Ok(answer) => CallOutcome::Answered(RemoteAnswer::from(answer)),
            Err(error) => CallOutcome::Failed(error.to_string()),
        }
    }
}

/// Gives the bot the settings that it has when it is served, and says what it may call then.
async fn as_served(config: &Config, folder: &BotFolder, stage: &mut Stage) -> anyhow::Result<Policy> {
    let mut policy = policy(config);
    let mut bot = (*stage.mind.bot).clone();
    if folder.path.is_none() {
        let demo = serve_demo().await?;
        policy.networks.allow_endpoints.push(demo);
        bot.settings.insert("shop_url".to_owned(), format!("http://{demo}/demo/shop").into());
    }
    bot.settings.extend(config.bots.settings.get(&bot.name).cloned().unwrap_or_default());
    stage.mind.bot = Arc::new(bot);
    Ok(policy)
}

/// A sample bot calls the demonstration shop, which is served here as the server would.
async fn serve_demo() -> anyhow::Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, crate::demo::router(Clock::default())).into_future());
    Ok(address)
}

/// A terminal shows words, and buttons as numbered lines.
const WORDS: Capabilities = Capabilities {
    quick_replies: 0,
    buttons: 0,
    list_rows: 0,
    carousel: 0,
    cards: false,
    images: false,
    files: false,
    locations: false,
    link_buttons: false,
    ..EVERYTHING
};

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn kinds_of_languages_are_known_and_inventions_are_not() {
        for tag in ["en", "en-GB", "de-AT", "pt_BR", "zh-TW", "nn", "eo"] {
            assert!(known(tag, &["eo".to_owned()]).is_ok(), "{tag}");
        }
        for tag in ["klingon", "eo", "", "english"] {
            assert!(known(tag, &[]).is_err(), "{tag}");
        }
    }
}
