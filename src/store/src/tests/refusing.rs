//! What a platform takes and refuses later.

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::DeliveryState,
    content::{Parameters, Template, When},
    dialogue::{Happening, State},
    policy::delivery::{Again, Form, Otherwise},
};

use super::scene::{FIRST, arrive, at, commit, departure, message, report, talk, turn};
use crate::{
    Departure, LateRefusal, LetterFilter, OutboxRow, PartReport, Store, TurnOutcome,
    testing::{memory, run},
};

#[test]
fn what_a_platform_refuses_later_is_a_dead_letter_that_goes_on_at_that_part() {
    use DeliveryState::{Delivered, Failed};
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let letters = async || {
            store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("listed").items
        };
        let settle = async |part: &str| {
            store.settle_refused(FIRST, conversation, part, at(20), 1.0).await.expect("decided")
        };
        let keys: Vec<_> = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let keys: Vec<_> = keys.into_iter().map(|row| row.key).collect();

        report(&store, "x2", Failed, Some("more than 24 hours"), 5).await;
        assert_eq!(settle("x2").await, LateRefusal::Waits, "it is not known yet to have left");
        let left = [departure(2, &["x1", "x2", "x3"])];
        store.sweep_and_note(FIRST, &keys, &left).await.expect("noted");
        let early = store.refused_early(FIRST, &left).await.expect("read");
        assert_eq!(early, [(conversation, "x2".to_owned())]);
        let settled = settle("x2").await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "it does not pass by itself: {settled:?}");
        assert_eq!(settle("x2").await, LateRefusal::Settled, "told again");
        for part in ["x1", "y"] {
            assert_eq!(settle(part).await, LateRefusal::Settled, "nobody refused {part}");
        }
        let found = letters().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].error.as_str(), found[0].died_at), ("more than 24 hours", at(5)));
        assert_eq!((found[0].conversation, found[0].connection.as_str()), (conversation, "web"));

        let row = store
            .replay_dead_letter(FIRST, &found[0].id, at(9))
            .await
            .expect("replayed")
            .expect("it is there");
        assert_eq!((row.sequence, row.parts, row.uncertain), (2, vec!["x1".to_owned()], true));
        assert_eq!(settle("x2").await, LateRefusal::Settled, "it is on its way again");
        let left = [departure(2, &["x1", "x4"])];
        store.sweep_and_note(FIRST, &[row.key], &left).await.expect("noted");
        assert_eq!(settle("x2").await, LateRefusal::Settled);
        report(&store, "x4", Delivered, None, 12).await;
        report(&store, "x4", Failed, Some("late news"), 13).await;
        assert_eq!((settle("x4").await, letters().await), (LateRefusal::Settled, vec![]), "it has arrived");
    });
}

/// All that is to leave has left, as it was to.
async fn leave(store: &Store, parts: &[&str]) {
    let rows = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
    let otherwise = rows.iter().flat_map(|row| row.otherwise.clone()).collect();
    let keys: Vec<_> = rows.into_iter().map(|row| row.key).collect();
    let left = [Departure { otherwise, ..departure(2, parts) }];
    store.sweep_and_note(FIRST, &keys, &left).await.expect("noted");
}

/// A part is refused that was sent with this tag.
async fn refuse(store: &Store, part: &str, tag: &str, again: Again, now: Timestamp) -> LateRefusal {
    let conversation = message(FIRST, "a", "", "").conversation;
    let report = PartReport {
        conversation,
        part: part.to_owned(),
        tag: Some(tag.to_owned()),
        state: DeliveryState::Failed,
        error: Some("why".to_owned()),
        again: Some(again),
        at: now,
    };
    store.note_reports(FIRST, &[report]).await.expect("noted");
    store.settle_refused(FIRST, conversation, part, now, 0.0).await.expect("decided")
}

fn leaves_again(settled: LateRefusal) -> OutboxRow {
    match settled {
        LateRefusal::Again(row) => *row,
        other => panic!("it is to leave again: {other:?}"),
    }
}

const AFTER: Again = Again::After(SignedDuration::from_secs(4));

fn simpler(part: usize) -> Otherwise {
    Otherwise { part, form: Form::Simpler, why: "why".to_owned() }
}

