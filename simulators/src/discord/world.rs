//! What does the simulator remember?

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use rand::RngExt as _;
use serde_json::{Value, json};

use super::sessions::Sessions;
use crate::faults::Faults;

pub const BOT: u64 = 900_000_000_000_000_001;
pub const GUILD: u64 = 800_000_000_000_000_001;
/// Flags of messages: shows no cards of links, is seen by one person alone, is shown as "thinking", makes no sound, is a
/// voice message, is made of components alone.
pub const WITHOUT_CARDS: u64 = 1 << 2;
pub const EPHEMERAL: u64 = 1 << 6;
pub const LOADING: u64 = 1 << 7;
pub const SILENT: u64 = 1 << 12;
pub const VOICE: u64 = 1 << 13;
pub const COMPONENTS_ALONE: u64 = 1 << 15;

pub struct World {
    pub users: BTreeMap<u64, Value>,
    /// Of people whose Discord is not in English.
    pub locales: BTreeMap<u64, String>,
    pub channels: BTreeMap<u64, Channel>,
    pub commands: Vec<Value>,
    /// By token.
    pub interactions: HashMap<String, Interaction>,
    /// By id: name, type, bytes.
    pub files: HashMap<u64, (String, String, Vec<u8>)>,
    pub endpoint: Option<String>,
    pub sessions: Sessions,
    /// When somebody was last shown as typing, by channel.
    pub typing: Vec<(u64, String)>,
    last_id: u64,
}

#[derive(Default)]
pub struct Channel {
    pub name: String,
    /// 0 of a server, 1 direct, 11 a thread.
    pub kind: u64,
    pub parent: Option<u64>,
    /// The person of a direct message channel.
    pub person: Option<u64>,
    pub messages: BTreeMap<u64, Value>,
    /// Who alone sees which message.
    pub only: HashMap<u64, u64>,
    /// Messages by nonce.
    pub nonces: HashMap<String, u64>,
    /// The bot is kept out.
    pub closed: bool,
}

/// A command, press or form of a person.
pub struct Interaction {
    pub id: u64,
    pub token: String,
    pub kind: u64,
    pub channel: u64,
    pub user: u64,
    pub made: Instant,
    /// It is being posted to the application's address.
    pub under_way: bool,
    /// Whoever it was posted to has not taken it: the person sees at once that it failed.
    pub refused: bool,
    /// Type of the first answer, and how many milliseconds after the question.
    pub answered: Option<(u64, u128)>,
    /// The message that is its first answer.
    pub original: Option<u64>,
    /// The message with the component that was pressed.
    pub source: Option<u64>,
    pub modal: Option<Value>,
}

impl Interaction {
    /// Whether its maker sees that it failed: it was not answered, and will not be any more.
    pub fn has_failed(&self, patience: Duration) -> bool {
        self.answered.is_none() && !self.under_way && (self.refused || self.made.elapsed() > patience)
    }
}

impl World {
    pub fn new(message_content: bool, faults: Faults) -> Self {
        let mut world = Self {
            users: BTreeMap::new(),
            locales: BTreeMap::new(),
            channels: BTreeMap::new(),
            commands: Vec::new(),
            interactions: HashMap::new(),
            files: HashMap::new(),
            endpoint: None,
            sessions: Sessions::new(message_content, faults),
            typing: Vec::new(),
            last_id: 0,
        };
        world.users.insert(BOT, user(BOT, "studio-bot", true));
        for (place, name) in [(1, "general"), (2, "support")] {
            let channel = Channel { name: name.into(), ..Channel::default() };
            world.channels.insert(700_000_000_000_000_000 + place, channel);
        }
        world
    }

    /// In which a person sees Discord.
    pub fn locale(&self, user: u64) -> &str {
        self.locales.get(&user).map_or("en-US", String::as_str)
    }

    /// A new id, later than all before it.
    pub fn id(&mut self) -> u64 {
        let made = u64::try_from(now().as_millisecond() - 1_420_070_400_000).unwrap_or_default() << 22;
        self.last_id = made.max(self.last_id + 1);
        self.last_id
    }

    /// The person of this name, who comes into being with it.
    pub fn person(&mut self, name: &str) -> u64 {
        let known = self.users.iter().find(|(_, user)| user["username"] == name).map(|(id, _)| *id);
        known.unwrap_or_else(|| {
            let id = self.id();
            self.users.insert(id, user(id, name, name.ends_with("-bot")));
            id
        })
    }

    /// The channel of this id or name.
    pub fn channel(&self, name: &str) -> Option<u64> {
        let id = name.parse().ok().filter(|id| self.channels.contains_key(id));
        id.or_else(|| self.channels.iter().find(|(_, channel)| channel.name == name).map(|(id, _)| *id))
    }

    /// The direct message channel of a person and the bot.
    pub fn direct(&mut self, person: u64) -> u64 {
        let known = self.channels.iter().find(|(_, channel)| channel.person == Some(person));
        if let Some((id, _)) = known {
            return *id;
        }
        let id = self.id();
        self.channels.insert(id, Channel { kind: 1, person: Some(person), ..Channel::default() });
        id
    }

