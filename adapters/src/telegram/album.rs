//! How do several updates become one message without any of them being lost?
//!
//! Telegram sends each picture of an album as an update of its own and does not say how many there
//! are. By a webhook it even waits for the answer to one before it sends the next, so what was not
//! kept for good could be lost. Therefore:
//!
//! 1. A part is written into the pen, which the host keeps over restarts, and only then acknowledged.
//! 2. The album is whole once anything else comes in its conversation, or none of it for [`PATIENCE`]:
//!    then it is accepted as one message under the id of its first part, and leaves the pen.
//! 3. Before that it is sealed, for good as well: no part joins it any more. A process that ends in between
//!    finds it in the pen when it starts again and accepts the same parts under the same id, so that a
//!    repeat is recognised and nothing is swallowed as one.
//! 4. Which parts the last albums had stays noted for a while: a part that Telegram repeats because
//!    our answer was lost is known, and one that comes late is a message of its own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use studio_core::{
    api::Message,
    content::{Card, Content, Picture},
    dialogue::Body,
};

use crate::host::Incoming;

/// The pen's name among what the host keeps of a connection.
pub const KEY: &str = "albums";
/// How long no further part must have come.
pub const PATIENCE: SignedDuration = SignedDuration::from_millis(1200);
/// Most parts of an album, as Telegram allows.
const MOST_PARTS: usize = 10;
/// Albums whose parts stay noted.
const NOTED: usize = 64;

/// Albums that are not whole yet, and the last ones that were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pen {
    waiting: Vec<Album>,
    /// Ids of the updates of each of the last albums.
    done: Vec<Vec<u64>>,
    /// Their names, and whether they were for the bot.
    #[serde(default)]
    named: Vec<(String, bool)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Album {
    pub name: String,
    pub thread: String,
    /// The updates as they came, by their ids.
    pub parts: Vec<(u64, Value)>,
    pub last: Timestamp,
    /// No part joins it any more: it is about to be accepted.
    pub sealed: bool,
}

impl Pen {
    /// What the host kept; whatever cannot be read was not written by us.
    pub fn read(kept: Option<&str>) -> Self {
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("what was read as JSON can be written as JSON")
    }

    /// Whether this update is in the pen or was in an album that is done.
    pub fn knows(&self, update: u64) -> bool {
        let waiting = self.waiting.iter().flat_map(|album| &album.parts).any(|(id, _)| *id == update);
        waiting || self.done.iter().flatten().any(|id| *id == update)
    }

    /// A part of an album that was done is looked at once more.
    pub fn again(&mut self, update: u64) {
        self.done.iter_mut().for_each(|parts| parts.retain(|id| *id != update));
    }

    /// Puts a part to its album, in the order of their ids.
    pub fn put(&mut self, name: &str, thread: &str, update: u64, raw: Value, now: Timestamp) {
        let known = self.waiting.iter_mut().find(|album| album.name == name && !album.sealed);
        if let Some(album) = known {
            let place = album.parts.partition_point(|(id, _)| *id < update);
            album.parts.insert(place, (update, raw));
            album.last = now;
        } else {
            let (name, thread) = (name.to_owned(), thread.to_owned());
            self.waiting.push(Album { name, thread, parts: vec![(update, raw)], last: now, sealed: false });
        }
    }

    /// Those that are whole, because of their size or because nothing came for long.
    pub fn whole(&self, now: Timestamp) -> Vec<Album> {
        let whole = |album: &&Album| {
            album.sealed || album.parts.len() >= MOST_PARTS || now.duration_since(album.last) >= PATIENCE
        };
        self.waiting.iter().filter(whole).cloned().collect()
    }

    /// Those of a conversation in which something else has come.
    pub fn before(&self, thread: &str, other_than: Option<&str>) -> Vec<Album> {
        let ends = |album: &&Album| album.thread == thread && Some(album.name.as_str()) != other_than;
        self.waiting.iter().filter(ends).cloned().collect()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Closes it.
    pub fn seal(&mut self, album: &Album) {
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.is(album)) {
            waiting.sealed = true;
        }
    }

