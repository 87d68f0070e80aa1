//! Who is the person behind an id? Slack tells names only when it is asked, so it is asked once for each person, after
//! what they said was stored and acknowledged. So it is for channels.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use studio_core::dialogue::Body;

use super::{
    inbound::Event,
    life::{Account, Notes},
    place::Place,
    trouble::Trouble,
};
use crate::{
    host::{AcceptError, Host, HostError},
    http::is_language,
};

/// People and conversations that are kept in mind; more are asked for again.
const MOST_KNOWN: usize = 10_000;
/// Who waits to be asked for; what is beyond that is asked for when they come again.
const MOST_WAITING: usize = 1_000;

/// A person in a conversation, or its channel.
pub(super) type Stranger = (Place, String);

/// How a channel is called.
#[derive(Clone)]
pub(super) struct Title {
    name: String,
    /// The event that told it: a channel may come back to a name.
    event: Option<String>,
}

impl Title {
    /// The id of what tells a conversation so.
    fn native(&self, place: &Place) -> String {
        match &self.event {
            Some(event) => format!("channel:{place}:{}:{event}", self.name),
            None => format!("channel:{place}:{}", self.name),
        }
    }
}

#[derive(Deserialize)]
struct Info {
    user: User,
}

#[derive(Deserialize)]
struct ChannelInfo {
    channel: Channel,
}

#[derive(Deserialize)]
struct Channel {
    #[serde(default)]
    name: String,
    /// Of several people who are no channel: Slack makes the name up of theirs.
    #[serde(default)]
    is_mpim: bool,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    tz: Option<String>,
    #[serde(default)]
    locale: Option<String>,
    /// Whether the person has shown that the address is theirs.
    #[serde(default)]
    is_email_confirmed: bool,
    #[serde(default)]
    profile: Profile,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    display_name: Option<String>,
    real_name: Option<String>,
    /// Only with the scope `users:read.email`.
    email: Option<String>,
}

/// What is told of a person: their language and what becomes `contact.…`.
type Told = (Option<String>, BTreeMap<String, Value>);

impl Account {
    /// What somebody is called where several talk: the id until Slack has told the name.
    pub(super) fn author(&self, place: &Place, person: &str) -> Option<String> {
        let called = || self.notes().names.get(person).cloned().unwrap_or_else(|| person.to_owned());
        place.is_shared().then(called)
    }

    /// Someone spoke in a conversation.
    pub(super) fn met(&self, place: &Place, person: &str) {
        let (people, channels) = {
            let notes = self.notes();
            let is_known = place.is_shared() && notes.names.contains_key(person);
            (!notes.denied.profiles && !is_known, !notes.denied.titles && place.is_shared())
        };
        if channels {
            self.ask_for((place.clone(), place.channel.clone()));
        }
        if people {
            self.ask_for((place.clone(), person.to_owned()));
        }
    }

    fn ask_for(&self, stranger: Stranger) {
        let mut notes = self.notes();
        if notes.acquainted.contains(&stranger) || notes.strangers.len() >= MOST_WAITING {
            return;
        }
        if notes.acquainted.len() >= MOST_KNOWN {
            notes.acquainted.clear();
        }
        notes.acquainted.insert(stranger.clone());
        notes.strangers.push_back(stranger);
        drop(notes);
        self.meeting.notify_one();
    }

    /// Asks for those who spoke, as long as the connection lives.
    pub(super) async fn get_acquainted<H: Host>(&self, host: &H) {
        loop {
            let next = self.notes().strangers.pop_front();
            let Some((place, person)) = next else {
                self.meeting.notified().await;
                continue;
            };
            if place.is_shared() && person == place.channel {
                self.get_acquainted_with_channel(host, place).await;
                continue;
            }
            match self.profile(host, &person).await {
                Ok((language, attributes)) => {
                    self.call(&person, &attributes);
                    // Where several talk, none of them is the contact alone.
                    if place.is_shared() {
                        continue;
                    }
                    let body = Body::Introduced { language, attributes };
                    let event = Event::new(place.clone(), &person, format!("profile:{place}:{person}"), body);
                    if let Err(AcceptError::Busy { .. } | AcceptError::Store(_)) =
                        host.accept(event.incoming(self.name())).await
                    {
                        self.forget_meeting(place, person);
                    }
                }
                Err(trouble) if trouble.is(&["missing_scope", "no_permission", "not_allowed_token_type"]) => {
                    self.note(host, &trouble);
                    let mut notes = self.notes();
                    notes.denied.profiles = true;
                    notes.strangers.retain(|(place, person)| *person == place.channel);
                }
                Err(_) => self.forget_meeting(place, person),
            }
        }
    }

    /// Tells a conversation how its channel is called; Slack is asked once.
    async fn get_acquainted_with_channel<H: Host>(&self, host: &H, place: Place) {
        let known = self.notes().titles.get(&place.channel).cloned();
        let title = match known {
            Some(title) => Ok(title),
            None => self.title(host, &place.channel).await,
        };
        match title {
            Ok(title) => {
                let native = title.native(&place);
                let attributes = BTreeMap::from([("name".to_owned(), Value::from(title.name))]);
                let body = Body::Introduced { language: None, attributes };
                let event = Event::new(place.clone(), &place.channel, native, body);
                if let Err(AcceptError::Busy { .. } | AcceptError::Store(_)) =
                    host.accept(event.incoming(self.name())).await
                {
                    self.forget_meeting(place.clone(), place.channel);
                }
            }
            Err(trouble) if trouble.is(&["missing_scope", "no_permission", "not_allowed_token_type"]) => {
                self.note(host, &trouble);
                let mut notes = self.notes();
                notes.denied.titles = true;
                notes.strangers.retain(|(place, person)| *person != place.channel);
            }
            Err(_) => self.forget_meeting(place.clone(), place.channel),
        }
    }

