//! Which settings does a connection take on each channel? For the document alone: each adapter's own `Config` reads them, and the test
//! below holds the two together.

use utoipa::openapi::{
    ArrayBuilder, Discriminator, ObjectBuilder, OneOfBuilder, OpenApi as Document, Ref, RefOr, Schema,
    SchemaFormat, Type, schema::AdditionalProperties,
};

use self::Kind::{Address, Group, OneOf, Secret, Text, Texts, Whole, YesOrNo};

/// Under which all of them stand in the document.
const ALL: &str = "ConnectionSettings";

const WHAT: &str = "The settings of a connection, as in a `[[connection]]` of `config.toml`; which there are, its channel says.";

struct Channel {
    name: &'static str,
    /// Under which its settings stand in the document.
    schema: &'static str,
    settings: &'static [Setting],
}

struct Setting {
    name: &'static str,
    kind: Kind,
    is_needed: bool,
    what: &'static str,
}

enum Kind {
    Text,
    /// A text that is never shown again.
    Secret,
    Address,
    Whole,
    YesOrNo,
    Texts,
    OneOf(&'static [&'static str]),
    Group(&'static [Setting]),
}

const fn needed(name: &'static str, kind: Kind, what: &'static str) -> Setting {
    Setting { name, kind, is_needed: true, what }
}

const fn may_be(name: &'static str, kind: Kind, what: &'static str) -> Setting {
    Setting { name, kind, is_needed: false, what }
}

/// Those of every channel.
const OF_ALL: &[Setting] = &[
    needed("name", Text, "1 to 64 lower case letters, digits and hyphens; unique"),
    needed("bot", Text, "the bot that answers"),
];

const TELEGRAM: &[Setting] = &[
    needed("token", Secret, "what @BotFather gave: `123456789:AA…`"),
    may_be(
        "api",
        Address,
        "of the Bot API: Telegram's own where absent, a local Bot API server, or a simulator",
    ),
    may_be("receive", OneOf(&["polling", "webhook"]), "how updates come; `polling` where absent"),
    may_be(
        "groups",
        OneOf(&["mentions", "commands", "all"]),
        "what a group is heard for; `mentions` where absent",
    ),
    may_be(
        "quick_replies",
        OneOf(&["keyboard", "inline"]),
        "how quick replies are shown in private chats; `keyboard` where absent",
    ),
    may_be("poll_seconds", Whole, "longest wait of one poll, 1 to 50; 25 where absent"),
    may_be(
        "max_connections",
        Whole,
        "requests that Telegram may send to the webhook at the same time, 1 to 100; 40 where absent",
    ),
];

const DISCORD: &[Setting] = &[
    needed("token", Secret, "the bot's token, without `Bot` before it"),
    may_be(
        "way_in",
        OneOf(&["gateway", "interactions"]),
        "how presses, commands and messages come in; `gateway` where absent",
    ),
    may_be(
        "guild_messages",
        OneOf(&["mentions", "all", "none"]),
        "which messages in servers are for the bot; `mentions` where absent",
    ),
    may_be("public_key", Text, "the application's, 64 hexadecimal digits; asked of Discord where absent"),
    may_be(
        "answer_label",
        Text,
        "on the button that opens a form to write in, where messages cannot be read; the studio's own word in the language of the conversation where absent",
    ),
    may_be("api", Address, "of the API; Discord's own where absent"),
];

const SLACK: &[Setting] = &[
    needed("bot_token", Secret, "`xoxb-…`, from “OAuth & Permissions” of the app"),
    may_be(
        "signing_secret",
        Secret,
        "from “Basic Information” of the app: events come by signed POSTs; this or `app_token` is needed",
    ),
    may_be(
        "app_token",
        Secret,
        "`xapp-…` with the scope `connections:write`: events come by a socket that the studio opens",
    ),
    may_be("api", Address, "of the Web API; Slack's own where absent"),
    may_be("threads", OneOf(&["own", "shared"]), "what a thread is to the bot; `own` where absent"),
    may_be(
        "channels",
        OneOf(&["mentions", "all"]),
        "what the bot hears of a channel that it is in; `mentions` where absent",
    ),
    may_be(
        "commands",
        OneOf(&["private", "public"]),
        "who sees what a slash command is answered in a channel; `private` where absent",
    ),
];

