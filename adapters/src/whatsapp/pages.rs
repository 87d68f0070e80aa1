//! What happens at a press on the last row of a page? The next page is shown; the bot hears nothing of it.
//!
//! Pages that are to be shown are remembered before the press is acknowledged, and shown by the running connection, so
//! that none is lost with the process.

use serde::{Deserialize, Serialize};

use super::{
    life::{Account, Endless, back_off},
    outbound,
    send::Destination,
    value::list_of,
};
use crate::{
    host::{Host, HostError},
    platform::Outcome,
};

const REMEMBERED: &str = "pages";
/// More than anyone presses while Meta cannot be reached.
const MOST: usize = 1_000;

/// A page that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    thread: String,
    /// Id of the press.
    native: String,
    list: u64,
    number: usize,
}

impl Account {
    /// Remembers that a page is to be shown.
    pub(super) async fn ask_page<H: Host>(
        &self,
        host: &H,
        thread: String,
        native: String,
        list: u64,
        number: usize,
    ) -> Result<(), HostError> {
        let mut pages = self.pages.lock().await;
        let mut asked = self.recalled(host, pages.as_ref()).await?;
        let repeat =
            self.known().shown.get(&native).is_some() || asked.iter().any(|page| page.native == native);
        if !repeat {
            asked.push(Page { thread, native, list, number });
            if asked.len() > MOST {
                asked.remove(0);
            }
            self.remember_pages(host, &asked).await?;
        }
        *pages = Some(asked);
        drop(pages);
        self.page_asked.notify_one();
        Ok(())
    }

    /// Shows whatever is asked for.
    pub(super) async fn show_pages<H: Host>(&self, host: &H) -> Endless {
        let mut failures = 0;
        loop {
            match self.show_next(host).await {
                Ok(true) => failures = 0,
                Ok(false) => self.page_asked.notified().await,
                Err(why) => {
                    failures += 1;
                    self.note_error(host.now(), why);
                    back_off(host, failures).await;
                }
            }
        }
    }

    /// Whether there was one.
    async fn show_next<H: Host>(&self, host: &H) -> Result<bool, String> {
        let page = {
            let mut pages = self.pages.lock().await;
            let asked = self.recalled(host, pages.as_ref()).await.map_err(|error| error.to_string())?;
            let first = asked.first().cloned();
            *pages = Some(asked);
            first
        };
        let Some(page) = page else { return Ok(false) };
        let shown = self.show(host, &page).await;
        let mut pages = self.pages.lock().await;
        let mut asked = self.recalled(host, pages.as_ref()).await.map_err(|error| error.to_string())?;
        asked.retain(|asked| asked.native != page.native);
        match &shown {
            Ok(()) => {
                self.known().shown.insert(page.native, ());
            }
            // The others come first.
            Err(_) => asked.push(page),
        }
        let remembered = self.remember_pages(host, &asked).await;
        *pages = Some(asked);
        remembered.map_err(|error| error.to_string())?;
        shown.map(|()| true)
    }

    /// The error says why it is to be tried again.
    async fn show<H: Host>(&self, host: &H, page: &Page) -> Result<(), String> {
        let conversation = host.conversation(self.name(), &page.thread);
        let key = host.token_key();
        let messages = self.said(host, conversation).await.map_err(|error| error.to_string())?;
        let part = list_of(&key, page.list, &messages)
            .and_then(|content| outbound::page(content, &self.config.words, &key, page.number));
        let Some(part) = part else {
            self.note_once("a page of a list was asked for that is not there any more");
            return Ok(());
        };
        let recipient = match self.recipient(host, &page.thread).await {
            Ok(recipient) => recipient,
            Err(outcome) => return unless_dead(outcome),
        };
        let destination = Destination { conversation, thread: &page.thread, recipient };
        let tag = format!("page.{}", page.native);
        match self.send_part(host, &destination, part, &tag, false, &mut Vec::new()).await {
            Ok(_) => Ok(()),
            Err(outcome) => unless_dead(outcome),
        }
    }

    async fn recalled<H: Host>(&self, host: &H, pages: Option<&Vec<Page>>) -> Result<Vec<Page>, HostError> {
        if let Some(pages) = pages {
            return Ok(pages.clone());
        }
        let kept = host.recall(self.name(), REMEMBERED).await?;
        // What another version kept is no loss worth an error: the person presses again.
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    async fn remember_pages<H: Host>(&self, host: &H, pages: &[Page]) -> Result<(), HostError> {
        let text = serde_json::to_string(pages).expect("names and numbers can be written");
        host.remember(self.name(), REMEMBERED, text).await
    }
}

fn unless_dead(outcome: Outcome) -> Result<(), String> {
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::Dead { reason } => {
            tracing::warn!(reason, "whatsapp.page_lost");
            Ok(())
        }
        Outcome::Retry { error, .. } => Err(error),
    }
}
