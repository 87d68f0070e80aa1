use std::fs;

use studio_core::{
    content::Content,
    dialogue::{Entry, Happening, Speaker},
    id::{ConversationId, MemberId, OrganisationId},
    understanding::Understanding,
};

use super::*;
use crate::derived::Condition;

const FIRST: OrganisationId = OrganisationId::FIRST;

fn other() -> OrganisationId {
    "00000000000000000000000002".parse().expect("an id")
}

fn conversation(name: &str) -> ConversationId {
    ConversationId::of_thread(FIRST, "web", name)
}

/// What happened in a conversation, from the entry of this number on.
fn entries(first: u64, whats: impl IntoIterator<Item = Happening>) -> Vec<Entry> {
    let entry = |(sequence, what)| Entry {
        sequence,
        at: format!("2027-01-15T08:00:{sequence:02}Z").parse().expect("a time"),
        author: None,
        what,
    };
    (first..).zip(whats).map(entry).collect()
}

fn received(id: &str, text: &str) -> Happening {
    Happening::Received {
        id: id.to_owned(),
        content: Content::text(text),
        understanding: Understanding::default(),
    }
}

fn bot(text: &str) -> Happening {
    Happening::Said { by: Speaker::Bot, content: Content::text(text), why: None, template: None }
}

fn noted(text: &str) -> Happening {
    Happening::Noted { by: MemberId(5_u128.into()), name: "Ada".to_owned(), text: text.to_owned() }
}

fn stretch(name: &str, after: u64, whats: impl IntoIterator<Item = Happening>) -> Stretch {
    let entries = entries(after + 1, whats);
    let last = after + entries.len() as u64;
    Stretch { organisation: FIRST, conversation: conversation(name), after, entries, last, version: last }
}

/// What is found: the numbers of the messages and of the entries that have their texts, by conversation.
fn found(index: &MessageIndex, query: &str) -> Vec<(ConversationId, u64, u64)> {
    let hits = index.find(FIRST, query);
    assert!(hits.all);
    hits.messages.into_iter().map(|hit| (hit.conversation, hit.number, hit.source)).collect()
}

fn is_found(index: &MessageIndex, query: &str) -> bool {
    !found(index, query).is_empty()
}

#[test]
fn any_message_is_found_in_any_language() {
    let index = MessageIndex::in_memory().expect("an index");
    let said = [
        received("1", "Can I wash my sleeping bag?"),
        bot("Die Größe der Schlafsäcke steht im Etikett."),
        received("3", "この寝袋は洗えますか"),
        noted("ordered a café crème for أحمد"),
        received("5", "أين الطلب؟"),
        received("6", "Где мой заказ?"),
        Happening::Pressed { id: "7".to_owned(), value: "yes".to_owned(), title: "Jawohl".to_owned() },
    ];
    index.put(&[stretch("a", 0, said), stretch("b", 0, [bot("Something else.")])]).expect("put");
    for (query, number) in [
        ("sleeping", 1),
        ("SLEEP bag", 1),
        ("grosse", 2),
        ("größe", 2),
        ("schlafsaecke", 2),
        ("schlafsack", 2),
        ("寝袋", 3),
        ("洗", 3),
        ("cafe creme", 4),
        ("طلب", 5),
        ("الطلب", 5),
        ("заказ", 6),
        ("jawohl", 7),
    ] {
        assert_eq!(found(&index, query), [(conversation("a"), number, number)], "{query}");
    }
    for query in ["sleeping café", "wash something", "leeping", "袋寝", "yes", "", " — ", "\u{0}"] {
        assert!(!is_found(&index, query), "{query:?}");
    }
}

#[test]
fn organisations_do_not_see_each_other() {
    let index = MessageIndex::in_memory().expect("an index");
    let ours = stretch("a", 0, [bot("apple pie")]);
    let theirs = Stretch { organisation: other(), ..stretch("a", 0, [bot("plum pie")]) };
    index.put(&[ours, theirs]).expect("put");
    assert!(is_found(&index, "apple") && !is_found(&index, "plum"));
    let hits = |query| index.find(other(), query).messages.len();
    assert_eq!((hits("plum"), hits("apple"), hits("pie")), (1, 0, 1));
}

