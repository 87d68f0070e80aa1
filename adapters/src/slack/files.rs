//! How do files come and go?

use serde::Deserialize;
use serde_json::{Value, json};
use studio_core::id::MediaId;
use url::Url;

use super::{life::Account, payload::File, place::is_id, send::Step, text::marked, trouble::Trouble};
use crate::{
    bounded::{Unread, bounded},
    fence::barred,
    file_name, headers,
    host::Host,
    platform::{FetchError, Fetched, Outcome},
};

/// Our own: larger files are not kept. Slack's bound is 1 GB.
const LARGEST: u64 = 50 << 20;

/// A file of the studio's on its way out.
pub(super) struct Upload<'a> {
    pub media: MediaId,
    pub name: Option<&'a str>,
    pub alt: Option<&'a str>,
    pub comment: Option<&'a str>,
}

#[derive(Deserialize)]
struct Place {
    upload_url: Url,
    file_id: String,
}

#[derive(Deserialize)]
struct Info {
    file: Value,
}

impl Account {
    /// Uploads a file into the conversation; what only one person sees goes to that person's direct messages.
    pub(super) async fn upload<H: Host>(
        &self,
        host: &H,
        step: &Step<'_>,
        upload: &Upload<'_>,
    ) -> Result<String, Trouble> {
        if let Some(file) = self.uploaded(host, &step.leaving.key).await? {
            return Ok(format!("file:{file}"));
        }
        let loaded = host.load_media(step.leaving.conversation, upload.media).await;
        let loaded =
            loaded.map_err(|error| Trouble::Unknown(format!("the file could not be loaded: {error}")))?;
        let Some((facts, bytes)) = loaded else {
            return Err(Trouble::NoFile(
                "a file that is to be sent is not kept any more: its name goes in its place",
            ));
        };
        if bytes.is_empty() {
            return Err(Trouble::NoFile("Slack takes no empty file: its name goes in its place"));
        }
        let name = file_name::clean(upload.name.unwrap_or(&facts.name), &[]);
        let parameters = [
            ("filename", Some(name.clone())),
            ("length", Some(bytes.len().to_string())),
            ("alt_txt", upload.alt.filter(|alt| !alt.trim().is_empty()).map(str::to_owned)),
        ];
        let place: Place = self.get(host, "files.getUploadURLExternal", &parameters).await?;
        if !self.is_slacks(&place.upload_url) || !is_id(&place.file_id) {
            return Err(Trouble::Unknown("Slack named a foreign address for a file".to_owned()));
        }
        // Without the token: the address itself is the right to upload.
        let request = self.http.post(place.upload_url).header("content-type", facts.media_type).body(bytes);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {}
            // Nothing is seen of it yet, so there is nothing to look for.
            Ok(_) | Err(_) => {
                return Err(Trouble::Refused {
                    code: "service_unavailable".to_owned(),
                    details: vec!["the file".to_owned()],
                });
            }
        }
        let channel = match &step.place.only {
            Some(person) => self.direct(host, person).await?,
            None => step.place.channel.clone(),
        };
        let mut request = json!({
            "files": [{ "id": place.file_id, "title": name }],
            "channel_id": channel,
        });
        if let Some(thread) = &step.place.thread {
            request["thread_ts"] = json!(thread);
        }
        if let Some(comment) = upload.comment {
            request["initial_comment"] = json!(marked(comment));
        }
        match self.post::<_, _, Value>(host, "files.completeUploadExternal", &request).await {
            Ok(_) => Ok(format!("file:{}", place.file_id)),
            Err(trouble) => {
                if trouble.is_doubtful() {
                    self.doubt(&step.leaving.key, Some(place.file_id));
                }
                Err(trouble)
            }
        }
    }

    /// The file of an earlier try, where it reached the conversation though nobody heard so.
    async fn uploaded<H: Host>(&self, host: &H, key: &str) -> Result<Option<String>, Trouble> {
        let mut doubtful = None;
        if let Some(doubt) = self.notes().doubtful.iter().find(|doubt| doubt.key == key) {
            doubtful.clone_from(&doubt.file);
        }
        let Some(id) = doubtful else { return Ok(None) };
        let info: Info = match self.get(host, "files.info", &[("file", Some(id.clone()))]).await {
            Ok(info) => info,
            Err(trouble) if trouble.is(&["file_not_found", "file_deleted"]) => return Ok(None),
            Err(trouble) => return Err(trouble),
        };
        let filled = |value: &Value| {
            value.as_array().is_some_and(|list| !list.is_empty())
                || value.as_object().is_some_and(|map| !map.is_empty())
        };
        let shared = ["channels", "groups", "ims", "shares"]
            .iter()
            .any(|name| info.file.get(*name).is_some_and(filled));
        if let Some(doubt) = self.notes().doubtful.iter_mut().find(|doubt| doubt.key == key) {
            doubt.file = None;
        }
        Ok(shared.then_some(id))
    }

    /// A file that a person sent, by Slack's id of it.
    pub async fn fetch<H: Host>(&self, host: &H, native: &str) -> Fetched {
        if !is_id(native) {
            return Err(FetchError::Dead(format!("“{native}” is no file on Slack")));
        }
        let info: Result<Info, Trouble> =
            self.get(host, "files.info", &[("file", Some(native.to_owned()))]).await;
        let file: File = match info {
            Ok(info) => super::payload::value(info.file).map_err(|why| {
                FetchError::Dead(format!("what Slack says of a file cannot be read: {why}"))
            })?,
            Err(trouble) => return Err(missed(&trouble)),
        };
        if file.mode.as_deref() == Some("tombstone") {
            return Err(FetchError::Dead("the person deleted the file".to_owned()));
        }
        if file.size.is_some_and(|size| size > LARGEST) {
            return Err(too_large());
        }
        let url = file.url_private_download.or(file.url_private).and_then(|url| Url::parse(&url).ok());
        // The token goes with the request: never to a host that is not Slack's.
        let Some(url) = url.filter(|url| self.is_slacks(url)) else {
            return Err(FetchError::Dead("the file does not lie on Slack; open it where it lies".to_owned()));
        };
        self.download(url).await
    }

    async fn download(&self, url: Url) -> Fetched {
        let lost = || FetchError::Retry { after: None, error: "Slack did not give the file".to_owned() };
        let token = &self.bot_token.token_value.0;
        let unreached = |error: reqwest::Error| match barred(&error) {
            Some(barred) => {
                FetchError::Retry { after: None, error: format!("the file was not asked for: {barred}") }
            }
            None => lost(),
        };
        let answer = self.http.get(url).bearer_auth(token).send().await.map_err(unreached)?;
        match answer.status().as_u16() {
            200 => {}
            404 | 410 => return Err(FetchError::Dead("the file is gone from Slack".to_owned())),
            // Slack leads those without the right to a page for logging in.
            301..=308 | 401 | 403 => {
                let advice =
                    "Slack does not give the file: give the app the scope files:read and install it again";
                return Err(FetchError::Dead(advice.to_owned()));
            }
            429 => {
                return Err(FetchError::Retry {
                    after: headers::retry_after(answer.headers()),
                    error: "Slack is asked too often for files".to_owned(),
                });
            }
            _ => return Err(lost()),
        }
        bounded(answer, LARGEST).await.map_err(|unread| match unread {
            Unread::TooLarge => too_large(),
            Unread::Lost(_) => lost(),
        })
    }
}

fn too_large() -> FetchError {
    FetchError::Dead(format!("the file is larger than {} MiB", LARGEST >> 20))
}

fn missed(trouble: &Trouble) -> FetchError {
    match trouble.outcome() {
        Outcome::Retry { after, error, .. } => FetchError::Retry { after, error },
        Outcome::Dead { reason } | Outcome::Unreachable { reason } => FetchError::Dead(reason),
        Outcome::Done => FetchError::Retry { after: None, error: trouble.sentence() },
    }
}
