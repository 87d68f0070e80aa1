//! How do disk and clock fail? A small library in C stands between the studio and its C library (`faults/faults.c`).

use std::{
    collections::HashMap,
    fs,
    io::ErrorKind,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

use crate::home::Home;

const SOURCE: &str = include_str!("../faults/faults.c");

/// The library, and the folder in which its faults are armed.
#[derive(Debug)]
pub struct Faults {
    library: PathBuf,
    folder: PathBuf,
}

/// What can fail while the studio runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The next sync, once.
    Sync,
    /// The disk is full.
    Full,
    /// The file system takes no writes.
    ReadOnly,
}

impl Fault {
    fn file(self) -> &'static str {
        match self {
            Self::Sync => "fsync",
            Self::Full => "full",
            Self::ReadOnly => "readonly",
        }
    }
}

impl Faults {
    /// Builds the library with the machine's C compiler.
    pub fn new(home: &Home) -> anyhow::Result<Self> {
        let folder = home.path().join("faults");
        fs::create_dir_all(&folder)?;
        let (source, library) = (folder.join("faults.c"), folder.join("faults.so"));
        fs::write(&source, SOURCE)?;
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O2", "-o"]).args([&library, &source]).output();
        match built {
            Ok(output) if output.status.success() => Ok(Self { library, folder }),
            Ok(output) => bail!("cc cannot build the faults: {}", String::from_utf8_lossy(&output.stderr)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("faults need a C compiler: install cc (Debian: apt-get install gcc libc6-dev)")
            }
            Err(error) => Err(error).context("cc cannot be run"),
        }
    }

    /// For the studio's environment.
    pub fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.display().to_string();
        vec![("LD_PRELOAD".to_owned(), text(&self.library)), ("STUDIO_FAULTS".to_owned(), text(&self.folder))]
    }

    /// From now on the files below `place` have this fault.
    pub fn arm(&self, fault: Fault, place: &Path) -> anyhow::Result<()> {
        // Renamed into its place, so that nobody reads half of it.
        let whole = self.folder.join("new");
        fs::write(&whole, place.display().to_string())?;
        Ok(fs::rename(whole, self.folder.join(fault.file()))?)
    }

    /// The fault is over; `false` where it was over already, having happened.
    pub fn disarm(&self, fault: Fault) -> anyhow::Result<bool> {
        match fs::remove_file(self.folder.join(fault.file())) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Sets the studio's clock off by some seconds.
    pub fn set_clock(&self, seconds: i64) -> anyhow::Result<()> {
        let whole = self.folder.join("new");
        fs::write(&whole, seconds.to_string())?;
        Ok(fs::rename(whole, self.folder.join("clock"))?)
    }

    /// Cuts every file below `place` to what of it was synced, as if the machine had lost its power when the studio
    /// was killed. Returns how many bytes that were. Bytes written over earlier ones of the same file, and names in
    /// folders, are taken to be safe.
    pub fn lose_power(&self, place: &Path) -> anyhow::Result<u64> {
        let text = match fs::read_to_string(self.folder.join("synced")) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let numbers = |line: &str| {
            let (inode, bytes) = line.split_once(' ')?;
            Some((inode.parse::<u64>().ok()?, bytes.parse::<u64>().ok()?))
        };
        let mut synced = HashMap::new();
        for (inode, bytes) in text.lines().filter_map(numbers) {
            let safe: &mut u64 = synced.entry(inode).or_default();
            // A file without a byte was made anew, perhaps under an old number; syncs may be told out of order.
            *safe = if bytes == 0 { 0 } else { bytes.max(*safe) };
        }
        cut(place, &synced)
    }
}

fn cut(folder: &Path, synced: &HashMap<u64, u64>) -> anyhow::Result<u64> {
    let mut lost = 0;
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let entry = entry?;
        let found = entry.metadata()?;
        if found.is_dir() {
            lost += cut(&entry.path(), synced)?;
            continue;
        }
        let safe = synced.get(&found.ino()).copied().unwrap_or(0);
        if found.len() > safe {
            lost += found.len() - safe;
            fs::OpenOptions::new().write(true).open(entry.path())?.set_len(safe)?;
        }
    }
    Ok(lost)
}
