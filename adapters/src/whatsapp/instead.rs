//! What goes where the words of a message may not? The approved template that it names.
//!
//! It is sent once for a message, under one tag whatever part it takes the place of, so that it is known again where several
//! parts are refused one after the other. Of a message that has begun in its own words the rest is a dead letter: it is not
//! lost, and can be said once the person has written.

use studio_core::{
    content::{Loss, Template},
    policy::delivery::{Form, Otherwise},
};

use super::{error::RESTRICTED, life::Account, send::Destination, templates::TemplateError};
use crate::{
    host::Host,
    platform::{Attempt, Leaving, Outcome, Scope},
};

/// Which way a message goes.
pub(super) enum Course<'a> {
    /// In its own words; what of it is given up.
    Words(Option<Loss>),
    /// It is an approved template.
    Template(&'a Template),
    /// Its template in its place, and why.
    Instead { template: &'a Template, why: String },
}

/// A template that goes in the place of a message.
pub(super) struct Instead<'a> {
    pub template: &'a Template,
    /// Why the words of the message do not go; a sentence.
    pub why: &'a str,
    /// Whether it may have left in a try whose end nobody saw.
    pub uncertain: bool,
}

/// Why a part has not left.
pub(super) enum Unsent {
    /// Meta takes nothing but an approved template.
    Closed {
        why: String,
    },
    Other(Outcome),
}

impl Unsent {
    /// Of what became of a part that is refused for the 24 hours.
    pub fn closed(outcome: Outcome) -> Self {
        if let Outcome::Dead { reason } = outcome {
            Self::Closed { why: reason }
        } else {
            Self::Other(outcome)
        }
    }
}

impl From<Outcome> for Unsent {
    fn from(outcome: Outcome) -> Self {
        Self::Other(outcome)
    }
}

/// The template that goes only where the words of a message may not, if it names one.
pub(super) fn last_resort(leaving: &Leaving) -> Option<&Template> {
    leaving.message.template.as_deref().filter(|template| template.is_last_resort())
}

impl Account {
    /// Which way a message goes; the outcome is that of one that may not go at all.
    pub(super) async fn course<'l, H: Host>(
        &self,
        host: &H,
        leaving: &'l Leaving,
    ) -> Result<Course<'l>, Outcome> {
        let closed = self.closed(host, leaving.last_heard);
        let Some(template) = leaving.message.template.as_deref() else {
            return closed.map_or(Ok(Course::Words(None)), |reason| Err(Outcome::Dead { reason }));
        };
        // What has begun in its own words goes on in them as long as it may.
        let has_begun = template.when.is_some() && !leaving.parts.is_empty();
        if !template.is_last_resort() && !has_begun {
            // The words of a bot go where its template cannot; one that a member sends is nothing else.
            if template.when.is_some()
                && closed.is_none()
                && let Some(why) = self.unfit(host, template).await
            {
                return Ok(Course::Words(Some(Loss::TemplateLeftOut { name: template.name.clone(), why })));
            }
            return Ok(Course::Template(template));
        }
        let refused = leaving.otherwise.iter().find(|otherwise| otherwise.form == Form::Template);
        let why = closed.or_else(|| refused.map(|otherwise| otherwise.why.clone()));
        Ok(why.map_or(Course::Words(None), |why| Course::Instead { template, why }))
    }

    /// What is wrong with a template; nothing where that is not known.
    async fn unfit<H: Host>(&self, host: &H, template: &Template) -> Option<String> {
        match self.checked(host, template).await {
            Err(TemplateError::Unfit(why)) => Some(why),
            Ok(_) | Err(TemplateError::Unknown(_)) => None,
        }
    }

    /// Sends a message that is an approved template.
    pub(super) async fn send_alone<H: Host>(
        &self,
        host: &H,
        leaving: &Leaving,
        destination: &Destination<'_>,
        template: &Template,
        attempt: &mut Attempt,
    ) {
        let otherwise = leaving.in_another_form(0);
        if let Some(Otherwise { form: Form::Simpler, why, .. }) = otherwise {
            attempt.outcome = Outcome::Dead { reason: why.clone() };
            return;
        }
        let tag = format!("{}.0", leaving.key);
        let sent = match self.addressed(host, destination, otherwise).await {
            Ok(to) => self.send_template(host, &to, template, &tag, leaving.uncertain).await,
            Err(outcome) => Err(outcome),
        };
        match sent {
            Ok(id) => attempt.parts.push(id),
            Err(outcome) => attempt.outcome = self.of_this_one_alone(host, leaving, outcome),
        }
    }

    /// What is lost where a message of a bot goes in its own words, as its template will not be taken; nothing where it does not.
    pub(super) fn left_out<H: Host>(
        &self,
        host: &H,
        leaving: &Leaving,
        template: &Template,
        outcome: &Outcome,
    ) -> Option<Loss> {
        let Outcome::Dead { reason } = outcome else { return None };
        let may_speak = template.when.is_some() && self.closed(host, leaving.last_heard).is_none();
        may_speak.then(|| Loss::TemplateLeftOut { name: template.name.clone(), why: reason.clone() })
    }

    /// Where Meta takes no more templates for long, replies to people who have written are tried all the same.
    fn of_this_one_alone<H: Host>(&self, host: &H, leaving: &Leaving, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Retry { after: Some(after), error, .. }
                if after >= RESTRICTED && self.closed(host, leaving.last_heard).is_some() =>
            {
                Outcome::Retry { after: Some(after), scope: Scope::Chat, error }
            }
            outcome => outcome,
        }
    }

    /// Sends the template that a message names for when nothing else may be said.
    pub(super) async fn send_instead<H: Host>(
        &self,
        host: &H,
        leaving: &Leaving,
        destination: &Destination<'_>,
        instead: Instead<'_>,
        attempt: &mut Attempt,
    ) {
        let Instead { template, why, uncertain } = instead;
        let name = &template.name;
        let by_phone = leaving.otherwise.iter().find(|otherwise| otherwise.form == Form::ByPhone);
        let tag = format!("{}.template", leaving.key);
        let sent = match host.told_of(destination.conversation, &tag).await {
            // It took the place of another part, or of this one before a member let it leave again.
            Ok(Some(id)) => Ok(id),
            Ok(None) => match self.addressed(host, destination, by_phone).await {
                Ok(to) => self.send_template(host, &to, template, &tag, uncertain).await,
                Err(outcome) => Err(outcome),
            },
            Err(error) => {
                let error = format!("the store failed: {error}");
                Err(Outcome::Retry { after: None, scope: Scope::Chat, error })
            }
        };
        let has_begun = !leaving.parts.is_empty() || !attempt.parts.is_empty();
        attempt.outcome = match sent {
            Ok(id) if !has_begun => {
                attempt.parts.push(id);
                // What its words would have lost nobody has seen.
                attempt.losses.clear();
                attempt.losses.push(Loss::TemplateInstead { name: name.clone() });
                Outcome::Done
            }
            Ok(_) => Outcome::Dead {
                reason: format!(
                    "{why}. The template “{name}” was sent; the rest of the message is not said yet: replay it once the person has written"
                ),
            },
            Err(Outcome::Dead { reason }) => Outcome::Dead {
                reason: format!("{why}; the template “{name}” cannot be sent in its place: {reason}"),
            },
            Err(outcome) => self.of_this_one_alone(host, leaving, outcome),
        };
    }
}
