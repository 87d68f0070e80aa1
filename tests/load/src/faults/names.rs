//! Which names would a loss of power take back?
//!
//! A name that was made, changed or removed is safe once its folder was synced after it, and not before: so POSIX has it. Most
//! file systems keep more. What is not safe is undone, the latest first.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// A change of a name, as the library in C tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Made(PathBuf),
    FolderMade(PathBuf),
    /// From the first to the second; what had the second before has the third.
    Renamed(PathBuf, PathBuf, Option<PathBuf>),
    /// What had it has the second.
    Removed(PathBuf, Option<PathBuf>),
    FolderRemoved(PathBuf),
}

/// Undoes the changes below `place` that no sync made safe; how many there were.
pub(super) fn lose(told: &str, place: &Path) -> io::Result<u64> {
    let unsafe_below =
        |change: &Change| change.path().parent().is_some_and(|folder| folder.starts_with(place));
    let mut lost = 0;
    for change in unsafe_changes(told).iter().rev().filter(|change| unsafe_below(change)) {
        undo(change)?;
        lost += 1;
    }
    Ok(lost)
}

/// In the order in which they were made.
fn unsafe_changes(told: &str) -> Vec<Change> {
    let mut changes: Vec<(Change, bool)> = Vec::new();
    // Of each thread, how many changes there were when its sync began.
    let mut syncs: HashMap<&str, usize> = HashMap::new();
    for line in told.lines() {
        let mut fields = line.split('\t');
        let (what, first) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let (second, third) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        match what {
            "b" => _ = syncs.insert(first, changes.len()),
            "s" => {
                let before = syncs.remove(first).unwrap_or_default();
                for (change, is_safe) in &mut changes[..before] {
                    *is_safe |= change.path().parent() == Some(Path::new(second));
                }
            }
            _ => changes.extend(Change::read(what, first, second, third).map(|change| (change, false))),
        }
    }
    changes.into_iter().filter(|(_, is_safe)| !is_safe).map(|(change, _)| change).collect()
}

impl Change {
    fn read(what: &str, first: &str, second: &str, third: &str) -> Option<Self> {
        let kept = |path: &str| (!path.is_empty()).then(|| PathBuf::from(path));
        let first = PathBuf::from(first);
        Some(match what {
            "c" => Self::Made(first),
            "m" => Self::FolderMade(first),
            "r" => Self::Renamed(first, second.into(), kept(third)),
            "d" => Self::Removed(first, kept(second)),
            "x" => Self::FolderRemoved(first),
            _ => return None,
        })
    }

    /// The name that it made or removed.
    fn path(&self) -> &Path {
        match self {
            Self::Made(path)
            | Self::FolderMade(path)
            | Self::Renamed(_, path, _)
            | Self::Removed(path, _)
            | Self::FolderRemoved(path) => path,
        }
    }
}

fn undo(change: &Change) -> io::Result<()> {
    let done = match change {
        Change::Made(path) => fs::remove_file(path),
        Change::FolderMade(path) => fs::remove_dir_all(path),
        Change::Renamed(from, to, before) => fs::rename(to, from)
            .and_then(|()| before.as_ref().map_or(Ok(()), |before| fs::rename(before, to))),
        Change::Removed(path, before) => before.as_ref().map_or(Ok(()), |before| fs::rename(before, path)),
        Change::FolderRemoved(path) => fs::create_dir(path),
    };
    match done {
        // Its folder's own name is lost as well.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sync_makes_safe_what_was_done_before_it_began_in_its_folder() {
        let told = "m\t/s/wal\t\t\nc\t/s/a\t\t\nb\t7\t/s\t\nc\t/s/b\t\t\ns\t7\t/s\t\nr\t/s/a\t/s/c\t/k/1\nd\t/s/wal/x\t/k/2\t\n";
        let expected = [
            Change::Made("/s/b".into()),
            Change::Renamed("/s/a".into(), "/s/c".into(), Some("/k/1".into())),
            Change::Removed("/s/wal/x".into(), Some("/k/2".into())),
        ];
        assert_eq!(unsafe_changes(told), expected);
    }
}
