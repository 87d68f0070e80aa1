//! What do the large models say? rust-bert and libtorch live only here.
//!
//! | module | the question it answers |
//! |---|---|
//! | `catalogue` | which models are known, where are they, are they whole? |
//! | `own` | which models did the operator bring along? |
//! | `cutter` | into which pieces does a network of sentences cut a text? |
//! | `convert` | how do weights of another engine become a model that ours reads? |
//! | `verify` | are these files a model that can be loaded? |
//! | `service` | how does one model serve many askers? |
//! | `network` | which vector has a text? |
//! | `runtime` | who asks for vectors? |
//! | `tasks` | what do other models do: feelings, names, answers, labels, summaries, translations? |
//! | `room` | is there memory for a model? |
//! | `cache` | what was asked lately? |
//! | `breakpoint` | where can a test have a network break? |
//! | `libtorch` | on which libtorch does this process run, and is it whole? |
//! | `stats` | what has a model done, how long did it take, what did it cost? |

mod breakpoint;
mod cache;
mod catalogue;
mod convert;
mod cutter;
mod libtorch;
mod network;
mod own;
mod room;
mod runtime;
mod service;
mod stats;
mod tasks;
mod verify;

pub use catalogue::{
    Entry, File, Form, KNOWN, Package, State, default_folder, find, import, make, pull_url, remove, state,
    told,
};
pub use cutter::Cut;
pub use libtorch::{Libraries, Libtorch, libtorch};
pub use network::Network;
pub use own::{Across, FILES, Own, Source, Told, bring, bring_fetched, free, own, own_of};
pub use runtime::Runtime;
pub use service::Settings;
pub use stats::{LATENCIES, Stats};
pub use tasks::{Answers, Labels, Names, Pairs, Sentiments, Summaries, Translations};
pub use verify::{
    CONFIG, Checked, DESCRIPTION, Dense, Encoder, Kind, ModelError, PIECES, Reading, TORCH_WEIGHTS, Task,
    VOCABULARY, Verified, WEIGHTS, check_hash, hash, verify, verify_task,
};
