//! The server.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;

use super::Settings;
use crate::{server, studio::Studio};

/// Runs the server until it is told to stop (Ctrl-C or SIGTERM; a second one stops at once).
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on, in place of the setting `server.listen`
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<std::net::SocketAddr>,
    /// Folder of all that is kept, in place of the setting `server.data`
    #[arg(long, value_name = "FOLDER")]
    data: Option<std::path::PathBuf>,
    /// Folder of the bots, in place of the setting `bots.folder`
    #[arg(long, value_name = "FOLDER")]
    bots: Option<std::path::PathBuf>,
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
        config.bots.folder = bots;
    }
    crate::telemetry::start(&config.log);
    let listening = server::listen(&config).await?;
    let config = listening.settled(config);
    let studio: Arc<Studio> = Studio::start(config).await.context("the studio cannot start")?;
    greet(&studio);
    server::serve(studio, listening).await?;
    Ok(ExitCode::SUCCESS)
}

fn greet(studio: &Studio) {
    let address = studio.config.server.address();
    println!("\nThe studio is ready.\n");
    if studio.config.demo.enabled {
        println!("  the page with the chat    {address}/");
    }
    println!("  the API                   {address}/api/v1/openapi.json");
    println!("  the console               studio console   (or: make console)");
    for bot in studio.registry.summaries(studio_core::id::OrganisationId::FIRST) {
        match bot.version {
            Some(version) => println!("  bot {:<21} version {version}", bot.name),
            None => println!("  bot {:<21} NOT RUNNING: {} errors, see `studio check`", bot.name, bot.errors),
        }
    }
    for (name, bot) in studio.silent_connections() {
        println!("  WARNING: connection {name} has no bot {bot}: nobody answers there until it is published");
    }
    println!("\nStop it with Ctrl-C.\n");
}
