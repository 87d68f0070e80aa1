//! What if the clock is wrong, and set right?

use std::time::{Duration, Instant};

use anyhow::ensure;
use reqwest::{Client, StatusCode};
use studio_core::{
    dialogue::Happening,
    id::{ConversationId, OrganisationId},
};
use tokio::time::sleep;

use super::{AHEAD, DEALT_WITHIN, DURING, Scene, hangs};
use crate::{
    home::{HTTP, Home},
    stored,
};

/// A signed post is refused where the clocks differ by more seconds.
const TOLERATED: i64 = 300;
/// Timers that are set before a machine is taken to be too slow to set the clock while one of them waits.
const TRIES: usize = 20;

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

    /// The clock is set by an hour, and is right in the end. What was to come within that hour comes at once and once where it was set
    /// forward, and nothing else does. How often it was found to be another.
    pub(super) async fn jumps(&self, first: i64, during: i64) -> anyhow::Result<u64> {
        self.is_believed_where_the_clock_is_right(first).await?;
        let happened = self.faults.happened()?;
        let before = self.timer("set-before", first).await?;
        self.faults.set_clock(during)?;
        self.until_said("clock.jumped").await?;
        let after = self.timer("set-after", during).await?;
        self.is_believed_where_the_clock_is_right(during).await?;
        let is_due = during > first;
        if is_due {
            before.until_it_came().await?;
        }
        sleep(DURING).await;
        let came = (before.came().await?, after.came().await?);
        ensure!(came == (usize::from(is_due), 0), "timers of before and after the jump came {came:?} times");
        self.faults.set_clock(0)?;
        Ok(self.faults.happened()? - happened)
    }

    /// A timer of twenty minutes, set by a clock that is off by so many seconds.
    async fn timer(&self, thread: &str, seconds: i64) -> anyhow::Result<Timer> {
        let status = hangs::post_off(&Client::new(), self.home, thread, ("1", "alarm"), seconds).await?;
        ensure!(status.is_success(), "a message by the studio's own clock was answered with {status}");
        let timer = Timer::of(self.home, thread, "it rings")?;
        timer.until_it_is_set().await?;
        Ok(timer)
    }

    /// A timer that was set while the clock was ahead comes that much later, and once; how often the clock was found to be ahead.
    pub(super) async fn comes_later(&self) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        let mut tries = 0;
        let (timer, begun, happened) = loop {
            tries += 1;
            // A name that no visitor of the trial has.
            let thread = format!("timer-{tries}");
            hangs::say(home, &thread, "1", "wait 1").await?;
            let timer = Timer::of(home, &thread, "done wait 1")?;
            timer.until_it_is_set().await?;
            let happened = faults.happened()?;
            faults.set_clock(0)?;
            let begun = Instant::now();
            if timer.came().await? == 0 {
                break (timer, begun, happened);
            }
            // The machine was slower than the timer.
            ensure!(tries < TRIES, "each of {tries} timers was over before the clock was right");
            faults.set_clock(AHEAD.into())?;
        };
        timer.until_it_came().await?;
        let later = begun.elapsed();
        ensure!(later >= Duration::from_secs(u64::from(AHEAD) - 1), "it came after {} ms", later.as_millis());
        sleep(DURING).await;
        ensure!(timer.came().await? == 1, "the timer fired twice");
        Ok(happened)
    }
}

/// What a flow waits for, and what it says then.
struct Timer {
    client: Client,
    conversation: ConversationId,
    says: &'static str,
}

impl Timer {
    fn of(home: &Home, thread: &str, says: &'static str) -> anyhow::Result<Self> {
        let conversation = ConversationId::of_thread(OrganisationId::FIRST, HTTP, thread);
        Ok(Self { client: stored::client(home)?, conversation, says })
    }

    async fn until_it_is_set(&self) -> anyhow::Result<()> {
        self.until(|what| matches!(what, Happening::Waiting { .. }), "is never set").await
    }

    async fn until_it_came(&self) -> anyhow::Result<()> {
        self.until(|what| self.goes_on(what), "never comes").await
    }

    /// How often the flow went on.
    async fn came(&self) -> anyhow::Result<usize> {
        self.count(|what| self.goes_on(what)).await
    }

    fn goes_on(&self, what: &Happening) -> bool {
        matches!(what, Happening::Said { content, .. } if content.plain() == self.says)
    }

    async fn until(&self, is: impl Fn(&Happening) -> bool, otherwise: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.count(&is).await? == 0 {
            ensure!(begun.elapsed() < DEALT_WITHIN * 2, "the timer {otherwise}");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn count(&self, is: impl Fn(&Happening) -> bool) -> anyhow::Result<usize> {
        let journal = stored::journal(&self.client, self.conversation).await?;
        Ok(journal.iter().filter(|entry| is(&entry.what)).count())
    }
}
