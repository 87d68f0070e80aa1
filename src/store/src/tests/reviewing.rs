//! The review list is a fold, forgotten with the person; what was decided about it is kept.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use studio_core::{
    api::ReviewReason,
    dialogue::{Body, Entry, Happening, RepairKind, State},
    id::OrganisationId,
    review::Doubtful,
    understanding::{Scored, Understander},
};

use super::scene::{FIRST, SECOND, arrive, at, commit, message, talk, turn};
use crate::{
    Lesson, Reviewed, Store,
    testing::{Fault, as_written, memory, run},
};

/// Says something that is not understood.
async fn mumble(store: &Store, organisation: OrganisationId, thread: &str, text: &str) {
    mumble_at(store, organisation, thread, text, 0).await;
}

pub async fn mumble_at(store: &Store, organisation: OrganisationId, thread: &str, text: &str, seconds: i64) {
    // An id of its own, which tells nothing of the words.
    let mut id = DefaultHasher::new();
    (thread, text).hash(&mut id);
    let mut arrival = message(organisation, thread, &id.finish().to_string(), text);
    arrival.event.at = at(seconds);
    let row = arrive(store, organisation, arrival).await;
    let (version, state) = match store.conversation(organisation, row.conversation).await.expect("read") {
        Some(found) => (found.version, found.state),
        None => (0, State::default()),
    };
    let mut turn = turn(&row, version, state, "what?");
    if let Happening::Received { understanding, .. } = &mut turn.entries[0].what {
        understanding.intents =
            vec![Scored { intent: "greet".to_owned(), confidence: 0.21, by: Understander::Linear }];
        understanding.language = Some("en".to_owned());
    }
    let what = Happening::Repaired { repair: RepairKind::MisunderstoodOnce };
    turn.entries.push(Entry { sequence: turn.state.sequence + 1, at: at(1), author: None, what });
    turn.state.sequence += 1;
    commit(store, organisation, turn).await;
}

pub async fn forget(store: &Store, thread: &str) {
    let mut arrival = message(FIRST, thread, "forget", "");
    arrival.event.body = Body::Forget;
    let row = arrive(store, FIRST, arrival).await;
    let found = store.conversation(FIRST, row.conversation).await.expect("read").expect("it is there");
    let mut last = turn(&row, found.version, found.state, "forgotten");
    last.entries.truncate(1);
    last.entries[0].what = Happening::Erased;
    last.state.sequence = last.entries[0].sequence;
    last.erase = true;
    commit(store, FIRST, last).await;
}

async fn listed(store: &Store, organisation: OrganisationId) -> Vec<Reviewed> {
    store.reviewed(organisation, "shop", 1_000, &|_, _| true).await.expect("read")
}

fn texts(rows: &[Reviewed]) -> Vec<&str> {
    rows.iter().map(|row| row.masked.text.as_str()).collect()
}

#[test]
fn what_is_not_understood_is_listed_once_and_anew_the_same() {
    run(async {
        let store = memory().await.expect("opened");
        for n in 0..60 {
            mumble(&store, FIRST, &(n % 7).to_string(), &format!("blorp {n}")).await;
            if n < 3 {
                talk(&store, FIRST, "fine", &n.to_string(), "hello").await;
                mumble(&store, SECOND, "a", &format!("other {n}")).await;
            }
        }
        store.inject(&[Fault::AfterCommit]);
        store.project(&as_written).await.expect("folded");
        let rows = listed(&store, FIRST).await;
        assert_eq!(rows.len(), 60);
        assert_eq!(listed(&store, SECOND).await.len(), 3);
        assert_eq!(store.reviewed(FIRST, "other", 9, &|_, _| true).await.expect("read"), []);
        let one = rows.iter().find(|row| row.masked.text == "blorp 7").expect("it is there");
        assert_eq!((one.reason, one.sequence), (ReviewReason::Misunderstood, 4));
        assert_eq!(one.guesses[0].intent, "greet");

        mumble(&store, FIRST, "late", "late one").await;
        store.project_anew(FIRST, &as_written).await.expect("folded anew");
        let anew = listed(&store, FIRST).await;
        assert_eq!(anew.len(), 61, "what waits to be folded is listed already");
        assert_eq!(
            anew.iter().filter(|row| row.masked.text != "late one").cloned().collect::<Vec<_>>(),
            rows
        );
        store.project(&as_written).await.expect("folded");
        assert_eq!(listed(&store, FIRST).await, anew);
        assert_eq!(store.statistics(FIRST, None, "0", "9").await.expect("read")[0].not_understood, 61);
    });
}

