//! What if the clock is wrong, and set right?

use std::time::{Duration, Instant};

use anyhow::ensure;
use reqwest::StatusCode;
use studio_core::{
    dialogue::Happening,
    id::{ConversationId, OrganisationId},
};
use tokio::time::sleep;

use super::{AHEAD, DEALT_WITHIN, DURING, Scene, hangs};
use crate::{home::HTTP, stored};

/// A signed post is refused where the clocks differ by more seconds.
const TOLERATED: i64 = 300;

impl Scene<'_> {
    /// A signed post is taken, or refused because the clocks differ by so many seconds.
    pub(super) async fn is_believed_where_the_clock_is_right(&self, seconds: i64) -> anyhow::Result<()> {
        let id = format!("clock-{seconds}-{}", self.ledger.count());
        let status = hangs::post(self.home, "clock", &id, "say on").await?;
        let is_right = seconds.abs() <= TOLERATED;
        let expected = if is_right { StatusCode::ACCEPTED } else { StatusCode::UNAUTHORIZED };
        ensure!(status == expected, "{seconds} s off, a signed post was answered with {status}");
        Ok(())
    }

    /// A timer that was set while the clock was ahead comes that much later, and once; how often the clock was found to be ahead.
    pub(super) async fn comes_later(&self) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        let (thread, client) = ("clock-ahead", stored::client(home)?);
        let id = ConversationId::of_thread(OrganisationId::FIRST, HTTP, thread);
        hangs::say(home, thread, "1", "wait 1").await?;
        let count = async |is: fn(&Happening) -> bool| {
            let journal = stored::journal(&client, id).await?;
            anyhow::Ok(journal.iter().filter(|entry| is(&entry.what)).count())
        };
        let waits = |what: &Happening| matches!(what, Happening::Waiting { .. });
        let goes_on = |what: &Happening| match what {
            Happening::Said { content, .. } => content.plain() == "done wait 1",
            _ => false,
        };
        while count(waits).await? == 0 {
            sleep(Duration::from_millis(5)).await;
        }
        let happened = faults.happened()?;
        faults.set_clock(0)?;
        let begun = Instant::now();
        ensure!(count(goes_on).await? == 0, "this machine is too slow: the timer was over already");
        while count(goes_on).await? == 0 {
            ensure!(begun.elapsed() < DEALT_WITHIN * 2, "the timer never comes");
            sleep(Duration::from_millis(100)).await;
        }
        let later = begun.elapsed();
        ensure!(later >= Duration::from_secs(u64::from(AHEAD) - 1), "it came after {} ms", later.as_millis());
        sleep(DURING).await;
        ensure!(count(goes_on).await? == 1, "the timer fired twice");
        Ok(happened)
    }
}
