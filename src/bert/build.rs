//! Where does a program of ours find libtorch when it runs?
//!
//! At the absolute place of the libtorch that it was built with, or in `lib` beside the program: so a binary runs from
//! anywhere on this machine, and elsewhere with the libraries beside it.

use std::{env, path::Path};

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let Some(libtorch) = env::var_os("LIBTORCH") else { return };
    let library = Path::new(&libtorch).join("lib");
    if let Ok(library) = library.canonicalize() {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", library.display());
    }
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/lib");
}
