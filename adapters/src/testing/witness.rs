//! A program that takes down what it is asked: in a platform's place, or where nobody may be led to.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse as _, Response},
};
use futures::{StreamExt as _, stream};

use super::serve;

pub struct Witness {
    /// `http://127.0.0.1:<port>`
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Witness {
    /// `answer` is given the program's own address and the path that is asked for.
    pub async fn new(answer: impl Fn(&str, &str) -> Response + Clone + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let taken_down = Arc::clone(&asked);
        let reply = move |headers: HeaderMap, uri: Uri, _: Bytes| {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let response = answer(&format!("http://{host}"), uri.path());
            taken_down.lock().unwrap_or_else(PoisonError::into_inner).push(uri.path().to_owned());
            async move { response }
        };
        let address = format!("http://{}", serve(Router::new().fallback(reply)).await);
        Self { address, asked }
    }

    /// One that is no platform: whoever asks it has told it too much.
    pub async fn stranger() -> Self {
        Self::new(|_, _| "thank you".into_response()).await
    }

    /// The paths that were asked for, in their order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An answer that says it has so many bytes, and does not come to its end.
pub fn of_length(length: u64) -> Response {
    let begins = stream::once(async { Ok::<_, io::Error>(Bytes::from_static(b"it begins")) });
    let body = Body::from_stream(begins.chain(stream::pending()));
    ([(header::CONTENT_LENGTH, length.to_string())], body).into_response()
}
