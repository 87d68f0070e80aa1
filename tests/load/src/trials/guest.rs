//! A visitor of the widget who posts what they say, and has no socket unless they open one.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::{
    home::{Home, WEB},
    widget::session,
};

pub(super) struct Guest {
    client: Client,
    origin: String,
    /// Of the session.
    pub token: String,
    said: usize,
}

impl Guest {
    pub async fn come(home: &Home) -> anyhow::Result<Self> {
        let (client, origin) = (Client::new(), format!("http://{}", home.address));
        let token = session(&client, home.address).await?.token;
        Ok(Self { client, origin, token, said: 0 })
    }

    /// What the message is answered with. The next one comes over the same connection.
    pub async fn say(&mut self, text: &str) -> anyhow::Result<StatusCode> {
        let id = format!("m{}", self.said);
        self.said += 1;
        let body = json!({ "type": "message", "id": id, "text": text, "language": "en" }).to_string();
        let request = self.client.post(format!("{}/web/{WEB}/messages", self.origin));
        let request = request.header("origin", &self.origin).bearer_auth(&self.token);
        let answer = request.header("content-type", "application/json").body(body).send().await?;
        let status = answer.status();
        // Read to its end, so that the connection is kept.
        answer.bytes().await?;
        Ok(status)
    }
}
