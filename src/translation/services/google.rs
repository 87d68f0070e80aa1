//! Google Cloud Translation: Basic (v2) by a key, Advanced (v3) by a project and an access token.

use serde_json::{Value, json};
use studio_core::{
    texts,
    translation::{Marking, TranslateError},
};

use super::{Vendor, post, primary, strings};
use crate::egress::EgressRequest;

pub struct Google {
    address: String,
    key: String,
    /// Of v3; empty for v2.
    project: String,
}

impl Google {
    pub const ADDRESS: &str = "https://translation.googleapis.com";

    pub fn new(address: &str, key: &str, project: &str) -> Self {
        Self { address: address.to_owned(), key: key.to_owned(), project: project.to_owned() }
    }
}

/// Plain `pt` is that of Brazil there.
fn code(tag: &str) -> String {
    match texts::canonical(tag).as_str() {
        "pt" | "pt-PT" => "pt-PT".to_owned(),
        "pt-BR" => "pt".to_owned(),
        "zh-Hans" => "zh-CN".to_owned(),
        "zh-Hant" => "zh-TW".to_owned(),
        "nb" => "no".to_owned(),
        "fil" => "tl".to_owned(),
        other => primary(other),
    }
}

impl Vendor for Google {
    const ENGINE: &str = "google";
    const MARKING: Marking = Marking::Html;
    /// 128 texts; recommended are 5,000 characters.
    const MOST: (usize, usize) = (128, 5_000);

    fn request(&self, from: &str, to: &str, texts: &[String]) -> Option<EgressRequest> {
        let (source, target) = (code(from), code(to));
        Some(if self.project.is_empty() {
            let body = json!({ "q": texts, "source": source, "target": target, "format": "html" });
            let key = [("x-goog-api-key", self.key.clone())];
            post(format!("{}/language/translate/v2", self.address), &key, &body)
        } else {
            let body = json!({
                "contents": texts,
                "mimeType": "text/html",
                "sourceLanguageCode": source,
                "targetLanguageCode": target,
            });
            let headers = [
                ("authorization", format!("Bearer {}", self.key)),
                ("x-goog-user-project", self.project.clone()),
            ];
            post(format!("{}/v3/projects/{}:translateText", self.address, self.project), &headers, &body)
        })
    }

    fn read(&self, answer: &Value) -> Option<Vec<String>> {
        strings(&answer["data"]["translations"], "translatedText")
            .or_else(|| strings(&answer["translations"], "translatedText"))
    }

    /// What is used up is a 403 there, as a wrong key is.
    fn error(&self, status: u16, said: &str) -> Option<TranslateError> {
        let lower = said.to_lowercase();
        match status {
            403 if lower.contains("daily limit exceeded") => Some(TranslateError::UsedUp),
            403 if lower.contains("rate limit exceeded") => Some(TranslateError::Busy),
            400 if lower.contains("api key not valid") => Some(TranslateError::Key),
            _ => super::pair_is_unknown(status, said),
        }
    }
}
