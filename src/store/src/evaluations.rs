//! How well is a bot understood? What was asked for, and what every night found.
//!
//! Both hold figures, and phrases of the bot's author: nothing of a visitor is among them.

use jiff::Timestamp;
use studio_core::{
    api::{EvaluationRun, EvaluationState, SelfTest},
    id::OrganisationId,
};
use surrealdb::types::{Object, RecordId, SurrealValue, array, object};

use crate::{Store, accept::MOST_ROWS, error::StoreError, json, keys::record, transact::Probe};

/// Evaluations of a bot that are kept, the newest.
const KEPT: u32 = 20;

const LIST: &str =
    "SELECT id, run FROM evaluation:[$organisation, $bot]..[$organisation, $bot, []] ORDER BY id DESC";
const OPEN: &str = "SELECT id, run FROM evaluation WHERE open = true";
const PUT: [&str; 2] = [
    "UPSERT $id SET open = $open, run = $run RETURN NONE",
    "DELETE (SELECT VALUE id FROM (SELECT id FROM evaluation:[$organisation, $bot]..[$organisation, $bot, []] \
     ORDER BY id DESC START $kept)) RETURN NONE",
];
const DAYS: &str =
    "SELECT id, test FROM self_test:[$organisation, $bot, $from]..=[$organisation, $bot, $to] ORDER BY id";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    run: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TestRow {
    test: String,
}

fn id(organisation: OrganisationId, run: &EvaluationRun) -> RecordId {
    record("evaluation", array![organisation.to_string(), run.bot.clone(), run.id.clone()])
}

fn is_open(state: EvaluationState) -> bool {
    match state {
        EvaluationState::Waiting | EvaluationState::Running => true,
        EvaluationState::Done | EvaluationState::Failed | EvaluationState::Interrupted => false,
    }
}

