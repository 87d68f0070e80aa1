//! How are servers and their channels called?
//!
//! 1. Discord tells it of all of them when a session begins, and of each that changes. A session that is resumed begins with
//!    nothing, and interactions that are POSTed name the channel alone.
//! 2. What no event told is asked for once something comes of the channel. Until then nothing is told of it: the conversation
//!    may know a better name.
//! 3. A conversation is told once in each life of the connection, and whenever the name is another one. So is who talks with the
//!    bot alone by interactions.
//! 4. What is asked for or told later waits in one line. What fails goes behind the others, and is given up in the end until
//!    something comes there again.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use serenity::model::id::ChannelId;
use tokio::{sync::Notify, time::sleep};

use super::{life::Account, rest::Refusal};
use crate::{
    host::{AcceptError, Host, Incoming},
    pause,
};

/// Servers and channels beyond so many are called nothing.
const MOST_KNOWN: usize = 50_000;
/// People who are remembered as told of; beyond so many all are told of again.
const MOST_MET: usize = 20_000;
/// What waits to be told; what is beyond is told with what comes next there.
const MOST_WANTED: usize = 1_000;
const MOST_TRIES: u32 = 5;
/// Between two tries to ask for a name, doubling from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub struct Names {
    inner: Mutex<Inner>,
    /// Rung where something is to be told.
    rung: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    /// `None` where Discord was asked and does not tell, as of a server in which the bot is no member.
    servers: HashMap<u64, Option<String>>,
    channels: HashMap<u64, Channel>,
    /// Of whom was told, or is to be: the ids of these events.
    met: HashSet<String>,
    wanted: VecDeque<Wanted>,
}

#[derive(Debug, Default)]
struct Channel {
    /// `None` where Discord was asked and does not tell.
    name: Option<String>,
    /// What its conversation was told last.
    told: Option<String>,
}

#[derive(Debug)]
struct Wanted {
    what: What,
    /// How often it failed.
    tries: u32,
}

/// What a conversation is to be told.
#[derive(Debug)]
enum What {
    /// How its channel is called. The occasion is what came there.
    Title { server: u64, channel: u64, occasion: String },
    /// Who talks there with the bot alone.
    Person(Box<Incoming>),
}

impl Names {
    /// A server with its channels and threads, as `GUILD_CREATE` tells of it.
    pub fn server(&self, told: &Value) {
        if let (Some(id), Some(name)) = (id(&told["id"]), told["name"].as_str()) {
            let mut inner = self.lock();
            if has_room(&inner.servers, id) {
                inner.servers.insert(id, Some(name.to_owned()));
            }
        }
        let lists = [&told["channels"], &told["threads"]];
        for channel in lists.into_iter().filter_map(Value::as_array).flatten() {
            self.channel(channel);
        }
    }

    /// A channel or thread, as events and interactions tell of it; whether it is called otherwise than was known. One of direct
    /// messages has no name.
    pub fn channel(&self, told: &Value) -> bool {
        let (Some(id), Some(name)) = (id(&told["id"]), told["name"].as_str()) else { return false };
        let is_thread = told["type"].as_u64().is_some_and(|kind| (10..=12).contains(&kind));
        let name = if is_thread { name.to_owned() } else { format!("#{name}") };
        let mut inner = self.lock();
        if !has_room(&inner.channels, id) {
            return false;
        }
        let known = inner.channels.entry(id).or_default();
        let is_other = known.name.as_ref() != Some(&name);
        known.name = Some(name);
        is_other
    }

    /// What the conversation of a channel is to be told now that something came there: how the channel is called, where that is
    /// another name than it was told last. `None` as well where it is to be asked for first.
    pub fn news(&self, server: u64, channel: u64, occasion: &str) -> Option<String> {
        let mut inner = self.lock();
        let Some(title) = inner.title(server, channel) else {
            if inner.can_be_asked(server, channel) {
                inner.want_title(server, channel, occasion);
                self.rung.notify_one();
            }
            return None;
        };
        let told = inner.channels.get(&channel).and_then(|known| known.told.as_ref());
        (told != Some(&title)).then_some(title)
    }

    /// Has the conversation of a channel told later what is news there.
    pub fn announce(&self, server: u64, channel: u64, occasion: &str) {
        if self.news(server, channel, occasion).is_some() {
            self.lock().want_title(server, channel, occasion);
            self.rung.notify_one();
        }
    }

    /// Has it told later who talks with the bot alone, where that is news.
    pub fn introduce(&self, person: Incoming) {
        let mut inner = self.lock();
        if inner.wanted.len() >= MOST_WANTED {
            return;
        }
        if inner.met.len() >= MOST_MET {
            inner.met.clear();
        }
        if inner.met.insert(person.native.clone()) {
            inner.wanted.push_back(Wanted { what: What::Person(Box::new(person)), tries: 0 });
            self.rung.notify_one();
        }
    }

    /// The conversation of the channel was told so.
    pub fn is_told(&self, channel: u64, title: String) {
        if let Some(known) = self.lock().channels.get_mut(&channel) {
            known.told = Some(title);
        }
    }

