//! The agents' console, here or against a studio elsewhere.

use std::{path::PathBuf, process::ExitCode};

use studio_tui::{Credentials, Language, Options, Target};
use url::Url;

use super::Settings;

/// Opens the console. On the same machine it uses the server's socket, where file permissions are the login.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio console                                   beside a running studio; no login
  studio console --name Ada                        the same; visitors read Ada, else Operator
  studio console --url https://chat.example.com    elsewhere, with e-mail and password

Press ? in the console for its keys.")]
pub struct Arguments {
    /// Address of a studio elsewhere, e.g. `https://chat.example.com`
    #[arg(long, value_name = "URL", env = "STUDIO_URL", value_parser = address)]
    url: Option<Url>,
    /// The socket of a studio on this machine [default: studio.sock in the data folder]
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    socket: Option<PathBuf>,
    /// The name by which visitors read who answers, where no login says it [default: Operator]
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    name: Option<String>,
    /// API key or session token; e-mail and password are asked for otherwise
    #[arg(long, value_name = "TOKEN", env = "STUDIO_TOKEN", hide_env_values = true, requires = "url")]
    token: Option<String>,
    /// Where visitors' files are saved [default: Downloads in the home folder, or here if there is none]
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
}

fn address(text: &str) -> Result<Url, String> {
    let url =
        text.parse().ok().filter(|url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| "write the address of a studio, such as https://chat.example.com".to_owned())
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let target = match (arguments.url, arguments.socket) {
        (Some(url), _) => Target::Url(url),
        (None, Some(socket)) => Target::Unix(socket),
        (None, None) => Target::Unix(settings.load()?.server.socket()),
    };
    let named = arguments.name.map_or(Credentials::None, Credentials::Name);
    let credentials = arguments.token.map_or(named, Credentials::Token);
    let folder = arguments.files.unwrap_or_else(downloads);
    if let Err(error) = studio_tui::run(Options { target, credentials, language: language(), folder }).await {
        eprintln!("studio: {error}");
        return Ok(error.exit_code());
    }
    Ok(ExitCode::SUCCESS)
}

fn downloads() -> PathBuf {
    let folder = std::env::home_dir().map(|home| home.join("Downloads"));
    folder.filter(|folder| folder.is_dir()).unwrap_or_else(|| PathBuf::from("."))
}

/// The language of the console: that of the terminal.
fn language() -> Language {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|tag| !tag.is_empty()));
    Language::of_tag(&tag.unwrap_or_default())
}
