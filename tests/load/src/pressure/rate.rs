//! How many turns a second does the studio do, before the load and after it?
//!
//! Some senders, each with a conversation of its own, say the next thing when the last was answered.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    post::Line,
    world::{Refused, World},
};

/// Fewer than would have to wait for each other's transactions, and enough to keep the studio busy.
const SENDERS: usize = 32;
/// What is left out at first, and how long is counted then.
const WARM: Duration = Duration::from_secs(1);
const COUNTED: Duration = Duration::from_secs(3);
/// What is looked at after the load, one after the other.
const WINDOW: Duration = Duration::from_secs(1);
/// As much as before: this share of it in so many windows in a row.
const SHARE: f64 = 0.8;
const IN_A_ROW: usize = 2;

/// Back at the rate of before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back {
    /// When the first window began that has it.
    pub at: Instant,
    /// Turns a second in that window.
    pub rate: f64,
}

/// Turns a second while nothing else is under way.
pub(super) async fn usual(world: &Arc<World>) -> f64 {
    let senders = Senders::start(world);
    sleep(WARM).await;
    let rate = senders.rate(COUNTED).await;
    senders.stop().await;
    rate
}

/// When the studio does as much again as `usual`; the last rate that was seen where that is not so by `until`.
pub(super) async fn back(world: &Arc<World>, usual: f64, until: Instant) -> Result<Back, f64> {
    let senders = Senders::start(world);
    let mut first: Option<Back> = None;
    let mut good = 0;
    let mut rate = 0.0;
    while good < IN_A_ROW && Instant::now() < until {
        let at = Instant::now();
        rate = senders.rate(WINDOW).await;
        if rate >= usual * SHARE {
            good += 1;
            first.get_or_insert(Back { at, rate });
        } else {
            (first, good) = (None, 0);
        }
    }
    senders.stop().await;
    first.filter(|_| good == IN_A_ROW).ok_or(rate)
}

struct Senders {
    tasks: JoinSet<()>,
    answered: Arc<AtomicUsize>,
    over: CancellationToken,
}

impl Senders {
    fn start(world: &Arc<World>) -> Self {
        let (answered, over) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        let mut tasks = JoinSet::new();
        for _ in 0..SENDERS {
            tasks.spawn(send(Arc::clone(world), Arc::clone(&answered), over.clone()));
        }
        Self { tasks, answered, over }
    }

    /// Turns a second from now on.
    async fn rate(&self, window: Duration) -> f64 {
        let (begun, before) = (Instant::now(), self.answered.load(Ordering::Relaxed));
        sleep(window).await;
        let turns = self.answered.load(Ordering::Relaxed) - before;
        #[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
        let turns = turns as f64;
        turns / begun.elapsed().as_secs_f64()
    }

    async fn stop(self) {
        self.over.cancel();
        self.tasks.join_all().await;
    }
}

async fn send(world: Arc<World>, answered: Arc<AtomicUsize>, over: CancellationToken) {
    let thread = world.open("rate");
    let mut line = Line::new(world.home.address);
    for number in 1.. {
        let (id, text) = (format!("m{number}"), format!("say {number}"));
        if over.is_cancelled() || !world.say(&mut line, (&thread, 0), (&id, &text), Refused::Again).await {
            return;
        }
        let expected = format!("{number} {text}");
        tokio::select! {
            () = world.ledger.until_heard(&thread, &expected) => {}
            () = over.cancelled() => return,
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
}
