//! Where can a test stop the process dead? At a named point of the pipeline, in development builds only.
//!
//! `STUDIO_BREAKPOINT=stepped:2` kills the process (SIGKILL to itself) the second time that a turn
//! passes the point `stepped`; `STUDIO_PANIC=stepped:2` is a bug there in place of the kill, and `STUDIO_BUSY=burying` a store that
//! takes nothing there the first time. `sending,noting` means both points, `burying,burying` two passages in a row. Release builds
//! contain none of this.

#[cfg(debug_assertions)]
use std::sync::{
    OnceLock,
    atomic::{AtomicI64, Ordering},
};

use studio_store::StoreError;

/// The points, in the order of a message's way.
pub const POINTS: [&str; 9] =
    ["received", "accepted", "understood", "stepped", "committed", "sendable", "sending", "sent", "swept"];

/// The points that only messages and files of the platforms pass.
pub const OF_PLATFORMS: [&str; 3] = ["put_off", "fetched", "refused"];

/// The points behind the way of a message: a timer has become an event, figures are counted.
pub const BEHIND: [&str; 2] = ["fired", "projected"];

/// The points behind a bug of a delivery.
pub const BEHIND_A_BUG: [&str; 1] = ["noting"];

/// The points at which the store can be busy.
pub const OF_THE_STORE: [&str; 3] = ["burying", "corrected", "answered"];

/// The passages of points that a variable of the environment means.
#[cfg(debug_assertions)]
struct Wanted(OnceLock<Vec<(String, AtomicI64)>>);

#[cfg(debug_assertions)]
impl Wanted {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn is_now(&self, variable: &str, point: &str) -> bool {
        let wanted = self.0.get_or_init(|| {
            let passages = std::env::var(variable).unwrap_or_default();
            let passage = |text: &str| {
                let (name, count) = text.split_once(':').unwrap_or((text, "1"));
                (name.to_owned(), AtomicI64::new(count.parse().unwrap_or(1)))
            };
            passages.split(',').map(passage).collect()
        });
        wanted.iter().any(|(name, left)| name == point && left.fetch_sub(1, Ordering::SeqCst) == 1)
    }
}

/// Marks a point of the pipeline.
///
/// # Panics
///
/// At the passage that `STUDIO_PANIC` means.
#[cfg(debug_assertions)]
pub fn pass(point: &str) {
    static KILL: Wanted = Wanted::new();
    static PANIC: Wanted = Wanted::new();
    debug_assert!(
        POINTS.iter().chain(&OF_PLATFORMS).chain(&BEHIND).chain(&BEHIND_A_BUG).any(|known| *known == point),
        "unknown breakpoint {point}"
    );
    if KILL.is_now("STUDIO_BREAKPOINT", point) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
    assert!(!PANIC.is_now("STUDIO_PANIC", point), "a bug at {point}, as a test wants it");
}

/// Marks a point of the pipeline; nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn pass(_point: &str) {}

/// A store that is busy, at the passage that `STUDIO_BUSY` means.
#[cfg(debug_assertions)]
pub fn busy(point: &str) -> Result<(), StoreError> {
    static BUSY: Wanted = Wanted::new();
    debug_assert!(OF_THE_STORE.contains(&point), "unknown breakpoint {point}");
    if BUSY.is_now("STUDIO_BUSY", point) { Err(StoreError::Busy { tries: 1 }) } else { Ok(()) }
}

/// The store is as it is in a release build.
#[cfg(not(debug_assertions))]
pub fn busy(_point: &str) -> Result<(), StoreError> {
    Ok(())
}

/// A bug in a flow, at a test's command.
///
/// # Panics
///
/// On a text that holds the word of `STUDIO_POISON`.
#[cfg(debug_assertions)]
pub fn poison(text: &str) {
    static WORD: OnceLock<Option<String>> = OnceLock::new();
    if let Some(word) = WORD.get_or_init(|| std::env::var("STUDIO_POISON").ok()) {
        assert!(!text.contains(word.as_str()), "poisoned by the word {word:?}");
    }
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn poison(_text: &str) {}

/// A bug behind the step, where no flow is at fault, at a test's command.
///
/// # Panics
///
/// On a text that holds the word of `STUDIO_POISON_BEHIND`.
#[cfg(debug_assertions)]
pub fn poison_behind(text: impl FnOnce() -> String) {
    static WORD: OnceLock<Option<String>> = OnceLock::new();
    if let Some(word) = WORD.get_or_init(|| std::env::var("STUDIO_POISON_BEHIND").ok()) {
        assert!(!text().contains(word.as_str()), "poisoned behind the step by the word {word:?}");
    }
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn poison_behind(_text: impl FnOnce() -> String) {}

/// A flow or a search that never comes to an end, at a test's command: `STUDIO_HANG` is the place (`flow`, `search`) and, behind
/// a colon, a word of the texts on which it hangs.
#[cfg(debug_assertions)]
pub fn hang(place: &str, text: &str) {
    static WANTED: OnceLock<Option<String>> = OnceLock::new();
    let wanted = WANTED.get_or_init(|| std::env::var("STUDIO_HANG").ok());
    if let Some((_, word)) =
        wanted.as_deref().and_then(|text| text.split_once(':')).filter(|(at, _)| *at == place)
    {
        while text.contains(word) {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    }
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn hang(_place: &str, _text: &str) {}

/// A bug that no `catch_unwind` holds, at a test's command: on a text that holds the word of `STUDIO_ABORT` the process ends.
#[cfg(debug_assertions)]
pub fn abort(text: &str) {
    static WORD: OnceLock<Option<String>> = OnceLock::new();
    if let Some(word) = WORD.get_or_init(|| std::env::var("STUDIO_ABORT").ok())
        && text.contains(word.as_str())
    {
        std::process::abort();
    }
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn abort(_text: &str) {}
