//! What does the store hold? Asked by the API, over the socket in the data folder.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, StatusCode};
use studio_core::{api::Page, dialogue::Entry, id::ConversationId};

use crate::home::Home;

/// A client of the owner's socket.
pub fn client(home: &Home) -> anyhow::Result<Client> {
    Ok(Client::builder().unix_socket(home.socket()).timeout(Duration::from_secs(20)).build()?)
}

/// The whole journal of a conversation; empty where it is not known.
pub async fn journal(client: &Client, conversation: ConversationId) -> anyhow::Result<Vec<Entry>> {
    let address = format!("http://studio/api/v1/conversations/{conversation}/timeline?limit=500");
    let mut entries = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = client.get(format!("{address}{cursor}")).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(entries);
        }
        let text = answer.error_for_status()?.text().await?;
        let page: Page<Entry> = serde_json::from_str(&text).context("the timeline cannot be read")?;
        entries.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(entries),
        }
    }
}