#[test]
fn what_is_refused_for_a_moment_leaves_again_a_few_times_and_says_so() {
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let outbox = async || store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let refuse = async |part: &str, now: Timestamp| refuse(&store, part, "key.0", AFTER, now).await;
        let letters = async || {
            store.dead_letters(FIRST, &LetterFilter::default(), None, 9).await.expect("listed").items
        };
        for number in 1..=5 {
            let part = format!("x{number}");
            leave(&store, &[&part]).await;
            let row = leaves_again(refuse(&part, at(number * 60)).await);
            assert!(row.is_uncertain() && row.key.is_late() && row.again, "{row:?}");
            assert_eq!((row.sequence, row.next_at), (2, at(number * 60 + 4)));
            let found = outbox().await;
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((&found[0].key, found[0].next_at), (&row.key, row.next_at));
            let known = store.departed(FIRST, conversation, &[2]).await.expect("read");
            assert!(known.is_empty(), "it has not left: {known:?}");
            assert_eq!(refuse(&part, at(number * 60)).await, LateRefusal::Settled, "told again");
        }
        assert_eq!(letters().await, []);
        leave(&store, &["x6"]).await;
        let settled = refuse("x6", at(400)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "often enough: {settled:?}");
        assert_eq!((letters().await.len(), outbox().await.len()), (1, 0));
    });
}

#[test]
fn what_may_be_taken_in_another_form_leaves_in_it_once() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "m1", "hi").await;
        let refuse = async |part: &str, now: Timestamp| {
            leave(&store, &["x0", part]).await;
            refuse(&store, part, "key.1", Again::In(Form::Simpler), now).await
        };
        let row = leaves_again(refuse("x1", at(60)).await);
        assert!(row.is_uncertain() && row.again && row.next_at == at(60), "{row:?}");
        assert_eq!((row.parts, &row.otherwise), (vec!["x0".to_owned()], &vec![simpler(1)]));
        let kept = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        assert_eq!(kept[0].otherwise, row.otherwise, "it is so after a restart");
        let settled = refuse("x2", at(70)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "once: {settled:?}");
    });
}

#[test]
fn each_part_leaves_once_in_another_form() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "m1", "hi").await;
        let in_simpler = Again::In(Form::Simpler);
        leave(&store, &["x0", "x1"]).await;
        let row = leaves_again(refuse(&store, "x0", "key.0", in_simpler, at(60)).await);
        assert_eq!((row.parts.len(), row.otherwise), (0, vec![simpler(0)]));
        let settled = refuse(&store, "x1", "key.1", in_simpler, at(61)).await;
        assert_eq!(settled, LateRefusal::Settled, "it leaves again behind the first");
        leave(&store, &["y0", "y1"]).await;
        let row = leaves_again(refuse(&store, "y1", "key.1", in_simpler, at(70)).await);
        assert_eq!((row.parts, row.otherwise), (vec!["y0".to_owned()], vec![simpler(0), simpler(1)]));
        leave(&store, &["y0", "z1"]).await;
        let settled = refuse(&store, "z1", "key.1", in_simpler, at(80)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "once: {settled:?}");
    });
}

#[test]
fn what_left_in_another_form_keeps_it_when_it_is_refused_for_a_moment() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "m1", "hi").await;
        leave(&store, &["x0"]).await;
        leaves_again(refuse(&store, "x0", "key.0", Again::In(Form::Simpler), at(60)).await);
        leave(&store, &["y0"]).await;
        let row = leaves_again(refuse(&store, "y0", "key.0", AFTER, at(70)).await);
        assert_eq!(row.otherwise, [simpler(0)]);
    });
}

/// The bot says something that names an approved template.
async fn talk_with_template(store: &Store) {
    let row = arrive(store, FIRST, message(FIRST, "a", "m1", "hi")).await;
    let mut turn = turn(&row, 0, State::default(), "It is on its way.");
    let Some(Happening::Said { template, .. }) = turn.entries.last_mut().map(|entry| &mut entry.what) else {
        panic!("the bot speaks last")
    };
    let parameters = Parameters::default();
    let named = Template { name: "sent".into(), language: "en".into(), parameters, when: Some(When::Closed) };
    *template = Some(Box::new(named));
    let outcome = commit(store, FIRST, turn).await;
    assert!(matches!(outcome, TurnOutcome::Committed { .. }), "{outcome:?}");
}

