//! What goes in the place of the bot's words where nothing else may be said?

use std::collections::BTreeMap;

use super::*;
use crate::{
    bot::{Approved, Bot, NodeKind, Say, Saying, Variant},
    content::{Content, Header, Template, When},
    dialogue::testing::*,
};

/// The second of two messages names it.
fn approved(language: Option<&str>) -> Approved {
    let gap = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    Approved {
        message: 1,
        name: "sent".to_owned(),
        language: language.map(str::to_owned),
        when: When::Closed,
        header: Some("{{ settings.shop }}".to_owned()),
        body: BTreeMap::from([gap("1", "{{ language }}"), gap("2", "{{ slots.order }}")]),
        buttons: BTreeMap::from([(0, "t/{{ language }}".to_owned())]),
    }
}

fn bot(language: Option<&str>) -> Bot {
    let mut what = response(&[]);
    let messages = ["One", "Two"].map(Content::text).to_vec();
    what.texts.insert("en".to_owned(), vec![Variant { messages, approved: vec![approved(language)] }]);
    one_flow(vec![NodeKind::Say(Say { what: Saying::Inline(Box::new(what)) })])
}

/// What goes in the place of each message.
fn templates(channel: &'static str, language: Option<&str>) -> Vec<Option<Template>> {
    let mut talk = Talk::on(channel, bot(language));
    assert_eq!(talk.says("go"), ["One", "Two"]);
    let said = talk.journal.iter().filter_map(|entry| match &entry.what {
        Happening::Said { template, .. } => Some(template.as_deref().cloned()),
        _ => None,
    });
    said.collect()
}

#[test]
fn a_message_has_its_template_where_the_channel_has_any() {
    for channel in ["web", "http", "telegram", "discord", "slack", "pigeon"] {
        let found = templates(channel, None);
        assert!(found.len() == 2 && found.iter().all(Option::is_none), "{channel}: {found:?}");
    }
    let found = templates("whatsapp", None);
    let [None, Some(template)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((template.name.as_str(), template.language.as_str()), ("sent", "en"));
    assert!(template.is_last_resort());
    let parameters = &template.parameters;
    assert_eq!(parameters.header, Some(Header::Text("https://shop.example".to_owned())));
    assert_eq!(parameters.buttons[&0], "t/en");
    // What cannot be filled in stays open, and the words are said all the same.
    assert_eq!(parameters.body, BTreeMap::from([("1".to_owned(), "en".to_owned())]));
    let named = templates("whatsapp", Some("en_US"));
    assert_eq!(named[1].as_ref().map(|template| template.language.as_str()), Some("en_US"));
}