    fn next_wanted(&self) -> Option<Wanted> {
        self.lock().wanted.pop_front()
    }

    /// Behind the others; `false` where it was tried often enough.
    fn put_off(&self, failed: Wanted) -> bool {
        let mut inner = self.lock();
        let again = Wanted { tries: failed.tries + 1, ..failed };
        if again.tries < MOST_TRIES {
            inner.wanted.push_back(again);
            return true;
        }
        if let What::Person(person) = &again.what {
            inner.met.remove(&person.native);
        }
        false
    }

    fn knows_server(&self, server: u64) -> bool {
        self.lock().servers.contains_key(&server)
    }

    fn knows_channel(&self, channel: u64) -> bool {
        self.lock().channels.contains_key(&channel)
    }

    /// What Discord answered of a server.
    fn server_was_asked(&self, server: u64, told: &Value) {
        self.server(told);
        let mut inner = self.lock();
        if has_room(&inner.servers, server) {
            inner.servers.entry(server).or_default();
        }
    }

    fn channel_was_asked(&self, channel: u64, told: &Value) {
        self.channel(told);
        let mut inner = self.lock();
        if has_room(&inner.channels, channel) {
            inner.channels.entry(channel).or_default();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// How people call a channel: `server · #channel`, and the channel alone only where Discord does not tell the server's name.
    fn title(&self, server: u64, channel: u64) -> Option<String> {
        let channel = self.channels.get(&channel)?.name.as_ref()?;
        Some(match self.servers.get(&server)? {
            Some(server) => format!("{server} · {channel}"),
            None => channel.clone(),
        })
    }

    /// Whether Discord was not asked yet, and what it says can be remembered.
    fn can_be_asked(&self, server: u64, channel: u64) -> bool {
        let was_asked = self.servers.contains_key(&server) && self.channels.contains_key(&channel);
        !was_asked && has_room(&self.servers, server) && has_room(&self.channels, channel)
    }

    fn want_title(&mut self, server: u64, channel: u64, occasion: &str) {
        let is_wanted = self
            .wanted
            .iter()
            .any(|wanted| matches!(wanted.what, What::Title { channel: known, .. } if known == channel));
        if !is_wanted && self.wanted.len() < MOST_WANTED {
            let what = What::Title { server, channel, occasion: occasion.to_owned() };
            self.wanted.push_back(Wanted { what, tries: 0 });
        }
    }
}

fn has_room<V>(known: &HashMap<u64, V>, id: u64) -> bool {
    known.len() < MOST_KNOWN || known.contains_key(&id)
}

impl Account {
    /// Tells what is wanted, and asks Discord for it where need be. Never ends.
    pub(super) async fn tell_names<H: Host>(&self, host: &H) {
        let mut failures = 0;
        loop {
            let Some(wanted) = self.names.next_wanted() else {
                self.names.rung.notified().await;
                continue;
            };
            let Err(why) = self.tell(host, &wanted.what).await else {
                failures = 0;
                continue;
            };
            if !self.names.put_off(wanted) {
                self.failed(host, format!("the name of a channel or person is not known yet: {why}"));
            }
            sleep(pause::after(host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await;
            failures += 1;
        }
    }

    async fn tell<H: Host>(&self, host: &H, what: &What) -> Result<(), String> {
        match what {
            What::Title { server, channel, occasion } => {
                self.call_by_name(host, *server, *channel, occasion).await
            }
            What::Person(person) => store(host, Incoming::clone(person)).await,
        }
    }

    async fn call_by_name<H: Host>(
        &self,
        host: &H,
        server: u64,
        channel: u64,
        occasion: &str,
    ) -> Result<(), String> {
        if !self.names.knows_server(server) {
            let told = self.described("guild", &format!("guilds/{server}")).await?;
            self.names.server_was_asked(server, &told);
        }
        if !self.names.knows_channel(channel) {
            let told = self.described("channel", &format!("channels/{channel}")).await?;
            self.names.channel_was_asked(channel, &told);
        }
        let Some(title) = self.names.news(server, channel, occasion) else { return Ok(()) };
        store(host, self.reader().channel(ChannelId::new(channel), &title, occasion)).await?;
        self.names.is_told(channel, title);
        Ok(())
    }

    /// What Discord says of a server or a channel; nothing where Discord itself says that it is none of the bot's.
    async fn described(&self, kind: &'static str, path: &str) -> Result<Value, String> {
        match self.rest.get(kind, path).await {
            Ok(answer) => Ok(answer.body),
            Err(Refusal::Refused { status: 403 | 404, code: 1.., .. }) => Ok(Value::Null),
            Err(error) => Err(error.advised()),
        }
    }
}

/// Fails where it may be stored later.
async fn store<H: Host>(host: &H, event: Incoming) -> Result<(), String> {
    let taken = host.accept(event).await;
    if let Err(later @ (AcceptError::Busy { .. } | AcceptError::Store(_))) = &taken {
        return Err(later.to_string());
    }
    Ok(())
}

fn id(told: &Value) -> Option<u64> {
    told.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serenity::model::{id::UserId, user::User};

    use super::*;
    use crate::discord::{GuildMessages, inbound::Reader};

    /// The channel that is asked for next.
    fn wanted(names: &Names) -> Option<u64> {
        match names.next_wanted()?.what {
            What::Title { channel, .. } => Some(channel),
            What::Person(person) => person.thread.parse().ok(),
        }
    }

    #[test]
    fn a_channel_is_called_with_its_server() {
        let names = Names::default();
        let title = |server, channel| names.news(server, channel, "1");
        assert_eq!(title(1, 2), None);
        names.server(&json!({
            "id": "1", "name": "Outdoor", "channels": [{"id": "2", "type": 0, "name": "help"}],
            "threads": [{"id": "3", "type": 11, "name": "My tent"}],
        }));
        assert_eq!(title(1, 2).as_deref(), Some("Outdoor · #help"));
        assert_eq!(title(1, 3).as_deref(), Some("Outdoor · My tent"));
        let support = json!({"id": "2", "type": 0, "name": "support"});
        assert_eq!([names.channel(&support), names.channel(&support)], [true, false]);
        assert_eq!(title(1, 2).as_deref(), Some("Outdoor · #support"));
        names.channel(&json!({"id": "4", "type": 1}));
        assert_eq!(title(0, 4), None);
    }

    #[test]
    fn a_channel_is_called_without_its_server_only_where_discord_does_not_tell_it() {
        let names = Names::default();
        names.channel(&json!({"id": "3", "type": 11, "name": "My tent"}));
        assert_eq!(names.news(9, 3, "1"), None);
        assert_eq!((wanted(&names), names.knows_server(9)), (Some(3), false));
        names.server_was_asked(9, &Value::Null);
        assert_eq!(names.news(9, 3, "2").as_deref(), Some("My tent"));
        names.is_told(3, "My tent".into());
        assert_eq!((names.news(9, 3, "3"), wanted(&names)), (None, None));
        names.server(&json!({"id": "9", "name": "Outdoor"}));
        assert_eq!(names.news(9, 3, "4").as_deref(), Some("Outdoor · My tent"));
    }

    #[test]
    fn what_does_not_fit_is_not_asked_for() {
        let names = Names::default();
        let channel = |id: usize| json!({ "id": id.to_string(), "type": 11, "name": "My tent" });
        names.server(&json!({
            "id": "1", "name": "Outdoor", "threads": (1..=MOST_KNOWN).map(channel).collect::<Vec<_>>(),
        }));
        assert!(!names.channel(&channel(MOST_KNOWN + 1)));
        for id in 0..10 {
            names.channel_was_asked(1_000_000 + id, &Value::Null);
            assert_eq!(names.news(1, 1_000_000 + id, "1"), None);
        }
        assert_eq!(wanted(&names), None);
        assert_eq!(names.news(1, 7, "1").as_deref(), Some("Outdoor · My tent"));
        names.is_told(1_000_000, "My tent".into());
        for id in 0..=MOST_KNOWN as u64 {
            names.server_was_asked(id, &Value::Null);
        }
        let inner = names.lock();
        assert_eq!((inner.channels.len(), inner.servers.len()), (MOST_KNOWN, MOST_KNOWN));
    }

    #[test]
    fn what_fails_goes_behind_the_others_and_is_given_up_in_the_end() {
        let names = Names::default();
        for channel in [2, 3] {
            names.news(1, channel, "1");
            names.news(1, channel, "2");
        }
        let first = names.next_wanted().expect("the first");
        assert!(names.put_off(first));
        assert_eq!([wanted(&names), wanted(&names), wanted(&names)], [Some(3), Some(2), None]);

        names.news(1, 2, "3");
        let mut tries = 1;
        while names.next_wanted().is_some_and(|failed| names.put_off(failed)) {
            tries += 1;
        }
        assert_eq!((tries, wanted(&names)), (MOST_TRIES, None));
        names.news(1, 2, "4");
        assert_eq!(wanted(&names), Some(2));
    }

    #[test]
    fn a_person_is_told_of_once() {
        let names = Names::default();
        let me = UserId::new(1);
        let reader = Reader { connection: "dc", me, guild_messages: GuildMessages::Mentions };
        let introduce = |name: &str| {
            let person = json!({ "id": "101", "username": "ada", "global_name": name, "discriminator": "0" });
            let person: User = serde_json::from_value(person).expect("a person");
            names.introduce(reader.person(ChannelId::new(201), &person));
        };
        for name in ["Ada", "Ada", "Ada L.", "Ada"] {
            introduce(name);
        }
        assert_eq!([wanted(&names), wanted(&names), wanted(&names)], [Some(201), Some(201), None]);
        // Whoever could not be told of is once more.
        introduce("Ada B.");
        while names.next_wanted().is_some_and(|failed| names.put_off(failed)) {}
        introduce("Ada B.");
        assert_eq!(wanted(&names), Some(201));
    }
}
