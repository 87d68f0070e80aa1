//! Who asks in vain too often is shut out.

use axum::http::header;
use serde_json::json;

use super::Bare;

#[tokio::test]
async fn an_address_that_asks_in_vain_too_often_is_shut_out() {
    let bare = Bare::new().await;
    assert_eq!(bare.act("bans", json!({ "after": 0 })).await.0, 422);
    assert_eq!(bare.act("bans", json!({ "after": 2 })).await.0, 200);
    let url = format!("{}/api/v10/users/@me", bare.simulator.settings().address);
    let nameless = async || bare.client.get(&url).send().await.expect("an answer");
    let ask = async || bare.ask("GET", "users/@me", json!({})).await.0;
    assert_eq!((nameless().await.status().as_u16(), ask().await), (403, 200));
    assert_eq!((nameless().await.status().as_u16(), ask().await), (403, 429), "the second one was too many");

    // Neither in JSON nor by Discord.
    let refused = nameless().await;
    let told = |name: header::HeaderName| {
        refused.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    assert_eq!((refused.status().as_u16(), told(header::SERVER).as_str()), (429, "cloudflare"));
    assert!(told(header::CONTENT_TYPE).starts_with("text/html"), "{refused:?}");
    let seconds: u64 = told(header::RETRY_AFTER).parse().expect("seconds");
    assert!((1..=600).contains(&seconds), "{seconds}");

    // By itself it is let in again when the time is over, which a person may end.
    assert_eq!(bare.act("bans", json!({ "after": 1, "seconds": 1 })).await.0, 200);
    assert_eq!((ask().await, nameless().await.status().as_u16()), (200, 403));
    let end = std::time::Instant::now() + super::SOON;
    while ask().await != 200 {
        assert!(std::time::Instant::now() < end, "it is shut out for ever");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