    /// A channel is called otherwise from now on: it is told to the conversations there in which somebody spoke since the start, and
    /// to the others when somebody speaks.
    pub(super) async fn renamed<H: Host>(
        &self,
        host: &H,
        channel: &str,
        name: &str,
        event: String,
    ) -> Result<(), HostError> {
        let whole = Place::channel(channel);
        let has_begun = host.has_begun(host.conversation(self.name(), &whole.to_string())).await?;
        let title = format!("#{name}");
        let mut notes = self.notes();
        // Slack tells it twice, as a change of the channel and as a message in it.
        if notes.titles.get(channel).is_some_and(|known| known.name == title) {
            return Ok(());
        }
        notes.call(channel, Title { name: title, event: Some(event) });
        if has_begun {
            notes.acquainted.insert((whole, channel.to_owned()));
        }
        let is_here = |(place, who): &&Stranger| place.channel == channel && who == channel;
        let here: Vec<_> = notes.acquainted.iter().filter(is_here).cloned().collect();
        let room = MOST_WAITING.saturating_sub(notes.strangers.len());
        for later in here.iter().skip(room) {
            notes.acquainted.remove(later);
        }
        notes.strangers.extend(here.into_iter().take(room));
        drop(notes);
        self.meeting.notify_one();
        Ok(())
    }

    async fn title<H: Host>(&self, host: &H, channel: &str) -> Result<Title, Trouble> {
        let parameters = [("channel", Some(channel.to_owned()))];
        let ChannelInfo { channel: Channel { name, is_mpim } } =
            self.get(host, "conversations.info", &parameters).await?;
        let name = if name.is_empty() { channel.to_owned() } else { name };
        let name = if is_mpim { name } else { format!("#{name}") };
        let title = Title { name, event: None };
        self.notes().call(channel, title.clone());
        Ok(title)
    }

    fn call(&self, person: &str, attributes: &BTreeMap<String, Value>) {
        let Some(name) = attributes.get("name").and_then(Value::as_str) else { return };
        let mut notes = self.notes();
        if notes.names.len() >= MOST_KNOWN {
            notes.names.clear();
        }
        notes.names.insert(person.to_owned(), name.to_owned());
    }

    /// They are asked for when they speak again.
    fn forget_meeting(&self, place: Place, person: String) {
        self.notes().acquainted.remove(&(place, person));
    }

    async fn profile<H: Host>(&self, host: &H, person: &str) -> Result<Told, Trouble> {
        let parameters = [("user", Some(person.to_owned())), ("include_locale", Some("true".to_owned()))];
        let Info { user } = self.get(host, "users.info", &parameters).await?;
        Ok(told(user))
    }
}

impl Notes {
    fn call(&mut self, channel: &str, title: Title) {
        if self.titles.len() >= MOST_KNOWN {
            self.titles.clear();
        }
        self.titles.insert(channel.to_owned(), title);
    }
}

fn told(user: User) -> Told {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let real = filled(user.real_name).or(filled(user.profile.real_name));
    let name = filled(user.profile.display_name).or(real).or(filled(user.name.clone()));
    let all = [
        ("name", name),
        ("username", filled(user.name)),
        ("email", filled(user.profile.email)),
        ("timezone", filled(user.tz)),
    ];
    let email_verified =
        user.is_email_confirmed && all.iter().any(|(field, text)| *field == "email" && text.is_some());
    let mut attributes: BTreeMap<_, _> = all
        .into_iter()
        .filter_map(|(field, text)| {
            Some((field.to_owned(), Value::from(text?.chars().take(200).collect::<String>())))
        })
        .collect();
    if email_verified {
        attributes.insert("email_verified".to_owned(), true.into());
    }
    (user.locale.filter(|locale| is_language(locale)), attributes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_called_as_they_want_to_be() {
        let check = |user: Value, language: Option<&str>, expected: Value| {
            let user = serde_json::from_value(user).expect("a user");
            let (spoken, attributes) = told(user);
            assert_eq!((spoken.as_deref(), json!(attributes)), (language, expected));
        };
        check(
            json!({
                "id": "U1", "name": "anna", "real_name": "Anna Ek", "tz": "Europe/Berlin", "locale": "de-DE",
                "is_email_confirmed": true,
                "profile": { "display_name": "Änni", "real_name": "Anna Ek", "email": "anna@shop.example" },
            }),
            Some("de-DE"),
            json!({
                "email": "anna@shop.example", "email_verified": true, "name": "Änni", "timezone": "Europe/Berlin",
                "username": "anna",
            }),
        );
        check(
            json!({ "id": "U1", "name": "anna", "real_name": "Anna Ek", "profile": { "display_name": "" } }),
            None,
            json!({ "name": "Anna Ek", "username": "anna" }),
        );
        check(json!({ "id": "U1", "locale": "not a tag", "is_email_confirmed": true }), None, json!({}));
        let unconfirmed = json!({ "email": "anna@shop.example" });
        check(json!({ "id": "U1", "profile": unconfirmed }), None, json!({ "email": "anna@shop.example" }));
    }
}
