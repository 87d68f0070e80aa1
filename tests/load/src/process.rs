//! How is a studio started, and how is it killed?

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{home::Home, patience::MOST, phase::Phase};

/// A studio that is not ready by then will not be. One that has ended is not waited for.
const READY_WITHIN: Duration = MOST;
/// Longer than it may take to finish what was begun, and to close its store on a slow machine.
const STOPPED_WITHIN: Duration = Duration::from_secs(40);

/// What is run, and with which variables in its environment.
#[derive(Clone, Debug)]
pub struct Program {
    pub binary: PathBuf,
    pub environment: Vec<(String, String)>,
}

/// What the version of a studio says that was built for tests.
const DEVELOPMENT: &str = "development build";

impl Program {
    /// Whether it was built for tests, so that it obeys `STUDIO_HANG` and its siblings (`src/breakpoint.rs`).
    pub async fn is_development_build(&self) -> anyhow::Result<bool> {
        let asked = Command::new(&self.binary).arg("--version").output().await;
        let output = asked.with_context(|| self.cannot_be_run())?;
        ensure!(output.status.success(), "{} does not tell its version", self.binary.display());
        Ok(String::from_utf8_lossy(&output.stdout).contains(DEVELOPMENT))
    }

    fn cannot_be_run(&self) -> String {
        format!("cannot run {}: build it (`cargo build --bin studio`)", self.binary.display())
    }
}

/// One that was told to stop.
#[derive(Debug)]
pub struct Stopped {
    /// Before it had ended.
    pub killed: bool,
    /// By the whole run.
    pub said: String,
}

/// A running studio; killed when dropped.
#[derive(Debug)]
pub struct Studio {
    child: Child,
    begun: Instant,
    /// Bytes that stood in the log before it began.
    log_before: u64,
}

impl Studio {
    /// Starts it, without waiting for anything. What it says is appended to the home's log.
    pub fn start(program: &Program, home: &Home) -> anyhow::Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(home.log())?;
        let log_before = log.metadata()?.len();
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
            .with_context(|| program.cannot_be_run())?;
        Ok(Self { child, begun: Instant::now(), log_before })
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

    /// What it has said so far.
    pub fn said(&self, home: &Home) -> anyhow::Result<String> {
        let mut log = File::open(home.log())?;
        log.seek(SeekFrom::Start(self.log_before))?;
        let mut said = Vec::new();
        log.read_to_end(&mut said)?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }

    /// Waits until it has come to this phase, or is beyond it.
    pub async fn until(&mut self, phase: Phase, home: &Home) -> anyhow::Result<()> {
        while Phase::of(&self.said(home)?) < phase {
            if let Some(status) = self.child.try_wait()? {
                bail!("the studio ended by itself ({status}); it said:\n{}", last_words(home));
            }
            if self.begun.elapsed() > READY_WITHIN {
                bail!("the studio came no further; it said:\n{}", last_words(home));
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// SIGKILL. Returns when it is gone. One that ended before by itself is an error.
    pub async fn kill(self, home: &Home) -> anyhow::Result<()> {
        self.kill_there(home).await.map(drop)
    }

    /// The same, and how far it had come.
    pub async fn kill_there(mut self, home: &Home) -> anyhow::Result<Phase> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the studio had ended by itself ({status}); it said:\n{}", last_words(home));
        }
        self.child.kill().await.context("it could not be killed")?;
        Ok(Phase::of(&self.said(home)?))
    }

    /// SIGTERM: it is to finish what it has begun.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.signal(rustix::process::Signal::TERM)
    }

    fn signal(&self, signal: rustix::process::Signal) -> anyhow::Result<()> {
        let pid = self.child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        Ok(rustix::process::kill_process(pid.context("it has ended")?, signal)?)
    }

    /// Waits until one that was stopped has ended, which must be in good order.
    pub async fn stopped(mut self, home: &Home) -> anyhow::Result<()> {
        match timeout(STOPPED_WITHIN, self.child.wait()).await {
            Ok(status) if status.as_ref().is_ok_and(ExitStatus::success) => Ok(()),
            Ok(status) => bail!("a stop ended with {}; it said:\n{}", status?, last_words(home)),
            Err(_) => bail!(
                "the studio did not stop within {} s; it said:\n{}",
                STOPPED_WITHIN.as_secs(),
                last_words(home)
            ),
        }
    }

    /// SIGSTOP: it does nothing more and is not gone.
    pub fn pause(&self) -> anyhow::Result<()> {
        self.signal(rustix::process::Signal::STOP)
    }

    /// SIGCONT.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.signal(rustix::process::Signal::CONT)
    }

    /// Waits until it has ended by itself, which must be an error; what it said.
    pub async fn gave_up(mut self, home: &Home) -> anyhow::Result<String> {
        match timeout(STOPPED_WITHIN, self.child.wait()).await {
            Ok(status) if status.as_ref().is_ok_and(ExitStatus::success) => {
                bail!("it ended as if all were well; it said:\n{}", last_words(home))
            }
            Ok(status) => status.context("its end is not to be known")?,
            Err(_) => bail!("the studio went on; it said:\n{}", last_words(home)),
        };
        self.said(home)
    }

    /// SIGKILL to one that was told to stop, so long after this phase of its stop began, unless it has ended by then, which must be in
    /// good order.
    pub async fn kill_stopping(
        mut self,
        phase: Phase,
        into: Duration,
        home: &Home,
    ) -> anyhow::Result<Stopped> {
        let begun = Instant::now();
        let mut status = None;
        while status.is_none() && Phase::of(&self.said(home)?) < phase {
            ensure!(begun.elapsed() < STOPPED_WITHIN, "it does not stop; it said:\n{}", last_words(home));
            sleep(Duration::from_millis(1)).await;
            status = self.child.try_wait()?;
        }
        if status.is_none()
            && let Ok(ended) = timeout(into, self.child.wait()).await
        {
            status = Some(ended?);
        }
        match status {
            Some(status) => {
                ensure!(status.success(), "a stop ended with {status}; it said:\n{}", last_words(home));
            }
            None => self.child.kill().await.context("it could not be killed")?,
        }
        Ok(Stopped { killed: status.is_none(), said: self.said(home)? })
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}

/// The end of the studio's log. Who asks for it has found something: the home is kept, and where it is stands behind it.
pub fn last_words(home: &Home) -> String {
    let text = std::fs::read(home.log()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let end = lines[lines.len().saturating_sub(30)..].join("\n");
    format!("{end}\ndata and log are kept in {}", home.keep().display())
}
