//! The server.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use anyhow::{Context as _, bail};
use studio_core::counted::counted;

use super::{Settings, plain};
use crate::{server, studio::Studio};

/// Runs the server until it is told to stop (Ctrl-C or SIGTERM; a second one stops at once).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio serve                                  the sample bot at http://127.0.0.1:8080
  studio serve --listen 127.0.0.1:9000 --data /var/lib/studio
  STUDIO_LOG_LEVEL=debug studio serve")]
pub struct Arguments {
    /// Address to listen on, in place of the setting `server.listen`
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen: Option<std::net::SocketAddr>,
    /// Folder of all that is kept, in place of the setting `server.data`
    #[arg(long, value_name = "FOLDER")]
    data: Option<std::path::PathBuf>,
    /// Folder of the bots, in place of the setting `bots.folder`
    #[arg(long, value_name = "FOLDER")]
    bots: Option<std::path::PathBuf>,
}

fn address(text: &str) -> Result<std::net::SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address with a port, such as 127.0.0.1:8080".to_owned())
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut config = settings.load()?;
    if let Some(listen) = arguments.listen {
        config.server.listen = listen;
    }
    if let Some(data) = arguments.data {
        config.server.data = data;
    }
    if let Some(bots) = arguments.bots {
        if !bots.is_dir() {
            bail!(
                "there is no folder {}: `--bots` names the folder that holds the bots' folders",
                bots.display()
            );
        }
        config.bots.folder = bots;
    }
    crate::telemetry::start(&config.log);
    crate::texts::install(&config.texts.folder)?;
    let listening = server::listen(&config).await?;
    let config = listening.settled(config);
    let studio: Arc<Studio> = Studio::start(config).await.context("the studio cannot start")?;
    // Whoever reads the greeting may stop it.
    let signals = server::Signals::new()?;
    tracing::info!("server.ready");
    // A server whose greeting nobody reads serves all the same.
    let _ = std::io::stdout().write_all(greeting(&studio, &settings.ignored()).as_bytes());
    server::serve(studio, listening, signals).await?;
    Ok(ExitCode::SUCCESS)
}

/// What is told once the studio is ready.
fn greeting(studio: &Studio, ignored: &[String]) -> String {
    let address = studio.config.server.address();
    let mut lines = vec!["\nThe studio is ready.\n".to_owned()];
    if studio.sample().is_some() {
        lines.push(format!("  the page with the chat    {address}/"));
    }
    lines.push(format!("  the API                   {address}/api/v1/openapi.json"));
    lines.push("  the console               studio console   (or: make console)".to_owned());
    for bot in studio.registry.summaries(studio_core::id::OrganisationId::FIRST) {
        lines.push(match bot.version {
            Some(version) if bot.errors == 0 => format!("  bot {:<21} version {version}", bot.name),
            Some(version) => {
                format!(
                    "  bot {:<21} OLD version {version}, published last: {} in its files, see `studio check`",
                    bot.name,
                    counted(bot.errors, "error")
                )
            }
            None => {
                format!(
                    "  bot {:<21} NOT RUNNING: {}, see `studio check`",
                    bot.name,
                    counted(bot.errors, "error")
                )
            }
        });
    }
    let left_out = studio.registry.left_out(studio_core::id::OrganisationId::FIRST);
    lines.extend(left_out.iter().map(|told| format!("  WARNING: {}", plain(told))));
    lines.extend(studio.silent_connections().into_iter().map(|(name, bot)| {
        format!("  WARNING: connection {name} has no bot {bot}: nobody answers there until it is published")
    }));
    let unknown = crate::studio::unknown_models(&studio.config);
    lines.extend(unknown.iter().map(|(problem, instead)| format!("  WARNING: {problem} ({instead})")));
    lines.extend(ignored.iter().map(|ignored| format!("  WARNING: {}", plain(ignored))));
    lines.extend(studio.doubts().into_iter().map(|doubt| format!("  WARNING: {doubt}")));
    lines.push("\nStop it with Ctrl-C.\n\n".to_owned());
    lines.join("\n")
}
