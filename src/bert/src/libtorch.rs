//! Which libtorch runs here, and is it the one that was set up?

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::verify::check_hash;

/// What `tools/setup-models` writes beside the libraries: a hash and a name in each line.
const SUMS: &str = "SHA256SUMS";
/// Where the headers say which version they are of.
const VERSION: &str = "include/torch/csrc/api/include/torch/version.h";

/// The libtorch that this process runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Libtorch {
    /// Where its libraries lie.
    pub folder: PathBuf,
    /// Such as `2.4.0`; nothing where its headers are not beside it.
    pub version: Option<String>,
    pub libraries: Libraries,
}

/// How the libraries stand to the hashes that were written down when they were set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Libraries {
    /// So many, all of them there, and of their hashes where they were written to since.
    Whole(usize),
    /// No hashes were written down: they are somebody's own, or were set up by an earlier version.
    Unknown,
    /// Why one of them is another.
    Other(String),
}

/// Nothing where the system does not tell which libraries a process has.
pub fn libtorch() -> Option<Libtorch> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    loaded(&maps).map(look)
}

/// The folder of the processor's library, of the files that a process has in its memory.
fn loaded(maps: &str) -> Option<&Path> {
    let mut files = maps.lines().filter_map(|line| line.find('/').map(|place| Path::new(&line[place..])));
    let is_it = |file: &&Path| {
        file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("libtorch_cpu."))
    };
    files.find(is_it)?.parent()
}

fn look(folder: &Path) -> Libtorch {
    let beside = folder.parent().unwrap_or(folder);
    let version = fs::read_to_string(beside.join(VERSION)).ok().and_then(|header| version(&header));
    let libraries = compared(beside).unwrap_or(Libraries::Unknown);
    Libtorch { folder: folder.to_owned(), version, libraries }
}

fn version(header: &str) -> Option<String> {
    let part = |name: &str| {
        let number =
            header.lines().find_map(|line| line.strip_prefix("#define TORCH_VERSION_")?.strip_prefix(name));
        number.map(str::trim).filter(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    Some(format!("{}.{}.{}", part("MAJOR ")?, part("MINOR ")?, part("PATCH ")?))
}

/// Half a gigabyte is not read each time: what is older than its hashes is what they were taken of.
fn compared(folder: &Path) -> Option<Libraries> {
    let sums = folder.join(SUMS);
    let taken = fs::metadata(&sums).and_then(|data| data.modified()).ok()?;
    let mut count = 0;
    for (hash, name) in fs::read_to_string(sums).ok()?.lines().filter_map(|line| line.split_once("  ")) {
        let library = folder.join(name);
        let written = fs::metadata(&library).and_then(|data| data.modified());
        let is_older = written.is_ok_and(|written| written < taken);
        if let Some(error) = (!is_older).then(|| check_hash(&library, hash)).and_then(Result::err) {
            return Some(Libraries::Other(error.to_string()));
        }
        count += 1;
    }
    (count > 0).then_some(Libraries::Whole(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_found_among_what_a_process_has_in_memory() {
        let maps = "\
55d0-55d1 r-xp 00000000 fd:00 12 /usr/bin/studio\n\
7f00-7f01 rw-p 00000000 00:00 0 \n\
7f02-7f03 r--p 00000000 fd:00 14 /home/a b/libtorch-2.4.0/lib/libtorch_cpu.so\n";
        assert_eq!(loaded(maps), Some(Path::new("/home/a b/libtorch-2.4.0/lib")));
        assert_eq!(loaded("55d0-55d1 r-xp 00000000 fd:00 12 /usr/lib/libtorch.so\n"), None);
    }

    #[test]
    fn its_version_and_its_libraries_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path().join("lib");
        fs::create_dir_all(&lib).unwrap();
        fs::write(lib.join("libtorch_cpu.so"), "abc").unwrap();
        let found = look(&lib);
        assert_eq!((found.version, found.libraries), (None, Libraries::Unknown));
        let header = folder.path().join(VERSION);
        fs::create_dir_all(header.parent().unwrap()).unwrap();
        let defined = "// Major\n#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 4\n#define TORCH_VERSION_PATCH 0\n";
        fs::write(header, defined).unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(folder.path().join(SUMS), format!("{hash}  lib/libtorch_cpu.so\n")).unwrap();
        let found = look(&lib);
        assert_eq!((found.version.as_deref(), found.libraries), (Some("2.4.0"), Libraries::Whole(1)));
        fs::write(lib.join("libtorch_cpu.so"), "abd").unwrap();
        let Libraries::Other(why) = look(&lib).libraries else { panic!("it is another") };
        assert!(why.contains("libtorch_cpu.so has the hash"), "{why}");
    }
}