impl Store {
    /// Writes how an evaluation stands; of its bot the newest are kept.
    pub async fn put_evaluation(
        &self,
        organisation: OrganisationId,
        run: &EvaluationRun,
    ) -> Result<(), StoreError> {
        let bind = object! {
            id: id(organisation, run),
            open: is_open(run.state),
            run: json::write("evaluation", run)?,
            organisation: organisation.to_string(),
            bot: run.bot.clone(),
            kept: KEPT,
        };
        self.transact(&PUT, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// An evaluation of a bot with all its figures.
    pub async fn evaluation(
        &self,
        organisation: OrganisationId,
        bot: &str,
        id: &str,
    ) -> Result<Option<EvaluationRun>, StoreError> {
        let id = record("evaluation", array![organisation.to_string(), bot.to_owned(), id.to_owned()]);
        let rows: Vec<Row> = self.rows("evaluation", "SELECT id, run FROM $id", object! { id: id }).await?;
        rows.first().map(|row| json::read("evaluation", &row.run)).transpose()
    }

    /// The evaluations of a bot, the newest first.
    pub async fn evaluations(
        &self,
        organisation: OrganisationId,
        bot: &str,
    ) -> Result<Vec<EvaluationRun>, StoreError> {
        let bind = object! { organisation: organisation.to_string(), bot: bot.to_owned() };
        let rows: Vec<Row> = self.rows("evaluation", LIST, bind).await?;
        rows.iter().map(|row| json::read("evaluation", &row.run)).collect()
    }

    /// Marks the evaluations of all organisations that were not done when the studio stopped; returns how many. To be called
    /// before any is begun.
    pub async fn interrupt_evaluations(&self, now: Timestamp) -> Result<usize, StoreError> {
        let rows: Vec<Row> = self.rows("evaluation", OPEN, Object::new()).await?;
        let mut changed = Vec::with_capacity(rows.len());
        for row in rows {
            let mut run: EvaluationRun = json::read("evaluation", &row.run)?;
            run.state = EvaluationState::Interrupted;
            run.done_at = Some(now);
            changed.push(object! { id: row.id, open: false, run: json::write("evaluation", &run)? });
        }
        let write = "INSERT INTO evaluation $rows ON DUPLICATE KEY UPDATE open = $input.open, run = $input.run RETURN NONE";
        for rows in changed.chunks(MOST_ROWS) {
            self.transact(&[write], object! { rows: rows.to_vec() }, Probe::Repeat).await?;
        }
        Ok(changed.len())
    }

    /// Keeps what a night found of a bot; found again for the same day it takes the place of what was.
    pub async fn put_self_test(
        &self,
        organisation: OrganisationId,
        bot: &str,
        test: &SelfTest,
    ) -> Result<(), StoreError> {
        let id = record("self_test", array![organisation.to_string(), bot.to_owned(), test.day.clone()]);
        let bind = object! { id: id, test: json::write("self_test", test)? };
        self.transact(&["UPSERT $id SET test = $test RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// What the nights found of a bot from `from` to `to`, both `YYYY-MM-DD` and included.
    pub async fn self_tests(
        &self,
        organisation: OrganisationId,
        bot: &str,
        from: &str,
        to: &str,
    ) -> Result<Vec<SelfTest>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            bot: bot.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let rows: Vec<TestRow> = self.rows("self_test", DAYS, bind).await?;
        rows.iter().map(|row| json::read("self_test", &row.test)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{memory, run as block_on};

    fn run(id: usize, state: EvaluationState) -> EvaluationRun {
        EvaluationRun {
            id: format!("{id:03}"),
            bot: "shop".to_owned(),
            version: Some(1),
            compare: None,
            state,
            error: None,
            asked_at: Timestamp::UNIX_EPOCH,
            done_at: None,
            accuracy: None,
            calibration_error: None,
            evaluation: None,
            comparison: None,
        }
    }

    #[test]
    fn the_newest_evaluations_are_kept_and_those_that_a_stop_cut_off_say_so() {
        block_on(async {
            let store = memory().await.expect("opened");
            let (first, second) = (OrganisationId::FIRST, OrganisationId(ulid::Ulid(9)));
            for id in 0..22 {
                store.put_evaluation(first, &run(id, EvaluationState::Done)).await.expect("kept");
            }
            let ids: Vec<String> =
                store.evaluations(first, "shop").await.expect("read").into_iter().map(|run| run.id).collect();
            assert_eq!((ids.len(), ids[0].as_str(), ids[19].as_str()), (20, "021", "002"));
            assert_eq!(store.evaluations(first, "sho").await.expect("read"), []);
            assert_eq!(store.evaluations(second, "shop").await.expect("read"), []);

            let states = [EvaluationState::Waiting, EvaluationState::Running, EvaluationState::Failed];
            for (id, state) in (30..).zip(states) {
                store.put_evaluation(first, &run(id, state)).await.expect("kept");
            }
            let now = Timestamp::from_second(60).expect("a time");
            assert_eq!(store.interrupt_evaluations(now).await.expect("marked"), 2);
            for (id, state) in (30..).zip([
                EvaluationState::Interrupted,
                EvaluationState::Interrupted,
                EvaluationState::Failed,
            ]) {
                let found = store.evaluation(first, "shop", &format!("{id:03}")).await.expect("read");
                assert_eq!(found.map(|run| run.state), Some(state));
            }
            assert_eq!(store.interrupt_evaluations(now).await.expect("nothing is open"), 0);
            assert_eq!(store.evaluation(second, "shop", "031").await.expect("read"), None);
        });
    }

    #[test]
    fn a_day_has_one_self_test_and_a_range_has_its_days() {
        block_on(async {
            let store = memory().await.expect("opened");
            let first = OrganisationId::FIRST;
            let of = |day: &str, phrases| SelfTest { day: day.to_owned(), phrases, ..SelfTest::default() };
            for (bot, day, phrases) in [
                ("shop", "2026-03-01", 1),
                ("shop", "2026-03-02", 2),
                ("shop", "2026-03-02", 3),
                ("shop", "2026-03-04", 4),
                ("bank", "2026-03-02", 5),
            ] {
                store.put_self_test(first, bot, &of(day, phrases)).await.expect("kept");
            }
            let found = store.self_tests(first, "shop", "2026-03-02", "2026-03-04").await.expect("read");
            assert_eq!(found, [of("2026-03-02", 3), of("2026-03-04", 4)]);
        });
    }
}
