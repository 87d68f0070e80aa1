//! The promises of the store, tested through its public calls.

mod accepting;
mod channels;
mod committing;
mod counting;
mod forgetting;
mod keeping;
mod kinds;
mod listing;
mod locks;
mod repairing;
mod reviewing;
mod scene;
mod transacting;
