//! How does a message leave? Part after part, each in the best form that Meta takes.
//!
//! Meta recognises no repeats. What it does is to give back, with every status of a message, a word that was sent
//! with it: the tag, the message's key and the number of the part. The host keeps it with the status, over restarts. A
//! part whose answer was lost, or that was being sent when the process died, is tried again only after its status had some
//! time to come; where one came, the part has left. Where none came it is sent again, and the record says so.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use studio_core::{
    content::Loss,
    id::ConversationId,
    policy::delivery::{Form, Otherwise},
};

use super::{
    call::{CallError, Refusal},
    error::{Verdict, judge, outcome},
    instead::{Course, Instead, Unsent, last_resort},
    life::{Account, Doubtful},
    media::NoFile,
    outbound::{Part, Recipient, Rendered, envelope, render},
    people::is_by_phone,
    sendable,
    template::KnownTemplate,
    window,
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Leaving, Outcome, Scope},
};

/// How long a status is waited for where it is not known whether a message has left.
const DOUBT: SignedDuration = SignedDuration::from_secs(10);
/// The longest that is waited after many times too many messages to one person.
const LONGEST_STRIKE: i64 = 3_600;
/// Templates that are named where nothing else may be sent.
const MOST_NAMED: usize = 10;
/// Forms that are tried of one part: as it is, with its file uploaded anew, without its picture, in words, and one of them by phone
/// number.
const MOST_FORMS: usize = 5;

/// Where a part goes.
#[derive(Clone)]
pub(super) struct Destination<'a> {
    pub conversation: ConversationId,
    pub thread: &'a str,
    pub recipient: Recipient,
}

/// Whether a part has left in a try whose end nobody saw.
pub(super) enum Doubt {
    None,
    /// No status of it came in time.
    Open,
    /// Under this id of Meta's.
    Left(String),
}

#[derive(Deserialize)]
struct Accepted {
    messages: Vec<AcceptedMessage>,
}

#[derive(Deserialize)]
struct AcceptedMessage {
    id: String,
}

