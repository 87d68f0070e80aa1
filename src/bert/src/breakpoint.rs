//! Where can a test have a network break? Over a text that it names, in development builds only.

use crate::network::Said;

/// A bug of the network, at a test's command: with `STUDIO_MODEL_PANIC=word:2` it panics over the first two batches in which a text
/// has the word.
///
/// # Panics
///
/// Over such a batch.
#[cfg(debug_assertions)]
pub(crate) fn panic(texts: &[Said]) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    };

    static WANTED: OnceLock<Option<(String, AtomicI64)>> = OnceLock::new();
    let wanted = || {
        let text = std::env::var("STUDIO_MODEL_PANIC").ok()?;
        let (word, times) = text.split_once(':')?;
        Some((word.to_owned(), AtomicI64::new(times.parse().ok()?)))
    };
    let Some((word, left)) = WANTED.get_or_init(wanted) else { return };
    let is_now =
        texts.iter().any(|said| said.text.contains(word.as_str())) && left.fetch_sub(1, Ordering::SeqCst) > 0;
    assert!(!is_now, "the network breaks over {word:?}, as a test wants it");
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub(crate) fn panic(_texts: &[Said]) {}
