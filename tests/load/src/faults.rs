//! How do disk and clock fail? A small library in C stands between the studio and its C library (`faults/faults.c`).

mod names;

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

/// What a loss of power took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Written, and never synced.
    pub bytes: u64,
    /// Made, changed or removed, without a sync of their folders.
    pub names: u64,
}

/// What can fail while the studio runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The next sync, once.
    Sync,
    /// No sync comes to an end.
    Hang,
    /// The disk is full.
    Full,
    /// The file system takes no writes.
    ReadOnly,
    /// Threads of this name make no headway.
    Stall,
}

impl Fault {
    fn file(self) -> &'static str {
        match self {
            Self::Sync => "fsync",
            Self::Hang => "hang",
            Self::Full => "full",
            Self::ReadOnly => "readonly",
            Self::Stall => "stall",
        }
    }
}

impl Faults {
    /// Builds the library with the machine's C compiler.
    pub fn new(home: &Home) -> anyhow::Result<Self> {
        let folder = home.path().join("faults");
        fs::create_dir_all(folder.join("kept"))?;
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
        self.arm_text(fault, &place.display().to_string())
    }

    /// The same of a fault that concerns something else than files.
    pub fn arm_text(&self, fault: Fault, text: &str) -> anyhow::Result<()> {
        self.put(fault.file(), text)
    }

    /// Renamed into its place, so that nobody reads half of it.
    fn put(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let whole = self.folder.join("new");
        fs::write(&whole, text)?;
        Ok(fs::rename(whole, self.folder.join(name))?)
    }

    /// How often a fault really happened: a call failed, a thread was held, the clock was found to be another.
    pub fn happened(&self) -> anyhow::Result<u64> {
        match fs::metadata(self.folder.join("happened")) {
            Ok(file) => Ok(file.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
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
        self.put("clock", &seconds.to_string())
    }

    /// As if the machine had lost its power when the studio was killed: takes back every change of a name below `place`
    /// whose folder was not synced after it, and cuts every file there to what of it was synced. Bytes written over earlier
    /// ones of the same file are taken to be safe, and so is `place` itself.
    pub fn lose_power(&self, place: &Path) -> anyhow::Result<Lost> {
        if !place.exists() {
            return Ok(Lost::default());
        }
        let names = names::lose(&self.told("names")?, place)?;
        fs::remove_dir_all(self.folder.join("kept"))?;
        fs::create_dir(self.folder.join("kept"))?;
        self.put("names", "")?;
        let text = self.told("synced")?;
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
        Ok(Lost { bytes: cut(place, &synced)?, names })
    }

    /// What the library wrote down, if it did.
    fn told(&self, name: &str) -> anyhow::Result<String> {
        match fs::read_to_string(self.folder.join(name)) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error.into()),
        }
    }
}

impl std::ops::AddAssign for Lost {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.names += other.names;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder in which scripts run below the library.
    struct Place {
        faults: Faults,
        folder: PathBuf,
        _home: Home,
    }

    impl Place {
        fn new() -> Self {
            let receiver = "127.0.0.1:1".parse().expect("an address");
            let home = Home::new(receiver, "").expect("a home");
            let faults = Faults::new(&home).expect("a library");
            let folder = home.path().join("place");
            fs::create_dir(&folder).expect("made");
            Self { faults, folder, _home: home }
        }

        fn run(&self, script: &str) {
            let mut shell = Command::new("sh");
            shell.args(["-e", "-c", script]).current_dir(&self.folder).envs(self.faults.environment());
            assert!(shell.status().expect("there is a shell").success(), "{script}");
        }

        /// Names and texts; a folder has no text.
        fn left(&self) -> Vec<(String, String)> {
            let entries = fs::read_dir(&self.folder).expect("read").map(|entry| {
                let path = entry.expect("an entry").path();
                let text =
                    if path.is_dir() { String::new() } else { fs::read_to_string(&path).expect("a file") };
                let name = path.file_name().expect("it has a name").display().to_string();
                (name, text.trim().to_owned())
            });
            let mut left: Vec<_> = entries.collect();
            left.sort();
            left
        }
    }