const WHATSAPP: &[Setting] = &[
    needed("phone_number_id", Text, "Meta's id of the phone number, not the number itself"),
    needed("account_id", Text, "Meta's id of the WhatsApp Business Account"),
    needed("token", Secret, "access token of a system user"),
    needed("app_secret", Secret, "of the app: signs what Meta sends"),
    needed("verify_token", Secret, "a word of your own that Meta says when it checks the webhook"),
    may_be("api", Address, "of the Graph API; Meta's own where absent"),
    may_be("version", Text, "of the Graph API"),
    may_be(
        "register",
        YesOrNo,
        "whether the studio sets webhook and commands at Meta itself; `true` where absent",
    ),
    may_be(
        "words",
        Group(&[
            may_be(
                "choose",
                Text,
                "on the button that opens a list where the bot named none, 1 to 20 characters",
            ),
            may_be("more", Text, "on the row that shows the next page, 1 to 24 characters"),
        ]),
        "what the studio writes on a list of its own; its own words in the language of the conversation where absent",
    ),
];

const WEB: &[Setting] = &[
    may_be("origins", Texts, "the pages that may show the widget, exactly: `https://shop.example`"),
    may_be("sample_page", YesOrNo, "whether the sample page at `/` shows it"),
    may_be(
        "theme",
        Group(&[
            may_be("accent", Text, "`#rrggbb`"),
            may_be(
                "position",
                OneOf(&["start", "end"]),
                "the corner of the launcher, in the direction of reading",
            ),
        ]),
        "how the widget looks",
    ),
    may_be(
        "uploads",
        Group(&[
            may_be("max_bytes", Whole, "largest file; 0 forbids uploads"),
            may_be("types", Texts, "media types"),
        ]),
        "what visitors may send",
    ),
    may_be(
        "limits",
        Group(&[
            may_be("sessions_per_hour", Whole, "new sessions of one address"),
            may_be("messages_per_10_seconds", Whole, "messages, presses and events of one visitor"),
            may_be("uploads_per_hour", Whole, "uploads of one visitor"),
            may_be("sockets", Whole, "sockets of one visitor at one address: browser tabs"),
            may_be("sockets_per_address", Whole, "sockets of one address, all visitors together"),
            may_be("text", Whole, "longest message in characters"),
            may_be("slow_reader_seconds", Whole, "until a socket that reads nothing is dropped"),
            may_be("ping_seconds", Whole, "between two pings"),
            may_be("remember_days", Whole, "for which a browser can come back to its conversation"),
        ]),
        "how much a visitor may ask for",
    ),
];

const HTTP: &[Setting] = &[
    needed("secret", Secret, "`whsec_` and 24 to 64 bytes of base 64"),
    may_be(
        "previous_secret",
        Secret,
        "the one before the last change: still accepted, and replies are signed with both",
    ),
    may_be("reply_url", Address, "where replies are sent by POST; without it they are fetched"),
];

const CHANNELS: &[Channel] = &[
    Channel { name: "telegram", schema: "TelegramSettings", settings: TELEGRAM },
    Channel { name: "discord", schema: "DiscordSettings", settings: DISCORD },
    Channel { name: "slack", schema: "SlackSettings", settings: SLACK },
    Channel { name: "whatsapp", schema: "WhatsappSettings", settings: WHATSAPP },
    Channel { name: "web", schema: "WebSettings", settings: WEB },
    Channel { name: "http", schema: "HttpSettings", settings: HTTP },
];

