//! How does a script reach a browser with as few bytes as it understands?

use std::io::Write as _;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// A text, compressed once for all who ask.
pub(super) struct Encoded {
    version: String,
    /// Coding and bytes, the smallest first; the last is the text as it stands.
    forms: [(&'static str, Bytes); 3],
}

impl Encoded {
    pub fn new(text: &[u8]) -> Self {
        let digest = Sha256::digest(text);
        let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut brotli = Vec::new();
        let parameters = BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut &*text, &mut brotli, &parameters).expect("memory takes it");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text).expect("memory takes it");
        let gzip = gzip.finish().expect("memory takes it");
        let forms =
            [("br", brotli.into()), ("gzip", gzip.into()), ("identity", Bytes::copy_from_slice(text))];
        Self { version: format!("{number:016x}"), forms }
    }

    /// Another one for every other text.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text in the smallest form that the browser takes, or nothing where it has that form already.
    pub fn answer(&self, asked: &HeaderMap, media_type: &'static str) -> Response {
        let [.., plain] = &self.forms;
        let (coding, bytes) = self.forms.iter().find(|(coding, _)| takes(asked, coding)).unwrap_or(plain);
        // Of these bytes, so every form has its own.
        let tag = format!("\"{}-{coding}\"", self.version);
        let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
        let same = known.split(',').any(
            |known| matches!(known.trim().trim_start_matches("W/"), known if known == tag || known == "*"),
        );
        let mut response =
            if same { StatusCode::NOT_MODIFIED.into_response() } else { bytes.clone().into_response() };
        let headers = response.headers_mut();
        if !same {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            if *coding != "identity" {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::ETAG, tag.parse().expect("digits and letters"));
        response
    }
}

/// Whether `Accept-Encoding` names a coding, and not only to refuse it.
fn takes(asked: &HeaderMap, coding: &str) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused =
            parts.any(|part| part.strip_prefix("q=").and_then(|weight| weight.parse().ok()) == Some(0.0));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_only_where_it_is_offered() {
        fn check(offer: &str, expected: &str) {
            let encoded = Encoded::new(b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
            let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, offer.parse().expect("a header"))]);
            let response = encoded.answer(&asked, "text/plain");
            let coding = response.headers().get(header::CONTENT_ENCODING);
            assert_eq!(
                coding.map_or("identity", |coding| coding.to_str().expect("a word")),
                expected,
                "{offer}"
            );
        }
        check("gzip, deflate, br, zstd", "br");
        check("GZIP;q=0.5", "gzip");
        check("br;q=0, gzip;q=1.0", "gzip");
        check("br; q=0.0", "identity");
        check("zstd", "identity");
        check("*", "identity");
        check("", "identity");
    }
}
