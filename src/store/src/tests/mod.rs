//! The promises of the store, tested through its public calls.

mod accepting;
mod channels;
mod closing;
mod committing;
mod copying;
mod counting;
mod dead;
mod files;
mod forgetting;
mod from_the_end;
mod indexing;
mod keeping;
mod kept_unread;
mod kinds;
mod leases;
mod listing;
mod locks;
mod merging;
mod reading;
mod refused_write;
mod refusing;
mod repairing;
mod review_places;
mod reviewing;
#[cfg(feature = "rocksdb")]
mod rocksdb;
mod scene;
mod threads;
mod transacting;
mod turning_over;
mod unreachable;
mod unreadable;
