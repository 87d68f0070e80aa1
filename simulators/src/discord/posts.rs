//! How are interactions told where there is no gateway? By signed POSTs to the address that the application has set.

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    Simulator,
    api::Wanted,
    world::{BOT, now},
};

/// An interaction on its way to the application's address.
pub struct Post {
    pub url: String,
    pub token: String,
    pub body: Value,
}

/// Sends interactions to the application's address, and takes what it answers.
pub async fn post(simulator: Simulator, mut waiting: mpsc::UnboundedReceiver<Post>) {
    while let Some(Post { url, token, body }) = waiting.recv().await {
        let simulator = simulator.clone();
        tokio::spawn(async move {
            let fault = simulator.faults().next_event();
            let mut refused = true;
            for _ in 0..=u8::from(fault.repeated) {
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
        });
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
        let answer = request.body(body).send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await.map_err(|error| error.to_string())?))
    }
}
