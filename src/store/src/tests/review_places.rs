//! The review list begins with the newest message, wherever it was said, and what came before there were places gets its own.

use std::{collections::BTreeSet, ops::Range};

use jiff::Timestamp;
use studio_core::{
    api::ReviewReason,
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue as _, Value, array, object};

use super::{
    reviewing::{forget, mumble_at},
    scene::{FIRST, SECOND, at},
};
use crate::{
    Address, Reviewed, Settings, Store, digest,
    keys::record,
    migrations, review, review_places, statistics,
    testing::{Fault, as_written, memory, run},
    transact::Probe,
};

/// The last migration before there were places.
const BEFORE: u32 = 15;

fn texts(rows: &[Reviewed]) -> Vec<&str> {
    rows.iter().map(|row| row.masked.text.as_str()).collect()
}

fn blorps(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("blorp {number}")).collect()
}

async fn places(store: &Store) -> usize {
    store.page("review_place", None, 5_000).await.expect("read").len()
}

fn second(number: usize) -> Timestamp {
    at(i64::try_from(number).expect("a small number"))
}

fn thread(organisation: OrganisationId, number: usize) -> String {
    ConversationId::of_thread(organisation, "web", &number.to_string()).to_string()
}

/// A row of the review list, of before there were places, and what its place would be.
fn row(organisation: OrganisationId, number: usize) -> (Value, RecordId) {
    let (conversation, text) = (thread(organisation, number), format!("blorp {number}"));
    let place = review_places::id(&organisation.to_string(), "shop", second(number), &conversation, 1);
    let id = record("review", array![organisation.to_string(), conversation, 1_u64]);
    let row = object! {
        id: id,
        bot: "shop".to_owned(),
        text: text.clone(),
        key: text,
        language: "en".to_owned(),
        guesses: "[]".to_owned(),
        reason: ReviewReason::Misunderstood.as_str().to_owned(),
        at: second(number).to_string(),
    };
    (row.into_value(), place)
}

async fn write(store: &Store, organisation: OrganisationId, numbers: Range<usize>) {
    let rows: Vec<Value> = numbers.map(|number| row(organisation, number).0).collect();
    let insert = "INSERT INTO review $rows RETURN NONE";
    store.transact(&[insert], object! { rows: rows }, Probe::Repeat).await.expect("written");
}

#[test]
fn the_newest_are_listed_and_what_is_decided_takes_no_place_of_others() {
    run(async {
        let store = memory().await.expect("opened");
        for number in 0..30 {
            let (name, text) = (number.to_string(), format!("blorp {number}"));
            mumble_at(&store, FIRST, &name, &text, i64::from(number)).await;
            mumble_at(&store, SECOND, &name, "another house", i64::from(number)).await;
        }
        store.project(&as_written).await.expect("folded");
        let newest = async |most: usize, looked_at: usize| {
            let found = store.reviewed_within(FIRST, "shop", most, &|_, _| true, looked_at).await;
            found.expect("read").into_iter().map(|row| row.masked.text).collect::<Vec<_>>()
        };
        assert_eq!(newest(10, 100).await, blorps((20..30).rev()));
        assert_eq!(newest(10, 7).await, blorps((23..30).rev()));
        assert_eq!(newest(100, 100).await, blorps((0..30).rev()));

        let decided: BTreeSet<String> =
            (0..30).step_by(2).map(|number| digest(&format!("blorp {number}"))).collect();
        let is_open = |wording: &str, _: ReviewReason| !decided.contains(wording);
        let found = store.reviewed(FIRST, "shop", 10, &is_open).await.expect("read");
        assert_eq!(texts(&found), blorps((11..30).step_by(2).rev()));
        let close = |_: &str, reason: ReviewReason| reason == ReviewReason::Close;
        assert_eq!(store.reviewed(FIRST, "shop", 10, &close).await.expect("read"), []);

        forget(&store, "29").await;
        assert_eq!(newest(1, 100).await, ["blorp 28"]);
        assert_eq!(places(&store).await, 59, "its place is forgotten with it");
        let before = newest(100, 100).await;
        store.project_anew(FIRST, &as_written).await.expect("folded anew");
        assert_eq!(newest(100, 100).await, before);
        assert_eq!(places(&store).await, 59);
    });
}

/// More than are read, placed or written at once.
#[test]
fn what_was_listed_before_there_were_places_is_put_in_order_beside_all_else() {
    const ROWS: usize = 2_600;
    run(async {
        let store = Store::open_to_import(&Settings::new(Address::Memory)).await.expect("opened");
        migrations::apply_to(&store, BEFORE).await.expect("applied");
        for begin in (0..ROWS).step_by(650) {
            write(&store, FIRST, begin..begin + 650).await;
        }
        write(&store, SECOND, 0..3).await;
        for organisation in [FIRST, SECOND] {
            let bind = object! { projection: statistics::projection(organisation) };
            let counted = "UPSERT $projection SET epoch = 7 RETURN NONE";
            store.transact(&[counted], bind, Probe::Repeat).await.expect("written");
        }
        migrations::apply(&store).await.expect("applied");

        assert!(store.place_some().await.expect("placed"));
        let some = places(&store).await;
        assert!(some > 0 && some < ROWS, "{some}");
        // Who breaks off goes on where it was, and a lost answer places nothing twice.
        store.inject(&[Fault::BeforeCommit, Fault::AfterCommit]);
        while store.place_some().await.expect("placed") {}
        assert_eq!(places(&store).await, ROWS + 3);
        let listed = async |organisation: OrganisationId, most: usize| {
            store.reviewed(organisation, "shop", most, &|_, _| true).await.expect("read")
        };
        assert_eq!(texts(&listed(FIRST, 2_200).await), blorps((400..ROWS).rev()));
        assert_eq!(texts(&listed(SECOND, 9).await), blorps((0..3).rev()));
        assert!(!store.place_some().await.expect("nothing is left"));

        // Forgotten as what was given its place at once.
        let (_, place) = row(FIRST, ROWS - 1);
        let bind = object! {
            organisation: FIRST.to_string(),
            conversation: thread(FIRST, ROWS - 1),
            before: 9,
            projection: statistics::projection(FIRST),
        };
        store.transact(&review::FORGET, bind, Probe::Repeat).await.expect("forgotten");
        assert_eq!(texts(&listed(FIRST, 1).await), blorps([ROWS - 2].into_iter()));
        let left: Vec<RecordId> = store
            .rows("review_place", "SELECT VALUE id FROM $place", object! { place: place })
            .await
            .expect("read");
        assert!(left.is_empty(), "{left:?}");
    });
}
