//! What can be asked of the program? One file for each command.

mod alone;
mod bot;
mod chat;
mod check;
mod checks;
mod config;
mod console;
mod doctor;
mod engine;
mod evaluate;
mod export;
mod index;
mod models;
mod own_texts;
mod patience;
mod preview;
mod serve;
mod simulate;
mod test;
mod texts;
mod unread;
mod user;

use std::{collections::BTreeMap, ffi::OsString, fmt, io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{CommandFactory, Parser, Subcommand};
use studio_core::unseen::{Unseen, unseen};
use studio_tui::{Api, Target};
use tokio::net::UnixStream;

use crate::{
    config::{Config, ConfigError, ConfigErrors},
    models::Models,
};

/// What is deployed says its number alone; what obeys tests (`src/breakpoint.rs`) says so.
const VERSION: &str = if cfg!(debug_assertions) {
    concat!(env!("CARGO_PKG_VERSION"), " (development build)")
} else {
    env!("CARGO_PKG_VERSION")
};

/// One self-hosted server for conversations: bots, channels, knowledge, people, from one command.
#[derive(Debug, Parser)]
#[command(name = "studio", version = VERSION, max_term_width = 100, propagate_version = true)]
#[command(after_help = "\
Begin with:
  studio serve              the server, with the sample bot, at http://127.0.0.1:8080
  studio console            the agents' console, in another terminal
  studio chat shop          the sample bot right here, without a server

Every setting is explained by `studio config --defaults`.")]
pub struct Arguments {
    /// File with settings, over the built-in ones [default: studio.toml of this folder, if it exists]
    #[arg(long, global = true, value_name = "FILE", env = "STUDIO_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// Open the agents' console: live inbox, conversations, take over, reply
    Console(console::Arguments),
    /// Talk to a bot in this terminal, without a server
    Chat(chat::Arguments),
    /// Check a bot's files, or the settings: every problem with file, line and a hint
    Check(check::Arguments),
    /// Run a bot's conversation tests
    Test(test::Arguments),
    /// Train on one file, score on another: accuracy, calibration, confusions, speed
    Evaluate(evaluate::Arguments),
    /// Bring what a bot learned from its visitors into its files
    Bot(bot::Arguments),
    /// Show how a response of a bot looks on every channel, and what each cannot show
    Preview(preview::Arguments),
    /// Give a bot's texts to translators (XLIFF, CSV), take their work back; change what the studio itself says
    Texts(texts::Arguments),
    /// The large models: list, fetch, import, verify, remove
    Models(models::Arguments),
    /// Start local stand-ins for the platforms' APIs, to try a bot on all channels without an account
    Simulate(simulate::Arguments),
    /// Look whether everything is in order: settings, store, bots, index, server
    Doctor(doctor::Arguments),
    /// Write everything that is kept to a file
    Export(export::ExportArguments),
    /// Read an exported file into an empty store
    Import(export::ImportArguments),
    /// What platforms signed and nobody could read: list, show, read anew
    Unread(unread::Arguments),
    /// Members who may log in: add, list, change the password, remove
    User(user::Arguments),
    /// Show the settings as they hold
    Config(config::Arguments),
    /// Write a completion script for a shell
    #[command(hide = true)]
    Completions { shell: clap_complete::Shell },
}

/// Does what the arguments ask. The exit code is 0 for success, 1 for "no" (problems found, tests failed).
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings { file: arguments.config };
    let command = &arguments.command;
    if matches!(command, Command::Serve(_) | Command::Chat(_) | Command::Test(_) | Command::Evaluate(_)) {
        crate::models::calm();
    }
    match arguments.command {
        Command::Serve(arguments) => serve::run(&settings, arguments).await,
        Command::Console(arguments) => console::run(&settings, arguments).await,
        Command::Chat(arguments) => chat::run(&settings, arguments).await,
        Command::Check(arguments) => check::run(&settings, &arguments),
        Command::Test(arguments) => test::run(&settings, &arguments),
        Command::Evaluate(arguments) => evaluate::run(&settings, &arguments),
        Command::Bot(arguments) => bot::run(&settings, arguments).await,
        Command::Preview(arguments) => preview::run(&settings, &arguments),
        Command::Texts(arguments) => texts::run(&settings, arguments).await,
        Command::Models(arguments) => models::run(&settings, arguments).await,
        Command::Simulate(arguments) => simulate::run(&settings, arguments).await,
        Command::Doctor(arguments) => doctor::run(&settings, arguments).await,
        Command::Export(arguments) => export::export(&settings, arguments).await,
        Command::Import(arguments) => export::import(&settings, arguments).await,
        Command::Unread(arguments) => unread::run(&settings, arguments).await,
        Command::User(arguments) => user::run(&settings, arguments).await,
        Command::Config(arguments) => config::run(&settings, &arguments),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "studio", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The name under which the project keeps its defaults, and by which others call the file of their settings.
const MISTAKEN: &str = "config.toml";

/// Where a bot can be tried, in the order in which they are shown. Receivers of the HTTP channel get everything, as the
/// widget does.
const CHANNELS: [&str; 6] = ["web", "http", "telegram", "discord", "slack", "whatsapp"];

/// Where the settings come from.
struct Settings {
    file: Option<PathBuf>,
}

impl Settings {
    fn path(&self) -> Option<PathBuf> {
        self.file.clone().or_else(|| Some(PathBuf::from("studio.toml")).filter(|path| path.is_file()))
    }

    /// What is to be told of settings that do not hold: of a file that lies here, and of variables.
    fn ignored(&self) -> Vec<String> {
        let variables = crate::config::unknown_variables(self.path().as_deref(), &environment());
        self.ignored_file().into_iter().chain(variables).collect()
    }

    fn ignored_file(&self) -> Option<String> {
        if self.file.is_some() {
            return None;
        }
        let text = std::fs::read_to_string(MISTAKEN).ok()?;
        crate::config::says_otherwise(&text).then(|| {
            let read = match self.path() {
                Some(_) => "studio.toml is read",
                None => "there is no studio.toml, so the defaults hold",
            };
            format!(
                "{MISTAKEN} in this folder holds settings of the studio and is not read: {read}. Rename it, or start with \
                 `studio --config {MISTAKEN} …`"
            )
        })
    }

    fn read(&self) -> Result<Config, ConfigErrors> {
        crate::config::load(self.path().as_deref(), &environment()).map_err(|mut wrong| {
            let mistakes = wrong.rest.as_deref().map(crate::studio::mistakes).unwrap_or_default();
            wrong.errors.extend(mistakes.into_iter().map(ConfigError::Unfit));
            wrong.in_order()
        })
    }

    fn load(&self) -> anyhow::Result<Config> {
        self.read().context("the settings are wrong")
    }

    fn models(&self) -> anyhow::Result<Models> {
        Ok(Models::new(self.load()?.models))
    }
}

/// A variable that is no text is no setting.
fn environment() -> BTreeMap<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    std::env::vars_os().filter_map(text).collect()
}

/// Prints a line.
macro_rules! say {
    ($($part:tt)*) => { $crate::cli::print(format_args!("{}\n", format_args!($($part)*))) };
}
pub(crate) use say;

/// The API of the studio that runs on this machine and has this socket.
async fn running(socket: PathBuf) -> anyhow::Result<Api> {
    if UnixStream::connect(&socket).await.is_err() {
        bail!("no studio is running here ({}): start it with `studio serve`", socket.display());
    }
    Ok(Api::new(&Target::Unix(socket))?)
}

/// Prints at once, the beginning of a line too. A reader that went away (`| head`) wants no more and ends the program
/// quietly.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "studio: cannot print: {error}");
            std::process::exit(74);
        }
    }
}