impl Account {
    /// One try of a message; goes on behind the parts that have left.
    pub async fn send<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        self.send_parts(host, leaving).await.settled()
    }

    async fn send_parts<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        let mut attempt = Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Done };
        let course = match self.course(host, leaving).await {
            Ok(course) => course,
            Err(outcome) => {
                attempt.outcome = outcome;
                return attempt;
            }
        };
        let recipient = match self.recipient(host, &leaving.thread).await {
            Ok(recipient) => recipient,
            Err(outcome) => {
                attempt.outcome = outcome;
                return attempt;
            }
        };
        let destination =
            Destination { conversation: leaving.conversation, thread: &leaving.thread, recipient };
        match course {
            Course::Words(left_out) => attempt.losses.extend(left_out),
            Course::Template(template) => {
                self.send_alone(host, leaving, &destination, template, &mut attempt).await;
                let Some(left_out) = self.left_out(host, leaving, template, &attempt.outcome) else {
                    return self.marked(leaving, attempt);
                };
                attempt = Attempt { parts: Vec::new(), losses: vec![left_out], outcome: Outcome::Done };
            }
            Course::Instead { template, why } => {
                let instead = Instead { template, why: &why, uncertain: leaving.uncertain };
                self.send_instead(host, leaving, &destination, instead, &mut attempt).await;
                return self.marked(leaving, attempt);
            }
        }
        let words = self.config.words.among(&leaving.language);
        let Rendered { parts, losses } = render(&leaving.message.content, &words, &host.token_key());
        attempt.losses.extend(losses);
        let first = leaving.parts.len();
        attempt.losses.extend(lost_before(&parts[..first.min(parts.len())], leaving));
        // A process that ended may have sent several of them and noted none.
        let mut uncertain = leaving.uncertain;
        let mut leaves = Parts::begin();
        for (number, part) in parts.into_iter().enumerate().skip(first) {
            if let Err(outcome) = leaves.next(host, self.name(), leaving.conversation, &leaving.thread).await
            {
                attempt.outcome = outcome;
                return attempt;
            }
            let tag = format!("{}.{number}", leaving.key);
            let is_ours = self.was_tried(&tag);
            let otherwise = leaving.in_another_form(number);
            let sent = match formed(part, otherwise, &mut attempt.losses) {
                Ok(part) => match self.addressed(host, &destination, otherwise).await {
                    Ok(to) => self.send_part(host, &to, part, &tag, uncertain, &mut attempt.losses).await,
                    Err(outcome) => Err(Unsent::Other(outcome)),
                },
                Err(outcome) => Err(Unsent::Other(outcome)),
            };
            match (sent, last_resort(leaving)) {
                (Ok(id), _) => attempt.parts.push(id),
                // Meta's clock says otherwise than ours.
                (Err(Unsent::Closed { why }), Some(template)) => {
                    let instead = Instead { template, why: &why, uncertain };
                    self.send_instead(host, leaving, &destination, instead, &mut attempt).await;
                    return self.marked(leaving, attempt);
                }
                (Err(Unsent::Closed { why }), None) => {
                    attempt.outcome = Outcome::Dead { reason: why };
                    return attempt;
                }
                (Err(Unsent::Other(outcome)), _) => {
                    attempt.outcome = outcome;
                    return attempt;
                }
            }
            // What this process has tried was the last that was.
            uncertain &= !is_ours;
        }
        self.marked(leaving, attempt)
    }

    /// To whom a part goes; by phone number where Meta asked for that after it had taken it.
    pub(super) async fn addressed<'d, H: Host>(
        &self,
        host: &H,
        destination: &Destination<'d>,
        otherwise: Option<&Otherwise>,
    ) -> Result<Destination<'d>, Outcome> {
        let Destination { conversation, thread, recipient } = destination.clone();
        let recipient = match otherwise {
            Some(Otherwise { form: Form::ByPhone, why, .. }) => match self.number(host, thread).await {
                Some(phone) => Recipient::Phone(phone),
                None => return Err(Outcome::Dead { reason: why.clone() }),
            },
            Some(Otherwise { form: Form::Simpler | Form::Template, .. }) | None => recipient,
        };
        Ok(Destination { conversation, thread, recipient })
    }

    /// Why only an approved template may be sent now, if so; names those that there are.
    pub fn closed<H: Host>(&self, host: &H, last_heard: Option<Timestamp>) -> Option<String> {
        let why = window::closed(last_heard, self.their_now(host))?;
        let known = self.templates().unwrap_or_default();
        let can_go = |template: &&KnownTemplate| {
            template.status.eq_ignore_ascii_case("APPROVED") && sendable::refusal(template).is_none()
        };
        let approved = known.iter().filter(can_go);
        let named: Vec<String> = approved
            .take(MOST_NAMED)
            .map(|template| format!("{} ({})", template.name, template.language))
            .collect();
        Some(if named.is_empty() { why } else { format!("{why}. Approved are {}", named.join(", ")) })
    }

    /// Says of a message that has left whether it may have arrived twice.
    fn marked(&self, leaving: &Leaving, mut attempt: Attempt) -> Attempt {
        if attempt.outcome == Outcome::Done && self.known().again.remove(&leaving.key).is_some() {
            attempt.losses.push(Loss::SentAgain);
        }
        attempt
    }

    /// Sends one part, and returns Meta's id of it.
    async fn send_part<H: Host>(
        &self,
        host: &H,
        destination: &Destination<'_>,
        mut part: Part,
        tag: &str,
        uncertain: bool,
        losses: &mut Vec<Loss>,
    ) -> Result<String, Unsent> {
        let doubtful = match self.settle_doubt(host, destination, tag, uncertain).await? {
            Doubt::Left(id) => return Ok(id),
            Doubt::Open => true,
            Doubt::None => false,
        };
        let mut recipient = destination.recipient.clone();
        for _ in 0..MOST_FORMS {
            let was_up = part.file().is_some_and(|(source, _)| self.is_uploaded(source));
            let tried = self.try_part(host, destination, &recipient, &part, tag).await;
            let error = match tried {
                Ok(id) => {
                    self.note_left(destination.thread, tag, &id);
                    if doubtful {
                        self.note_again(tag);
                    }
                    return Ok(id);
                }
                Err(error) => error,
            };
            let (verdict, last) = self.failed(destination.thread, tag, error);
            if let Some((source, _)) = part.file().filter(|_| verdict == Verdict::Degrade) {
                self.forget_upload(source);
            }
            match verdict {
                // Meta may know the id no more under which it was sent before.
                Verdict::Degrade if was_up => {}
                Verdict::Degrade => match part.simpler() {
                    Some((simpler, loss)) => {
                        losses.push(loss);
                        part = simpler;
                    }
                    None => return Err(Unsent::Other(last)),
                },
                Verdict::ByPhone => match (self.number(host, destination.thread).await, &recipient) {
                    (Some(phone), Recipient::User(_)) => recipient = Recipient::Phone(phone),
                    (Some(_), Recipient::Phone(_)) | (None, _) => return Err(Unsent::Other(last)),
                },
                Verdict::Closed => return Err(Unsent::closed(last)),
                Verdict::Retry { .. } | Verdict::Dead => return Err(Unsent::Other(last)),
            }
        }
        let reason = "Meta takes it in no form; see the errors before".to_owned();
        Err(Unsent::Other(Outcome::Dead { reason }))
    }

    /// Whether a part has left before. The error says to wait until that can be known.
    pub(super) async fn settle_doubt<H: Host>(
        &self,
        host: &H,
        destination: &Destination<'_>,
        tag: &str,
        uncertain: bool,
    ) -> Result<Doubt, Outcome> {
        let (waited, refused) = {
            let mut known = self.known();
            // Until it is refused, or taken, this try is uncertain as well.
            (known.doubtful.get(tag).is_some(), known.refused.remove(tag).is_some())
        };
        if !waited && (!uncertain || refused) {
            return Ok(Doubt::None);
        }
        let wait = |after, error| Outcome::Retry { after, scope: Scope::Chat, error };
        match host.told_of(destination.conversation, tag).await {
            Ok(Some(id)) => {
                self.note_left(destination.thread, tag, &id);
                Ok(Doubt::Left(id))
            }
            Ok(None) if waited => Ok(Doubt::Open),
            Ok(None) => {
                let now = host.now();
                let mut known = self.known();
                known.doubtful.insert(tag.to_owned(), Doubtful::Theirs);
                // What the process before was sending has had its status once the first of it was waited for.
                let since = *known.doubting_since.get_or_insert(now);
                if uncertain && now.duration_since(since) >= DOUBT {
                    return Ok(Doubt::Open);
                }
                let error = "it may have left before; Meta's status of it is waited for".to_owned();
                Err(wait(Some(DOUBT), error))
            }
            Err(error) => Err(wait(None, format!("the store failed: {error}"))),
        }
    }

    async fn try_part<H: Host>(
        &self,
        host: &H,
        destination: &Destination<'_>,
        recipient: &Recipient,
        part: &Part,
        tag: &str,
    ) -> Result<String, NoFile> {
        let file = match part.file() {
            Some((source, wanted)) => {
                let found = self.find(host, destination.conversation, source, wanted, part.told()).await;
                Some(found.map_err(NoFile::before)?)
            }
            None => None,
        };
        let (kind, object) = part.json(file.as_ref());
        self.post(&envelope(recipient, tag, kind, object), host.now()).await.map_err(NoFile::Call)
    }

    /// POSTs a message and returns Meta's id of it.
    pub(super) async fn post(&self, envelope: &Value, now: Timestamp) -> Result<String, CallError> {
        let path = format!("{}/messages", self.config.phone_number_id);
        let answer = self.call(self.request(Method::POST, &path).json(envelope), now).await?;
        let accepted =
            Accepted::deserialize(&answer).ok().and_then(|accepted| accepted.messages.into_iter().next());
        accepted
            .map(|message| message.id)
            .ok_or_else(|| CallError::Lost("the answer names no message".to_owned()))
    }

    /// What a failure means, and what becomes of the message if nothing simpler helps.
    pub(super) fn failed(&self, thread: &str, tag: &str, error: NoFile) -> (Verdict, Outcome) {
        let refusal = match error {
            NoFile::Refused(reason) => return (Verdict::Degrade, Outcome::Dead { reason }),
            NoFile::Store(why) => {
                self.note_refused(tag);
                return retry(None, Scope::Chat, format!("the store failed: {why}"));
            }
            NoFile::Before(why) => {
                self.note_refused(tag);
                return retry(None, Scope::Chat, why);
            }
            NoFile::Call(error @ CallError::Unreachable(_)) => {
                self.note_refused(tag);
                return retry(None, Scope::Connection, error.sentence());
            }
            NoFile::Call(error @ CallError::Lost(_)) => {
                self.known().doubtful.insert(tag.to_owned(), Doubtful::Ours);
                return retry(Some(DOUBT), Scope::Chat, error.sentence());
            }
            NoFile::Call(CallError::Refused(refusal)) => refusal,
        };
        self.note_refused(tag);
        let Refusal { status, error, retry_after } = refusal;
        let mut verdict = judge(&error, status);
        if let Verdict::Retry { after, scope } = &mut verdict {
            if error.code == PAIR {
                *after = Some(self.strike(thread));
            }
            *after = retry_after.max(*after);
            // Meta's own trouble is that of everybody; what one person gets too much of is not.
            if status == 429 && error.code != PAIR {
                *scope = Scope::Connection;
            }
        }
        let outcome = outcome(verdict, &error);
        (verdict, outcome)
    }

    /// How long a person who gets too much is left alone: 4 s, 16 s, 64 s and so on (Meta's advice).
    fn strike(&self, thread: &str) -> SignedDuration {
        let mut known = self.known();
        let strikes = known.strikes.get(thread).copied().unwrap_or_default().saturating_add(1);
        known.strikes.insert(thread.to_owned(), strikes);
        SignedDuration::from_secs(4_i64.saturating_pow(strikes).min(LONGEST_STRIKE))
    }

    /// Whether this process has tried a part that has not left, as far as is known.
    fn was_tried(&self, tag: &str) -> bool {
        let known = self.known();
        known.refused.get(tag).is_some() || known.doubtful.get(tag) == Some(&Doubtful::Ours)
    }

    fn note_refused(&self, tag: &str) {
        self.known().refused.insert(tag.to_owned(), ());
    }

    pub(super) fn note_again(&self, tag: &str) {
        tracing::warn!(connection = self.name(), tag, "whatsapp.sent_again");
        let key = tag.rsplit_once('.').map_or(tag, |(key, _)| key);
        self.known().again.insert(key.to_owned(), ());
    }

    pub(super) fn note_left(&self, thread: &str, tag: &str, id: &str) {
        let mut known = self.known();
        known.doubtful.remove(tag);
        known.refused.remove(tag);
        known.strikes.remove(thread);
        known.threads.insert(id.to_owned(), thread.to_owned());
    }

    /// To whom a thread's messages go.
    pub(super) async fn recipient<H: Host>(&self, host: &H, thread: &str) -> Result<Recipient, Outcome> {
        if !is_by_phone(thread) {
            return Ok(Recipient::User(thread.to_owned()));
        }
        match self.phone(host, thread).await {
            // By now the person is known by id.
            Some(id) if id.contains('.') => Ok(Recipient::User(id)),
            Some(phone) => Ok(Recipient::Phone(phone)),
            None => Err(Outcome::Dead {
                reason: "the person's phone number is not known any more; wait until the person writes"
                    .to_owned(),
            }),
        }
    }

    /// The phone number of a thread's person, if it is known.
    pub(super) async fn number<H: Host>(&self, host: &H, thread: &str) -> Option<String> {
        self.phone(host, thread).await.filter(|phone| !phone.contains('.'))
    }

    /// The phone number, or the id by which its person is known since.
    async fn phone<H: Host>(&self, host: &H, thread: &str) -> Option<String> {
        if let Some(phone) = self.known().phones.get(thread) {
            return Some(phone.clone());
        }
        let kept = host.recall(self.name(), &phone_key(thread)).await.ok().flatten();
        kept.filter(|phone| !phone.is_empty())
    }
}