#[test]
fn what_names_an_approved_template_leaves_as_one_also_behind_a_simpler_form() {
    run(async {
        let store = memory().await.expect("opened");
        talk_with_template(&store).await;
        leave(&store, &["x0", "x1"]).await;
        leaves_again(refuse(&store, "x0", "key.0", Again::In(Form::Simpler), at(60)).await);
        leave(&store, &["y0", "y1"]).await;
        let in_template = Again::In(Form::Template);
        let row = leaves_again(refuse(&store, "y0", "key.0", in_template, at(70)).await);
        let forms = row.otherwise.iter().map(|otherwise| otherwise.form).collect::<Vec<_>>();
        assert_eq!(forms, [Form::Simpler, Form::Template]);
        assert!(!row.is_uncertain() && row.parts.is_empty(), "the template was not tried yet: {row:?}");
        leave(&store, &["z0"]).await;
        let settled = refuse(&store, "z0", "key.template", in_template, at(80)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "once: {settled:?}");
    });
}

#[test]
fn where_several_parts_are_refused_the_template_of_one_may_have_left_for_the_next() {
    run(async {
        let store = memory().await.expect("opened");
        talk_with_template(&store).await;
        leave(&store, &["x0", "x1"]).await;
        let in_template = Again::In(Form::Template);
        let row = leaves_again(refuse(&store, "x1", "key.1", in_template, at(60)).await);
        assert_eq!((row.is_uncertain(), row.parts), (false, vec!["x0".to_owned()]));
        leave(&store, &["x0"]).await;
        let row = leaves_again(refuse(&store, "x0", "key.0", in_template, at(61)).await);
        assert_eq!((row.is_uncertain(), row.parts.len(), row.otherwise.len()), (true, 0, 2));
    });
}

#[test]
fn what_names_no_approved_template_does_not_leave_as_one() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "m1", "hi").await;
        leave(&store, &["x0"]).await;
        let settled = refuse(&store, "x0", "key.0", Again::In(Form::Template), at(60)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "{settled:?}");
    });
}

#[test]
fn what_was_said_long_ago_leaves_no_more_by_itself() {
    run(async {
        let store = memory().await.expect("opened");
        talk(&store, FIRST, "a", "m1", "hi").await;
        leave(&store, &["x1"]).await;
        let settled = refuse(&store, "x1", "key.0", AFTER, at(6 * 3_600)).await;
        assert!(matches!(settled, LateRefusal::Buried(_)), "{settled:?}");
    });
}

#[test]
fn what_was_refused_waits_to_be_settled_until_it_is() {
    use DeliveryState::Failed;
    run(async {
        let store = memory().await.expect("opened");
        let conversation = message(FIRST, "a", "", "").conversation;
        talk(&store, FIRST, "a", "m1", "hi").await;
        let unsettled = async || {
            let all = store.unsettled().await.expect("read");
            assert!(all.iter().all(|one| (one.organisation, one.conversation) == (FIRST, conversation)));
            all.into_iter().map(|one| (one.part, one.sequence)).collect::<Vec<_>>()
        };
        let settle = async |part: &str| {
            store.settle_refused(FIRST, conversation, part, at(20), 1.0).await.expect("decided")
        };
        for part in ["x1", "y"] {
            report(&store, part, Failed, Some("more than 24 hours"), 5).await;
        }
        assert_eq!(settle("x1").await, LateRefusal::Waits);
        let keys = store.pending_outbox(None, 9, at(0)).await.expect("read").rows;
        let keys: Vec<_> = keys.into_iter().map(|row| row.key).collect();
        store.sweep_and_note(FIRST, &keys, &[departure(2, &["x1"])]).await.expect("noted");
        let both = [("x1".to_owned(), Some(2)), ("y".to_owned(), None)];
        assert_eq!(unsettled().await, both, "a process may end here");
        assert!(matches!(settle("x1").await, LateRefusal::Buried(_)));
        assert_eq!(unsettled().await, both[1..]);
        report(&store, "x1", Failed, Some("more than 24 hours"), 5).await;
        assert_eq!(settle("x1").await, LateRefusal::Settled, "told again");
        assert_eq!(unsettled().await, both[1..]);
        store.drop_unknown_refusals(at(5 + 24 * 3_600)).await.expect("nothing to drop yet");
        assert_eq!(unsettled().await, both[1..]);
        store.drop_unknown_refusals(at(6 + 24 * 3_600)).await.expect("dropped");
        assert_eq!(unsettled().await, [], "somebody else sent it");
    });
}
