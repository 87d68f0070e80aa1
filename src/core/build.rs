//! A new file below `locales/` is a reason to build again: the texts are compiled in.

fn main() {
    println!("cargo:rerun-if-changed=../../locales");
    println!("cargo:rerun-if-changed=build.rs");
}
