//! Which events does the gateway tell of? Those that are heard, those of the session, and those that mean nothing to a bot. Any
//! other is new, and is kept as it came.

/// What an event is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Said,
    Edited,
    Deleted,
    ManyDeleted,
    Reaction {
        is_added: bool,
    },
    Typing,
    /// The channel is another one, perhaps called otherwise.
    Changed,
    /// The channel is no more.
    Gone,
}

/// Events of which something is stored, told at once, or known of a channel from then on.
pub const HEARD: [(&str, Heard); 11] = [
    ("CHANNEL_DELETE", Heard::Gone),
    ("CHANNEL_UPDATE", Heard::Changed),
    ("MESSAGE_CREATE", Heard::Said),
    ("MESSAGE_DELETE", Heard::Deleted),
    ("MESSAGE_DELETE_BULK", Heard::ManyDeleted),
    ("MESSAGE_REACTION_ADD", Heard::Reaction { is_added: true }),
    ("MESSAGE_REACTION_REMOVE", Heard::Reaction { is_added: false }),
    ("MESSAGE_UPDATE", Heard::Edited),
    ("THREAD_DELETE", Heard::Gone),
    ("THREAD_UPDATE", Heard::Changed),
    ("TYPING_START", Heard::Typing),
];

/// Events that tell of a server or of one of its channels, and are taken before they wait in a lane.
pub const OF_SERVERS: [&str; 5] =
    ["CHANNEL_CREATE", "GUILD_CREATE", "GUILD_DELETE", "GUILD_UPDATE", "THREAD_CREATE"];
const OF_THE_SESSION: [&str; 3] = ["INTERACTION_CREATE", "READY", "RESUMED"];

/// Events that Discord documents and that mean nothing to a bot (`gateway-events.mdx`, and the enumerations of its OpenAPI
/// description).
const PASSED: [&str; 69] = [
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE",
    "AUTO_MODERATION_ACTION_EXECUTION",
    "AUTO_MODERATION_RULE_CREATE",
    "AUTO_MODERATION_RULE_DELETE",
    "AUTO_MODERATION_RULE_UPDATE",
    "CHANNEL_INFO",
    "CHANNEL_PINS_UPDATE",
    "ENTITLEMENT_CREATE",
    "ENTITLEMENT_DELETE",
    "ENTITLEMENT_UPDATE",
    "GAME_DIRECT_MESSAGE_CREATE",
    "GAME_DIRECT_MESSAGE_DELETE",
    "GAME_DIRECT_MESSAGE_UPDATE",
    "GUILD_AUDIT_LOG_ENTRY_CREATE",
    "GUILD_BAN_ADD",
    "GUILD_BAN_REMOVE",
    "GUILD_EMOJIS_UPDATE",
    "GUILD_INTEGRATIONS_UPDATE",
    "GUILD_JOIN_REQUEST_CREATE",
    "GUILD_JOIN_REQUEST_DELETE",
    "GUILD_JOIN_REQUEST_UPDATE",
    "GUILD_MEMBERS_CHUNK",
    "GUILD_MEMBER_ADD",
    "GUILD_MEMBER_REMOVE",
    "GUILD_MEMBER_UPDATE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_DELETE",
    "GUILD_ROLE_UPDATE",
    "GUILD_SCHEDULED_EVENT_CREATE",
    "GUILD_SCHEDULED_EVENT_DELETE",
    "GUILD_SCHEDULED_EVENT_UPDATE",
    "GUILD_SCHEDULED_EVENT_USER_ADD",
    "GUILD_SCHEDULED_EVENT_USER_REMOVE",
    "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
    "GUILD_SOUNDBOARD_SOUND_CREATE",
    "GUILD_SOUNDBOARD_SOUND_DELETE",
    "GUILD_SOUNDBOARD_SOUND_UPDATE",
    "GUILD_STICKERS_UPDATE",
    "INTEGRATION_CREATE",
    "INTEGRATION_DELETE",
    "INTEGRATION_UPDATE",
    "INVITE_CREATE",
    "INVITE_DELETE",
    "LOBBY_MESSAGE_CREATE",
    "LOBBY_MESSAGE_DELETE",
    "LOBBY_MESSAGE_UPDATE",
    "MESSAGE_POLL_VOTE_ADD",
    "MESSAGE_POLL_VOTE_REMOVE",
    "MESSAGE_REACTION_REMOVE_ALL",
    "MESSAGE_REACTION_REMOVE_EMOJI",
    "PRESENCE_UPDATE",
    "RATE_LIMITED",
    "SOUNDBOARD_SOUNDS",
    "STAGE_INSTANCE_CREATE",
    "STAGE_INSTANCE_DELETE",
    "STAGE_INSTANCE_UPDATE",
    "SUBSCRIPTION_CREATE",
    "SUBSCRIPTION_DELETE",
    "SUBSCRIPTION_UPDATE",
    "THREAD_LIST_SYNC",
    "THREAD_MEMBERS_UPDATE",
    "THREAD_MEMBER_UPDATE",
    "USER_UPDATE",
    "VOICE_CHANNEL_EFFECT_SEND",
    "VOICE_CHANNEL_START_TIME_UPDATE",
    "VOICE_CHANNEL_STATUS_UPDATE",
    "VOICE_SERVER_UPDATE",
    "VOICE_STATE_UPDATE",
    "WEBHOOKS_UPDATE",
];

/// What an interaction is, in Discord's words, by its type.
const INTERACTIONS: [(u64, &str); 5] = [
    (1, "PING"),
    (2, "APPLICATION_COMMAND"),
    (3, "MESSAGE_COMPONENT"),
    (4, "APPLICATION_COMMAND_AUTOCOMPLETE"),
    (5, "MODAL_SUBMIT"),
];

/// The highest type of a message that is documented (`resources/message.mdx`).
const HIGHEST_TYPE: u8 = 46;

impl Heard {
    pub fn of(kind: &str) -> Option<Self> {
        HEARD.into_iter().find(|(known, _)| *known == kind).map(|(_, heard)| heard)
    }
}

/// The name of an event that is known, whatever it means.
pub fn known(kind: &str) -> Option<&'static str> {
    let heard = HEARD.into_iter().map(|(name, _)| name);
    heard.chain(OF_SERVERS).chain(OF_THE_SESSION).chain(PASSED).find(|name| *name == kind)
}

/// Whether such an event was taken before it came to its turn in a lane.
pub fn is_taken(kind: &str) -> bool {
    OF_SERVERS.contains(&kind) || OF_THE_SESSION.contains(&kind)
}

/// What an interaction of this type is.
pub fn interaction(number: Option<u64>) -> &'static str {
    INTERACTIONS.into_iter().find(|(known, _)| Some(*known) == number).map_or("INTERACTION", |(_, name)| name)
}

/// Whether a message of this type is of a kind that Discord has added since.
pub fn is_new_type(number: u8) -> bool {
    number > HIGHEST_TYPE
}
