//! What happens when disk or clock fail under load? Each trial arms a fault for a while, takes it away, waits until
//! messages are acknowledged again, kills the studio, lets the power go with it, and compares the ledgers.

use std::{
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::bail;
use rand::{SeedableRng as _, rngs::StdRng};
use tokio::time::sleep;

use crate::{
    compare::{Compared, Visitors},
    faults::{Fault, Faults},
    home::Home,
    ledger::Ledger,
    process::{Program, Studio},
    receiver,
};

const VISITORS: usize = 8;
const SEED: u64 = 1;
/// Load before the fault, and the fault itself.
const BEFORE: Duration = Duration::from_secs(2);
const DURING: Duration = Duration::from_secs(3);
/// Until messages are acknowledged again.
const RECOVERED_WITHIN: Duration = Duration::from_mins(1);

/// One fault.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    pub name: &'static str,
    pub trouble: Trouble,
    /// What the operator reads in the log; empty where nothing need be said.
    pub says: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// Of the files below this folder of the home.
    Disk(Fault, &'static str),
    /// In seconds.
    Clock(i64),
}

const REFUSED: &str = "store.disk_refused";

pub const TRIALS: [Trial; 6] = [
    Trial { name: "sync-fails", trouble: Trouble::Disk(Fault::Sync, "data/store"), says: REFUSED },
    Trial { name: "store-full", trouble: Trouble::Disk(Fault::Full, "data/store"), says: REFUSED },
    Trial { name: "read-only", trouble: Trouble::Disk(Fault::ReadOnly, "data"), says: REFUSED },
    Trial { name: "index-full", trouble: Trouble::Disk(Fault::Full, "data/index"), says: "" },
    Trial { name: "log-full", trouble: Trouble::Disk(Fault::Full, "studio.log"), says: "" },
    Trial { name: "clock-back", trouble: Trouble::Clock(-3_600), says: "" },
];

/// What became of it.
#[derive(Debug)]
pub struct Outcome {
    pub name: &'static str,
    /// It ended by itself, and was started again as a supervisor would.
    pub ended: bool,
    /// From the end of the fault to the next acknowledged message.
    pub recovered: Duration,
    /// Whether the log has the line that it should.
    pub said: bool,
    pub compared: Compared,
    pub lost_bytes: u64,
    /// Data and log, kept where something is wrong.
    pub folder: Option<PathBuf>,
}

impl Outcome {
    pub fn is_clean(&self) -> bool {
        self.said && self.compared.findings.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        let how = if self.ended { "ended by itself and was started again" } else { "went on" };
        let said = if self.said { "" } else { " and THE LOG DOES NOT SAY WHY" };
        write!(
            f,
            "{}: {how}{said}, acknowledged again after {} ms; {} messages, {} findings, {} bytes lost with the power",
            self.name,
            self.recovered.as_millis(),
            self.compared.acknowledged,
            self.compared.findings.len(),
            self.lost_bytes
        )?;
        if let Some(folder) = &self.folder {
            write!(f, "; data and log are in {}", folder.display())?;
        }
        Ok(())
    }
}

/// Runs one trial in a home of its own.
pub async fn run(trial: &Trial, program: &Program) -> anyhow::Result<Outcome> {
    let ledger = Ledger::default();
    let home = Home::new(receiver::start(ledger.clone()).await?, "")?;
    let faults = Faults::new(&home)?;
    let mut program = program.clone();
    program.environment.extend(faults.environment());

    let mut studio = Studio::start(&program, &home)?;
    studio.ready(&home).await?;
    let mut random = StdRng::seed_from_u64(SEED);
    let visitors = Visitors::start(&home, &ledger, trial.name, VISITORS, &mut random);
    sleep(BEFORE).await;
    begin(trial.trouble, &faults, &home)?;
    sleep(DURING).await;
    end(trial.trouble, &faults)?;

    let over = Instant::now();
    let before = ledger.count();
    let mut ended = false;
    while ledger.count() == before {
        if studio.ended()?.is_some() {
            ended = true;
            studio = Studio::start(&program, &home)?;
            studio.ready(&home).await?;
        }
        if over.elapsed() > RECOVERED_WITHIN {
            let folder = home.keep();
            bail!("{}: nothing was acknowledged again; data and log are in {}", trial.name, folder.display());
        }
        sleep(Duration::from_millis(5)).await;
    }
    let recovered = over.elapsed();

    studio.kill(&home).await?;
    let lost_bytes = faults.lose_power(&home.store())?;
    let mut studio = Studio::start(&program, &home)?;
    studio.ready(&home).await?;
    let compared = visitors.compare(&home, SEED).await?;
    let said = std::fs::read_to_string(home.log())?.contains(trial.says);
    studio.kill(&home).await?;
    let mut outcome =
        Outcome { name: trial.name, ended, recovered, said, compared, lost_bytes, folder: None };
    outcome.folder = (!outcome.is_clean()).then(|| home.keep());
    Ok(outcome)
}

fn begin(trouble: Trouble, faults: &Faults, home: &Home) -> anyhow::Result<()> {
    match trouble {
        Trouble::Disk(fault, place) => faults.arm(fault, &home.path().join(place)),
        Trouble::Clock(seconds) => faults.set_clock(seconds),
    }
}

fn end(trouble: Trouble, faults: &Faults) -> anyhow::Result<()> {
    match trouble {
        Trouble::Disk(fault, _) => faults.disarm(fault).map(drop),
        Trouble::Clock(_) => faults.set_clock(0),
    }
}
