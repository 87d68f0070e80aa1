//! All that is kept, to a file and back.

use std::{
    fs::Permissions,
    io::{IsTerminal as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use studio_core::counted::counted;
use studio_store::{Address, Contents, Imported, Store};
use studio_tui::{Api, Target};
use tempfile::NamedTempFile;
use tokio::{
    fs::File,
    io::{AsyncWrite, AsyncWriteExt as _, BufReader, BufWriter},
    net::UnixStream,
};

use super::{Settings, say};
use crate::{
    config::Config,
    secret,
    studio::{open_store_to_read, store_settings},
};

/// Writes everything that is kept to a file of JSON lines, readable by its owner alone: one moment of a running
/// studio, or what a stopped one left, in which nothing is changed. The secret that signs visitors' tokens is in it: keep it
/// like a password.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio export backup.jsonl
  studio export - | gpg --encrypt --recipient me > backup.gpg")]
pub struct ExportArguments {
    /// The file to write, which must not exist; `-` is standard output
    file: PathBuf,
}

/// Reads an exported file into an empty store, and takes over its secret. The whole file is compared with its hash before
/// anything is written. One of an older studio is brought up to this one; one of a newer studio is refused. A store that an import left unfinished is not served; importing again begins it anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio import backup.jsonl")]
pub struct ImportArguments {
    /// The file to read
    file: PathBuf,
}

pub async fn export(settings: &Settings, arguments: ExportArguments) -> anyhow::Result<ExitCode> {
    let is_piped = arguments.file == Path::new("-");
    if is_piped && std::io::stdout().is_terminal() {
        bail!("a copy holds every conversation and a secret: name a file, or send standard output elsewhere");
    }
    if !is_piped && arguments.file.exists() {
        bail!("{} exists: name another file", arguments.file.display());
    }
    let config = settings.load()?;
    if matches!(config.store.url.as_str(), "surrealkv" | "rocksdb") && !config.server.data.is_dir() {
        bail!(
            "there is no data folder {}: run this where the studio runs, or give --config",
            config.server.data.display()
        );
    }
    if is_piped {
        print(&config).await?;
    } else {
        write(&config, &arguments.file).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(config: &Config, path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let (file, beside) = private_file(path).with_context(cannot)?.into_parts();
    let mut file = BufWriter::new(File::from_std(file));
    let copied = copy(config, &mut file).await?;
    file.flush().await.with_context(cannot)?;
    file.get_ref().sync_all().await.with_context(cannot)?;
    beside.persist_noclobber(path).map_err(|refused| refused.error).with_context(cannot)?;
    if let Some(pending) = &copied.pending {
        say!("{pending}");
    }
    say!("{}: {}", path.display(), described(&copied.contents));
    Ok(())
}

/// To standard output; what is said of it goes to standard error.
async fn print(config: &Config) -> anyhow::Result<()> {
    let mut out = BufWriter::new(tokio::io::stdout());
    let copied = copy(config, &mut out).await?;
    out.flush().await.context("cannot write to standard output")?;
    for line in copied.pending.into_iter().chain([described(&copied.contents)]) {
        // Nobody reads it: the copy is what counts.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    Ok(())
}

struct Copied {
    contents: Contents,
    /// What is to be said of a store that is older than this studio.
    pending: Option<String>,
}

/// From the studio that runs, or from the store that a stopped one left.
async fn copy(config: &Config, out: &mut (impl AsyncWrite + Unpin + Send)) -> anyhow::Result<Copied> {
    let socket = config.server.socket();
    if UnixStream::connect(&socket).await.is_ok() {
        let contents = download(&Api::new(&Target::Unix(socket))?, out).await?;
        return Ok(Copied { contents, pending: None });
    }
    let store = open_store_to_read(config).await?;
    let secret = secret::read(&config.server.data)?;
    let pending = pending(&store).map(|pending| {
        format!("{pending}: the copy is of a studio from before it, and is brought up where it is imported")
    });
    let contents = store.export(out, secret.as_ref()).await;
    store.close().await;
    Ok(Copied { contents: contents?, pending })
}

async fn download(api: &Api, out: &mut (impl AsyncWrite + Unpin + Send)) -> anyhow::Result<Contents> {
    const CUT_OFF: &str = "the copy was cut off: the studio's log says why";
    let mut answer = api.stream(&["export"]).await?;
    let mut last_line = Vec::new();
    while let Some(chunk) = answer.chunk().await.context(CUT_OFF)? {
        out.write_all(&chunk).await?;
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

/// What a move needs beside the copy.
const BESIDE: &str = "Not in the copy: the folder of the bots, the files of settings and of texts, and the variables of the \
                      environment (STUDIO_KEY, without which connections of the API do not run). Bring them along.";

pub async fn import(settings: &Settings, arguments: ImportArguments) -> anyhow::Result<ExitCode> {
    let path = arguments.file.display().to_string();
    let file = File::open(&arguments.file).await.with_context(|| format!("cannot read {path}"))?;
    let mut file = BufReader::new(file);
    let config = settings.load()?;
    let to = store_settings(&config)?;
    // A copy that is not whole must not leave even an empty store behind.
    let whole = if is_there(&to.address) { None } else { Some(Imported::read(&mut file).await?) };
    let data = &config.server.data;
    crate::server::make_private_folder(data)
        .with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let store = Store::open_to_import(&to).await?;
    let result = take_in(&store, &mut file, whole, data).await;
    store.close().await;
    let imported = result?;
    say!("{path}: {}", described(&imported.contents));
    if imported.is_migrated() {
        say!("It was of migration {}; the store is of this studio's last one.", imported.migration);
    }
    say!("{BESIDE}");
    Ok(ExitCode::SUCCESS)
}

async fn take_in(
    store: &Store,
    file: &mut BufReader<File>,
    whole: Option<Imported>,
    data: &Path,
) -> anyhow::Result<Imported> {
    let imported = match whole {
        Some(whole) => store.import_whole(file, whole).await?,
        None => store.import(file).await?,
    };
    if let Some(secret) = &imported.secret {
        secret::keep(data, secret).context("cannot keep the secret of the copy")?;
    }
    store.finish_import().await?;
    Ok(imported)
}

/// Whether there is a store already, so that opening makes none.
fn is_there(address: &Address) -> bool {
    match address {
        Address::Folder(folder) | Address::RocksDb(folder) => folder.exists(),
        Address::Memory => false,
        Address::Server { .. } => true,
    }
}

/// A new file beside `path`, which holds password hashes and every conversation: for the owner alone, under a name that
/// nothing has, and gone unless it is kept.
fn private_file(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::Builder::new()
        .prefix(".studio-export-")
        .suffix(".partial")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

/// What this studio would make of a store first; nothing where it is of this studio.
pub fn pending(store: &Store) -> Option<String> {
    let named: Vec<_> = store
        .pending_migrations()
        .iter()
        .map(|migration| format!("migration {} ({})", migration.number, migration.name))
        .collect();
    match named.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is pending")),
        [first, .., last] => Some(format!("{first} to {last} are pending")),
    }
}

fn described(contents: &Contents) -> String {
    let rows: u64 = contents.rows.values().sum();
    let tables = counted(contents.rows.len(), "table");
    format!("{} of {tables}, SHA-256 {}", counted(rows, "row"), contents.hash)
}
