//! What RocksDB needs to be built is looked for before the build, which would say it after a quarter of an hour.

use std::fs;

use super::{Machine, make, text};

#[test]
fn without_libclang_it_says_what_to_install() {
    let machine = Machine::new();
    let folder = machine.folder.path().join("llvm");
    fs::create_dir(&folder).expect("writable");
    let found = |place: &str| {
        let mut command = machine.command("tools/setup-libclang");
        let output = command.env("LIBCLANG_PATH", machine.folder.path().join(place)).output();
        let output = output.expect("it can be run");
        (output.status.success(), text(&output))
    };
    // Another library of the same compiler.
    fs::write(folder.join("libclang-cpp.so.14"), "").expect("writable");
    let (well, told) = found("llvm");
    assert!(!well && told.contains("apt-get install libclang-dev"), "{told}");
    fs::write(folder.join("libclang-14.so.1"), "").expect("writable");
    for place in ["llvm", "llvm/libclang-14.so.1"] {
        assert_eq!(found(place), (true, String::new()), "{place}");
    }
}

#[test]
fn it_is_looked_for_before_rocksdb_is_built() {
    let machine = Machine::new();
    for (what, runs) in [("crash-rocksdb", "crash "), ("trials-rocksdb", "trials ")] {
        let told = make(&machine, &["-n", "-o", "setup-models", what]);
        let place = |words: &str| told.find(words).unwrap_or_else(|| panic!("no {words:?} in {told}"));
        let (looked, built) = (place("tools/setup-libclang"), place("--features rocksdb"));
        assert!(looked < built && built < place(&format!("studio-load {runs}")), "{told}");
        assert!(told.contains("--store rocksdb"), "{told}");
    }
}
