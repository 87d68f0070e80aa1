//! What happens at a press on the last row of a page? The next page is shown; the bot hears nothing of it.
//!
//! Pages that are to be shown are remembered before the press is acknowledged, and shown by the running connection, so
//! that none is lost with the process. One that the process before may have shown is looked for among the statuses first.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::{
    select,
    time::{Instant, sleep},
};

use super::{
    life::{Account, Endless, back_off},
    outbound,
    send::Destination,
    value::list_of,
};
use crate::{
    host::{Host, HostError},
    platform::Outcome,
    problem::Problem,
};

const REMEMBERED: &str = "pages";
/// More than anyone presses while Meta cannot be reached; what is beyond that is asked for again.
const MOST: usize = 1_000;
const FULL: SignedDuration = SignedDuration::from_mins(1);
/// Those that were shown last are remembered as well: Meta may tell of their presses again.
const MOST_SHOWN: usize = 200;

/// A page that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    thread: String,
    /// Id of the press.
    native: String,
    list: u64,
    number: usize,
    /// When it was asked for, by Meta's clock.
    #[serde(default)]
    heard: Option<Timestamp>,
    /// A try began whose end is not known.
    #[serde(default)]
    tried: bool,
    /// It is not to be shown again.
    #[serde(default)]
    shown: bool,
}

/// Why a page was not shown.
struct Later {
    /// How long it must wait, where that is known.
    after: Option<SignedDuration>,
    /// What went wrong; nothing where it is only not its turn.
    why: Option<String>,
}

impl From<HostError> for Later {
    fn from(error: HostError) -> Self {
        Self { after: None, why: Some(error.to_string()) }
    }
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
        heard: Option<Timestamp>,
    ) -> Result<(), Problem> {
        let mut pages = self.pages.lock().await;
        let mut asked = self.recalled(host, pages.as_ref()).await?;
        let repeat =
            self.known().shown.get(&native).is_some() || asked.iter().any(|page| page.native == native);
        if !repeat {
            if asked.iter().filter(|page| !page.shown).count() >= MOST {
                *pages = Some(asked);
                let detail = "too many pages of lists wait to be shown; send the same again later";
                let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
                return Err(Problem { retry_after: Some(FULL), ..problem });
            }
            asked.push(Page { thread, native, list, number, heard, tried: false, shown: false });
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
                Err(Later { after, why }) => {
                    if let Some(why) = why {
                        failures += 1;
                        self.note_error(host.now(), why);
                    }
                    match after {
                        Some(after) => self.wait_for_another(after).await,
                        None => back_off(host, failures).await,
                    }
                }
            }
        }
    }

    /// One that must wait keeps no other waiting that is asked for meanwhile.
    async fn wait_for_another(&self, at_most: SignedDuration) {
        select! {
            () = sleep(at_most.unsigned_abs()) => {}
            () = self.page_asked.notified() => {}
        }
    }

    /// Whether there was one.
    async fn show_next<H: Host>(&self, host: &H) -> Result<bool, Later> {
        let Some(mut page) = self.next_page(host).await? else { return Ok(false) };
        let shown = self.show(host, &page).await;
        let mut pages = self.pages.lock().await;
        let mut asked = self.recalled(host, pages.as_ref()).await?;
        asked.retain(|asked| asked.native != page.native);
        match &shown {
            Ok(()) => {
                self.known().shown.insert(page.native.clone(), ());
                asked.push(Page { shown: true, ..page });
                if asked.iter().filter(|page| page.shown).count() > MOST_SHOWN
                    && let Some(oldest) = asked.iter().position(|page| page.shown)
                {
                    asked.remove(oldest);
                }
            }
            // The others come first.
            Err(Later { after, why: _ }) => {
                if let Some(after) = after {
                    let until = Instant::now() + after.unsigned_abs();
                    self.known().postponed.insert(page.native.clone(), until);
                }
                page.tried = !self.is_refused(&page.tag());
                asked.push(page);
            }
        }
        let remembered = self.remember_pages(host, &asked).await;
        *pages = Some(asked);
        remembered?;
        shown.map(|()| true)
    }

    /// The page whose turn it is: noted as tried, for the case that the process ends before the try does. It carries
    /// whether an earlier try's end is unknown.
    async fn next_page<H: Host>(&self, host: &H) -> Result<Option<Page>, Later> {
        let mut pages = self.pages.lock().await;
        let mut asked = self.recalled(host, pages.as_ref()).await?;
        let now_or_wait = |page: &Page| {
            let postponed = self.known().postponed.get(&page.native).copied();
            let wait = postponed.map(|until| until.saturating_duration_since(Instant::now()));
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return Err(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX));
            }
            let conversation = host.conversation(self.name(), &page.thread);
            host.take_turn(self.name(), conversation, &page.thread)
        };
        let mut shortest = None;
        let turn = asked.iter().position(|page| {
            !page.shown
                && match now_or_wait(page) {
                    Ok(()) => true,
                    Err(wait) => {
                        shortest = Some(shortest.map_or(wait, |shortest: SignedDuration| shortest.min(wait)));
                        false
                    }
                }
        });
        let Some(turn) = turn else {
            *pages = Some(asked);
            return shortest.map_or(Ok(None), |after| Err(Later { after: Some(after), why: None }));
        };
        let page = asked[turn].clone();
        asked[turn].tried = true;
        let remembered = self.remember_pages(host, &asked).await;
        *pages = Some(asked);
        remembered?;
        Ok(Some(page))
    }

    /// The error says why it is to be tried again.
    async fn show<H: Host>(&self, host: &H, page: &Page) -> Result<(), Later> {
        if page.heard.is_some()
            && let Some(reason) = self.closed(host, page.heard)
        {
            return self.unless_dead(host, Outcome::Dead { reason });
        }
        let conversation = host.conversation(self.name(), &page.thread);
        let key = host.token_key();
        let messages = self.said(host, conversation).await?;
        let part = list_of(&key, page.list, &messages)
            .and_then(|content| outbound::page(content, &self.config.words, &key, page.number));
        let Some(part) = part else {
            self.note_once("a page of a list was asked for that is not there any more");
            return Ok(());
        };
        let recipient = match self.recipient(host, &page.thread).await {
            Ok(recipient) => recipient,
            Err(outcome) => return self.unless_dead(host, outcome),
        };
        let destination = Destination { conversation, thread: &page.thread, recipient };
        match self.send_part(host, &destination, part, &page.tag(), page.tried, &mut Vec::new()).await {
            Ok(_) => Ok(()),
            Err(outcome) => self.unless_dead(host, outcome),
        }
    }

    /// No dead letter can tell of it: a page has no row of its own.
    fn unless_dead<H: Host>(&self, host: &H, outcome: Outcome) -> Result<(), Later> {
        match outcome {
            Outcome::Done => Ok(()),
            Outcome::Dead { reason } => {
                self.note_error(host.now(), format!("a further page of a list was not shown: {reason}"));
                Ok(())
            }
            Outcome::Retry { after, scope: _, error } => Err(Later { after, why: Some(error) }),
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

impl Page {
    fn tag(&self) -> String {
        format!("page.{}", self.native)
    }
}
