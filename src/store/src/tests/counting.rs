//! Statistics are folds: counted once, and the same when counted anew.

use studio_core::{
    api::DayStatistics,
    dialogue::{Entry, Given, Happening, RepairKind, State, Why},
    feeling::{Sentiment, SentimentBy},
    understanding::{Scored, Understander},
};
use surrealdb::types::object;

use super::scene::{FIRST, SECOND, arrive, at, commit, message, talk, turn};
use crate::{
    Store,
    testing::{Fault, as_written, memory, run},
    transact::Probe,
};

async fn days(store: &Store) -> Vec<DayStatistics> {
    store.statistics(FIRST, None, "2000-01-01", "2100-01-01").await.expect("read")
}

async fn rich(store: &Store, thread: &str) {
    let row = arrive(store, FIRST, message(FIRST, thread, thread, "hi")).await;
    let mut turn = turn(&row, 0, State::default(), "hello");
    let said = |what: &Happening| match what {
        Happening::Said { by, content, .. } => Happening::Said {
            by: by.clone(),
            content: content.clone(),
            why: Some(Why { sources: vec!["a › b".to_owned()], ..Why::default() }),
            template: None,
        },
        other => other.clone(),
    };
    if let Happening::Received { understanding, .. } = &mut turn.entries[0].what {
        understanding.sentiment = Sentiment::of(-0.48, SentimentBy::Lexicon);
        (understanding.urgent, understanding.question, understanding.profane) = (true, true, true);
        understanding.intents =
            vec![Scored { intent: "greet".to_owned(), confidence: 0.416, by: Understander::Linear }];
        (understanding.words, understanding.unknown_words) = (5, 2);
    }
    let mut whats = vec![
        Happening::Repaired { repair: RepairKind::MisunderstoodOnce },
        Happening::HandedOff { team: None, reason: Some("angry".to_owned()) },
        Happening::Rated { slot: "csat".to_owned(), score: 4, instead_of: None },
    ];
    whats.push(said(&turn.entries[1].what));
    for what in whats {
        let sequence = turn.entries.len() as u64 + 1;
        turn.entries.push(Entry { sequence, at: at(86_400), author: None, what });
    }
    turn.state.sequence = turn.entries.len() as u64;
    commit(store, FIRST, turn).await;
}

#[test]
fn every_turn_counts_once_and_anew_the_same() {
    run(async {
        let store = memory().await.expect("opened");
        for n in 0..30 {
            talk(&store, FIRST, &(n % 7).to_string(), &n.to_string(), "hi").await;
            talk(&store, SECOND, &(n % 7).to_string(), &n.to_string(), "hi").await;
            if n % 10 == 0 {
                store.project(&as_written).await.expect("counted");
            }
        }
        rich(&store, "rich").await;
        store.inject(&[Fault::AfterCommit]);
        store.project(&as_written).await.expect("counted");
        assert_eq!(store.project(&as_written).await.expect("counted"), 0);
        let counted = days(&store).await;
        assert_eq!((counted[0].conversations, counted[0].received, counted[0].said_by_bot), (8, 31, 31));
        let first = &counted[0];
        assert_eq!((first.negative, first.positive, first.sentiment_sum), (1, 0, -48));
        assert_eq!((first.urgent, first.questions, first.profane), (1, 1, 1));
        // The others have no words: no bot looked at them.
        assert_eq!(
            (first.judged, first.unsure, first.strange, first.words, first.unknown_words),
            (1, 1, 1, 5, 2)
        );
        assert_eq!((first.confidence_sum, first.confidence_square_sum), (42, 42 * 42));
        let second = &counted[1];
        assert_eq!((second.not_understood, second.handoffs, second.answered_from_documents), (1, 1, 1));
        assert_eq!((second.ratings, second.rating_sum), (1, 4));

        // Some turns are not counted yet when everything is counted anew.
        talk(&store, FIRST, "late", "late", "hi").await;
        store.project_anew(FIRST, &as_written).await.expect("rebuilt");
        assert_eq!(days(&store).await, counted, "what waits in the feed is not counted by the rebuild");
        assert_eq!(store.project(&as_written).await.expect("counted"), 1);
        let with_late = days(&store).await;
        store.project_anew(FIRST, &as_written).await.expect("rebuilt");
        assert_eq!(days(&store).await, with_late);
        assert_eq!(with_late[0].conversations, 9);
    });
}