    /// Whether it is known that an album was not for the bot.
    pub fn is_foreign(&self, name: &str) -> bool {
        self.named.iter().any(|(known, is_meant)| known == name && !is_meant)
    }

    /// It was accepted where it is for the bot, and passed over where it is not.
    pub fn finish(&mut self, album: &Album, is_meant: bool) {
        // A part that came late may be another one than the others.
        match self.named.iter_mut().find(|(name, _)| *name == album.name) {
            Some((_, was_meant)) => *was_meant |= is_meant,
            None => self.named.push((album.name.clone(), is_meant)),
        }
        let too_many = self.named.len().saturating_sub(NOTED);
        self.named.drain(..too_many);
        self.waiting.retain(|waiting| !waiting.is(album));
        self.done.push(album.parts.iter().map(|(id, _)| *id).collect());
        let too_many = self.done.len().saturating_sub(NOTED);
        self.done.drain(..too_many);
    }
}

impl Album {
    fn is(&self, other: &Self) -> bool {
        self.name == other.name
            && self.parts.first().map(|(id, _)| id) == other.parts.first().map(|(id, _)| id)
    }
}

/// The one message that the events of all parts make.
pub fn assemble(parts: Vec<Vec<Incoming>>) -> Vec<Incoming> {
    if parts.len() < 2 {
        return parts.into_iter().flatten().collect();
    }
    let mut cards = Vec::new();
    let mut attachments = Vec::new();
    let mut whole: Option<Incoming> = None;
    for event in parts.into_iter().flatten() {
        attachments.extend(event.attachments.clone());
        if let Body::Message { content, .. } = &event.body {
            add(&mut cards, content);
        }
        whole.get_or_insert(event);
    }
    let Some(mut whole) = whole else { return Vec::new() };
    if let Body::Message { content, .. } = &mut whole.body {
        *content = Content::Carousel { cards };
    }
    whole.attachments = attachments;
    vec![whole]
}

/// What stands in an album of one of its messages; `None` where that holds no file.
pub fn card_of<'c>(contents: impl Iterator<Item = &'c Content>) -> Option<Card> {
    let mut cards = Vec::new();
    for content in contents {
        add(&mut cards, content);
    }
    cards.pop()
}

fn add(cards: &mut Vec<Card>, content: &Content) {
    match content {
        Content::Image { source, alt, caption } => cards.push(card(source, alt, caption.clone())),
        Content::File { source, name, .. } => cards.push(card(source, name, None)),
        // The words of the file before them.
        Content::Text { text, .. } => {
            if let Some(Card { text: words, .. }) = cards.last_mut() {
                *words = Some(text.clone());
            }
        }
        Content::Buttons { .. }
        | Content::List { .. }
        | Content::Card(_)
        | Content::Carousel { .. }
        | Content::Location { .. } => {}
    }
}

/// The album among these messages of which one message is a part: its id, its cards, and which of them that message is.
/// The file tells. Where that is another by now, the number does: Telegram numbers the messages of an album one after the other.
pub fn find<'m>(messages: &'m [Message], part: &str, card: &Card) -> Option<(&'m str, &'m [Card], usize)> {
    let albums = || {
        messages.iter().rev().filter_map(|message| {
            let Content::Carousel { cards } = &message.content else { return None };
            let album = message.client_id.as_deref()?;
            Some((album, cards.as_slice(), behind(album, part).filter(|place| *place < 2 * MOST_PARTS)?))
        })
    };
    let source = |card: &Card| card.image.as_ref().map(|image| image.source.clone());
    let is_same = |known: &Card| source(known) == source(card);
    // One file may stand in an album several times.
    let by_file = |cards: &[Card], place: usize| match cards.get(place) {
        Some(known) if is_same(known) => Some(place),
        Some(_) | None => cards.iter().position(is_same),
    };
    let found = albums().find_map(|(album, cards, place)| Some((album, cards, by_file(cards, place)?)));
    found.or_else(|| albums().find(|(_, cards, place)| *place < cards.len()))
}

