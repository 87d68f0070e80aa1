//! How is a model fetched of whose files nobody wrote down the hashes?
//!
//! Out of a repository in one commit, by which its content is named. Its hashes are taken at this first time, and compared from
//! then on. Only what a model may have of files is asked for, and nothing of it is run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use reqwest::Client;
use studio_bert::{CONFIG, FILES, Own, Source, TORCH_WEIGHTS, Task, Told, WEIGHTS, bring_fetched, free};
use tokio::fs;

use super::{client, comes};

/// Fetches a model under a name of the operator's. `progress` is told how many bytes are there.
pub async fn first(
    name: &str,
    (told, source): (Told, Source),
    models: &Path,
    replace: bool,
    mirror: &str,
    progress: &(dyn Fn(u64) + Sync),
) -> anyhow::Result<Own> {
    free(name, &told, models, replace)?;
    let client = client()?;
    let part = models.join(format!("{name}.part"));
    // Files of two commits would make one model.
    let beside = part.join(&source.revision);
    let mirror = mirror.trim_end_matches('/');
    let address = |file: &str| format!("{mirror}/{}/resolve/{}/{file}", source.repository, source.revision);
    let mut before = 0;
    let mut has_weights = false;
    // Vectors are made of the usual weights alone.
    let has_other = told.does != Task::Vectors;
    for file in FILES.into_iter().chain([WEIGHTS, TORCH_WEIGHTS]) {
        if file == TORCH_WEIGHTS && (has_weights || !has_other) {
            continue;
        }
        let (url, place) = (address(file), beside.join(file));
        match one(&client, &url, &place, &|bytes| progress(before + bytes)).await? {
            Some(bytes) => {
                before += bytes;
                has_weights |= file == WEIGHTS || file == TORCH_WEIGHTS;
            }
            None if file == CONFIG => bail!("{url} is not there: is there this commit of this repository?"),
            None => {}
        }
    }
    if !has_weights && !has_other {
        bail!("{source} has no {WEIGHTS}: of vectors no other weights are read");
    }
    if !has_weights {
        bail!("{source} has neither {WEIGHTS} nor {TORCH_WEIGHTS}: other weights are not read");
    }
    let put = || bring_fetched(name, (told, source.clone()), &beside, models, replace);
    let brought = tokio::task::block_in_place(put);
    // What does not suit does not suit better the next time.
    let _ = fs::remove_dir_all(&part).await;
    brought.with_context(|| format!("{source} was fetched and cannot be used"))
}

/// Fetches a file, if there is one; its bytes. What has its name is whole.
async fn one(
    client: &Client,
    url: &str,
    place: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> anyhow::Result<Option<u64>> {
    if let Ok(there) = fs::metadata(place).await {
        progress(there.len());
        return Ok(Some(there.len()));
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).await.with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut half = place.as_os_str().to_owned();
    half.push(".half");
    let half = PathBuf::from(half);
    if !comes(client, url, None, &half, progress).await? {
        return Ok(None);
    }
    fs::rename(&half, place).await.with_context(|| format!("{} cannot be written", place.display()))?;
    Ok(Some(fs::metadata(place).await?.len()))
}