#[test]
fn the_newest_message_of_each_conversation_is_told_the_newest_first() {
    let index = MessageIndex::in_memory().expect("an index");
    let old = stretch("old", 0, [bot("pie"), bot("a pie")]);
    let new = stretch("new", 0, [bot("pie"), bot("pie"), bot("pie"), bot("cake")]);
    index.put(&[new, old]).expect("put");
    assert_eq!(found(&index, "pie"), [(conversation("new"), 3, 3), (conversation("old"), 2, 2)]);
}

#[test]
fn the_newest_of_one_turn_and_of_changed_messages_is_the_last() {
    let index = MessageIndex::in_memory().expect("an index");
    let mut turn = stretch("a", 0, (0..9).map(|_| bot("pie")));
    let at = turn.entries[0].at;
    for entry in &mut turn.entries {
        entry.at = at;
    }
    index.put(&[turn]).expect("put");
    assert_eq!(found(&index, "pie"), [(conversation("a"), 9, 9)]);
    let edited = Happening::Edited { id: "1".to_owned(), content: Content::text("a tart") };
    index.put(&[stretch("b", 0, [received("1", "cake"), bot("tart"), edited])]).expect("put");
    assert_eq!(found(&index, "tart"), [(conversation("b"), 2, 2)], "a change makes no message newer");
}

#[test]
fn all_that_is_shown_is_found() {
    let index = MessageIndex::in_memory().expect("an index");
    let content = |json: serde_json::Value| serde_json::from_value(json).expect("content");
    let said = |json| Happening::Said { by: Speaker::Bot, content: content(json), why: None, template: None };
    let button = |title: &str| serde_json::json!({ "title": title, "action": { "value": "hidden" } });
    let shown = [
        serde_json::json!({ "type": "text", "text": "size?", "quick_replies": [button("Medium")] }),
        serde_json::json!({ "type": "buttons", "text": "colour?", "buttons": [button("Crimson")] }),
        serde_json::json!({ "type": "list", "text": "which?", "button": "Browse", "sections": [
            { "title": "Tents", "rows": [{ "title": "Fjell", "description": "waterproof", "value": "hidden" }] },
        ] }),
        serde_json::json!({ "type": "carousel", "cards": [{ "title": "Kiruna", "text": "warm", "image": {
            "source": { "url": "https://hidden.example" }, "alt": "a dune" }, "buttons": [button("Purchase")] }] }),
        serde_json::json!({ "type": "image", "source": { "url": "https://hidden.example" }, "alt": "a fox",
            "caption": "autumn" }),
        serde_json::json!({ "type": "file", "source": { "url": "https://hidden.example" }, "name": "invoice.pdf",
            "media_type": "application/pdf" }),
    ];
    index.put(&[stretch("a", 0, shown.into_iter().map(said))]).expect("put");
    for (query, number) in [
        ("size medium", 1),
        ("crimson", 2),
        ("browse", 3),
        ("tents", 3),
        ("fjell waterproof", 3),
        ("kiruna warm", 4),
        ("dune", 4),
        ("purchase", 4),
        ("fox autumn", 5),
        ("invoice", 6),
    ] {
        assert_eq!(found(&index, query), [(conversation("a"), number, number)], "{query}");
    }
    assert!(!is_found(&index, "hidden"), "values and addresses are not shown");
}

#[test]
fn what_is_changed_and_taken_back_is_followed() {
    let index = MessageIndex::in_memory().expect("an index");
    let edited = |text: &str| Happening::Edited { id: "1".to_owned(), content: Content::text(text) };
    let corrected = |content: Option<&str>| Happening::Corrected {
        by: MemberId(5_u128.into()),
        name: "Ada".to_owned(),
        of: 2,
        content: content.map(Content::text),
    };
    index.put(&[stretch("a", 0, [received("1", "apple"), bot("plum"), edited("pear")])]).expect("put");
    assert!(!is_found(&index, "apple"));
    assert_eq!(found(&index, "pear"), [(conversation("a"), 1, 3)]);
    // What is changed may have been put long before.
    index.put(&[stretch("a", 3, [corrected(Some("quince")), edited("cherry")])]).expect("put");
    assert!(!is_found(&index, "plum") && !is_found(&index, "pear"));
    assert_eq!(found(&index, "quince"), [(conversation("a"), 2, 4)]);
    assert_eq!(found(&index, "cherry"), [(conversation("a"), 1, 5)]);
    let deleted = Happening::Deleted { id: "1".to_owned() };
    index.put(&[stretch("a", 5, [deleted, edited("grape"), corrected(None)])]).expect("put");
    index.put(&[stretch("a", 8, [edited("melon")])]).expect("put");
    for gone in ["cherry", "quince", "grape", "melon"] {
        assert!(!is_found(&index, gone), "{gone}");
    }
}

