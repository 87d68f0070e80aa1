//! What if the disk is full on which the index of messages lies? It goes on in memory, and back to its folder once there is room; what was
//! said is found all the while.

use std::time::{Duration, Instant};

use anyhow::ensure;
use reqwest::Client;
use serde_json::Value;
use studio_core::id::{ConversationId, OrganisationId};
use tokio::time::sleep;

use super::{DEALT_WITHIN, Scene, hangs};
use crate::{
    faults::Fault,
    home::{HTTP, Home},
    stored,
};

const FOLDER: &str = "messages";
const THREAD: &str = "messages-full";
/// Words that nobody else says: before the disk was full, while it was, and afterwards.
const BEFORE: &str = "heliotrope";
const MEANWHILE: &str = "periwinkle";
const AFTERWARDS: &str = "saxifrage";
const A_MOMENT: Duration = Duration::from_millis(100);

/// How often the disk refused something.
pub(super) async fn full(scene: &Scene<'_>) -> anyhow::Result<u64> {
    let Scene { home, faults, .. } = *scene;
    say_and_find(home, BEFORE, &[BEFORE]).await?;
    let before = faults.happened()?;
    faults.arm(Fault::Full, &home.data().join(FOLDER))?;
    scene.until_said("message_index.in_memory").await?;
    // What was said before is read anew from the store.
    say_and_find(home, MEANWHILE, &[BEFORE, MEANWHILE]).await?;
    faults.disarm(Fault::Full)?;
    let happened = faults.happened()? - before;
    scene.until_said("message_index.in_its_folder_again").await?;
    say_and_find(home, AFTERWARDS, &[BEFORE, MEANWHILE, AFTERWARDS]).await?;
    Ok(happened)
}

/// After the next start all of it is found.
pub(super) async fn found_again(home: &Home) -> anyhow::Result<()> {
    find(home, &[BEFORE, MEANWHILE, AFTERWARDS]).await
}

async fn say_and_find(home: &Home, word: &str, words: &[&str]) -> anyhow::Result<()> {
    hangs::say(home, THREAD, word, &format!("say {word}")).await?;
    find(home, words).await
}

/// Waits until each of these words is found in what was said, and the search says that it has looked through all.
async fn find(home: &Home, words: &[&str]) -> anyhow::Result<()> {
    let client = stored::client(home)?;
    for word in words {
        until_found(&client, word).await?;
    }
    Ok(())
}

async fn until_found(client: &Client, word: &str) -> anyhow::Result<()> {
    let conversation = ConversationId::of_thread(OrganisationId::FIRST, HTTP, THREAD).to_string();
    let address = format!("http://studio/api/v1/conversations?query={word}");
    let begun = Instant::now();
    loop {
        let answer = client.get(&address).send().await?.error_for_status()?;
        let page: Value = serde_json::from_str(&answer.text().await?)?;
        let search = &page["search"];
        let is_it = |message: &Value| message["conversation"] == conversation.as_str();
        if search["complete"] == true
            && search["messages"].as_array().is_some_and(|all| all.iter().any(is_it))
        {
            return Ok(());
        }
        ensure!(begun.elapsed() < DEALT_WITHIN, "{word} was said and is not found: {page}");
        sleep(A_MOMENT).await;
    }
}
