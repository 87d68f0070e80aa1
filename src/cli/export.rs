//! All that is kept, to a file and back.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use studio_store::Contents;
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufReader, BufWriter},
};

use super::Settings;
use crate::studio::open_store;

/// Writes everything that is kept to a file of JSON lines, readable by its owner alone. The studio must be stopped
/// first, unless its store is a SurrealDB server.
#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Reads an exported file into an empty store, and compares counts and hash.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// The file to read
    file: PathBuf,
}

pub async fn export(settings: &Settings, arguments: ExportArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display().to_string();
    if arguments.file.exists() {
        bail!("{path} exists: name another file");
    }
    let store = open_store(&settings.load()?).await?;
    let beside = arguments.file.with_extension("partial");
    let mut file =
        BufWriter::new(private_file(&beside).await.with_context(|| format!("cannot write {path}"))?);
    let summary = store.export(&mut file).await?;
    file.flush().await?;
    file.get_ref().sync_all().await?;
    std::fs::rename(&beside, &arguments.file)?;
    store.close().await;
    println!("{path}: {}", described(&summary));
    Ok(ExitCode::SUCCESS)
}

pub async fn import(settings: &Settings, arguments: ImportArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display().to_string();
    let file = File::open(&arguments.file).await.with_context(|| format!("cannot read {path}"))?;
    let config = settings.load()?;
    crate::server::make_private_folder(&config.server.data)?;
    let store = open_store(&config).await?;
    let result = store.import(&mut BufReader::new(file)).await;
    store.close().await;
    println!("{path}: {}", described(&result?));
    Ok(ExitCode::SUCCESS)
}

/// It holds password hashes and every conversation: for the owner alone.
async fn private_file(path: &std::path::Path) -> std::io::Result<File> {
    tokio::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).await
}

fn described(contents: &Contents) -> String {
    let rows: u64 = contents.rows.values().sum();
    format!("{rows} rows of {} tables, SHA-256 {}", contents.rows.len(), contents.hash)
}
