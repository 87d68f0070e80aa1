//! What does a store take of the disk?

use std::{fmt, fs, io, path::Path};

use crate::table::megabytes;

/// The embedded database's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// All of them.
    pub bytes: u64,
    /// Of these, the log: what a start must read.
    pub log: u64,
    /// Files of sorted tables.
    pub segments: usize,
}

impl Disk {
    /// Looks at every file below a store's folder. Files may come and go meanwhile.
    pub fn of(store: &Path) -> io::Result<Self> {
        let mut disk = Self::default();
        for folder in ["", "wal", "sstables", "vlog", "manifest"] {
            let entries = match fs::read_dir(store.join(folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let bytes = match entry?.metadata() {
                    Ok(metadata) if metadata.is_file() => metadata.len(),
                    Ok(_) => continue,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                disk.bytes += bytes;
                match folder {
                    "wal" => disk.log += bytes,
                    "sstables" => disk.segments += 1,
                    _ => {}
                }
            }
        }
        Ok(disk)
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, log, segments } = self;
        write!(f, "{}, of it {} log, {segments} segments", megabytes(*bytes), megabytes(*log))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_store_is_counted_by_kind() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in
            [("LOCK", 1), ("wal/0.wal", 10), ("sstables/1.sst", 100), ("sstables/2.sst", 100)]
        {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("in a folder")).expect("made");
            fs::write(file, vec![0; bytes]).expect("written");
        }
        let disk = Disk::of(folder.path()).expect("read");
        assert_eq!(disk, Disk { bytes: 211, log: 10, segments: 2 });
    }
}
