//! What if the disk of the store takes nothing?

use anyhow::{Context as _, ensure};
use tokio::time::{sleep, timeout};

use super::{DEALT_WITHIN, DURING, Place, Scene, ended, hangs};
use crate::{faults::Fault, process::Studio};

/// What a start on a full disk says.
const FULL: &str = "is full (No space left on device): make room";

impl Scene<'_> {
    /// The studio ends, and so does one that is started while it is still so; how often the disk refused something.
    pub(super) async fn disk_fails(
        &self,
        studio: &mut Studio,
        fault: Fault,
        place: Place,
    ) -> anyhow::Result<u64> {
        let faults = self.faults;
        faults.arm(fault, &self.folder(place))?;
        match fault {
            Fault::Full => self.starts_fail(studio, FULL).await?,
            Fault::ReadOnly => self.starts_fail(studio, "Read-only file system").await?,
            Fault::Sync | Fault::Hang | Fault::Stall => sleep(DURING).await,
        }
        faults.disarm(fault)?;
        faults.happened()
    }

    /// A stop waits for a call, and ends where the disk refuses what became of that; how often it refused something.
    pub(super) async fn fails_while_stopping(
        &self,
        studio: &mut Studio,
        fault: Fault,
    ) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        timeout(DEALT_WITHIN, hangs::call(home, self.ledger)).await.context("the call is never made")??;
        studio.stop()?;
        self.until_said("server.stopping").await?;
        faults.arm(fault, &self.folder(Place::Store))?;
        ended(studio).await?;
        faults.disarm(fault)?;
        ensure!(!self.said()?.contains("store.closing"), "it went on to close the store");
        faults.happened()
    }

    /// How often a table was refused.
    pub(super) async fn full_while_closing(&self, studio: &mut Studio) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        faults.arm(Fault::Full, &home.store().join("sstables"))?;
        studio.stop()?;
        ended(studio).await?;
        faults.disarm(Fault::Full)?;
        let said = self.said()?;
        ensure!(said.contains("studio: what the database has in its log"), "it does not say what to do");
        ensure!(!said.contains("server.stopped"), "it says that all is well");
        faults.happened()
    }

    /// The table that is written when the store is closed is never on the disk; how many syncs were held.
    pub(super) async fn closing_hangs(&self, studio: &mut Studio) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        faults.arm(Fault::Hang, &home.store().join("sstables"))?;
        studio.stop()?;
        ended(studio).await?;
        faults.disarm(Fault::Hang)?;
        faults.happened()
    }

    /// The studio ends by itself, and so does one that is started meanwhile, saying why.
    async fn starts_fail(&self, studio: &mut Studio, why: &str) -> anyhow::Result<()> {
        ended(studio).await?;
        let mut again = Studio::start(self.program, self.home)?;
        let status = ended(&mut again).await?;
        self.ledger.went_wrong();
        let said = again.said(self.home)?;
        ensure!(status.code() == Some(1) && said.contains(why), "a start ended with {status}: {said}");
        Ok(())
    }
}
