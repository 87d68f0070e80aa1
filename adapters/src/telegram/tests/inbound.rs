//! What is heard of each kind of update that Telegram's documents describe?

use serde_json::{Value, json};
use studio_core::dialogue::Body;

use super::specification::{described, is};
use crate::{
    host::Incoming,
    telegram::{
        config::Groups,
        inbound::{Ear, Heard, Meaning, SAID, SILENT, TOLD, UNREADABLE, read, unknown},
        life::WANTED,
    },
    testing::spoilt::{quotes, spoilt},
};

const HEARD: &str = include_str!("../fixtures/heard.json");
const IGNORED: &str = include_str!("../fixtures/ignored.json");

fn ear(groups: Groups, commands: &[String]) -> Ear<'_> {
    Ear {
        connection: "tg",
        bot: 110_201_543,
        username: Some("studio_bot"),
        groups,
        commands,
        key: &[42; 32],
        found: None,
    }
}

fn hear(update: &Value) -> Heard {
    ear(Groups::Mentions, &[]).hear(&read(update).expect("a fixture can be read"))
}

fn fixtures(text: &str) -> serde_json::Map<String, Value> {
    serde_json::from_str(text).expect("the fixtures are JSON")
}

/// What is stored, without what is the same for all.
fn told(event: &Incoming) -> Value {
    assert_eq!(event.connection, "tg");
    let mut told = json!({
        "thread": event.thread, "external": event.external, "native": event.native, "body": event.body,
    });
    if let Some(body) = told["body"].as_object_mut() {
        body.retain(|name, value| name != "understanding" && !value.is_null());
    }
    if !event.attachments.is_empty() {
        let file = |file: &crate::platform::Attachment| {
            json!({
                "media": file.media.to_string(), "native": file.native, "name": file.name, "media_type": file.media_type,
                "size": file.size,
            })
        };
        told["attachments"] = event.attachments.iter().map(file).collect();
    }
    told
}

#[test]
fn every_kind_that_concerns_a_bot_is_heard() {
    let mut all = serde_json::Map::new();
    for (name, update) in fixtures(HEARD) {
        let Heard { person, meaning } = hear(&update);
        let person = person.as_ref().map(told);
        let meaning = match meaning {
            Meaning::Events(events) => json!({ "events": events.iter().map(told).collect::<Vec<_>>() }),
            Meaning::Part { album, events, concerns } => {
                assert!(concerns, "“{name}” is for the bot");
                json!({ "part_of": album, "events": events.iter().map(told).collect::<Vec<_>>() })
            }
            Meaning::Pressed(pressed) => {
                json!({"data": pressed.data, "title": pressed.title, "in": pressed.incoming.thread})
            }
            Meaning::Moved { from, to } => json!({"from": from, "to": to}),
            Meaning::Renamed => json!("renamed"),
            Meaning::Changed { .. }
            | Meaning::PartChanged(_)
            | Meaning::Overheard
            | Meaning::Empty
            | Meaning::Nothing => {
                panic!("“{name}” is not heard")
            }
        };
        all.insert(name, json!({"person": person, "meaning": meaning}));
    }
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("heard", all);
    });
}

#[test]
fn every_kind_that_does_not_is_passed_over() {
    let ignored = fixtures(IGNORED);
    assert!(ignored.len() >= 10);
    for (name, update) in ignored {
        match hear(&update) {
            Heard { person: None, meaning: Meaning::Nothing } => {}
            // How the group is called is told where something was said before.
            Heard { person: Some(group), meaning: Meaning::Overheard } => {
                assert_eq!(group.external, group.thread, "{name}");
            }
            other => panic!("“{name}” is heard: {other:?}"),
        }
    }
}

/// The kind of an update, and the fields of the message in it.
fn kind(update: &Value) -> (&str, Vec<&str>) {
    let fields = update.as_object().expect("an update");
    let (name, held) = fields.iter().find(|(name, _)| *name != "update_id").expect("it is of a kind");
    (name, held.as_object().into_iter().flatten().map(|(field, _)| field.as_str()).collect())
}

