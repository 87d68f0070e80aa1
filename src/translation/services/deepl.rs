//! DeepL: `POST /v2/translate`.

use serde_json::{Value, json};
use studio_core::{texts, translation::Marking};

use super::{Vendor, post, primary, strings};
use crate::egress::EgressRequest;

pub struct DeepL {
    address: String,
    key: String,
}

impl DeepL {
    pub const ADDRESS: &str = "https://api.deepl.com";
    const FREE: &str = "https://api-free.deepl.com";

    pub fn new(address: &str, key: &str) -> Self {
        Self { address: address.to_owned(), key: key.to_owned() }
    }

    /// Where a key counts: those of free accounts end so.
    pub fn address_of(key: &str) -> &'static str {
        if key.ends_with(":fx") { Self::FREE } else { Self::ADDRESS }
    }
}

fn source(tag: &str) -> String {
    match primary(tag).as_str() {
        "fil" => "TL".to_owned(),
        other => other.to_uppercase(),
    }
}

/// English and Portuguese are wanted in a variety.
fn target(tag: &str) -> String {
    match texts::canonical(tag).as_str() {
        "en" | "en-US" => "EN-US".to_owned(),
        "pt" => "PT-PT".to_owned(),
        tag @ ("en-GB" | "pt-BR" | "pt-PT" | "zh-Hans" | "zh-Hant" | "es-419") => tag.to_uppercase(),
        tag => source(tag),
    }
}

impl Vendor for DeepL {
    const ENGINE: &str = "deepl";
    const MARKING: Marking = Marking::Xml;
    /// 50 texts, and 128 KiB with all that JSON puts around them.
    const MOST: (usize, usize) = (50, 60_000);

    fn request(&self, from: &str, to: &str, texts: &[String]) -> Option<EgressRequest> {
        let body = json!({
            "text": texts,
            "source_lang": source(from),
            "target_lang": target(to),
            "tag_handling": "xml",
            "preserve_formatting": true,
        });
        let authorization = format!("DeepL-Auth-Key {}", self.key);
        Some(post(format!("{}/v2/translate", self.address), &[("authorization", authorization)], &body))
    }

    fn read(&self, answer: &Value) -> Option<Vec<String>> {
        strings(&answer["translations"], "text")
    }

    fn error(&self, status: u16, said: &str) -> Option<super::TranslateError> {
        super::pair_is_unknown(status, said)
    }
}
