//! How far can the embedded engine's log be read, and is that on the disk?
//!
//! A process that is killed in the middle of a write leaves a part of a record at the end of the log. SurrealKV 0.21
//! takes two kinds of such a part for a good end: one that is shorter than a header, and whole first fragments of a
//! record that was to go on in the next block of the file. It then writes behind it, and the start after that cuts the
//! log there, with every commit of a whole run. So what is behind the last whole record is cut off before the engine
//! sees it: of such a record nothing was acknowledged.
//!
//! A whole record may have been written and not synced when the process was killed. The engine takes it over as it is, and what it holds is
//! acknowledged again without another commit. So the log is synced before anybody reads it.
//!
//! The format (`surrealkv` 0.21.4, `src/wal/mod.rs`): blocks of 32 KiB; in them fragments, each with a header of a
//! CRC-32 over type and payload (4 bytes), the payload's length (2 bytes) and the type (1 byte), numbers big-endian.
//! A record is one `Full` fragment, or a `First`, any number of `Middle`, and a `Last`. Where less than a header's
//! room is left in a block, it is filled with zeros.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

const BLOCK: usize = 32 << 10;
const HEADER: usize = 7;

/// Cuts what is behind the last whole record of the newest file of the log, to which the engine will append, and syncs all that
/// is left of the log. Returns how many bytes were cut.
pub(crate) fn take_over(folder: &Path) -> io::Result<u64> {
    let folder = folder.join("wal");
    let files = files(&folder)?;
    let Some((_, newest)) = files.iter().max() else { return Ok(0) };
    let length = newest.metadata()?.len();
    let whole = whole(BufReader::with_capacity(BLOCK, File::open(newest)?))?;
    if whole < length {
        OpenOptions::new().write(true).open(newest)?.set_len(whole)?;
    }
    for (_, file) in &files {
        File::open(file)?.sync_all()?;
    }
    File::open(&folder)?.sync_all()?;
    Ok(length.saturating_sub(whole))
}

/// Bytes of all its files that are still there.
pub(crate) fn length(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for (_, file) in files(&folder.join("wal"))? {
        bytes += match file.metadata() {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}

/// The log's files with their numbers, which are their names, with leading zeros.
fn files(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let number =
            path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u64>().ok());
        if let Some(number) = number.filter(|_| path.extension().is_some_and(|kind| kind == "wal")) {
            files.push((number, path));
        }
    }
    Ok(files)
}

/// Bytes up to the end of the last whole record.
fn whole(mut log: impl Read) -> io::Result<u64> {
    let mut block = Vec::with_capacity(BLOCK);
    let (mut whole, mut begin, mut within) = (0, 0, false);
    loop {
        block.clear();
        log.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        let mut rest = block.as_slice();
        while let Some((kind, behind)) = fragment(rest) {
            match (kind, within) {
                (Kind::Full, false) | (Kind::Last, true) => within = false,
                (Kind::First, false) | (Kind::Middle, true) => within = true,
                (Kind::Settings, false) => {}
                (Kind::Full | Kind::First | Kind::Settings, true) | (Kind::Middle | Kind::Last, false) => {
                    return Ok(whole);
                }
            }
            rest = behind;
            if !within {
                whole = begin + (block.len() - rest.len()) as u64;
            }
        }
        begin += block.len() as u64;
        if block.len() < BLOCK || rest.len() >= HEADER {
            return Ok(whole);
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Full,
    First,
    Middle,
    Last,
    /// Of the file itself, such as how it is compressed.
    Settings,
}

/// The fragment at the beginning of `bytes`, and what is behind it; `None` where it is not whole.
fn fragment(bytes: &[u8]) -> Option<(Kind, &[u8])> {
    let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
    let [c0, c1, c2, c3, l0, l1, kind] = *header;
    let (payload, behind) = rest.split_at_checked(u16::from_be_bytes([l0, l1]).into())?;
    let code = kind;
    let kind = match code {
        1 => Kind::Full,
        2 => Kind::First,
        3 => Kind::Middle,
        4 => Kind::Last,
        9 => Kind::Settings,
        _ => return None,
    };
    let mut sum = crc32fast::Hasher::new();
    sum.update(&[code]);
    sum.update(payload);
    (sum.finalize() == u32::from_be_bytes([c0, c1, c2, c3])).then_some((kind, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut sum = crc32fast::Hasher::new();
        sum.update(&[kind]);
        sum.update(payload);
        let length = u16::try_from(payload.len()).expect("a fragment fits a block");
        [&sum.finalize().to_be_bytes()[..], &length.to_be_bytes(), &[kind], payload].concat()
    }

    #[test]
    fn only_whole_records_count() {
        let one = written(1, b"one");
        let first = written(2, &vec![7; BLOCK - 2 * HEADER - 3]);
        let last = written(4, b"the end");
        let long = [&one[..], &first, &last].concat();
        let check = |log: &[u8], expected: usize| {
            assert_eq!(whole(log).expect("read from memory"), expected as u64, "{} bytes", log.len());
        };
        check(&[], 0);
        check(&one, one.len());
        check(&long, long.len());
        // Where the next block was never begun, and where a header was begun.
        check(&long[..BLOCK], one.len());
        check(&long[..BLOCK + 3], one.len());
        check(&long[..long.len() - 1], one.len());
        check(&[&one[..], &one[..4]].concat(), one.len());
        check(&[&one[..], &[0; 100]].concat(), one.len());
        // A record that goes on with what is not its own.
        check(&[&one[..], &first, &one].concat(), one.len());
        check(&[&one[..], &last].concat(), one.len());
        let mut turned = written(1, b"two");
        turned[9] ^= 1;
        check(&[&one[..], &turned, &one].concat(), one.len());
    }

    #[test]
    fn the_end_of_a_block_may_be_filled_with_zeros() {
        let most = written(1, &vec![7; BLOCK - HEADER - 5]);
        let log = [&most[..], &[0; 5], &written(1, b"next")].concat();
        assert_eq!(whole(&log[..]).expect("read from memory"), log.len() as u64);
        assert_eq!(whole(&log[..BLOCK]).expect("read from memory"), most.len() as u64);
    }
}
