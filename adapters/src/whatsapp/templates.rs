//! Which templates has Meta approved, and how is one sent?

use std::{sync::Arc, time::Duration};

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use studio_core::content::Template;
use tokio::{select, time::sleep};

use super::{
    call::CallError,
    error::Verdict,
    life::{Account, Endless, back_off},
    media::NoFile,
    outbound::{Recipient, envelope},
    send::{Destination, Doubt},
    template::{Fill as _, KnownTemplate},
};
use crate::{host::Host, misread, platform::Outcome};

/// How often they are read where Meta tells of no change.
const EVERY: Duration = Duration::from_hours(1);
/// Pages of a hundred that are read at most; an account has at most 6,000.
const MOST_PAGES: usize = 100;

#[derive(Deserialize)]
struct Listed {
    data: Vec<Value>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Option<Cursors>,
    /// Present where there is another page.
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default)]
    after: Option<String>,
}

impl Account {
    /// Reads the templates at the start, every hour, and whenever Meta tells of a change.
    pub(super) async fn keep_templates<H: Host>(&self, host: &H) -> Endless {
        let mut failures = 0;
        loop {
            if self.synchronise_templates(host).await.is_ok() {
                failures = 0;
                select! {
                    () = sleep(EVERY) => {}
                    () = self.templates_changed.notified() => {}
                }
            } else {
                failures += 1;
                back_off(host, failures).await;
            }
        }
    }

    /// What Meta knows of, as it was read last; `None` before the first time.
    pub fn templates(&self) -> Option<Arc<Vec<KnownTemplate>>> {
        self.known().templates.clone()
    }

    pub(super) async fn synchronise_templates<H: Host>(
        &self,
        host: &H,
    ) -> Result<Arc<Vec<KnownTemplate>>, CallError> {
        let mut found: Vec<KnownTemplate> = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let cursor = after.as_ref().map(|after| format!("&after={}", encoded(after))).unwrap_or_default();
            let fields = "name,language,status,category,components";
            let path =
                format!("{}/message_templates?fields={fields}&limit=100{cursor}", self.config.account_id);
            let answer = self.call(self.request(Method::GET, &path), host.now()).await?;
            let listed: Listed = misread::value(&answer)
                .map_err(|why| CallError::Lost(format!("the list of templates cannot be read: {why}")))?;
            for template in listed.data {
                match misread::value(&template) {
                    Ok(template) => found.push(template),
                    Err(why) => self.note_unread(host.now(), format!("a template cannot be read: {why}")),
                }
            }
            let next = listed.paging.filter(|paging| paging.next.is_some());
            after = next.and_then(|paging| paging.cursors?.after);
            if after.is_none() {
                break;
            }
        }
        let found = Arc::new(found);
        self.known().templates = Some(Arc::clone(&found));
        Ok(found)
    }

    /// The approved template that is meant, its parameters checked, and how it reads. The error says what to correct.
    pub async fn checked<H: Host>(&self, host: &H, template: &Template) -> Result<String, TemplateError> {
        let known =
            self.known_templates(host).await.map_err(|error| TemplateError::Unknown(error.sentence()))?;
        let approved = template.find(&known).map_err(TemplateError::Unfit)?;
        let problems = template.check(approved);
        if problems.is_empty() {
            Ok(template.text(approved))
        } else {
            Err(TemplateError::Unfit(problems.join("; ")))
        }
    }

    /// What Meta knows of, asking it where nothing was read yet.
    pub async fn known_templates<H: Host>(&self, host: &H) -> Result<Arc<Vec<KnownTemplate>>, CallError> {
        match self.templates() {
            Some(known) => Ok(known),
            None => self.synchronise_templates(host).await,
        }
    }

    /// Sends an approved template, inside the window and outside; returns Meta's id of it.
    pub(super) async fn send_template<H: Host>(
        &self,
        host: &H,
        destination: &Destination<'_>,
        template: &Template,
        tag: &str,
        uncertain: bool,
    ) -> Result<String, Outcome> {
        let doubtful = match self.settle_doubt(host, destination, tag, uncertain).await? {
            Doubt::Left(id) => return Ok(id),
            Doubt::Open => true,
            Doubt::None => false,
        };
        let thread = destination.thread;
        let fail = |error: NoFile| self.failed(thread, tag, error);
        let known = self.known_templates(host).await.map_err(|error| fail(NoFile::Call(error).before()).1)?;
        let approved = template.find(&known).map_err(|reason| Outcome::Dead { reason })?;
        let problems = template.check(approved);
        if !problems.is_empty() {
            return Err(Outcome::Dead { reason: problems.join("; ") });
        }
        let mut recipient = destination.recipient.clone();
        if approved.authenticates() && matches!(recipient, Recipient::User(_)) {
            recipient = Recipient::Phone(self.number(host, thread).await.ok_or_else(|| no_number(template))?);
        }
        loop {
            let was_up = template.file().is_some_and(|(source, _)| self.is_uploaded(source));
            let header = match template.file() {
                Some((source, kind)) => {
                    let found = self.find(host, destination.conversation, source, Some(kind), None).await;
                    Some(found.map_err(|error| fail(error.before()).1)?)
                }
                None => None,
            };
            let object = template.render(approved, header.as_ref());
            let posted = self.post(&envelope(&recipient, tag, "template", object), host.now()).await;
            let error = match posted {
                Ok(id) => {
                    self.note_left(thread, tag, &id);
                    if doubtful {
                        self.note_again(tag);
                    }
                    return Ok(id);
                }
                Err(error) => error,
            };
            let (verdict, outcome) = fail(NoFile::Call(error));
            if verdict == Verdict::Degrade
                && let Some((source, _)) = template.file()
            {
                self.forget_upload(source);
            }
            match (verdict, &recipient, self.number(host, thread).await) {
                (Verdict::ByPhone, Recipient::User(_), Some(phone)) => recipient = Recipient::Phone(phone),
                // Meta may know the id no more under which it was sent before.
                (Verdict::Degrade, _, _) if was_up => {}
                (
                    Verdict::ByPhone
                    | Verdict::Retry { .. }
                    | Verdict::Degrade
                    | Verdict::Closed
                    | Verdict::Dead,
                    _,
                    _,
                ) => return Err(outcome),
            }
        }
    }
}

/// A template cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is not known what Meta has approved.
    #[error("{0}")]
    Unknown(String),
    /// It is not approved, or its parameters do not fit; a sentence that says what to correct.
    #[error("{0}")]
    Unfit(String),
}

/// What becomes of a template that would need the person's phone number.
fn no_number(template: &Template) -> Outcome {
    let reason = format!(
        "the template “{}” authenticates, which Meta sends to a phone number alone, and the person's is not known: ask for it, and \
         write to that number",
        template.name
    );
    Outcome::Dead { reason }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
