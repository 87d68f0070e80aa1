//! What does the store hold? Asked by the API, over the socket in the data folder.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use reqwest::{Client, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use studio_core::{
    api::{Page, TranscriptMessage},
    dialogue::Entry,
    id::{ConversationId, MediaId},
};

use crate::{
    home::Home,
    ledger::now,
    patience::{MOST, REST},
};

/// A client of the owner's socket.
pub fn client(home: &Home) -> anyhow::Result<Client> {
    client_at(&home.socket())
}

/// The same of a socket at this path. What is not answered for so long that anything would have been given up hangs.
pub(crate) fn client_at(socket: &Path) -> anyhow::Result<Client> {
    Ok(Client::builder().unix_socket(socket).read_timeout(MOST).build()?)
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

/// Events that wait for their turn; nothing where it does not say.
pub async fn waiting(client: &Client) -> Option<u64> {
    let answer = client.get("http://studio/health/ready").send().await.ok()?;
    let health: Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
    health["waiting"].as_u64()
}

/// How long it is until the last try of what failed, or was put off, and is tried again soon; nothing where there is none, or the studio does
/// not say.
pub async fn next_try(client: &Client) -> Option<Duration> {
    let (now, mut last) = (now(), None);
    let copied = copied(client, |row, _| {
        let wait = row.next_try().and_then(|at| Duration::try_from(at.duration_since(now)).ok());
        last = last.max(wait.filter(|wait| !wait.is_zero() && *wait <= REST));
        Ok(())
    });
    copied.await.ok()?;
    last
}

#[derive(Deserialize)]
struct Line {
    row: Option<Row>,
    footer: Option<Value>,
}

/// A row of a table, as a copy of the store has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    pub table: String,
    pub row: Value,
}

impl Row {
    /// When it is tried again, where it is something that leaves or is fetched.
    fn next_try(&self) -> Option<Timestamp> {
        let is_tried = ["outbox", "fetching"].contains(&self.table.as_str());
        let is_tried = is_tried && self.row["given_up"] != true;
        self.row["next_at"].as_str().filter(|_| is_tried)?.parse().ok()
    }
}

/// Copies all out (`GET /export`); `each` is told of every row, and of its line.
pub(crate) async fn copied(
    client: &Client,
    mut each: impl FnMut(&Row, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let answer = client.get("http://studio/api/v1/export").send().await?;
    let mut answer = answer.error_for_status()?;
    let (mut rest, mut is_whole) = (Vec::new(), false);
    while let Some(chunk) = answer.chunk().await? {
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { continue };
        let after = rest.split_off(end + 1);
        for line in rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let text = String::from_utf8_lossy(line);
            let line: Line = serde_json::from_str(&text).context("a line of the copy cannot be read")?;
            is_whole |= line.footer.is_some();
            if let Some(row) = line.row {
                each(&row, &text)?;
            }
        }
        rest = after;
    }
    ensure!(is_whole, "the copy was cut off");
    Ok(())
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_tried_again_says_when() {
        let check = |table: &str, row: Value, expected: Option<&str>| {
            let found = Row { table: table.to_owned(), row }.next_try();
            assert_eq!(found, expected.map(|at| at.parse().expect("a time")));
        };
        let at = "2026-11-29T10:00:00Z";
        check("outbox", json!({ "next_at": at }), Some(at));
        check("fetching", json!({ "next_at": at, "given_up": false }), Some(at));
        check("fetching", json!({ "next_at": at, "given_up": true }), None);
        check("dead", json!({ "next_at": at }), None);
        check("outbox", json!({}), None);
    }
}