/// What a command goes on without, on standard error.
pub(crate) fn warn(warnings: &[String]) {
    for warning in warnings {
        // Nobody reads it: what the command does is what counts.
        let _ = writeln!(std::io::stderr(), "warning: {}", plain(warning));
    }
}

/// Text of others for this terminal: no control character gets through, so that it cannot move the cursor, nothing that
/// turns words round, and nothing that cannot be seen.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|letter| match unseen(letter) {
            None => Some(letter),
            Some(Unseen::Break) => Some('\n'),
            Some(Unseen::Tab | Unseen::Blank) => Some(' '),
            Some(Unseen::Control | Unseen::Direction | Unseen::Stray) => Some('\u{fffd}'),
            Some(Unseen::Nothing) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_controls_nothing_turns_nothing_round_and_hides_nothing() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected, "{text:?}");
        check("plain wörds\nשלום", "plain wörds\nשלום");
        check("\u{1b}[2Jgone\u{7}\r", "\u{fffd}[2Jgone\u{fffd}\u{fffd}");
        check("a\u{202e}b\u{2067}c\u{200e}d\u{200f}e\u{61c}f", "a\u{fffd}b\u{fffd}cdef");
        check("pay\u{200b}pal\u{200d}\u{2060}\u{feff}\u{ad}\u{e0041}", "paypal");
        check("pay\u{3164}\tpal", "pay  pal");
        check("a\u{2028}b", "a\nb");
    }
}