/// A kind that the code knows and of which there is no fixture fails here.
#[test]
fn there_is_a_fixture_of_every_kind_that_is_heard() {
    let (mut kinds, mut fields, mut told) = (Vec::new(), Vec::new(), Vec::new());
    let fixtures = fixtures(HEARD);
    for update in fixtures.values() {
        let (kind, held) = kind(update);
        kinds.push(json!(kind));
        if kind == "message" {
            fields.extend(held);
        }
        if let Meaning::Events(events) = hear(update).meaning {
            for event in events {
                if let Body::Custom { name, data } = event.body {
                    let what = data["kind"].as_str().map(str::to_owned).filter(|_| name == "unsupported");
                    told.extend([Some(name), what].into_iter().flatten());
                }
            }
        }
    }
    let missing = WANTED.iter().map(|wanted| json!(wanted)).filter(|wanted| !kinds.contains(wanted));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<Value>::new());
    let missing = SAID.into_iter().filter(|field| !fields.contains(field));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
    let missing = TOLD.into_iter().chain(UNREADABLE).filter(|name| !told.iter().any(|told| told == name));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Telegram's own description knows no kind of update of which there is no fixture, and every field of the fixtures.
#[test]
fn the_fixtures_are_what_telegram_describes() {
    let Some(spec) = described() else { return };
    // Newer than what the library reads; we ask for neither.
    let newer = ["guest_message", "managed_bot"];
    let (heard, ignored) = (fixtures(HEARD), fixtures(IGNORED));
    let kinds = heard.values().chain(ignored.values()).map(|update| kind(update).0).collect::<Vec<_>>();
    let fields = spec["types"]["Update"]["fields"].as_array().expect("fields");
    for name in fields.iter().filter_map(|field| field["name"].as_str()).filter(|name| *name != "update_id") {
        assert_eq!(kinds.contains(&name), !newer.contains(&name), "{name}");
    }
    for (name, update) in heard.iter().chain(&ignored) {
        assert_eq!(is(spec, "Update", update), Ok(()), "{name}");
    }
}

/// What is neither silent nor heard of what Telegram describes is kept as it came.
#[test]
fn of_a_message_everything_is_silent_heard_or_kept() {
    let Some(spec) = described() else { return };
    let fields = spec["types"]["Message"]["fields"].as_array().expect("fields");
    let fields = fields.iter().filter_map(|field| field["name"].as_str()).collect::<Vec<_>>();
    let invented = SILENT.into_iter().filter(|name| !fields.contains(name));
    assert_eq!(invented.collect::<Vec<_>>(), Vec::<&str>::new());
    for name in fields {
        let mut message = fixtures(HEARD)["text"]["message"].clone();
        message.as_object_mut().expect("an object").remove("text");
        message.as_object_mut().expect("an object").remove("entities");
        message[name] = json!({ "nobody": "knows" });
        let is_silent = SILENT.contains(&name) || name.starts_with("video_chat_");
        let found = unknown(&json!({ "update_id": 1, "message": message }));
        assert_eq!(found.is_none(), is_silent, "{name}: {found:?}");
    }
}

