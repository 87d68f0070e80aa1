//! How does a POST come whose way is slow? Its head and half of its body, and the rest later.

use std::{convert::Infallible, time::Duration};

use axum::body::Bytes;
use futures::{StreamExt as _, stream};
use reqwest::Body;
use tokio::time::sleep;

/// The whole at once, or after its first half a pause.
pub(crate) fn body(whole: impl Into<Bytes>, pause: Option<Duration>) -> Body {
    let whole = whole.into();
    let Some(pause) = pause else { return Body::from(whole) };
    let middle = whole.len() / 2;
    let halves = [(Duration::ZERO, whole.slice(..middle)), (pause, whole.slice(middle..))];
    let coming = stream::iter(halves).then(|(pause, half)| async move {
        sleep(pause).await;
        Ok::<Bytes, Infallible>(half)
    });
    Body::wrap_stream(coming)
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::post};
    use tokio::{net::TcpListener, time::Instant};

    use super::*;

    #[tokio::test]
    async fn both_halves_come_and_the_second_later() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it has one"));
        let echo = Router::new().route("/", post(async |whole: Bytes| whole));
        tokio::spawn(axum::serve(listener, echo).into_future());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        for pause in [None, Some(Duration::from_millis(300))] {
            let begun = Instant::now();
            let answer = client.post(&address).body(body("what was said", pause)).send().await;
            let told = answer.expect("an answer").bytes().await.expect("all of it");
            assert_eq!(told, "what was said");
            assert!(begun.elapsed() >= pause.unwrap_or_default());
        }
    }
}
