//! Is everything in order?

mod connections;
mod findings;
mod models;
mod server;

use std::process::ExitCode;

use studio_core::counted::counted;
use studio_store::StoredConnection;
use tokio::net::UnixStream;

use self::findings::Findings;
use super::{
    Settings,
    checks::{self, CheckedBot},
    engine, export, index,
};
use crate::{config::Config, secret, studio::open_store_to_read};

/// Looks at settings, data folder, bots, store and index, asks the platforms, and says of each whether it is well. Changes
/// nothing that is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio doctor                      before the first start, and when something is odd
  studio --config other.toml doctor

Exits with 1 if something is bad; a warning is not.")]
pub struct Arguments {}

pub async fn run(settings: &Settings, _: Arguments) -> anyhow::Result<ExitCode> {
    let mut findings = Findings { bad: false };
    let Some(config) = loaded(&mut findings, settings) else { return Ok(ExitCode::FAILURE) };
    match crate::texts::read(&config.texts.folder) {
        Ok(_) => Findings::good("texts", "in order"),
        Err(error) => findings.bad("texts", &format!("{error:#}")),
    }
    data(&mut findings, &config);
    match engine::told(&config.store.url) {
        Some(engine::Told::Good(how)) => Findings::good("engine", how),
        Some(engine::Told::Warning(how)) => Findings::warn("engine", how),
        None => {}
    }
    models::wanted(&mut findings, &config);
    let bots = bots(&mut findings, &config);
    models::translators(&mut findings, &config, &bots);
    let running = UnixStream::connect(config.server.socket()).await.is_ok();
    if running && !server::answers(&config).await {
        Findings::warn("server", server::STILL_STARTING);
    } else if running {
        Findings::good(
            "server",
            &format!("running; the console's socket is {}", config.server.socket().display()),
        );
        if let Some(told) = settings.path().and_then(|file| server::newer(&file, &config.server.socket())) {
            Findings::warn("settings", &told);
        }
        Findings::good("store", "held by the running server");
        server::awaited(&mut findings, &config).await;
        server::indexed(&mut findings, &config).await;
        connections::of_server(&mut findings, &config).await;
        server::drifts(&mut findings, &config).await;
    } else {
        Findings::good("server", "not running (`studio serve` starts it)");
        let stored = store(&mut findings, &config, &bots).await;
        connections::by_itself(&mut findings, &config, &stored, &bots).await;
    }
    Ok(if findings.bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The settings, if they can be read.
fn loaded(findings: &mut Findings, settings: &Settings) -> Option<Config> {
    let config = match settings.load() {
        Ok(config) => config,
        Err(error) => {
            findings.bad("settings", &format!("{error:#}"));
            return None;
        }
    };
    let ignored = settings.ignored();
    for ignored in &ignored {
        Findings::warn("settings", ignored);
    }
    match crate::studio::connections(&config) {
        Ok(_) if ignored.is_empty() => Findings::good("settings", "in order"),
        Ok(_) => {}
        Err(error) => findings.bad("settings", &format!("{error:#}")),
    }
    Some(config)
}

fn data(findings: &mut Findings, config: &Config) {
    let folder = &config.server.data;
    if !folder.exists() {
        return Findings::good(
            "data",
            &format!("{} does not exist yet; `studio serve` makes it", folder.display()),
        );
    }
    let probe = folder.join(".doctor");
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => {
            Findings::good("data", &format!("{} can be written", folder.display()));
            signs(findings, config);
        }
        Err(error) => findings.bad("data", &format!("{} cannot be written: {error}", folder.display())),
    }
}

/// What signs the tokens of visitors: it is made with the store.
fn signs(findings: &mut Findings, config: &Config) {
    let data = &config.server.data;
    match secret::read(data) {
        Ok(Some(_)) => Findings::good("secret", "signs the tokens of visitors"),
        Ok(None) if ["store", "rocksdb"].iter().any(|store| data.join(store).exists()) => Findings::warn(
            "secret",
            &format!(
                "{} is gone: a new one is made at the next start, and visitors begin new conversations. Put it back \
                 from a copy to keep them",
                data.join("secret").display()
            ),
        ),
        Ok(None) => {}
        Err(error) => findings.bad("secret", &error.to_string()),
    }
}

fn bots(findings: &mut Findings, config: &Config) -> Vec<CheckedBot> {
    if let Some(lost) = crate::studio::lost_folder(config) {
        Findings::warn("bots", &lost);
    } else if !config.bots.folder.exists() {
        Findings::good(
            "bots",
            &format!("no folder {}: the sample bot is used", config.bots.folder.display()),
        );
    }
    let bots = checks::bots(config);
    for bot in &bots {
        match bot {
            Ok(bot) if bot.errors() == 0 => {
                Findings::good(
                    "bot",
                    &format!("{}: no errors, {}", bot.name, counted(bot.warnings(), "warning")),
                );
            }
            Ok(bot) => findings.bad(
                "bot",
                &format!("{}: {}; `studio check` lists them", bot.name, counted(bot.errors(), "error")),
            ),
            Err((name, error)) => findings.bad("bot", &format!("{name}: {error}")),
        }
    }
    for warning in checks::of_connections(config, &bots) {
        Findings::warn("connection", &warning);
    }
    for warning in checks::of_bots(config, &bots) {
        Findings::warn("bot", &warning);
    }
    for warning in checks::idle_settings(config, &bots) {
        Findings::warn("settings", &warning);
    }
    bots.into_iter().flatten().collect()
}

/// The connections of the API that it keeps.
async fn store(findings: &mut Findings, config: &Config, bots: &[CheckedBot]) -> Vec<StoredConnection> {
    let folder = match config.store.url.as_str() {
        "surrealkv" => Some("store"),
        "rocksdb" => Some("rocksdb"),
        _ => None,
    };
    if folder.is_some_and(|folder| !config.server.data.join(folder).exists()) {
        Findings::good("store", "empty; `studio serve` makes it");
        findings.index(config, &[], false);
        return Vec::new();
    }
    match open_store_to_read(config).await {
        Ok(store) => {
            let held = match store.holder().await {
                Ok(Some(holder)) => format!("; held by {holder}, last heard of at {:.0}", holder.renewed),
                Ok(None) => String::new(),
                Err(error) => format!("; who holds it cannot be read: {error}"),
            };
            Findings::good("store", &format!("opens ({}){held}", config.store.url));
            let pending = export::pending(&store);
            if let Some(pending) = &pending {
                Findings::warn(
                    "store",
                    &format!("{pending}: `studio serve` applies it; export a copy before"),
                );
            }
            let stored = store.stored_connections().await;
            let published = index::published(&store).await;
            store.close().await;
            match published {
                Ok(mut published) => {
                    // Of a bot that is gone from the folder the index keeps nothing, and the next start publishes nothing.
                    published.retain(|published| bots.iter().any(|bot| bot.bot == published.bot));
                    findings.index(config, &published, false);
                }
                // A store of an earlier version may lack what is asked for.
                Err(_) if pending.is_some() => {}
                Err(error) => findings.bad("store", &format!("the published bots cannot be read: {error}")),
            }
            if pending.is_some() && stored.is_err() {
                return Vec::new();
            }
            stored.unwrap_or_else(|error| {
                findings.bad("store", &format!("the connections of the API cannot be read: {error}"));
                Vec::new()
            })
        }
        Err(error) => {
            findings.bad("store", &format!("{error:#}"));
            Vec::new()
        }
    }
}
