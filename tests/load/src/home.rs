//! With which settings and which bot does the studio run?

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::Context as _;
use tempfile::TempDir;

/// Names of the two connections.
pub const WEB: &str = "web";
pub const HTTP: &str = "crm";
/// Of the HTTP connection: 24 bytes in base 64.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const BOT: [(&str, &str); 5] = [
    ("bot.yaml", include_str!("../bot/bot.yaml")),
    ("flows/alarm.yaml", include_str!("../bot/flows/alarm.yaml")),
    ("flows/answer.yaml", include_str!("../bot/flows/answer.yaml")),
    ("flows/ping.yaml", include_str!("../bot/flows/ping.yaml")),
    ("flows/slow.yaml", include_str!("../bot/flows/slow.yaml")),
];

/// Where a studio's settings, bot and data are. Outlives the studio itself; removed when dropped, unless something was found.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    is_evidence: AtomicBool,
    pub address: SocketAddr,
}

impl Home {
    /// A new home. Replies and calls go to `receiver`; `more` stands in the settings before the connections.
    pub fn new(receiver: SocketAddr, more: &str) -> anyhow::Result<Self> {
        Self::at(free_address()?, receiver, more, "")
    }

    /// The same for a studio at this address, with further connections.
    pub fn at(
        address: SocketAddr,
        receiver: SocketAddr,
        more: &str,
        connections: &str,
    ) -> anyhow::Result<Self> {
        // Without links in it, so that a folder has one name whoever tells it.
        let parent = std::env::temp_dir().canonicalize()?;
        let folder = tempfile::Builder::new().prefix("studio-load-").tempdir_in(parent)?;
        let path = folder.path();
        let settings = format!(
            "[server]\nlisten = \"{address}\"\ndata = \"{data}\"\nconnections = 40_000\n\
             [bots]\nfolder = \"{bots}\"\n[bots.settings.load]\nservice = \"http://{receiver}\"\n\
             [egress]\nallow_private = [\"127.0.0.1/32\"]\nallow_ports = [{port}]\n\
             [demo]\nenabled = false\n[models]\nsentiment = \"none\"\nner = \"none\"\n{more}\n\
             [[connection]]\nname = \"{WEB}\"\nchannel = \"web\"\nbot = \"load\"\n\
             limits = {{ sessions_per_hour = 1_000_000, messages_per_10_seconds = 1_000_000, \
             sockets = 100_000, sockets_per_address = 100_000 }}\n\
             [[connection]]\nname = \"{HTTP}\"\nchannel = \"http\"\nbot = \"load\"\nsecret = \"{SECRET}\"\n\
             reply_url = \"http://{receiver}/replies\"\n{connections}",
            data = path.join("data").display(),
            bots = path.join("bots").display(),
            port = receiver.port(),
        );
        std::fs::write(path.join("studio.toml"), settings)?;
        let home = Self { folder, is_evidence: AtomicBool::new(false), address };
        home.add_bot("load", &BOT)?;
        Ok(home)
    }

    /// Writes files of a bot.
    pub fn add_bot(&self, bot: &str, files: &[(&str, &str)]) -> anyhow::Result<()> {
        for (name, text) in files {
            let file = self.path().join("bots").join(bot).join(name);
            std::fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
            std::fs::write(file, text)?;
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The socket on which the studio's owner needs no login.
    pub fn socket(&self) -> PathBuf {
        self.path().join("data/studio.sock")
    }

    /// All that the studio keeps.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The folder of the embedded database.
    pub fn store(&self) -> PathBuf {
        self.path().join("data/store")
    }

    /// What the studio said, all its runs.
    pub fn log(&self) -> PathBuf {
        self.path().join("studio.log")
    }

    /// Leaves the folder for whoever looks into a finding.
    pub fn keep(&self) -> PathBuf {
        self.is_evidence.store(true, Ordering::Release);
        self.path().to_owned()
    }

    /// As [`Self::keep`], where something failed; the error says where data and log are.
    pub fn kept<T>(&self, done: anyhow::Result<T>) -> anyhow::Result<T> {
        done.with_context(|| format!("data and log are kept in {}", self.keep().display()))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.folder.disable_cleanup(self.is_evidence.load(Ordering::Acquire));
    }
}

/// An address whose port was free a moment ago. A studio keeps it over restarts.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        phase::Phase,
        process::{Program, Studio},
    };

    fn home() -> Home {
        Home::new("127.0.0.1:1".parse().expect("an address"), "").expect("a home")
    }

    #[test]
    fn only_what_failed_leaves_its_folder() {
        let good = home();
        let folder = good.path().to_owned();
        good.kept(Ok(())).expect("nothing failed");
        drop(good);
        assert!(!folder.exists());

        let bad = home();
        let folder = bad.path().to_owned();
        let error = bad.kept::<()>(Err(anyhow::anyhow!("no"))).expect_err("it failed");
        drop(bad);
        assert!(folder.join("studio.toml").exists(), "{error:#}");
        assert!(format!("{error:#}").contains(&folder.display().to_string()), "{error:#}");
        std::fs::remove_dir_all(folder).expect("removed");
    }

    #[tokio::test]
    async fn a_studio_that_ends_by_itself_leaves_its_folder() {
        let home = home();
        let folder = home.path().to_owned();
        let program = Program { binary: "false".into(), environment: Vec::new() };
        let mut studio = Studio::start(&program, &home).expect("it starts");
        let error = studio.until(Phase::Ready, &home).await.expect_err("it ends");
        drop(home);
        let said = format!("{error:#}");
        assert!(said.contains(&folder.display().to_string()), "{said}");
        assert!(folder.join("studio.log").exists());
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
