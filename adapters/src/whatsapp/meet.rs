//! Who is it who is named, and which conversation is theirs?

use jiff::Timestamp;

use super::{
    inbound::Reader,
    life::Account,
    people::{Person, digits, is_by_phone},
    send::phone_key,
    webhook::Taken,
};
use crate::{
    host::{Host, HostError, Incoming},
    platform::{ReachError, Reached},
    problem::Problem,
};

impl Account {
    /// Notes who somebody is before what they said; several where they are told in several words.
    pub(super) async fn meet<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        who: &[Person],
        said_at: Option<Timestamp>,
    ) -> Result<(), Problem> {
        for person in who {
            let mut shown = person.clone();
            if self.take_number(host, reader, person).await? {
                // Told by what the person says next: the other one has lost it by then.
                shown.phone = None;
            }
            let thread = &person.thread;
            let attributes = shown.attributes();
            let looks = serde_json::Value::Object(attributes).to_string();
            if looks == "{}" || self.known().people.get(thread) == Some(&looks) {
                continue;
            }
            // Nobody said that: what is not taken is told by their next webhook.
            let known = Incoming { said_at, ..reader.known(&shown) };
            if matches!(self.accept(host, known).await?, Taken::Stored) {
                self.known().people.insert(thread.clone(), looks);
            }
        }
        Ok(())
    }

    /// Notes whose number it is. Whether somebody else had it, who has lost it by now.
    pub(super) async fn take_number<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        person: &Person,
    ) -> Result<bool, Problem> {
        let (Some(phone), Some(by_phone)) = (&person.phone, person.by_phone()) else { return Ok(false) };
        let thread = &person.thread;
        self.known().phones.insert(thread.clone(), phone.clone());
        let known = self.known().phone_threads.get(by_phone).cloned();
        if known.as_ref() == Some(thread) {
            return Ok(false);
        }
        let other = self.had_number(host, by_phone, person).await?;
        if let Some(other) = &other {
            self.accept(host, reader.lost_number(other, thread)).await?;
        }
        self.join(host, by_phone, thread, phone).await?;
        self.known().phone_threads.insert(by_phone.to_owned(), thread.clone());
        Ok(other.is_some())
    }

    /// The person has another name from now on.
    pub(super) async fn rename<H: Host>(
        &self,
        host: &H,
        from: String,
        to: &str,
        native: &str,
    ) -> Result<(), HostError> {
        // Told again, the number that the person had is nobody's by now, or somebody else's.
        if is_by_phone(&from) && host.has_come(self.name(), native).await? {
            return Ok(());
        }
        let from = self.known_as(host, from).await?;
        host.moved(self.name(), &from, to).await
    }

    /// A person has a number no longer. It may be somebody else's by now, who stays known by it.
    pub(super) async fn leave_number<H: Host>(
        &self,
        host: &H,
        thread: &str,
        phone: &str,
        by_phone: &str,
    ) -> Result<(), HostError> {
        let key = phone_key(by_phone);
        let kept = host.recall(self.name(), &key).await?;
        let holder = kept.as_deref().filter(|kept| kept.contains('.')).unwrap_or(by_phone);
        if host.conversation(self.name(), holder) != host.conversation(self.name(), thread) {
            return Ok(());
        }
        host.remember(self.name(), &key, String::new()).await?;
        let mut known = self.known();
        known.phone_threads.remove(by_phone);
        if known.phones.get(holder).is_some_and(|known| known == phone) {
            known.phones.remove(holder);
        }
        Ok(())
    }

    /// Somebody else who had the number of this person, by an id: numbers are given to others, ids are not.
    async fn had_number<H: Host>(
        &self,
        host: &H,
        by_phone: &str,
        person: &Person,
    ) -> Result<Option<Person>, HostError> {
        if is_by_phone(&person.thread) {
            return Ok(None);
        }
        let kept = host.recall(self.name(), &phone_key(by_phone)).await?;
        let other = kept.and_then(|id| Person::of(&host.token_key(), Some(&id), None, None));
        let conversation = |person: &Person| host.conversation(self.name(), &person.thread);
        Ok(other.filter(|other| conversation(other) != conversation(person)))
    }

    /// Notes whose phone number it is; where the same person was known by another name, both are one conversation.
    async fn join<H: Host>(
        &self,
        host: &H,
        by_phone: &str,
        thread: &str,
        phone: &str,
    ) -> Result<(), HostError> {
        let key = phone_key(by_phone);
        let kept = host.recall(self.name(), &key).await?.filter(|kept| !kept.is_empty());
        // By the phone number alone: the number is kept. By the id: the id is.
        let keep = if is_by_phone(thread) { phone } else { thread };
        match kept.as_deref() {
            Some(kept) if kept == keep => return Ok(()),
            Some(id) if is_by_phone(thread) => return self.unite(host, thread, id).await,
            Some(kept) if !kept.contains('.') => self.unite(host, by_phone, thread).await?,
            Some(_) | None => {}
        }
        host.remember(self.name(), &key, keep.to_owned()).await
    }

    /// A number and an id are one person. What was said by the id goes on; where nothing was, what was said by the number does.
    /// A name that leads to somebody goes on doing so: what waits under it is for them.
    async fn unite<H: Host>(&self, host: &H, by_phone: &str, id: &str) -> Result<(), HostError> {
        if host.newest(self.name(), by_phone) != by_phone {
            return Ok(());
        }
        if host.has_begun(host.conversation(self.name(), id)).await? {
            host.joined(self.name(), by_phone, id).await
        } else {
            host.moved(self.name(), by_phone, id).await
        }
    }

    /// The conversation with somebody who may never have written, by phone number (with the code of the country) or by
    /// business-scoped id; of a number that is noted here.
    pub async fn reach<H: Host>(
        &self,
        host: &H,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<Reached, ReachError> {
        let unfit = |why: &str| ReachError::Unfit(why.to_owned());
        if phone.is_some() && user_id.is_some() {
            // Only Meta says which number is whose.
            return Err(unfit("write phone or user_id: one of them says who it is"));
        }
        let digits = phone.map(digits);
        if digits.as_ref().is_some_and(|digits| digits.starts_with('0')) {
            return Err(unfit(
                "this is how a number is dialled within its country: write it with the code of its country, such as \
                 +4915112345678",
            ));
        }
        let Some(person) = Person::of(&host.token_key(), user_id, digits.as_deref(), None) else {
            return Err(unfit(
                "write a phone number with the code of its country, such as +4915112345678, or a business-scoped id \
                 such as DE.1349",
            ));
        };
        if phone.is_some() && person.phone.is_none() || user_id.is_some_and(|id| id != person.thread) {
            return Err(unfit("one of phone and user_id is not how WhatsApp writes it"));
        }
        if let Some(phone) = &person.phone {
            let failed = |HostError(why)| ReachError::Failed(why);
            let by_phone = person.phone_thread.as_ref().unwrap_or(&person.thread);
            let known = self.known_as(host, by_phone.clone()).await.map_err(failed)?;
            if known == *by_phone && host.newest(self.name(), by_phone) != *by_phone {
                // Its name leads to whoever had it.
                return Err(unfit(
                    "whoever is known by this number has another one by now, and nobody has written from it since: write \
                     the new number or user_id, or wait until its new owner writes",
                ));
            }
            self.join(host, by_phone, &person.thread, phone).await.map_err(failed)?;
        }
        let thread = self.known_as(host, person.thread.clone()).await;
        let thread = thread.map_err(|HostError(why)| ReachError::Failed(why))?;
        Ok(Reached { thread, attributes: person.attributes() })
    }

    /// Under which name someone is known of whom an event told the phone number alone.
    pub(super) async fn known_as<H: Host>(&self, host: &H, thread: String) -> Result<String, HostError> {
        if !is_by_phone(&thread) {
            return Ok(thread);
        }
        let kept = host.recall(self.name(), &phone_key(&thread)).await?;
        Ok(kept.filter(|kept| kept.contains('.')).unwrap_or(thread))
    }
}