    /// What is left in a folder after a script and a loss of power.
    fn left_by(script: &str) -> Vec<(String, String)> {
        let place = Place::new();
        place.run(script);
        place.faults.lose_power(&place.folder).expect("lost");
        place.left()
    }

    /// Each of these fails, and nothing is done.
    fn refuses(fault: Fault, acts: &[&str]) -> Place {
        let place = Place::new();
        place.run("echo old > kept; mkdir inner");
        let before = place.left();
        place.faults.arm(fault, &place.folder).expect("armed");
        for act in acts {
            place.run(&format!("if ( {act} ) 2> /dev/null; then exit 1; fi"));
            assert_eq!(place.left(), before, "{act}");
        }
        let happened = place.faults.happened().expect("counted");
        assert!(happened >= acts.len() as u64, "{happened}");
        place
    }

    #[test]
    fn a_file_system_without_writes_changes_nothing() {
        let names = ["mv kept moved", "rm -f kept", "ln kept linked", "mkdir made", "rmdir inner"];
        let bytes = ["echo more >> kept", "echo new > kept", "echo new > fresh", "truncate -s 0 kept"];
        refuses(Fault::ReadOnly, &[names.as_slice(), &bytes].concat());
    }

    #[test]
    fn a_full_disk_takes_a_part_of_a_write_and_makes_nothing() {
        let acts = ["mv kept moved", "ln kept linked", "mkdir made", "echo new > fresh", "echo new > kept"];
        let place = refuses(Fault::Full, &acts);
        place.run("if printf 12345678 >> kept 2> /dev/null; then exit 1; fi; rmdir inner");
        assert_eq!(place.left(), [("kept".to_owned(), "old\n1234".to_owned())]);
        place.faults.disarm(Fault::Full).expect("there is room");
        place.run("echo 5678 >> kept");
        assert_eq!(place.left(), [("kept".to_owned(), "old\n12345678".to_owned())]);
    }

    #[test]
    fn a_sync_that_hangs_goes_on_when_the_fault_is_over() {
        let place = Place::new();
        place.run("echo old > kept");
        place.faults.arm(Fault::Hang, &place.folder).expect("armed");
        let mut sync = Command::new("sync");
        sync.arg("kept").current_dir(&place.folder).envs(place.faults.environment());
        let mut sync = sync.spawn().expect("there is a sync");
        while place.faults.happened().expect("counted") == 0 {
            assert!(sync.try_wait().expect("asked").is_none(), "it did not hang");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert!(sync.try_wait().expect("asked").is_none(), "it did not hang");
        place.faults.disarm(Fault::Hang).expect("disarmed");
        assert!(sync.wait().expect("it ends").success());
    }

    #[test]
    fn what_was_not_synced_is_lost_with_the_power() {
        let check = |script: &str, expected: &[(&str, &str)]| {
            let expected: Vec<_> =
                expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            assert_eq!(left_by(script), expected, "{script}");
        };
        let begun = "echo old > kept; echo gone > dropped; sync kept dropped; sync .;";
        check(begun, &[("dropped", "gone"), ("kept", "old")]);
        check(&format!("{begun} echo more >> kept"), &[("dropped", "gone"), ("kept", "old")]);
        // A file that is synced, in a folder that is not.
        check(&format!("{begun} echo new > fresh; sync fresh"), &[("dropped", "gone"), ("kept", "old")]);
        check(
            &format!("{begun} echo new > fresh; sync fresh; sync ."),
            &[("dropped", "gone"), ("fresh", "new"), ("kept", "old")],
        );
        check(&format!("{begun} mv kept moved; rm dropped"), &[("dropped", "gone"), ("kept", "old")]);
        check(&format!("{begun} mv kept moved; rm dropped; sync ."), &[("moved", "old")]);
        // A name that another file takes.
        check(&format!("{begun} mv kept dropped"), &[("dropped", "gone"), ("kept", "old")]);
        check(&format!("{begun} mv kept dropped; sync ."), &[("dropped", "old")]);
    }
}