    /// A message that is written now. `more` stands over the usual fields.
    pub fn write(&mut self, channel: u64, author: u64, more: Value) -> Value {
        let id = self.id();
        let mut message = json!({
            "id": id.to_string(), "channel_id": channel.to_string(), "author": self.users[&author],
            "content": "", "timestamp": now().strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string(),
            "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
            "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0, "flags": 0,
            "components": [],
        });
        merge(&mut message, more);
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.messages.insert(id, message.clone());
        }
        message
    }

    pub fn message_mut(&mut self, channel: u64, message: u64) -> Option<&mut Value> {
        self.channels.get_mut(&channel)?.messages.get_mut(&message)
    }

    /// A message that the bot finds in a channel: none that one person alone sees.
    pub fn found(&self, channel: u64, message: u64) -> Option<&Value> {
        let channel = self.channels.get(&channel)?;
        channel.messages.get(&message).filter(|_| !channel.only.contains_key(&message))
    }

    /// The channel in which a message stands.
    pub fn place_of(&self, message: u64) -> Option<u64> {
        self.channels.iter().find(|(_, channel)| channel.messages.contains_key(&message)).map(|(id, _)| *id)
    }

    pub fn is_direct(&self, channel: u64) -> bool {
        self.channels.get(&channel).is_some_and(|channel| channel.kind == 1)
    }

    /// A channel as the API tells of it.
    pub fn describe(&self, id: u64) -> Option<Value> {
        let channel = self.channels.get(&id)?;
        let last = channel.messages.last_key_value().map(|(id, _)| id.to_string());
        let mut told = json!({
            "id": id.to_string(), "type": channel.kind, "last_message_id": last, "flags": 0,
        });
        match channel.person {
            Some(person) => told["recipients"] = json!([self.users[&person]]),
            None => merge(
                &mut told,
                json!({
                    "guild_id": GUILD.to_string(), "name": channel.name, "position": 0, "nsfw": false,
                    "parent_id": channel.parent.map(|id| id.to_string()), "rate_limit_per_user": 0,
                    "permission_overwrites": [], "topic": null,
                }),
            ),
        }
        if channel.kind == 11 {
            merge(
                &mut told,
                json!({
                    "owner_id": BOT.to_string(), "message_count": channel.messages.len(), "member_count": 2,
                    "total_message_sent": channel.messages.len(),
                    "thread_metadata": {"archived": false, "auto_archive_duration": 1440, "locked": false,
                        "archive_timestamp": "2026-08-06T00:00:00.000000+00:00"},
                }),
            );
        }
        Some(told)
    }

    /// The server, as a session is told of it.
    pub fn guild(&self) -> Value {
        let told = |kind: u64| {
            let of_kind = self.channels.iter().filter(move |(_, channel)| channel.kind == kind);
            of_kind.filter_map(|(id, _)| self.describe(*id)).collect::<Vec<_>>()
        };
        let mut guild = json!({
            "id": GUILD.to_string(), "name": "The simulated server", "icon": null, "splash": null,
            "discovery_splash": null, "owner_id": "1", "afk_channel_id": null, "afk_timeout": 300,
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
            "roles": [{"id": GUILD.to_string(), "name": "@everyone", "color": 0, "hoist": false, "position": 0,
                "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
                "permissions": "2248473465835073", "managed": false, "mentionable": false, "flags": 0}],
            "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
            "banner": null, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
            "public_updates_channel_id": null, "nsfw_level": 0, "premium_progress_bar_enabled": false,
            "safety_alerts_channel_id": null, "stickers": [], "joined_at": "2026-08-06T00:00:00.000000+00:00",
            "large": false, "member_count": 2, "voice_states": [], "members": [self.member(BOT)],
            "channels": told(0), "threads": told(11), "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [],
        });
        let more = json!({
            "home_header": null, "region": "deprecated", "widget_enabled": false, "widget_channel_id": null,
            "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25, "nsfw": false, "incidents_data": null,
        });
        merge(&mut guild, more);
        merge(&mut guild["roles"][0], json!({ "icon": null, "unicode_emoji": null }));
        guild
    }

    pub fn member(&self, user: u64) -> Value {
        json!({
            "user": self.users[&user], "nick": null, "avatar": null, "banner": null, "roles": [],
            "joined_at": "2026-08-06T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }
}

/// How long ago an id was made.
pub fn age(id: u64) -> Duration {
    let made = i64::try_from(id >> 22).unwrap_or_default() + 1_420_070_400_000;
    Duration::from_millis(u64::try_from(now().as_millisecond() - made).unwrap_or_default())
}

fn user(id: u64, name: &str, bot: bool) -> Value {
    json!({
        "id": id.to_string(), "username": name, "global_name": name, "discriminator": "0", "avatar": null,
        "bot": bot, "system": false, "public_flags": 0, "flags": 0, "primary_guild": null,
    })
}

/// Puts the fields of `more` over those of `value`.
pub fn merge(value: &mut Value, more: Value) {
    if let (Value::Object(fields), Value::Object(more)) = (value, more) {
        fields.extend(more);
    }
}

/// As long and as random as a real one.
pub fn token() -> String {
    let mut random = rand::rng();
    (0..80).map(|_| char::from(random.sample(rand::distr::Alphanumeric))).collect()
}

#[expect(clippy::disallowed_methods, reason = "the simulator is its own clock")]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_maker_sees_that_an_interaction_failed_once_nobody_can_answer_it_any_more() {
        let check = |answered: bool, under_way: bool, refused: bool, patience: Duration, expected: bool| {
            let interaction = Interaction {
                id: 1,
                token: String::new(),
                kind: 3,
                channel: 2,
                user: 3,
                made: Instant::now(),
                under_way,
                refused,
                answered: answered.then_some((6, 10)),
                original: None,
                source: None,
                modal: None,
            };
            // Time goes on, if only by a little.
            std::thread::sleep(Duration::from_millis(1));
            let told = (answered, under_way, refused, patience);
            assert_eq!(interaction.has_failed(patience), expected, "{told:?}");
        };
        let (long, over) = (Duration::from_hours(1), Duration::ZERO);
        check(true, false, true, over, false);
        check(false, false, true, long, true);
        check(false, false, false, long, false);
        check(false, false, false, over, true);
        check(false, true, false, over, false);
    }
}