#[test]
fn days_of_before_there_were_such_figures_count_on() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "1", "hi").await;
        store.project(&as_written).await.expect("counted");
        let unset = "UPDATE statistics UNSET positive, negative, sentiment_sum, urgent, questions, profane, judged, \
            unsure, confidence_sum, confidence_square_sum, words, unknown_words, strange RETURN NONE";
        store.transact(&[unset], object! {}, Probe::Repeat).await.expect("unset");
        assert_eq!(days(&store).await[0].negative, 0);
        rich(&store, "rich").await;
        store.project(&as_written).await.expect("counted");
        let day = &days(&store).await[0];
        assert_eq!((day.received, day.negative, day.sentiment_sum, day.urgent), (2, 1, -48, 1));
        assert_eq!((day.judged, day.confidence_sum, day.unknown_words), (1, 42, 2));
    });
}

#[test]
fn counting_anew_is_exact_while_others_write() {
    run(async {
        let store = memory().await.expect("opened");
        let writer = {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..60 {
                    talk(&store, FIRST, &(n % 5).to_string(), &n.to_string(), "hi").await;
                }
            })
        };
        while !writer.is_finished() {
            let (rebuilt, counted) =
                tokio::join!(store.project_anew(FIRST, &as_written), store.project(&as_written));
            rebuilt.expect("rebuilt");
            counted.expect("counted");
        }
        writer.await.expect("wrote");
        store.project(&as_written).await.expect("counted");
        assert_eq!(days(&store).await[0].received, 60);
        store.project_anew(FIRST, &as_written).await.expect("rebuilt");
        assert_eq!(days(&store).await[0].received, 60);
    });
}

#[test]
fn a_rating_that_is_corrected_counts_once_on_its_day() {
    run(async {
        let store = memory().await.expect("opened");
        let days_of = async |store: &Store| {
            let days = days(store).await.into_iter();
            days.filter(|day| day.ratings > 0)
                .map(|day| (day.day, day.ratings, day.rating_sum))
                .collect::<Vec<_>>()
        };
        let rate = async |native: &str, days: i64, score: u8, instead_of: Option<Given>| {
            let row = arrive(&store, FIRST, message(FIRST, "a", native, "hi")).await;
            let found = store.conversation(FIRST, row.conversation).await.expect("read");
            let (version, state) = found.map_or((0, State::default()), |found| (found.version, found.state));
            let mut turn = turn(&row, version, state, "thanks");
            turn.state.sequence += 1;
            let what = Happening::Rated { slot: "csat".to_owned(), score, instead_of };
            let entry = Entry { sequence: turn.state.sequence, at: at(days * 86_400), author: None, what };
            turn.entries.push(entry);
            turn.conversation.sequence = turn.state.sequence;
            commit(&store, FIRST, turn).await;
            store.project(&as_written).await.expect("counted");
            days_of(&store).await
        };
        let first = rate("1", 0, 5, None).await;
        assert_eq!(first.len(), 1, "{first:?}");
        let day = first[0].0.clone();
        assert_eq!(first, [(day.clone(), 1, 5)]);
        let given = Given { score: 5, at: at(0) };
        // Less than before, on a later day and after the first was counted.
        assert_eq!(rate("2", 1, 2, Some(given)).await, [(day.clone(), 1, 2)]);
        let counted = rate("3", 1, 4, Some(Given { score: 2, ..given })).await;
        assert_eq!(counted, [(day, 1, 4)]);
        store.project_anew(FIRST, &as_written).await.expect("rebuilt");
        assert_eq!(days_of(&store).await, counted, "and anew the same");
    });
}