#[test]
fn a_group_is_heard_for_what_the_connection_says() {
    let text = |text: &str, entities: Value, reply: bool| {
        let mut message = json!({
            "message_id": 1, "date": 1, "text": text, "entities": entities,
            "from": {"id": 7, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": -55, "type": "group", "title": "Camp"},
        });
        if reply {
            message["reply_to_message"] = json!({
                "message_id": 3, "date": 1, "text": "?", "chat": {"id": -55, "type": "group", "title": "Camp"},
                "from": {"id": 110_201_543, "is_bot": true, "first_name": "Studio"},
            });
        }
        json!({"update_id": 1, "message": message})
    };
    let mention = json!([{"type": "mention", "offset": 0, "length": 11}]);
    let by_id = json!([{"type": "text_mention", "offset": 0, "length": 6,
        "user": {"id": 110_201_543, "is_bot": true, "first_name": "Studio"}}]);
    let cases = [
        (text("hello all", json!([]), false), [None, None, Some("hello all")]),
        (
            text("@Studio_Bot  where\nis it?", mention, false),
            [Some("where\nis it?"), None, Some("where\nis it?")],
        ),
        (text("Studio where", by_id, false), [Some("Studio where"), None, Some("Studio where")]),
        (text("the blue one", json!([]), true), [Some("the blue one"), None, Some("the blue one")]),
        (text("/track 1", json!([]), false), [Some("/track 1"); 3]),
        (text("/track@studio_bot 1", json!([]), false), [Some("/track 1"); 3]),
        (text("/track@other_bot 1", json!([]), false), [None; 3]),
        (text("/", json!([]), false), [None, None, Some("/")]),
    ];
    for (update, expected) in cases {
        for (groups, expected) in [Groups::Mentions, Groups::Commands, Groups::All].into_iter().zip(expected)
        {
            let heard = ear(groups, &[]).hear(&read(&update).expect("an update"));
            let words = match heard.meaning {
                Meaning::Events(events) => match &events[0].body {
                    Body::Message { content, .. } => Some(content.plain()),
                    other => panic!("{other:?}"),
                },
                Meaning::Overheard => None,
                other => panic!("{other:?}"),
            };
            assert_eq!(words.as_deref(), expected, "{groups:?} {update}");
        }
    }
}

#[test]
fn what_stands_below_a_picture_or_a_file_is_read_as_words_are() {
    let photo =
        json!([{"file_id": "AgAC", "file_unique_id": "AQAD", "width": 90, "height": 90, "file_size": 9}]);
    let file = json!({"file_id": "BQAC", "file_unique_id": "AgAD", "file_name": "bill.pdf", "file_size": 9});
    let below = |media: (&str, &Value), caption: &str| {
        let named = caption.to_lowercase().find("@studio_bot");
        let mention = named
            .filter(|_| !caption.starts_with('/'))
            .map(|offset| json!([{"type": "mention", "offset": offset, "length": 11}]));
        let mut message = json!({
            "message_id": 1, "date": 1, "caption": caption, "caption_entities": mention.unwrap_or(json!([])),
            "from": {"id": 7, "is_bot": false, "first_name": "Ada", "language_code": "de"},
            "chat": {"id": -55, "type": "group", "title": "Camp"},
        });
        message[media.0] = media.1.clone();
        json!({"update_id": 1, "message": message})
    };
    let heard =
        |groups: Groups, update: &Value| match ear(groups, &[]).hear(&read(update).expect("an update")) {
            Heard { meaning: Meaning::Events(events), .. } => {
                Some(events.iter().map(|event| super::stage::line(&event.body)).collect::<Vec<_>>())
            }
            Heard { meaning: Meaning::Nothing | Meaning::Overheard, .. } => None,
            other => panic!("{other:?}"),
        };
    for (caption, groups, expected) in [
        ("my tent", Groups::Mentions, None),
        ("my tent", Groups::All, Some("my tent")),
        ("@Studio_bot my tent", Groups::Mentions, Some("my tent")),
        ("@Studio_bot my tent", Groups::Commands, None),
        ("/track@studio_bot 4711", Groups::Commands, Some("/track 4711")),
        ("/track 4711", Groups::Mentions, Some("/track 4711")),
        ("/track@other_bot 4711", Groups::All, None),
    ] {
        let of_picture = heard(groups, &below(("photo", &photo), caption));
        assert_eq!(of_picture, expected.map(|words| vec![format!("said {words}")]), "{groups:?} {caption}");
        let of_file = heard(groups, &below(("document", &file), caption));
        let wanted = expected.map(|words| vec!["said bill.pdf".to_owned(), format!("said {words}")]);
        assert_eq!(of_file, wanted, "{groups:?} {caption}");
    }
    // Only called.
    let called = heard(Groups::Mentions, &below(("document", &file), "@studio_bot"));
    assert_eq!(called, Some(vec!["said bill.pdf".to_owned()]));
    let called = heard(Groups::Mentions, &below(("photo", &photo), "@studio_bot"));
    assert_eq!(called, Some(vec!["said photo.jpg".to_owned()]));
}

#[test]
fn of_a_group_its_name_is_told_and_nobody_of_those_in_it() {
    let mut start = fixtures(HEARD)["start with a payload"].clone();
    start["message"]["chat"] = json!({"id": -55, "type": "group", "title": "Camp"});
    let Heard { person: Some(group), meaning: Meaning::Events(events) } = hear(&start) else {
        panic!("it is heard")
    };
    assert_eq!(group.external, "-55");
    assert_eq!(super::stage::line(&group.body), r#"introduced {"name":"Camp"}"#);
    let Body::Opened { language: None, attributes } = &events[0].body else { panic!("{events:?}") };
    assert_eq!(json!(attributes), json!({"start": "spring-sale"}));
}

#[test]
fn a_topic_is_called_as_the_message_that_made_it() {
    let chat = json!({"id": -1_001, "type": "supergroup", "title": "Camp", "is_forum": true});
    let ada = json!({"id": 7, "is_bot": false, "first_name": "Ada"});
    let group = |answered: Value| {
        let message = json!({
            "message_id": 9, "date": 1, "text": "/help", "from": ada.clone(), "chat": chat.clone(),
            "message_thread_id": 5, "is_topic_message": true, "reply_to_message": answered,
        });
        super::stage::line(
            &hear(&json!({"update_id": 1, "message": message})).person.expect("the group").body,
        )
    };
    let made = json!({
        "message_id": 5, "date": 1, "from": ada.clone(), "chat": chat.clone(), "message_thread_id": 5,
        "is_topic_message": true, "forum_topic_created": {"name": "Tents", "icon_color": 7_322_096},
    });
    assert_eq!(group(made), r#"introduced {"name":"Camp","topic":"Tents"}"#);
    let said = json!({
        "message_id": 8, "date": 1, "text": "?", "from": ada.clone(), "chat": chat.clone(), "message_thread_id": 5,
        "is_topic_message": true,
    });
    assert_eq!(group(said), r#"introduced {"name":"Camp"}"#);
}

#[test]
fn a_bot_with_a_command_of_that_name_hears_start_as_well() {
    let update = &fixtures(HEARD)["start with a payload"];
    let commands = ["start".to_owned()];
    let heard = ear(Groups::Mentions, &commands).hear(&read(update).expect("an update"));
    let Meaning::Events(events) = heard.meaning else { panic!("events") };
    assert_eq!(
        events.iter().map(|event| event.native.as_str()).collect::<Vec<_>>(),
        ["110201543:m:7:11", "110201543:m:7:11:1"]
    );
    assert!(
        matches!(&events[0].body, Body::Introduced { attributes, .. } if attributes["start"] == "spring-sale")
    );
    assert!(matches!(&events[1].body, Body::Message { content, .. } if content.plain() == "/start"));
}

#[test]
fn a_change_names_the_message_that_it_changes_and_a_group_who_wrote_it() {
    let mut update = fixtures(HEARD)["text"].clone();
    let group = json!({"id": -55, "type": "group", "title": "Friends"});
    update["message"]["chat"] = group;
    let hear = |update: &Value| match ear(Groups::All, &[]).hear(&read(update).expect("an update")).meaning {
        Meaning::Events(events) => events.into_iter().next().expect("an event"),
        other => panic!("{other:?}"),
    };
    let said = hear(&update);
    let mut message = update["message"].take();
    message["edit_date"] = message["date"].clone();
    message["text"] = "4711".into();
    let edited = hear(&json!({"update_id": 77, "edited_message": message}));
    assert!(matches!(&edited.body, Body::Edited { id, .. } if *id == said.native), "{edited:?}");
    assert_ne!(edited.native, said.native, "it is an event of its own");
    assert_eq!(said.author.as_deref(), Some("Ada Lovelace"));
    assert_eq!(edited.author, said.author);
}

#[test]
fn a_person_is_told_of_anew_only_with_another_name() {
    let text = fixtures(HEARD)["text"].clone();
    let native = |update: &Value| hear(update).person.expect("a person").native;
    let mut later = text.clone();
    later["update_id"] = 50.into();
    later["message"]["text"] = "Hello?".into();
    assert_eq!(native(&text), native(&later));
    later["message"]["from"]["first_name"] = "Augusta".into();
    assert_ne!(native(&text), native(&later));
}

/// What people say must stand in no log, whatever form it comes in.
#[test]
fn nothing_that_was_said_stands_in_the_reasons_why_it_was_not_read() {
    let mut reasons = 0;
    for (name, update) in fixtures(HEARD) {
        for odd in spoilt(&update) {
            if let Err(why) = read(&odd) {
                assert!(!quotes(&why.to_string()), "{name}: {why} of {odd}");
                reasons += 1;
            }
        }
    }
    assert!(reasons > 100, "{reasons} could not be read");
}

#[test]
fn what_cannot_be_read_says_so_and_nothing_of_what_was_said() {
    let check = |update: Value, expected: &str| {
        assert_eq!(read(&update).expect_err("it cannot be read").to_string(), expected);
    };
    check(json!({"message": {}}), "it has no update_id");
    check(json!([1]), "it has no update_id");
    check(
        json!({"update_id": 5, "teleported": {"secret": 1}}),
        "it holds “teleported”, which this studio does not know or cannot read",
    );
    check(
        json!({"update_id": 6, "message": {"text": "secret"}}),
        "it holds “message”, which this studio does not know or cannot read",
    );
    let nobody = json!({"chat": {"id": 7, "type": "private", "first_name": "A"}, "message_id": 1, "date": 1,
        "old_reaction": [], "new_reaction": []});
    check(
        json!({"update_id": 7, "message_reaction": nobody}),
        "it holds “message_reaction”, which this studio does not know or cannot read",
    );
}

#[test]
fn groups_and_topics_that_are_called_otherwise_tell_it_each_time() {
    // As core.telegram.org/bots/api describes `Message` and `ForumTopicEdited`.
    let check = |content: Value, expected: Option<(&str, Value)>| {
        let mut message = json!({
            "message_id": 55, "date": 1_700_000_000, "from": {"id": 7, "is_bot": false, "first_name": "Ada"},
            "chat": {"id": -1_001, "type": "supergroup", "title": "Camp", "is_forum": true},
        });
        for (name, value) in content.as_object().expect("fields") {
            message[name] = value.clone();
        }
        let heard = hear(&json!({"update_id": 1, "message": message}));
        let told = heard.person.map(|group| {
            assert_eq!(heard.meaning, Meaning::Renamed);
            assert_eq!((group.native.as_str(), group.external.as_str()), ("110201543:m:-1001:55", "-1001"));
            let Body::Introduced { attributes, .. } = group.body else { panic!("{:?}", group.body) };
            (group.thread, json!(attributes))
        });
        let expected = expected.map(|(thread, attributes)| (thread.to_owned(), attributes));
        assert_eq!(told, expected, "{content}");
    };
    check(json!({"new_chat_title": "Camping"}), Some(("-1001", json!({"name": "Camping"}))));
    let in_topic = |edited: Value| json!({"message_thread_id": 57, "is_topic_message": true, "forum_topic_edited": edited});
    let tents = json!({"name": "Camp", "topic": "Tents"});
    check(in_topic(json!({"name": "Tents"})), Some(("-1001/57", tents)));
    // By an administrator who is a bot.
    let mut by_bot = json!({"new_chat_title": "Camping"});
    by_bot["from"] = json!({"id": 8, "is_bot": true, "first_name": "Other"});
    check(by_bot, Some(("-1001", json!({"name": "Camping"}))));
    check(in_topic(json!({"icon_custom_emoji_id": "5312536423851630001"})), None);
}
