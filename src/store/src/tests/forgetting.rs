//! A person is forgotten everywhere, nobody else is, and the journal still counts the same.

use studio_core::{
    api::DeliveryState,
    content::Content,
    dialogue::{Body, CallOutcome, FaultReason, Happening, RemoteAnswer, Speaker, State, Why},
    feeling::{Sentiment, SentimentBy},
    id::MediaId,
    privacy::PersonalKind,
    understanding::{Besides, Scored, Understander, Understanding},
};
use surrealdb::types::{array, object};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, departure, in_folder, message, talk, turn};
use crate::{
    Arrival, Departure, ERASED, NewFetch, NewMedia, Outgoing, PartReport, Payload, Store, Told, UnreadBody,
    keys::record,
    testing::{Fault, as_written, memory, run},
    transact::Probe,
};

const SECRET: &str = "my \"secret\" is 4711\\é";

/// What a model made of a message that says everything there is to say.
fn understood() -> Understanding {
    let scored = |confidence| Scored { intent: SECRET.to_owned(), confidence, by: Understander::Linear };
    Understanding {
        intents: vec![scored(0.83), scored(0.11)],
        confident: true,
        also: vec![Besides {
            intent: SECRET.to_owned(),
            confidence: 0.5,
            by: Understander::Linear,
            start: 0,
            end: SECRET.len(),
        }],
        denied: vec![SECRET.to_owned()],
        language: Some("de".to_owned()),
        sentiment: Sentiment::of(-0.72, SentimentBy::Lexicon),
        urgent: true,
        question: true,
        profane: true,
        personal: vec![PersonalKind::Email],
        words: 9,
        unknown_words: 2,
        ..Understanding::default()
    }
}

/// What happens in a conversation, with the secret wherever it can be.
fn everything() -> Vec<Happening> {
    vec![
        Happening::Opened { language: None, attributes: [("a".to_owned(), SECRET.into())].into() },
        Happening::Pressed { id: "p".to_owned(), value: SECRET.to_owned(), title: SECRET.to_owned() },
        Happening::Happened { name: "n".to_owned(), data: SECRET.into() },
        Happening::Received {
            id: "r".to_owned(),
            content: Content::text(SECRET),
            understanding: understood(),
        },
        Happening::Edited { id: "r".to_owned(), content: Content::text(SECRET) },
        Happening::Said {
            by: Speaker::Bot,
            content: Content::text(SECRET),
            why: Some(Why { sources: vec![SECRET.to_owned()], ..Why::default() }),
            template: None,
        },
        Happening::SlotFilled { slot: "s".to_owned(), value: SECRET.into() },
        Happening::FlowStarted { flow: "f".to_owned(), because: SECRET.to_owned() },
        Happening::Searched { query: SECRET.to_owned(), passages: Vec::new() },
        Happening::Called { call: 1, method: "GET".to_owned(), url: SECRET.to_owned() },
        Happening::Answered {
            call: 1,
            outcome: CallOutcome::Answered(RemoteAnswer {
                status: 200,
                headers: [("h".to_owned(), SECRET.to_owned())].into(),
                body: SECRET.into(),
            }),
        },
        Happening::Answered { call: 1, outcome: CallOutcome::Failed(SECRET.to_owned()) },
        Happening::HandedOff { team: None, reason: Some(SECRET.to_owned()) },
        Happening::Faulted {
            flow: "f".to_owned(),
            node: "n".to_owned(),
            error: SECRET.to_owned(),
            reason: FaultReason::NoTruth,
        },
    ]
}

