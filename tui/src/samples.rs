//! Conversations for tests.

use jiff::Timestamp;
use serde_json::json;
use studio_core::{
    api::{
        ApprovedTemplate, ContactDetail, ContactIdentity, Conversation, ConversationDetail, Me, Message,
        Mind, Role, Sender, TranscriptMessage,
    },
    content::{Action, Button, Content, Source},
    dialogue::{Entry, Happening, Owner, Speaker, Status, Why},
    feeling::{Sentiment, SentimentBy},
    id::{ContactId, ConversationId, MediaId, MemberId, OrganisationId},
    understanding::{Scored, Understander, Understanding},
};
use ulid::Ulid;

pub fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minute * 60).expect("within the range of times")
}

pub fn id(name: &str) -> ConversationId {
    ConversationId::of_thread(OrganisationId::FIRST, "web", name)
}

pub const ADA: MemberId = MemberId(Ulid(7));

pub fn me() -> Me {
    Me { organisation: OrganisationId::FIRST, member: Some(ADA), name: "Ada".into(), role: Role::Agent }
}

pub fn owned() -> Owner {
    Owner::Member { member: ADA, name: "Ada".into() }
}

pub fn conversation(name: &str) -> Conversation {
    Conversation {
        id: id(name),
        contact: ContactId::of_identity(OrganisationId::FIRST, "web", name),
        contact_name: name.to_owned(),
        thread: None,
        bot: "shop".into(),
        connection: "web".into(),
        channel: "web".into(),
        language: "en".into(),
        status: Status::Open,
        owner: Owner::Bot,
        tags: std::collections::BTreeSet::new(),
        preview: "where is my order?".into(),
        unanswered: false,
        waiting_since: None,
        urgent: false,
        mood: None,
        trend: None,
        sequence: 4,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// The contact of somebody who is called so on the web.
pub fn contact(name: &str) -> ContactId {
    ContactId::of_identity(OrganisationId::FIRST, "web", name)
}

/// A person who came by the web first, and whom two other contacts became a part of.
pub fn person(name: &str) -> ContactDetail {
    let id = contact(name);
    let identities = [("web", name), ("telegram", "4711"), ("whatsapp", "DE.4711")];
    let identities = identities.map(|(channel, external)| ContactIdentity {
        connection: channel.to_owned(),
        channel: Some(channel.to_owned()),
        external: external.to_owned(),
        contact: ContactId::of_identity(OrganisationId::FIRST, channel, external),
        unreachable: None,
    });
    ContactDetail {
        id,
        name: name.to_owned(),
        attributes: std::collections::BTreeMap::new(),
        identities: identities.into(),
        conversations: vec![conversation(name)],
    }
}

/// What a platform has approved.
pub fn templates() -> Vec<ApprovedTemplate> {
    let known: [(&str, &str, &str, &[&str]); 3] = [
        ("hello_world", "en_US", "Welcome to the shop", &[]),
        ("order_sent", "en", "Hello {{1}}, order {{2}} is on its way.", &["1", "2"]),
        ("visit", "de", "Besuchen Sie uns", &[]),
    ];
    let known = known.map(|(name, language, text, body)| ApprovedTemplate {
        name: name.to_owned(),
        language: language.to_owned(),
        status: "APPROVED".to_owned(),
        category: "UTILITY".to_owned(),
        text: text.to_owned(),
        header: None,
        body: body.iter().map(|gap| (*gap).to_owned()).collect(),
        buttons: Vec::new(),
        unsendable: None,
    });
    known.into()
}

pub fn understanding() -> Understanding {
    let scored = |intent: &str, confidence, by| Scored { intent: intent.to_owned(), confidence, by };
    Understanding {
        intents: vec![
            scored("track_order", 0.91, Understander::Linear),
            scored("delivery_time", 0.06, Understander::Linear),
        ],
        sentiment: Sentiment::of(-0.48, SentimentBy::Lexicon),
        question: true,
        confident: true,
        language: Some("en".into()),
        ..Understanding::default()
    }
}

pub fn detail(name: &str) -> ConversationDetail {
    ConversationDetail {
        conversation: conversation(name),
        mind: Mind {
            bot_version: 3,
            understanding: Some(understanding()),
            slots: [("email".to_owned(), json!("***")), ("order_number".to_owned(), json!("4711"))].into(),
            stack: vec!["track_order › ask_number".into()],
            expecting: "an order number".into(),
            sources: vec!["shipping.md › How long it takes".into()],
            misunderstood: 1,
        },
        waits_for_bot: None,
    }
}

pub fn message(sequence: u64, from: Sender, text: &str) -> Message {
    let minute = i64::try_from(sequence).expect("small");
    Message {
        sequence,
        at: at(minute),
        from,
        author: None,
        content: Content::text(text),
        client_id: None,
        template: None,
        translated: false,
        translation: None,
    }
}

pub fn said(sequence: u64, by: Speaker, text: &str) -> Entry {
    let why = match by {
        Speaker::Bot => Some(Why {
            flow: Some("track_order".into()),
            node: Some("ask_number".into()),
            response: Some("ask_order_number".into()),
            repair: None,
            sources: vec!["shipping.md › How long it takes".into()],
            translation: None,
            more_of: None,
        }),
        Speaker::Member { .. } => None,
    };
    Entry {
        sequence,
        at: at(1),
        author: None,
        what: Happening::Said { by, content: Content::text(text), why, template: None },
    }
}

pub fn received(sequence: u64, text: &str) -> Entry {
    let content = Content::text(text);
    let what = Happening::Received { id: "1".into(), content, understanding: understanding() };
    Entry { sequence, at: at(1), author: None, what }
}

pub fn ada() -> Speaker {
    Speaker::Member { member: ADA, name: "Ada".into() }
}

pub const BILL: MediaId = MediaId(Ulid(9));

/// A message of the transcript, on a channel of which nothing more is known.
pub fn transcript(message: Message) -> TranscriptMessage {
    let Message { sequence, at, from, author, content, client_id, template, translated, translation } =
        message;
    TranscriptMessage {
        sequence,
        at,
        from,
        author,
        content,
        client_id,
        template,
        translated,
        translation,
        conversation: id("Grace"),
        connection: "web".into(),
        channel: "web".into(),
        delivery: None,
        correction: None,
        refused_change: None,
        change: None,
    }
}

/// A file of a visitor.
pub fn file(sequence: u64, name: &str) -> Message {
    let content = Content::File {
        source: Source::Media(BILL),
        name: name.to_owned(),
        media_type: "application/pdf".into(),
        size: 12_345,
    };
    Message { content, ..message(sequence, Sender::Visitor, "") }
}

/// A reply of the bot with two quick replies.
pub fn offer() -> Content {
    let button =
        |title: &str| Button { title: title.to_owned(), action: Action::Value(title.to_lowercase()) };
    Content::Text {
        text: "What is the number of your order?".into(),
        quick_replies: vec![button("I do not know"), button("A person")],
    }
}