/// A part in the form in which Meta may take it that refused it after it had taken it.
fn formed(part: Part, otherwise: Option<&Otherwise>, losses: &mut Vec<Loss>) -> Result<Part, Outcome> {
    match otherwise {
        Some(Otherwise { form: Form::Simpler, why, .. }) => {
            let (simpler, loss) = part.simpler().ok_or_else(|| Outcome::Dead { reason: why.clone() })?;
            losses.push(loss);
            Ok(simpler)
        }
        Some(Otherwise { form: Form::ByPhone | Form::Template, .. }) | None => Ok(part),
    }
}

/// What was lost of those parts that have left already in a simpler form.
fn lost_before(parts: &[Part], leaving: &Leaving) -> Vec<Loss> {
    let changed =
        parts.iter().enumerate().filter_map(|(number, part)| match leaving.in_another_form(number)?.form {
            Form::Simpler => part.simpler().map(|(_, loss)| loss),
            Form::ByPhone | Form::Template => None,
        });
    changed.collect()
}

/// Too many messages of one number to one person.
const PAIR: i64 = 131_056;

/// Under which name a phone number is remembered.
pub(super) fn phone_key(thread: &str) -> String {
    format!("phone:{thread}")
}

fn retry(after: Option<SignedDuration>, scope: Scope, error: String) -> (Verdict, Outcome) {
    (Verdict::Retry { after, scope }, Outcome::Retry { after, scope, error })
}
