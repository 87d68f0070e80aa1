//! On which database does the studio run, and how is one that is a server killed?

use std::{
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

use crate::home::free_address;

/// The server's root user and password, here only.
const ROOT: &str = "root";
const READY_WITHIN: Duration = Duration::from_secs(30);

/// What keeps the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded; the default.
    SurrealKv,
    /// Embedded, of a studio that was built with it.
    RocksDb,
    /// A `SurrealDB` server: this program, with one of its own engines below it.
    Server { program: PathBuf, storage: String },
}

impl Engine {
    /// A server that does not run yet, where it is one.
    pub fn server(&self) -> anyhow::Result<Option<Server>> {
        match self {
            Self::SurrealKv | Self::RocksDb => Ok(None),
            Self::Server { program, storage } => {
                let (program, storage) = (program.clone(), storage.clone());
                Ok(Some(Server { program, storage, address: free_address()?, child: None }))
            }
        }
    }

    /// The studio's settings for it.
    pub fn settings(&self, server: Option<&Server>) -> String {
        match (self, server) {
            (Self::Server { .. }, Some(Server { address, .. })) => {
                format!("[store]\nurl = \"ws://{address}\"\nuser = \"{ROOT}\"\npassword = \"{ROOT}\"\n")
            }
            (Self::RocksDb, _) => "[store]\nurl = \"rocksdb\"\n".to_owned(),
            (Self::SurrealKv | Self::Server { .. }, _) => String::new(),
        }
    }
}

/// A database server with a folder of its own.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    storage: String,
    address: SocketAddr,
    child: Option<Child>,
}

impl Server {
    /// Starts it on its data below `home`, and waits until it takes connections.
    pub async fn start(&mut self, home: &Path) -> anyhow::Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(home.join("database.log"))?;
        let data = format!("{}://{}?sync=every", self.storage, home.join("database").display());
        let mut child = Command::new(&self.program)
            .args(["start", "--no-banner", "--log", "warn", "--user", ROOT, "--pass", ROOT])
            .args(["--bind", &self.address.to_string(), &data])
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {} (`make database-server`)", self.program.display()))?;
        let begun = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if let Some(status) = child.try_wait()? {
                bail!("the database ended by itself ({status}): {}", home.join("database.log").display());
            }
            if begun.elapsed() > READY_WITHIN {
                bail!("the database takes no connections: {}", home.join("database.log").display());
            }
            sleep(Duration::from_millis(5)).await;
        }
        self.child = Some(child);
        Ok(())
    }

    /// SIGKILL, where it runs.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        match &mut self.child {
            Some(child) => child.kill().await.context("the database could not be killed"),
            None => Ok(()),
        }
    }
}