#[test]
fn what_is_forgotten_is_gone_also_from_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = MessageIndex::open(folder.path()).expect("an index");
    let said = || [received("1", "zorropark"), bot("zorropark indeed")];
    index.put(&[stretch("a", 0, said()), stretch("b", 0, [bot("hello")])]).expect("put");
    assert!(is_found(&index, "zorropark") && !index.must_be_purged());
    index.put(&[stretch("a", 2, [Happening::Erased, received("4", "hello again")])]).expect("put");
    assert!(!is_found(&index, "zorropark") && index.must_be_purged());
    assert_eq!(found(&index, "hello").len(), 2);
    // Also where it is read anew from the beginning, as it stood before it was erased.
    let anew = said().into_iter().chain([Happening::Erased, received("4", "hello again")]);
    index.put(&[stretch("a", 0, anew)]).expect("put");
    assert!(!is_found(&index, "zorropark"));
    drop(index);

    let index = MessageIndex::open(folder.path()).expect("an index");
    assert_eq!(*index.condition(), Condition::Whole);
    assert!(index.must_be_purged(), "it is known after a restart");
    // A segment that is being merged at the time is for the next call.
    for _ in 0..100 {
        if index.must_be_purged() {
            index.purge().expect("purged");
        }
    }
    assert!(!index.must_be_purged());
    assert_eq!(index.deleted(), 0, "nothing that was deleted lies in a file");
    assert_eq!(found(&index, "hello").len(), 2);
}

#[test]
fn only_files_with_forgotten_words_are_written_anew() {
    let index = MessageIndex::in_memory().expect("an index");
    // So many that the loss of a few leads to no merge by itself.
    let many = || (0..9).map(|number| bot(&format!("pie number{number}")));
    index.put(&[stretch("goes on", 0, many())]).expect("put");
    index.put(&[stretch("goes on", 9, [bot("cake")])]).expect("put");
    index
        .put(&[stretch("forgets", 0, [received("1", "zorropark")]), stretch("beside", 0, many())])
        .expect("put");
    index.put(&[stretch("forgets", 1, [Happening::Erased])]).expect("put");
    let before = index.segments();
    assert!(index.must_be_purged() && before.len() == 4 && index.deleted() == 3);
    index.purge().expect("purged");
    assert!(!index.must_be_purged());
    assert_eq!(before.difference(&index.segments()).count(), 1);
    assert_eq!(index.deleted(), 1, "the mark that was followed by another");
    assert_eq!(found(&index, "pie").len(), 2);
}

#[test]
fn a_conversation_goes_on_for_long_beside_no_other() {
    let index = MessageIndex::in_memory().expect("an index");
    for after in 0..40 {
        index.put(&[stretch("a", after, [bot(&format!("pie number{after}"))])]).expect("put");
    }
    let marks = index.marks(&[(FIRST, conversation("a"))]).expect("read");
    assert_eq!(marks, [Some(Mark { version: 40, last: 40 })]);
    assert_eq!(found(&index, "number7"), [(conversation("a"), 8, 8)]);
    assert_eq!(index.conversations().expect("counted"), 1);
}

