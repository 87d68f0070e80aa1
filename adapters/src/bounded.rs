//! How is a body read that may be larger than what is kept?

use axum::body::Bytes;
use reqwest::Response;

/// Why there is no body.
#[derive(Debug)]
pub enum Unread {
    TooLarge,
    /// It broke off.
    Lost(reqwest::Error),
}

/// The whole body, of `most` bytes at most. One that is told to be larger is not read at all.
pub async fn bounded(mut response: Response, most: u64) -> Result<Bytes, Unread> {
    if response.content_length().is_some_and(|length| length > most) {
        return Err(Unread::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Unread::Lost)? {
        if (bytes.len() + chunk.len()) as u64 > most {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use std::io;

    use axum::{
        body::Body,
        response::{IntoResponse as _, Response},
    };
    use futures::stream;

    use super::*;
    use crate::testing::witness::{Witness, of_length};

    /// Ten bytes of which nobody says how many they are, in two pieces.
    fn untold() -> Response {
        let pieces = [Bytes::from_static(b"01234"), Bytes::from_static(b"56789")];
        Body::from_stream(stream::iter(pieces.map(Ok::<_, io::Error>))).into_response()
    }

    #[tokio::test]
    async fn what_is_too_large_is_left_whether_its_length_is_told_or_not() {
        let there = Witness::new(|_, path| match path {
            "/told" => "0123456789".into_response(),
            "/endless" => of_length(1 << 40),
            _ => untold(),
        })
        .await;
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let read = async |path: &str, most: u64| {
            let answer = client.get(format!("{}{path}", there.address)).send().await.expect("it answers");
            bounded(answer, most).await
        };
        for path in ["/told", "/untold"] {
            assert_eq!(read(path, 10).await.expect("as large as it may be"), "0123456789", "{path}");
            assert!(matches!(read(path, 9).await, Err(Unread::TooLarge)), "{path}");
        }
        assert!(matches!(read("/endless", 10).await, Err(Unread::TooLarge)), "it is not waited for");
    }
}