#[test]
fn who_is_forgotten_is_forgotten_here_and_nobody_else_is() {
    run(async {
        let store = memory().await.expect("opened");
        mumble(&store, FIRST, "a", "my shoe size is secret").await;
        mumble(&store, FIRST, "b", "somebody else").await;
        mumble(&store, SECOND, "a", "another house").await;
        store.project(&as_written).await.expect("folded");
        // Said before, and not folded yet when the person is forgotten.
        mumble(&store, FIRST, "a", "another secret").await;
        forget(&store, "a").await;
        assert_eq!(texts(&listed(&store, FIRST).await), ["somebody else"]);
        store.project(&as_written).await.expect("folded");
        assert_eq!(texts(&listed(&store, FIRST).await), ["somebody else"]);
        store.project_anew(FIRST, &as_written).await.expect("folded anew");
        assert_eq!(texts(&listed(&store, FIRST).await), ["somebody else"]);
        assert_eq!(texts(&listed(&store, SECOND).await), ["another house"]);
        assert_eq!(store.find_text(FIRST, "secret").await.expect("searched"), []);
    });
}

/// Whoever folds has read the words already when the person is forgotten.
#[test]
fn what_was_read_before_it_was_forgotten_is_not_listed_after() {
    run(async {
        let store = memory().await.expect("opened");
        mumble(&store, FIRST, "a", "a secret").await;
        let forgetter = store.clone();
        let mask = move |organisation: OrganisationId, bot: &str, found: &Doubtful<'_>| {
            let masked = as_written(organisation, bot, found);
            let now = tokio::runtime::Handle::current();
            tokio::task::block_in_place(|| now.block_on(forget(&forgetter, "a")));
            masked
        };
        assert!(store.project(&mask).await.is_err(), "it is told to begin again");
        store.project(&as_written).await.expect("folded");
        assert_eq!(listed(&store, FIRST).await, []);
        assert_eq!(store.find_text(FIRST, "secret").await.expect("searched"), []);
    });
}

#[test]
fn what_was_decided_is_kept_and_taken_back_as_a_whole() {
    run(async {
        let store = memory().await.expect("opened");
        let lesson = |id: &str, decision: &str, phrase: Option<&str>| Lesson {
            id: id.to_owned(),
            decision: decision.to_owned(),
            intent: Some("greet".to_owned()),
            phrase: phrase.map(str::to_owned),
            language: "en".to_owned(),
            created: false,
            by: "Ada".to_owned(),
            at: at(0),
        };
        let ids = async |bot: &str| -> Vec<String> {
            store.lessons(FIRST, bot).await.expect("read").into_iter().map(|lesson| lesson.id).collect()
        };
        let all = [lesson("1", "x", Some("hi")), lesson("2", "x", None), lesson("3", "x", Some("ho"))];
        store.teach(FIRST, "shop", &all).await.expect("taught");
        store.teach(FIRST, "shop", &[lesson("4", "y", Some("he"))]).await.expect("taught");
        store.teach(FIRST, "shop", &[lesson("4", "z", Some("he"))]).await.expect("taught again");
        store.teach(SECOND, "shop", &all).await.expect("taught");
        assert_eq!(store.lessons(FIRST, "shop").await.expect("read")[..3], all);
        assert!(!store.unteach(FIRST, "shop", "2").await.expect("asked"), "it has no phrase");
        assert!(!store.unteach(FIRST, "other", "1").await.expect("asked"));
        assert!(store.unteach(FIRST, "shop", "1").await.expect("taken back"));
        assert_eq!(ids("shop").await, ["2", "3", "4"]);
        assert!(store.unteach(FIRST, "shop", "3").await.expect("taken back"));
        assert_eq!(ids("shop").await, ["4"]);
        assert_eq!(store.lessons(SECOND, "shop").await.expect("read").len(), 3);
    });
}
