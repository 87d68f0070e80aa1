//! How is a file that someone sent fetched?

use axum::body::Bytes;
use jiff::SignedDuration;
use serde::Deserialize;
use teloxide_core::{payloads::GetFile, types::FileId};

use super::{
    call::{CallError, call},
    life::{Account, PATIENCE, UPLOAD_PATIENCE},
    limits,
};
use crate::platform::{FetchError, Fetched};

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    file_path: Option<String>,
    #[serde(default)]
    file_size: Option<usize>,
}

impl Account {
    /// The bytes of the file with this `file_id`.
    pub async fn fetch(&self, native: &str) -> Fetched {
        let largest = limits::of(&self.config.api).fetched;
        let method = GetFile::new(FileId(native.to_owned()));
        let file =
            call::<_, File>(&self.line, &method, None, PATIENCE).await.map_err(|error| judge(&error))?.result;
        if file.file_size.is_some_and(|size| size > largest) {
            return Err(too_large(largest));
        }
        let path = file.file_path.ok_or_else(|| again("Telegram does not say where the file is"))?;
        if path.starts_with('/') {
            return Err(FetchError::Dead(
                "the Bot API server runs with --local and hands out files of its own disk; start it without"
                    .to_owned(),
            ));
        }
        let mut address = self.line.api_url();
        address
            .path_segments_mut()
            .map_err(|()| FetchError::Dead("the api address has no path".to_owned()))?
            .pop_if_empty()
            .extend(["file", &format!("bot{}", self.line.token())])
            .extend(path.split('/'));
        let request = self.line.client().get(address).timeout(UPLOAD_PATIENCE);
        let lost = |error: CallError| again(&error.to_string());
        let mut response =
            request.send().await.map_err(|error| lost(CallError::Lost(error.without_url().to_string())))?;
        if !response.status().is_success() {
            return Err(again(&format!("the file was answered with status {}", response.status())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| lost(CallError::Lost(error.without_url().to_string())))?
        {
            if bytes.len() + chunk.len() > largest {
                return Err(too_large(largest));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Bytes::from(bytes))
    }
}

fn too_large(largest: usize) -> FetchError {
    let megabytes = largest >> 20;
    FetchError::Dead(format!(
        "the file is larger than the {megabytes} MB that bots may fetch; ask for a smaller one or a link"
    ))
}

fn again(error: &str) -> FetchError {
    FetchError::Retry { after: None, error: error.to_owned() }
}

fn judge(error: &CallError) -> FetchError {
    match error {
        CallError::Refused(refusal) if refusal.description.contains("file is too big") => {
            too_large(limits::FETCHED)
        }
        CallError::Refused(refusal)
            if refusal.code == 400 && !refusal.description.contains("temporarily unavailable") =>
        {
            FetchError::Dead(format!("Telegram does not have the file any more; ask for it again ({error})"))
        }
        CallError::Refused(refusal) if refusal.code == 429 => FetchError::Retry {
            after: refusal.retry_after.or(Some(SignedDuration::from_secs(1))),
            error: error.to_string(),
        },
        CallError::Refused(_) | CallError::Unreachable(_) | CallError::Lost(_) => again(&error.to_string()),
    }
}