/// How far one message stands behind another of the same chat.
fn behind(first: &str, other: &str) -> Option<usize> {
    let ((chat, first), (same, other)) = (first.rsplit_once(':')?, other.rsplit_once(':')?);
    let (first, other) = (first.parse::<usize>().ok()?, other.parse::<usize>().ok()?);
    other.checked_sub(first).filter(|_| chat == same)
}

fn card(source: &studio_core::content::Source, name: &str, text: Option<String>) -> Card {
    let image = Some(Picture { source: source.clone(), alt: name.to_owned() });
    Card { title: name.to_owned(), text, image, buttons: Vec::new() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use studio_core::content::Source;

    use super::*;
    use crate::testing::from_bot;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millisecond).expect("within jiff's range")
    }

    #[test]
    fn a_message_of_an_album_is_found_by_its_number_or_its_file() {
        let picture = |name: &str| {
            card(&Source::Url(format!("https://shop.example/{name}.jpg")), "photo.jpg", Some(name.to_owned()))
        };
        let album = |first: u64, names: [&str; 3]| Message {
            client_id: Some(format!("1:m:7:{first}")),
            ..from_bot(Content::Carousel { cards: names.map(picture).to_vec() })
        };
        let messages = [
            album(10, ["a", "b", "c"]),
            album(20, ["a", "d", "e"]),
            album(50, ["f", "g", "g"]),
            album(51, ["h", "i", "j"]),
        ];
        let check = |part: &str, name: &str, expected: Option<(&str, usize)>| {
            let found = find(&messages, part, &picture(name)).map(|(album, _, place)| (album, place));
            assert_eq!(found, expected, "{part} {name}");
        };
        check("1:m:7:11", "b", Some(("1:m:7:10", 1)));
        check("1:m:7:11", "another file", Some(("1:m:7:10", 1)));
        check("1:m:7:12", "b", Some(("1:m:7:10", 1)));
        check("1:m:7:20", "a", Some(("1:m:7:20", 0)));
        check("1:m:7:24", "e", Some(("1:m:7:20", 2)));
        check("1:m:7:24", "another file", None);
        check("1:m:7:9", "a", None);
        check("1:m:8:11", "b", None);
        check("1:m:7:90", "a", None);
        check("1:m:7:51", "g", Some(("1:m:7:50", 1)));
        check("1:m:7:52", "g", Some(("1:m:7:50", 2)));
        check("1:m:7:52", "i", Some(("1:m:7:51", 1)));
    }

    #[test]
    fn an_album_is_whole_when_something_else_comes_or_nothing_does() {
        let mut pen = Pen::default();
        pen.put("7 a", "7", 12, json!({"n": 2}), at(0));
        pen.put("7 a", "7", 11, json!({"n": 1}), at(300));
        pen.put("8 b", "8", 20, json!({}), at(300));
        assert_eq!(pen.whole(at(1400)), []);
        assert_eq!(pen.before("7", Some("7 a")), []);
        assert_eq!(pen.before("7", None).len(), 1);
        let whole = pen.whole(at(1500));
        assert_eq!(whole[0].parts.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [11, 12]);
        assert_eq!(Pen::read(Some(&pen.write())), pen, "it survives a restart");
        pen.seal(&whole[0]);
        pen.put("7 a", "7", 13, json!({"n": 3}), at(1600));
        assert_eq!(pen.before("7", None).len(), 2, "a late part is no part of what was sealed");
        pen.finish(&whole[0], true);
        assert_eq!(pen.before("7", None)[0].parts.len(), 1);
        assert!(pen.knows(11) && pen.knows(20) && pen.knows(13) && !pen.knows(14) && !pen.is_empty());
        assert_eq!(Pen::read(Some("nonsense")), Pen::default());
        let late = pen.before("7", None);
        pen.finish(&late[0], false);
        let foreign = pen.before("8", None);
        pen.finish(&foreign[0], false);
        assert_eq!(["7 a", "8 b", "9 c"].map(|name| pen.is_foreign(name)), [false, true, false]);
        let before = r#"{"waiting": [], "done": [[1, 2]]}"#;
        assert!(Pen::read(Some(before)).knows(2), "written by an earlier version");
    }
}