/// A conversation with the secret in every place that can hold one.
async fn confide(store: &Store, organisation: studio_core::id::OrganisationId, thread: &str) -> State {
    let row = arrive(store, organisation, message(organisation, thread, &format!("{thread}1"), SECRET)).await;
    let mut first = turn(&row, 0, State::default(), SECRET);
    let whats = everything();
    for what in whats {
        let sequence = first.entries.len() as u64 + 1;
        first.entries.push(studio_core::dialogue::Entry {
            sequence,
            at: at(0),
            author: Some(SECRET.to_owned()),
            what,
        });
    }
    first.state.sequence = first.entries.len() as u64;
    first.conversation.contact_name = SECRET.to_owned();
    let contact = first.contact.as_mut().expect("first contact");
    contact.name = SECRET.to_owned();
    contact.attributes.insert("a".to_owned(), SECRET.into());
    first.outgoing.push(Outgoing {
        sequence: 2,
        lease: 0,
        payload: Payload::Message(Content::text(SECRET)),
        not_before: at(0),
    });
    let state = first.state.clone();
    let conversation = row.conversation;
    let outcome = commit(store, organisation, first).await;
    let crate::TurnOutcome::Committed { outbox, .. } = outcome else { panic!("{outcome:?}") };
    let departure = |sequence, error: Option<&str>| Departure {
        conversation,
        sequence,
        parts: vec![format!("part-{sequence}")],
        uncertain: false,
        losses: vec![format!("text lost: {SECRET}")],
        error: error.map(str::to_owned),
        at: at(1),
        otherwise: Vec::new(),
        told: None,
    };
    let failed = departure(2, Some(SECRET));
    store.bury(&outbox[1], SECRET, at(1), Some(&failed)).await.expect("buried");
    store.sweep_and_note(organisation, &[], &[departure(3, None)]).await.expect("noted");
    let report = PartReport {
        conversation,
        part: "part-3".to_owned(),
        tag: None,
        state: DeliveryState::Failed,
        error: Some(SECRET.to_owned()),
        again: None,
        at: at(1),
    };
    store.note_reports(organisation, &[report]).await.expect("noted");
    let unread = UnreadBody {
        connection: "web".to_owned(),
        id: Ulid(7),
        bytes: SECRET.as_bytes().to_vec(),
        why: format!("no JSON: {SECRET}"),
        at: at(0),
        native: Some(SECRET.to_owned()),
    };
    store.keep_unread(organisation, &unread).await.expect("kept");
    let file = NewFetch {
        media: MediaId(Ulid(99)),
        native: SECRET.to_owned(),
        name: SECRET.to_owned(),
        media_type: "text/plain".to_owned(),
        size: 0,
    };
    let arrival = message(organisation, thread, &format!("{thread}2"), SECRET);
    let row = arrive(store, organisation, Arrival { attachments: vec![file], ..arrival }).await;
    store.park(organisation, &row, SECRET, at(1)).await.expect("parked");
    let media = NewMedia {
        id: MediaId(Ulid(u128::from(organisation == SECOND) + 10)),
        conversation,
        name: format!("{SECRET}.txt"),
        media_type: "text/plain".to_owned(),
        created_at: at(0),
    };
    let bytes = [vec![b'x'; 3_000_000], SECRET.as_bytes().to_vec()].concat();
    store.put_media(organisation, &media, &bytes).await.expect("kept");
    // An attempt that a crash broke off behind the first bytes.
    let broken = NewMedia { id: MediaId(Ulid(media.id.0.0 + 20)), ..media };
    store.put_media(organisation, &broken, SECRET.as_bytes()).await.expect("kept");
    let key = array![organisation.to_string(), broken.id.to_string()];
    let row = object! { id: record("media", key) };
    store.transact(&["DELETE $id RETURN NONE"], row, Probe::Repeat).await.expect("broken off");
    state
}

async fn forget(store: &Store, thread: &str, state: State) {
    let mut arrival = message(FIRST, thread, &format!("{thread}3"), "");
    arrival.event.body = Body::Forget;
    let row = arrive(store, FIRST, arrival).await;
    let mut last = turn(&row, 1, state, "forgotten");
    last.entries.truncate(1);
    last.entries[0].what = Happening::Erased;
    last.state.sequence = last.entries[0].sequence;
    last.conversation.contact_name = "Visitor".to_owned();
    last.erase = true;
    commit(store, FIRST, last).await;
}

#[test]
fn a_person_is_forgotten_everywhere_and_nobody_else_is() {
    run(async {
        let store = memory().await.expect("opened");
        let state = confide(&store, FIRST, "a").await;
        confide(&store, SECOND, "a").await;
        store.sweep(FIRST, &[]).await.expect("swept");
        store.sweep(SECOND, &[]).await.expect("swept");
        let before = store.find_text(FIRST, SECRET).await.expect("searched");
        let mut tables: Vec<_> = before.iter().map(|found| found.table).collect();
        tables.dedup();
        assert_eq!(
            tables,
            [
                "changed",
                "contact",
                "conversation",
                "dead",
                "fetching",
                "media",
                "media_chunk",
                "outbox",
                "parked",
                "part",
                "sending",
                "turn",
                "unread"
            ]
        );
        store.project(&as_written).await.expect("counted");
        let numbers = store.statistics(FIRST, None, "0", "9").await.expect("read");

        forget(&store, "a", state.clone()).await;
        assert_eq!(store.find_text(FIRST, SECRET).await.expect("searched"), []);
        let other = store.find_text(SECOND, SECRET).await.expect("searched");
        assert_eq!(other.len(), before.len(), "the other organisation's are all there");

        let conversation = message(FIRST, "a", "", "").conversation;
        let entries = store.journal(FIRST, conversation, 0, 99).await.expect("read").entries;
        let sequences: Vec<_> = entries.iter().map(|entry| entry.sequence).collect();
        assert_eq!(sequences, (1..=state.sequence + 1).collect::<Vec<_>>(), "no gap");
        assert!(matches!(&entries[0].what, Happening::Received { content, .. } if content.plain() == ERASED));
        let left: Vec<_> = (entries.iter())
            .filter_map(|entry| match &entry.what {
                Happening::Received { understanding, .. } => Some(understanding),
                _ => None,
            })
            .collect();
        assert_eq!(left.len(), 2, "the message that waited was parked");
        for understanding in left {
            let counted = understanding.counted.clone();
            assert_eq!(*understanding, Understanding { counted, ..Understanding::default() });
        }
        assert_eq!((numbers[0].negative, numbers[0].sentiment_sum, numbers[0].confidence_sum), (1, -72, 83));
        assert_eq!((numbers[0].judged, numbers[0].words, numbers[0].answered_from_documents), (1, 9, 1));
        store.project(&as_written).await.expect("counted");
        store.project_anew(FIRST, &as_written).await.expect("rebuilt");
        assert_eq!(store.statistics(FIRST, None, "0", "9").await.expect("read"), numbers);
    });
}

