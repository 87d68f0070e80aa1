//! On which database does the studio run, and how is one that is a server killed?

use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
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

use crate::{home::free_address, patience::MOST};

/// The server's root user and password, here only.
const ROOT: &str = "root";
const READY_WITHIN: Duration = MOST;
/// Of a server, below a home; and of a studio, with an embedded database somewhere in it.
const FOLDER: &str = "database";
const EMBEDDED: &str = "data";
/// What a server holds of its log before it writes a table, by each of its engines: much less than it takes by itself, so that a campaign
/// has tables written.
const LOG: u64 = 16 << 20;
const LOGS: [&str; 2] = ["SURREAL_SURREALKV_MAX_MEMTABLE_SIZE", "SURREAL_ROCKSDB_WRITE_BUFFER_SIZE"];
/// Both engines call the files of their tables so.
const TABLE: &str = "sst";

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

    /// Where its files are, below a home.
    pub fn folder(&self) -> &'static str {
        match self {
            Self::SurrealKv => "data/store",
            Self::RocksDb => "data/rocksdb",
            Self::Server { .. } => FOLDER,
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
        let data = format!("{}://{}?sync=every", self.storage, home.join(FOLDER).display());
        let mut child = Command::new(&self.program)
            .args(["start", "--no-banner", "--log", "warn", "--user", ROOT, "--pass", ROOT])
            .args(["--bind", &self.address.to_string(), &data])
            .envs(LOGS.map(|name| (name, LOG.to_string())))
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

/// The files of the tables that there are below a home, whichever engine has written them.
pub fn tables(home: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![home.join(EMBEDDED), home.join(FOLDER)];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            // It is not there yet, or a server has just removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == TABLE) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_wherever_an_engine_puts_them() {
        let home = tempfile::tempdir().expect("a folder");
        assert_eq!(tables(home.path()).expect("nothing yet"), [] as [PathBuf; 0]);
        let put = |file: &str| {
            let path = home.path().join(file);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(&path, "").expect("written");
            path
        };
        let mut expected = [
            "data/rocksdb/000012.sst",
            "data/store/sstables/00000000000000000001.sst",
            "database/sstables/00000000000000000001.sst",
        ]
        .map(put);
        for other in ["data/store/wal/00000000000000000001.wal", "data/index/meta.json", "database/LOCK"] {
            put(other);
        }
        let mut found = tables(home.path()).expect("read");
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
