//! What RocksDB needs to be built is looked for before the build, which would say it after a quarter of an hour.

use std::fs;

use super::{Machine, make, text};

#[test]
fn without_libclang_it_says_what_to_install() {
    let machine = Machine::new();
    let folder = machine.folder.path().join("llvm/lib");
    fs::create_dir_all(&folder).expect("writable");
    let found = |place: &str| {
        let mut command = machine.command("tools/setup-libclang");
        command
            .env("LIBCLANG_PATH", machine.folder.path().join(place))
            .env_remove("BINDGEN_EXTRA_CLANG_ARGS");
        let output = command.output().expect("it can be run");
        (output.status.success(), text(&output))
    };
    let places = ["llvm/lib", "llvm/lib/libclang-14.so.1"];
    let is_missing = |place: &str| {
        let (well, told) = found(place);
        assert!(!well && told.contains("apt-get install libclang-dev"), "{place}: {told}");
    };
    // Another library of the same compiler.
    fs::write(folder.join("libclang-cpp.so.14"), "").expect("writable");
    is_missing("llvm/lib");
    // Without the headers of C, which are in a package of their own.
    fs::write(folder.join("libclang-14.so.1"), "").expect("writable");
    for place in places {
        is_missing(place);
    }
    let headers = folder.join("clang/14/include");
    fs::create_dir_all(&headers).expect("writable");
    fs::write(headers.join("stddef.h"), "").expect("writable");
    for place in places {
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
