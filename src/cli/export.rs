//! All that is kept, to a file and back.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use studio_store::{Contents, Imported, Store};
use studio_tui::{Api, Target};
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufReader, BufWriter},
    net::UnixStream,
};

use super::{Settings, say};
use crate::{
    config::Config,
    secret,
    studio::{open_store, store_settings},
};

/// Writes everything that is kept to a file of JSON lines, readable by its owner alone: one moment of a running
/// studio, or what a stopped one left. The secret that signs visitors' tokens is in it: keep it like a password.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio export backup.jsonl")]
pub struct ExportArguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Reads an exported file into an empty store, and takes over its secret. The whole file is compared with its hash before
/// anything is written. A store that an import left unfinished is not served; importing again begins it anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio import backup.jsonl")]
pub struct ImportArguments {
    /// The file to read
    file: PathBuf,
}

pub async fn export(settings: &Settings, arguments: ExportArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display().to_string();
    if arguments.file.exists() {
        bail!("{path} exists: name another file");
    }
    let config = settings.load()?;
    if matches!(config.store.url.as_str(), "surrealkv" | "rocksdb") && !config.server.data.is_dir() {
        bail!(
            "there is no data folder {}: run this where the studio runs, or give --config",
            config.server.data.display()
        );
    }
    let beside = arguments.file.with_extension("partial");
    let file = private_file(&beside).await.with_context(|| format!("cannot write {path}"))?;
    let mut file = BufWriter::new(file);
    let copied = copy(&config, &mut file).await;
    let contents = match copied {
        Ok(contents) => contents,
        Err(error) => {
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
    };
    file.flush().await?;
    file.get_ref().sync_all().await?;
    std::fs::rename(&beside, &arguments.file)?;
    say!("{path}: {}", described(&contents));
    Ok(ExitCode::SUCCESS)
}

/// From the studio that runs, or from the store that a stopped one left.
async fn copy(config: &Config, file: &mut BufWriter<File>) -> anyhow::Result<Contents> {
    let socket = config.server.socket();
    if UnixStream::connect(&socket).await.is_ok() {
        return download(&Api::new(&Target::Unix(socket))?, file).await;
    }
    let store = open_store(config).await?;
    let secret = secret::read(&config.server.data)?;
    let copied = store.export(file, secret.as_ref()).await;
    store.close().await;
    Ok(copied?)
}

async fn download(api: &Api, file: &mut BufWriter<File>) -> anyhow::Result<Contents> {
    const CUT_OFF: &str = "the copy was cut off: the studio's log says why";
    let mut answer = api.stream(&["export"]).await?;
    let mut last_line = Vec::new();
    while let Some(chunk) = answer.chunk().await.context(CUT_OFF)? {
        file.write_all(&chunk).await?;
        // What came after the last line's end but one.
        for line in chunk.split_inclusive(|byte| *byte == b'\n') {
            if last_line.ends_with(b"\n") {
                last_line.clear();
            }
            last_line.extend_from_slice(line);
        }
    }
    Contents::of_footer(&last_line).context(CUT_OFF)
}

pub async fn import(settings: &Settings, arguments: ImportArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display().to_string();
    let file = File::open(&arguments.file).await.with_context(|| format!("cannot read {path}"))?;
    let config = settings.load()?;
    let data = &config.server.data;
    crate::server::make_private_folder(data)
        .with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let store = Store::open_to_import(&store_settings(&config)?).await?;
    let result = take_in(&store, &mut BufReader::new(file), data).await;
    store.close().await;
    say!("{path}: {}", described(&result?));
    Ok(ExitCode::SUCCESS)
}

async fn take_in(store: &Store, file: &mut BufReader<File>, data: &Path) -> anyhow::Result<Contents> {
    let Imported { contents, secret } = store.import(file).await?;
    if let Some(secret) = secret {
        secret::keep(data, &secret).context("cannot keep the secret of the copy")?;
    }
    store.finish_import().await?;
    Ok(contents)
}

/// It holds password hashes and every conversation: for the owner alone.
async fn private_file(path: &Path) -> std::io::Result<File> {
    tokio::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).await
}

fn described(contents: &Contents) -> String {
    let rows: u64 = contents.rows.values().sum();
    format!("{rows} rows of {} tables, SHA-256 {}", contents.rows.len(), contents.hash)
}
