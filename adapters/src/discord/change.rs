//! How is a message changed that has left, and how is it taken back?
//!
//! A change that needs more messages than there are adds them behind all that was said since. They have nonces of their own, made
//! from the key of the change, and are looked for in the channel where Discord may have forgotten those.

use reqwest::Method;
use serde_json::Value;

use super::{
    find::Sought,
    life::Account,
    outbound::{Part, Rendered, render},
    rest::{Payload, Refusal, Route},
    send::{NONCE_IS_KNOWN, id, nonce, payload},
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Edit, Outcome, Scope},
};

impl Account {
    /// Changes a message that has left: its words, its cards and its files. What it has no need of any more is taken back.
    pub async fn edit<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        let mut attempt = Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Done };
        let Some(key) = self.token_key.get() else {
            let error = "the connection is not running yet".to_owned();
            attempt.outcome = Outcome::Retry { after: None, scope: Scope::Connection, error };
            return attempt;
        };
        let label = self.answer_label(&edit.language);
        let Rendered { parts, losses } = render(edit.content.clone(), key, label.as_deref());
        attempt.losses = losses;
        if let Err(outcome) = self.change(host, edit, &parts, &mut attempt).await {
            attempt.outcome = outcome;
            return attempt;
        }
        let surplus = edit.parts.get(parts.len()..).unwrap_or_default();
        attempt.outcome = self.retract(&edit.thread, surplus).await.outcome;
        attempt
    }

    /// Takes back what has left; what is gone already is taken back.
    pub async fn retract(&self, thread: &str, parts: &[String]) -> Attempt {
        for part in parts {
            let route = Route::message(Method::DELETE, thread, part);
            match self.rest.call(&route, Payload::None).await {
                Ok(_) | Err(Refusal::Refused { code: 10_008, .. }) => {}
                Err(refusal) => {
                    return Attempt { parts: Vec::new(), losses: Vec::new(), outcome: self.judged(refusal) };
                }
            }
        }
        Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Done }
    }

    /// Makes the messages that there are what they should be, and adds those that are missing.
    async fn change<H: Host>(
        &self,
        host: &H,
        edit: &Edit,
        parts: &[Part],
        attempt: &mut Attempt,
    ) -> Result<(), Outcome> {
        let conversation = host.conversation(self.name(), &edit.thread);
        let mut leaves = Parts::begin();
        for (part, id) in parts.iter().zip(&edit.parts) {
            leaves.next(host, self.name(), conversation, &edit.thread).await?;
            let (part, file) = self.with_file(host, conversation, part.clone(), &mut attempt.losses).await?;
            let mut body = part.body(file.as_ref().map(|file| file.name.as_str()));
            if file.is_none() {
                // Files that are not named stay.
                body["attachments"] = Value::Array(Vec::new());
            }
            let route = Route::message(Method::PATCH, &edit.thread, id);
            let changed = self.rest.call(&route, payload(body, file.as_ref())).await;
            changed.map_err(|refusal| self.judged(refusal))?;
            attempt.parts.push(id.clone());
        }
        let missing = parts.get(attempt.parts.len()..).unwrap_or_default();
        let may_have_left = edit.uncertain && host.now().duration_since(edit.at) > NONCE_IS_KNOWN;
        if may_have_left && !missing.is_empty() {
            let known = edit.parts.iter().map(String::as_str).collect();
            let sought = Sought { conversation, thread: &edit.thread, known, parts: missing };
            let found = self.find_added(host, &sought).await;
            attempt.parts.extend(found.map_err(|refusal| self.judged(refusal))?);
        }
        for (index, part) in parts.iter().enumerate().skip(attempt.parts.len()) {
            leaves.next(host, self.name(), conversation, &edit.thread).await?;
            let (part, file) = self.with_file(host, conversation, part.clone(), &mut attempt.losses).await?;
            let mut body = part.body(file.as_ref().map(|file| file.name.as_str()));
            body["nonce"] = Value::from(nonce(&edit.key, index));
            body["enforce_nonce"] = Value::from(true);
            let route = Route::messages(Method::POST, &edit.thread, "");
            let added = self.rest.call(&route, payload(body, file.as_ref())).await;
            let added = added.and_then(|answer| id(&answer)).map_err(|refusal| self.judged(refusal))?;
            attempt.parts.push(added);
        }
        Ok(())
    }
}
