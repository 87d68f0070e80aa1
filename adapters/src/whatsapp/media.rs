//! How do files go up to Meta, and come down from it?

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Method,
    multipart::{Form, Part as FormPart},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use studio_core::{content::Source, id::ConversationId};
use url::Url;

use super::{
    call::{CallError, Refusal, failed},
    error::{Verdict, judge, sentence},
    life::Account,
    outbound::Found,
};
use crate::{
    bounded::{Unread, bounded},
    host::{Host, MediaFacts},
    misread,
    platform::{FetchError, Fetched},
};

/// How WhatsApp shows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Image,
    Audio,
    Video,
    Document,
}

const MEGABYTE: u64 = 1 << 20;

/// Largest files in bytes, and what each may be (Meta's page on media, read in August 2026).
const IMAGES: &[&str] = &["image/jpeg", "image/png"];
const AUDIO: &[&str] = &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"];
const VIDEO: &[&str] = &["video/mp4", "video/3gpp"];
const DOCUMENTS: &[&str] = &[
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// Endings of files that Meta does not take, or not as pictures.
const REFUSED: [(&str, &str); 12] = [
    ("7z", "application/x-7z-compressed"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("exe", "application/vnd.microsoft.portable-executable"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("pdf", "application/pdf"),
    ("rar", "application/vnd.rar"),
    ("svg", "image/svg+xml"),
    ("tiff", "image/tiff"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

/// Meta keeps an upload for 30 days.
const KEPT: SignedDuration = SignedDuration::from_hours(29 * 24);
/// What a person may send: the largest that WhatsApp carries.
const LARGEST_DOWNLOAD: u64 = 100 * MEGABYTE;
/// Where Meta keeps files, beside the host of the API itself. Our token goes nowhere else.
const HOSTS: [&str; 3] = ["fbsbx.com", "fbcdn.net", "whatsapp.net"];

impl Kind {
    pub fn of(media_type: &str) -> Self {
        let plain = plain(media_type);
        match plain {
            _ if IMAGES.contains(&plain) => Self::Image,
            _ if AUDIO.contains(&plain) => Self::Audio,
            _ if VIDEO.contains(&plain) => Self::Video,
            _ => Self::Document,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Document => "document",
        }
    }

    fn largest(self) -> u64 {
        match self {
            Self::Image => 5 * MEGABYTE,
            Self::Audio | Self::Video => 16 * MEGABYTE,
            Self::Document => 100 * MEGABYTE,
        }
    }
}

/// Why Meta would not take such a file, if so.
pub fn refusal(wanted: Option<Kind>, media_type: &str, size: u64) -> Option<String> {
    let kind = Kind::of(media_type);
    if let Some(wanted) = wanted.filter(|wanted| *wanted != kind) {
        let (shown, types) = match wanted {
            Kind::Image => ("pictures", "JPEG and PNG"),
            Kind::Audio => ("sounds", "AAC, AMR, MP3, MP4 and OGG"),
            Kind::Video => ("videos", "MP4 and 3GPP"),
            Kind::Document => ("documents", "PDF, text and those of Office"),
        };
        return Some(format!("WhatsApp shows no {shown} of the type {media_type}, only {types}"));
    }
    if kind == Kind::Document && !DOCUMENTS.contains(&plain(media_type)) {
        return Some(format!("WhatsApp takes no files of the type {media_type}"));
    }
    too_large_for(kind, size)
}

fn too_large_for(kind: Kind, size: u64) -> Option<String> {
    let most = kind.largest() / MEGABYTE;
    (size > kind.largest())
        .then(|| format!("the file has {size} bytes, and WhatsApp takes at most {most} MB of such a file"))
}

/// Why Meta would not take what an address leads to, as far as its ending, and the type and size that are told of it, say so. Meta
/// would say so only behind the message.
pub fn refused_link(wanted: Option<Kind>, told: Option<(&str, u64)>, address: &str) -> Option<String> {
    let (media_type, size) = told.unwrap_or_default();
    if !is_any(media_type) {
        return refusal(wanted, media_type, size);
    }
    let address = Url::parse(address).ok()?;
    let ending = address.path().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let named = REFUSED.iter().find(|(known, _)| ending.as_deref() == Some(*known));
    match named {
        Some((_, media_type)) => refusal(wanted, media_type, size),
        None => too_large_for(wanted.unwrap_or(Kind::Document), size),
    }
}

/// Whether it says nothing of a file.
fn is_any(media_type: &str) -> bool {
    matches!(plain(media_type), "" | "application/octet-stream" | "binary/octet-stream")
}

/// A file that Meta does not get.
pub(super) enum NoFile {
    /// It will never do.
    Refused(String),
    /// Something failed on the way.
    Call(CallError),
    /// The store failed.
    Store(String),
    /// Something that comes before the message was not answered: the message itself has not left.
    Before(String),
}

impl NoFile {
    /// Of a call that comes before the message.
    pub fn before(self) -> Self {
        match self {
            Self::Call(error @ CallError::Lost(_)) => Self::Before(error.sentence()),
            other => other,
        }
    }
}

#[derive(Deserialize)]
struct Uploaded {
    id: String,
}

#[derive(Deserialize)]
struct Place {
    url: Url,
    #[serde(default)]
    sha256: Option<String>,
    #[serde(default)]
    file_size: Option<serde_json::Value>,
}

impl Account {
    /// Brings a file to where Meta finds it. `wanted` is what it must be shown as; `told` are its type and size, where they are told.
    pub(super) async fn find<H: Host>(
        &self,
        host: &H,
        conversation: ConversationId,
        source: &Source,
        wanted: Option<Kind>,
        told: Option<(&str, u64)>,
    ) -> Result<Found, NoFile> {
        let id = match source {
            Source::Url(url) => {
                return match refused_link(wanted, told, url) {
                    Some(why) => Err(NoFile::Refused(why)),
                    None => Ok(Found::Link(url.clone())),
                };
            }
            Source::Media(id) => *id,
        };
        let now = host.now();
        if let Some((uploaded, at)) = self.known().uploads.get(&id)
            && now.duration_since(*at) < KEPT
        {
            return Ok(Found::Id(uploaded.clone()));
        }
        let loaded =
            host.load_media(conversation, id).await.map_err(|error| NoFile::Store(error.to_string()))?;
        let Some((facts, bytes)) = loaded else {
            return Err(NoFile::Refused("the file is gone".to_owned()));
        };
        if let Some(why) = refusal(wanted, &facts.media_type, bytes.len() as u64) {
            return Err(NoFile::Refused(why));
        }
        let uploaded = self.upload(facts, bytes, now).await.map_err(NoFile::Call)?;
        self.known().uploads.insert(id, (uploaded.clone(), now));
        Ok(Found::Id(uploaded))
    }

    pub(super) fn is_uploaded(&self, source: &Source) -> bool {
        match source {
            Source::Media(id) => self.known().uploads.get(id).is_some(),
            Source::Url(_) => false,
        }
    }

    /// An upload that Meta does not know any more is made anew.
    pub(super) fn forget_upload(&self, source: &Source) {
        match source {
            Source::Media(id) => {
                self.known().uploads.remove(id);
            }
            Source::Url(_) => {}
        }
    }

    async fn upload(&self, facts: MediaFacts, bytes: Bytes, now: Timestamp) -> Result<String, CallError> {
        let MediaFacts { name, media_type, .. } = facts;
        let length = bytes.len() as u64;
        let file = FormPart::stream_with_length(bytes, length)
            .file_name(name)
            .mime_str(plain(&media_type))
            .map_err(failed)?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", plain(&media_type).to_owned())
            .part("file", file);
        let path = format!("{}/media", self.config.phone_number_id);
        let answer = self.call(self.request(Method::POST, &path).multipart(form), now).await?;
        let uploaded = Uploaded::deserialize(&answer);
        uploaded.map(|uploaded| uploaded.id).map_err(|_| CallError::Lost("the upload has no id".to_owned()))
    }

    /// A file that a person sent, by Meta's id of it.
    pub async fn fetch<H: Host>(&self, host: &H, native: &str) -> Fetched {
        if native.is_empty()
            || !native.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        {
            return Err(FetchError::Dead("Meta's id of the file is not one".to_owned()));
        }
        let now = host.now();
        let path = format!("{native}?phone_number_id={}", self.config.phone_number_id);
        let answer =
            self.call(self.request(Method::GET, &path), now).await.map_err(|error| fetch_error(&error))?;
        let place: Place = misread::value(&answer)
            .map_err(|why| FetchError::Dead(format!("Meta does not say where the file is: {why}")))?;
        let size = place.file_size.as_ref().and_then(|size| match size {
            serde_json::Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        });
        if size.is_some_and(|size| size > LARGEST_DOWNLOAD) {
            return Err(too_large());
        }
        if !self.is_metas(&place.url) {
            return Err(FetchError::Dead(
                "the file lies on a host that is not Meta's; it was not fetched".to_owned(),
            ));
        }
        let download = self.client.get(place.url).bearer_auth(self.token.expose());
        let response = download.send().await.map_err(|error| fetch_error(&failed(error)))?;
        let status = response.status();
        if !status.is_success() {
            // The address is good for five minutes, 404 once it is not; the next try asks for a new one, and learns there
            // whether the file is gone.
            let error = format!("Meta's answer to the download was HTTP {status}");
            return Err(FetchError::Retry { after: None, error });
        }
        let bytes = bounded(response, LARGEST_DOWNLOAD).await.map_err(|unread| match unread {
            Unread::TooLarge => too_large(),
            Unread::Lost(error) => fetch_error(&failed(error)),
        })?;
        if let Some(told) = place.sha256
            && is_hex(&told)
            && !hex::encode(Sha256::digest(&bytes)).eq_ignore_ascii_case(&told)
        {
            return Err(FetchError::Retry { after: None, error: "the file arrived damaged".to_owned() });
        }
        Ok(bytes)
    }

    /// Whether Meta, or what stands in its place, keeps files there: the token may go along.
    pub(super) fn is_metas(&self, url: &Url) -> bool {
        let api = &self.config.api;
        let same = url.scheme() == api.scheme()
            && url.host_str() == api.host_str()
            && url.port_or_known_default() == api.port_or_known_default();
        let theirs = url.scheme() == "https"
            && url.host_str().is_some_and(|host| {
                HOSTS.iter().any(|known| {
                    host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
                })
            });
        same || theirs
    }
}

fn fetch_error(error: &CallError) -> FetchError {
    match error {
        CallError::Unreachable(_) | CallError::Lost(_) => {
            FetchError::Retry { after: None, error: error.sentence() }
        }
        CallError::Refused(Refusal { status, error, retry_after }) => match judge(error, *status) {
            Verdict::Retry { after, .. } => {
                FetchError::Retry { after: retry_after.or(after), error: sentence(error) }
            }
            Verdict::Degrade | Verdict::ByPhone | Verdict::Closed | Verdict::Dead => {
                FetchError::Dead(format!("the file is gone or was never there: {}", sentence(error)))
            }
        },
    }
}

fn too_large() -> FetchError {
    FetchError::Dead(format!("the file is larger than {} MB", LARGEST_DOWNLOAD / MEGABYTE))
}

/// The type without what follows a semicolon.
fn plain(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn is_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