#[test]
fn a_stretch_that_does_not_follow_is_passed_over() {
    let index = MessageIndex::in_memory().expect("an index");
    let of = (FIRST, conversation("a"));
    index.put(&[stretch("a", 3, [bot("pie")])]).expect("put");
    assert_eq!(index.marks(&[of]).expect("read"), [None]);
    // Two of one conversation in one batch follow each other.
    index.put(&[stretch("a", 0, [bot("pie")]), stretch("a", 1, [bot("cake")])]).expect("put");
    assert_eq!(index.marks(&[of]).expect("read"), [Some(Mark { version: 2, last: 2 })]);
    index.put(&[stretch("a", 5, [bot("tart")])]).expect("put");
    assert!(is_found(&index, "pie") && is_found(&index, "cake") && !is_found(&index, "tart"));
    assert_eq!(index.conversations().expect("counted"), 1);
    index.put(&[stretch("a", 0, [bot("scone")])]).expect("put");
    assert!(!is_found(&index, "pie") && is_found(&index, "scone"));
    index.clear().expect("cleared");
    assert!(!is_found(&index, "scone"));
    assert_eq!(index.conversations().expect("counted"), 0);
}

#[test]
fn a_full_index_in_memory_forgets_and_goes_back_to_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = MessageIndex::open(folder.path()).expect("an index");
    let second = MessageIndex::open(folder.path()).expect("an index").with_room_for(4);
    assert!(matches!(second.condition(), Condition::InMemory(_)), "{:?}", second.condition());
    let full = Put { lost: false, full: true };
    let said = [stretch("a", 0, [bot("pie"), bot("cake")]), stretch("b", 0, [bot("tart"), bot("flan")])];
    assert_eq!(second.put(&said).expect("put"), Put { lost: false, full: false });
    assert_eq!(second.put(&[stretch("c", 0, [bot("scone")])]).expect("put"), full);
    assert!(is_found(&second, "pie") && !is_found(&second, "scone"));
    assert_eq!(second.put(&[stretch("a", 2, [Happening::Erased, bot("bun")])]).expect("put"), full);
    assert!(!is_found(&second, "pie") && is_found(&second, "tart") && second.must_be_purged());
    assert_eq!(second.marks(&[(FIRST, conversation("a"))]).expect("read"), [None], "it is read anew");

    let anew = stretch("a", 0, [bot("pie"), bot("cake"), Happening::Erased, bot("bun"), bot("roll")]);
    assert_eq!(second.put(&[anew]).expect("put"), Put { lost: false, full: false });
    assert_eq!(second.put(&[stretch("c", 0, [bot("scone")])]).expect("put"), full);
    drop(first);
    let put = second.put(&[stretch("c", 0, [bot("scone")])]).expect("put");
    assert_eq!(put, Put { lost: true, full: false });
    assert!(is_found(&second, "scone") && !is_found(&second, "tart"), "as its folder has it");
}

#[test]
fn an_index_that_is_damaged_or_lost_begins_anew_and_says_so() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("messages");
    let index = MessageIndex::open(&folder).expect("an index");
    index.put(&[stretch("a", 0, [bot("pie")])]).expect("put");
    drop(index);
    // As a kill leaves it between the last two steps.
    let (old, new) = (root.path().join("messages.old"), root.path().join("messages.new"));
    for left in [&old, &new] {
        fs::create_dir(left).expect("made");
        fs::write(left.join("words"), "pie").expect("writable");
    }
    let index = MessageIndex::open(&folder).expect("an index");
    assert_eq!(*index.condition(), Condition::Whole);
    assert!(is_found(&index, "pie") && !old.exists() && !new.exists());
    drop(index);
    fs::write(folder.join("meta.json"), "{").expect("writable");
    let index = MessageIndex::open(&folder).expect("an index");
    assert!(matches!(index.condition(), Condition::Rebuilt(_)), "{:?}", index.condition());
    assert_eq!(index.marks(&[(FIRST, conversation("a"))]).expect("read"), [None]);
    index.put(&[stretch("a", 0, [bot("pie")])]).expect("put");
    fs::remove_dir_all(&folder).expect("removed");
    let put = index.put(&[stretch("a", 1, [bot("cake")]), stretch("b", 0, [bot("tart")])]).expect("put");
    assert!(put.lost);
    assert!(is_found(&index, "tart"));
    assert!(!is_found(&index, "cake"), "the rest of what was lost is not enough: all of it is read again");
}
