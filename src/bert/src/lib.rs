//! What do the large models say? rust-bert and libtorch live only here.
//!
//! | module | the question it answers |
//! |---|---|
//! | `catalogue` | which models are known, where are they, are they whole? |
//! | `verify` | are these files a model that can be loaded? |
//! | `network` | which vector has a text? |
//! | `runtime` | how does one model serve many askers? |
//! | `cache` | which texts were asked for lately? |
//! | `stats` | what has a model done, how long did it take, what did it cost? |

mod cache;
mod catalogue;
mod network;
mod runtime;
mod stats;
mod verify;

pub use catalogue::{Entry, File, KNOWN, State, default_folder, find, import, pull_url, remove, state};
pub use network::Network;
pub use runtime::{Runtime, Settings};
pub use stats::{LATENCIES, Stats};
pub use verify::{CONFIG, ModelError, VOCABULARY, Verified, WEIGHTS, check_hash, hash, verify};
