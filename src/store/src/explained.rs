//! Why could the store not be opened?

use crate::{error::OpenError, open::Address};

/// How SurrealKV and RocksDB say that another process has the folder.
const LOCKED: [&str; 2] = ["locked by another process", "While lock file"];

/// How SurrealKV and RocksDB say that their files cannot be read, in lower case.
const DAMAGED: [&str; 9] = [
    "sstable",
    "manifest",
    "checksum",
    "corrupt",
    "vlog",
    "block",
    "table metadata",
    "fill whole buffer",
    "log cannot be read",
];
/// What is the fault of the system around them.
const ELSEWHERE: [&str; 2] = ["Permission denied", "Too many open files"];
/// How the system says that a disk has no room, and that it takes no writes at all.
const FULL: [&str; 2] = ["No space left on device", "Disk quota exceeded"];
const READ_ONLY: [&str; 1] = ["Read-only file system"];

/// The error of whoever could not connect.
pub(crate) fn refused(address: &Address, url: &str, error: &surrealdb::Error) -> OpenError {
    let reason = error.to_string();
    match address {
        Address::Folder(folder) | Address::RocksDb(folder)
            if LOCKED.iter().any(|mark| reason.contains(mark)) =>
        {
            OpenError::Locked { folder: folder.display().to_string() }
        }
        Address::Folder(_) | Address::RocksDb(_) | Address::Memory => OpenError::Other(reason),
        Address::Server { .. } => OpenError::Unreachable { url: url.to_owned(), reason },
    }
}

/// The error told as what it is, where files of an embedded database cannot be written or read.
pub(crate) fn explained(address: &Address, error: OpenError) -> OpenError {
    let (Address::Folder(folder) | Address::RocksDb(folder), OpenError::Other(reason)) = (address, &error)
    else {
        return error;
    };
    let folder = folder.display().to_string();
    let said = |marks: &[&'static str]| marks.iter().find(|mark| reason.contains(**mark)).copied();
    if let Some(why) = said(&FULL) {
        return OpenError::Full { folder, why };
    }
    if let Some(why) = said(&READ_ONLY) {
        return OpenError::ReadOnly { folder, why };
    }
    let lower = reason.to_lowercase();
    if said(&ELSEWHERE).is_none() && DAMAGED.iter().any(|mark| lower.contains(mark)) {
        return OpenError::Damaged { folder, reason: reason.clone() };
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_takes_nothing_is_no_damage() {
        let address = Address::Folder("/store".into());
        let check = |reason: &str, expected: &str| {
            let told = explained(&address, OpenError::Other(reason.to_owned())).to_string();
            assert!(told.starts_with(expected), "{told}");
        };
        let full = "the disk with the store in /store is full (No space left on device): make room on it";
        check("the database's log cannot be read: No space left on device (os error 28)", full);
        check("manifest: No space left on device (os error 28)", full);
        let read_only = "the disk with the store in /store takes no writes (Read-only file system): ";
        check("the database's log cannot be read: Read-only file system (os error 30)", read_only);
        check("the database's log cannot be read: no entry", "the store in /store is damaged");
        check("manifest: Permission denied", "the store could not be opened: manifest: Permission denied");
    }
}
