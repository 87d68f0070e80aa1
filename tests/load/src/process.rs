//! How is a studio started, and how is it killed?

use std::{
    fs::OpenOptions,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::home::Home;

/// A studio that is not ready by then will not be.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// Longer than it may take to finish what was begun.
const STOPPED_WITHIN: Duration = Duration::from_secs(40);

/// What is run, and with which variables in its environment.
#[derive(Clone, Debug)]
pub struct Program {
    pub binary: PathBuf,
    pub environment: Vec<(String, String)>,
}

/// A running studio; killed when dropped.
#[derive(Debug)]
pub struct Studio {
    child: Child,
    begun: Instant,
}

impl Studio {
    /// Starts it, without waiting for anything. What it says is appended to the home's log.
    pub fn start(program: &Program, home: &Home) -> anyhow::Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(home.log())?;
        let child = Command::new(&program.binary)
            .arg("serve")
            .current_dir(home.path())
            .env_remove("RUST_LOG")
            // As in a deployment, whatever the environment of who tests: the database's library captures a backtrace
            // with each of its errors, many of which are none.
            .env("RUST_LIB_BACKTRACE", "0")
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("cannot run {}: build it (`cargo build --bin studio`)", program.binary.display())
            })?;
        Ok(Self { child, begun: Instant::now() })
    }

    /// Waits until it answers that it is ready; how long that took.
    pub async fn ready(&mut self, home: &Home) -> anyhow::Result<Duration> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
        let address = format!("http://{}/health/ready", home.address);
        loop {
            let answer = client.get(&address).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(self.begun.elapsed());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the studio ended by itself ({status}); it said:\n{}", last_words(home));
            }
            if self.begun.elapsed() > READY_WITHIN {
                bail!(
                    "the studio was not ready within {} s; it said:\n{}",
                    READY_WITHIN.as_secs(),
                    last_words(home)
                );
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// SIGKILL. Returns when it is gone. One that ended before by itself is an error.
    pub async fn kill(mut self, home: &Home) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the studio had ended by itself ({status}); it said:\n{}", last_words(home));
        }
        self.child.kill().await.context("it could not be killed")
    }

    /// SIGTERM: it is to finish what it has begun.
    pub fn stop(&self) -> anyhow::Result<()> {
        let pid = self.child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        Ok(rustix::process::kill_process(pid.context("it has ended")?, rustix::process::Signal::TERM)?)
    }

    /// Waits until one that was stopped has ended, which must be in good order.
    pub async fn stopped(mut self, home: &Home) -> anyhow::Result<()> {
        match timeout(STOPPED_WITHIN, self.child.wait()).await {
            Ok(status) if status.as_ref().is_ok_and(ExitStatus::success) => Ok(()),
            Ok(status) => bail!("a stop ended with {}; it said:\n{}", status?, last_words(home)),
            Err(_) => bail!("the studio did not stop within {} s", STOPPED_WITHIN.as_secs()),
        }
    }

    /// SIGKILL to one that was stopped, and may be gone by now.
    pub async fn kill_stopped(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("a stop ended with {status}") };
        }
        self.child.kill().await.context("it could not be killed")
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}

/// The end of the studio's log.
pub fn last_words(home: &Home) -> String {
    let text = std::fs::read(home.log()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