/// Says in the document which settings a new connection takes. Its paths begin behind `/api/v1`.
pub fn add(document: &mut Document) {
    let schemas = &mut document.components.get_or_insert_default().schemas;
    for channel in CHANNELS {
        schemas.insert(channel.schema.to_owned(), of(channel).into());
    }
    let of_all = CHANNELS
        .iter()
        .fold(OneOfBuilder::new(), |all, channel| all.item(Ref::from_schema_name(channel.schema)));
    let mapping =
        CHANNELS.iter().map(|Channel { name, schema, .. }| (*name, format!("#/components/schemas/{schema}")));
    let discriminator = Discriminator::with_mapping("channel", mapping);
    let of_all = of_all.description(Some(WHAT)).discriminator(Some(discriminator));
    schemas.insert(ALL.to_owned(), of_all.into());

    let create = document.paths.paths.get_mut("/connections").and_then(|path| path.post.as_mut());
    let body = create.and_then(|create| create.request_body.as_mut());
    if let Some(RefOr::T(body)) = body {
        for content in body.content.values_mut() {
            if let RefOr::T(content) = content {
                content.schema = Some(Ref::from_schema_name(ALL).into());
            }
        }
    }
}

fn of(channel: &Channel) -> ObjectBuilder {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([channel.name]));
    let named = ObjectBuilder::new().property("channel", name).required("channel");
    group(named, OF_ALL.iter().chain(channel.settings))
}

fn group<'s>(group: ObjectBuilder, settings: impl IntoIterator<Item = &'s Setting>) -> ObjectBuilder {
    let add = |group: ObjectBuilder, setting: &Setting| {
        let group = group.property(setting.name, schema(setting));
        if setting.is_needed { group.required(setting.name) } else { group }
    };
    let closed = AdditionalProperties::<Schema>::FreeForm(false);
    settings.into_iter().fold(group, add).additional_properties(Some(closed))
}

fn schema(setting: &Setting) -> RefOr<Schema> {
    let of = |kind: Type| ObjectBuilder::new().schema_type(kind).description(Some(setting.what));
    match setting.kind {
        Text => of(Type::String).into(),
        Secret => of(Type::String).write_only(true).into(),
        Address => of(Type::String).format(Some(SchemaFormat::Custom("uri".to_owned()))).into(),
        Whole => of(Type::Integer).into(),
        YesOrNo => of(Type::Boolean).into(),
        Texts => {
            let text = ObjectBuilder::new().schema_type(Type::String);
            ArrayBuilder::new().items(text).description(Some(setting.what)).into()
        }
        OneOf(values) => of(Type::String).enum_values(Some(values.iter().copied())).into(),
        Group(settings) => group(of(Type::Object), settings).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};
    use studio_adapters::connection::ConnectionConfig;

    use super::*;

    /// The settings that the reader says there are, where it is given one that there is not.
    fn read(settings: Value) -> BTreeSet<String> {
        let error =
            serde_json::from_value::<ConnectionConfig>(settings).expect_err("there is no such setting");
        let error = error.to_string();
        let (_, known) = error.split_once("expected ").unwrap_or_else(|| panic!("{error}"));
        known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    fn told<'s>(settings: impl IntoIterator<Item = &'s Setting>) -> BTreeSet<String> {
        settings.into_iter().map(|setting| setting.name.to_owned()).collect()
    }

    #[test]
    fn the_settings_that_are_told_are_those_that_are_read() {
        for channel in CHANNELS {
            let with = |name: &str, value: Value| {
                let mut settings = json!({ "channel": channel.name, "name": "x", "bot": "x" });
                settings[name] = value;
                settings
            };
            let mut known = read(with("no such setting", json!(1)));
            // Files are the server's own, and no settings of the API.
            known.retain(|name| !name.ends_with("_file") && name != "api_url");
            assert_eq!(told(OF_ALL.iter().chain(channel.settings)), known, "{}", channel.name);
            for setting in channel.settings {
                if let Group(inner) = setting.kind {
                    let known = read(with(setting.name, json!({ "no such setting": 1 })));
                    assert_eq!(told(inner), known, "{} {}", channel.name, setting.name);
                }
            }
        }
    }
}