#[test]
fn of_a_number_that_two_conversations_of_a_chat_have_one_is_forgotten_and_the_other_is_not() {
    run(async {
        let store = memory().await.expect("opened");
        let state = confide(&store, FIRST, "a").await;
        talk(&store, FIRST, "b", "b1", "hello").await;
        let left = ["a", "b"].map(|thread| Departure {
            conversation: message(FIRST, thread, "", "").conversation,
            told: Some(Told {
                connection: "web".to_owned(),
                chat: "9".to_owned(),
                thread: thread.to_owned(),
                numbers: vec!["50".to_owned()],
            }),
            ..departure(2, &["50"])
        });
        store.sweep_and_note(FIRST, &[], &left).await.expect("noted");
        let threads = async || {
            let mut threads = store.threads_told(FIRST, "web", "9", "50").await.expect("read");
            threads.sort();
            threads
        };
        assert_eq!(threads().await, ["a", "b"]);
        forget(&store, "a", state).await;
        assert_eq!(threads().await, ["b"]);
    });
}

/// The database takes two transactions more, and then none for so many tries that what is asked for is given up.
fn fail_behind_the_turn(store: &Store) {
    store.inject(&[&[Fault::None; 2][..], &[Fault::BeforeCommit; 9][..]].concat());
}

#[test]
fn an_erasure_that_the_database_did_not_do_is_done_behind_the_next_turn() {
    run(async {
        let store = memory().await.expect("opened");
        let state = confide(&store, FIRST, "a").await;
        fail_behind_the_turn(&store);
        forget(&store, "a", state).await;
        assert!(!store.find_text(FIRST, SECRET).await.expect("searched").is_empty());
        talk(&store, FIRST, "b", "b1", "hello").await;
        assert_eq!(store.find_text(FIRST, SECRET).await.expect("searched"), []);
    });
}

#[test]
fn what_is_said_behind_a_wish_leaves_although_its_event_came_before_it() {
    run(async {
        let store = memory().await.expect("opened");
        let state = confide(&store, FIRST, "a").await;
        let early = arrive(&store, FIRST, message(FIRST, "a", "early", "hello")).await;
        fail_behind_the_turn(&store);
        forget(&store, "a", state).await;
        let found = store.conversation(FIRST, early.conversation).await.expect("read").expect("it is there");
        commit(&store, FIRST, turn(&early, found.version, found.state, "behind it")).await;
        assert_eq!(store.find_text(FIRST, SECRET).await.expect("searched"), []);
        let leaving = store.pending_outbox(None, 99, at(1_000)).await.expect("read").rows;
        let texts: Vec<_> = (leaving.iter())
            .filter(|row| row.conversation == early.conversation)
            .filter_map(|row| match &row.payload {
                Payload::Message(content) => Some(content.plain()),
                _ => None,
            })
            .collect();
        assert!(texts.contains(&"behind it".to_owned()), "{texts:?}");
    });
}

#[test]
fn the_promise_is_kept_through_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    run(async move {
        let store = in_folder(&path).await;
        let state = confide(&store, FIRST, "a").await;
        // The turn is committed; then nothing more gets through.
        fail_behind_the_turn(&store);
        forget(&store, "a", state).await;
        assert!(!store.find_text(FIRST, SECRET).await.expect("searched").is_empty());
        store.close().await;
        let store = in_folder(&path).await;
        assert_eq!(store.find_text(FIRST, SECRET).await.expect("searched"), []);
        store.close().await;
    });
}
