//! How are interactions told where there is no gateway? By signed POSTs to the address that the application has set.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{
    Simulator,
    api::Wanted,
    world::{BOT, now},
};
use crate::halves;

/// How long an interaction that changes its place waits for the one that follows it, and then until that one is answered: both are to be
/// answered within the three seconds that a person waits.
const SWAP: Duration = Duration::from_millis(300);
const PASSED_WITHIN: Duration = Duration::from_secs(1);

/// An interaction on its way to the application's address.
pub struct Post {
    pub url: String,
    pub token: String,
    pub body: Value,
    /// It leaves so much later, while those that follow it leave in time.
    pub late: Option<Duration>,
}

/// Sends interactions to the application's address, side by side, and takes what it answers.
pub async fn post(simulator: Simulator, mut waiting: mpsc::UnboundedReceiver<Post>) {
    while let Some(post) = waiting.recv().await {
        let fault = simulator.faults().next_event();
        let following = if fault.swapped { timeout(SWAP, waiting.recv()).await.ok().flatten() } else { None };
        let simulator = simulator.clone();
        tokio::spawn(async move {
            if let Some(following) = following {
                simulator.faults().note_swapped();
                let passing = tokio::spawn(tell(simulator.clone(), following, false));
                let _ = timeout(PASSED_WITHIN, passing).await;
            }
            tell(simulator, post, fault.repeated).await;
        });
    }
}

async fn tell(simulator: Simulator, Post { url, token, body, late }: Post, is_repeated: bool) {
    sleep(late.unwrap_or_default()).await;
    let mut refused = true;
    for _ in 0..=u8::from(is_repeated) {
        let answer = simulator.send_signed(&url, &body, true).await;
        refused &= !answer.as_ref().is_ok_and(|(status, _)| (200..300).contains(status));
        if let Ok((200, body)) = answer
            && let Ok(body) = serde_json::from_slice(&body)
        {
            let _ = simulator.answer(&token, Wanted { body, files: Vec::new() });
        }
    }
    if let Some(interaction) = simulator.world().interactions.get_mut(&token) {
        (interaction.under_way, interaction.refused) = (false, refused);
    }
}

impl Simulator {
    /// Whether an address checks signatures, as Discord does when it is set.
    pub async fn try_endpoint(&self, url: &str) -> Result<(), String> {
        let ping =
            json!({"id": "1", "application_id": BOT.to_string(), "type": 1, "token": "ping", "version": 1});
        match self.send_signed(url, &ping, true).await? {
            (200, body) if serde_json::from_slice::<Value>(&body).is_ok_and(|body| body["type"] == 1) => {}
            (status, _) => return Err(format!("a ping was answered with {status} and no pong")),
        }
        match self.send_signed(url, &ping, false).await? {
            (401, _) => Ok(()),
            (status, _) => Err(format!("a wrong signature was answered with {status} and not with 401")),
        }
    }

    async fn send_signed(&self, url: &str, body: &Value, right: bool) -> Result<(u16, Bytes), String> {
        let body = body.to_string();
        let timestamp = now().as_second().to_string();
        let signed = if right { body.clone() } else { format!("{body} ") };
        let client = reqwest::Client::builder().no_proxy().timeout(self.settings().patience).build();
        let request = client
            .map_err(|error| error.to_string())?
            .post(url)
            .header("x-signature-ed25519", self.sign(&timestamp, signed.as_bytes()))
            .header("x-signature-timestamp", timestamp)
            .header("content-type", "application/json")
            .header("user-agent", "Discord-Interactions/1.0 (+https://discord.com)");
        let body = halves::body(body, self.faults().next_trickle());
        let answer = request.body(body).send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await.map_err(|error| error.to_string())?))
    }
}

#[cfg(test)]
mod tests {
    use axum::{Json, Router, routing};
    use tokio::net::TcpListener;

    use super::{super::Settings, *};
    use crate::faults::Plan;

    /// A slow machine answers as well: what is not told is never told again.
    fn patient() -> Settings {
        Settings { patience: Duration::from_mins(1), ..Settings::at("http://127.0.0.1") }
    }

    /// The address of an application, and the numbers of what is posted there.
    async fn application() -> (String, mpsc::UnboundedReceiver<u64>) {
        let (told, heard) = mpsc::unbounded_channel();
        let hear = async move |Json(body): Json<Value>| {
            // A test that has ended hears nothing any more.
            let _ = told.send(body["number"].as_u64().unwrap_or_default());
            Json(json!({ "type": 5 }))
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("the port that was taken"));
        let router = Router::new().route("/", routing::post(hear));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, heard)
    }

    #[tokio::test]
    async fn two_posts_are_told_in_swapped_order_and_the_last_one_is_told_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let simulator = Simulator::start(listener, patient());
        let (url, mut heard) = application().await;
        simulator.faults().set(Plan { swapped: 1.0, ..Plan::default() });
        for number in 1..=5 {
            let (url, token) = (url.clone(), number.to_string());
            let post = Post { url, token, body: json!({ "number": number }), late: None };
            assert!(simulator.0.posts.send(post).is_ok(), "nobody posts any more");
        }
        let mut order = Vec::new();
        for _ in 1..=5 {
            order.extend(heard.recv().await);
        }
        // Pairs go side by side.
        let place = |number: u64| order.iter().position(|told| *told == number);
        for (passed, passing) in [(1, 2), (3, 4)] {
            assert!(place(passing) < place(passed), "{order:?}");
        }
        assert!(place(5).is_some(), "{order:?}");
    }

    #[tokio::test]
    async fn a_late_post_holds_up_none_that_follows_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let simulator = Simulator::start(listener, patient());
        let (url, mut heard) = application().await;
        for (number, late) in [(1, Some(Duration::from_hours(1))), (2, None), (3, Some(PASSED_WITHIN))] {
            let (url, token) = (url.clone(), number.to_string());
            let post = Post { url, token, body: json!({ "number": number }), late };
            assert!(simulator.0.posts.send(post).is_ok(), "nobody posts any more");
        }
        assert_eq!((heard.recv().await, heard.recv().await), (Some(2), Some(3)));
        assert!(heard.try_recv().is_err(), "the first waits for an hour");
    }
}
