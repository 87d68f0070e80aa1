//! What does the store hold? Asked by the API, over the socket in the data folder.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use studio_core::{
    api::{Page, TranscriptMessage},
    dialogue::Entry,
    id::{ConversationId, MediaId},
};

use crate::home::Home;

/// A client of the owner's socket.
pub fn client(home: &Home) -> anyhow::Result<Client> {
    Ok(Client::builder().unix_socket(home.socket()).timeout(Duration::from_secs(20)).build()?)
}

/// The whole journal of a conversation; empty where it is not known.
pub async fn journal(client: &Client, conversation: ConversationId) -> anyhow::Result<Vec<Entry>> {
    all(client, conversation, "timeline").await
}

/// Its messages, with what became of each.
pub async fn transcript(
    client: &Client,
    conversation: ConversationId,
) -> anyhow::Result<Vec<TranscriptMessage>> {
    all(client, conversation, "messages").await
}

/// The bytes of a file; nothing while the platform still has it.
pub async fn media(
    client: &Client,
    conversation: ConversationId,
    media: MediaId,
) -> anyhow::Result<Option<Vec<u8>>> {
    let address = format!("http://studio/api/v1/conversations/{conversation}/media/{media}");
    let answer = client.get(address).send().await?;
    if answer.status() == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    Ok(Some(answer.error_for_status()?.bytes().await?.to_vec()))
}

async fn all<T: DeserializeOwned>(
    client: &Client,
    conversation: ConversationId,
    what: &str,
) -> anyhow::Result<Vec<T>> {
    let address = format!("http://studio/api/v1/conversations/{conversation}/{what}?limit=500");
    let mut entries = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = client.get(format!("{address}{cursor}")).send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(entries);
        }
        let text = answer.error_for_status()?.text().await?;
        let page: Page<T> = serde_json::from_str(&text).context("the answer cannot be read")?;
        entries.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(entries),
        }
    }
}
