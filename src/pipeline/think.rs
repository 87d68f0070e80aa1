//! Who thinks about an event, and what if that never comes to an end?
//!
//! Understanding, search and flow are code that runs through; nothing can end it from outside. So each lane has a
//! thread that thinks for it. One that makes no headway is left to itself and another takes its place: its event has
//! failed, and the lane goes on. A studio that has lost several threads ends itself, to be started anew.

mod starved;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use studio_core::dialogue::{Body, Event, State};
use tokio::{sync::oneshot, time::timeout};

use self::starved::Starved;
use super::translating::Heard;
use crate::{
    breakpoint,
    translation::Asked,
    turn::{Mind, Turn},
};

/// As of the threads of the runtime: flows may be nested deep.
const STACK: usize = 16 << 20;
/// Threads of all lanes that may be lost at a time; with one more the studio ends itself.
pub(super) const MOST_LOST: usize = 8;
/// How often it is looked whether there is headway, within the time that a thought may take. A process that stood still as a whole
/// (stopped, or its machine suspended) finds that it waited for long and has thought for no longer than between two looks.
const LOOKS: u32 = 8;
/// Time in which the thread waited for a processor is none in which it thought. Yet a lane waits for a thought no longer than so
/// many times as long as one may take.
const MOST_TIMES: u32 = 4;

static LOST: AtomicUsize = AtomicUsize::new(0);

/// An event to think about, and all that is needed for it.
pub(super) struct Work {
    pub mind: Mind,
    pub state: State,
    pub event: Event,
    pub channel: String,
    pub heard: Heard,
}

/// What came of an event; a text where a bug kept it from causing anything.
pub(super) type Thought = Result<Came, String>;

pub(super) enum Came {
    Turn(Box<Turn>),
    /// These texts are wanted first.
    Wants(Vec<Asked>),
}

/// The event at this place of the work makes no headway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hung {
    pub place: usize,
    /// Threads that are lost now, with this one.
    pub lost: usize,
}

type Job = Box<dyn FnOnce() + Send>;

/// A lane's thread.
#[derive(Default)]
pub(super) struct Thinker {
    thread: Option<Thread>,
}

struct Thread {
    jobs: mpsc::Sender<Job>,
    starved: Starved,
}

impl Thinker {
    /// Thinks about one event after the other. No event may take longer than `limit` (or, where others were quick
    /// before it, than an eighth more) without the time in which it waited for a processor; if one does, nothing is known of
    /// the others either.
    pub async fn think(
        &mut self,
        work: Vec<Work>,
        limit: Duration,
    ) -> io::Result<Result<Vec<Thought>, Hung>> {
        self.run(work, Work::run, limit).await
    }

    async fn run<W: Send + 'static, T: Send + 'static>(
        &mut self,
        work: Vec<W>,
        run: fn(W) -> T,
        limit: Duration,
    ) -> io::Result<Result<Vec<T>, Hung>> {
        let done = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&done);
        let (answer, mut answered) = oneshot::channel();
        let job = move || {
            let thought = work.into_iter().map(|work| {
                let thought = run(work);
                counted.fetch_add(1, Ordering::AcqRel);
                thought
            });
            if answer.send(thought.collect()).is_err() {
                // It was given up, and came to an end after all.
                LOST.fetch_sub(1, Ordering::AcqRel);
            }
        };
        let starved = self.begin(Box::new(job))?;
        let (mut before, mut looks, mut starved_before) = (0, 0, None);
        let pause = limit / LOOKS;
        loop {
            if let Ok(answer) = timeout(pause, &mut answered).await {
                return answer.map(Ok).map_err(|_| io::Error::other("the thread that thinks is gone"));
            }
            let place = done.load(Ordering::Acquire);
            (looks, starved_before) = if place == before { (looks + 1, starved_before) } else { (0, None) };
            let starved = starved.so_far();
            let starved = starved.saturating_sub(*starved_before.get_or_insert(starved));
            if looks >= looks_given(starved, pause) {
                // Counted first: from the closing on, the thread counts itself as found when it comes to an end.
                let lost = LOST.fetch_add(1, Ordering::AcqRel) + 1;
                answered.close();
                if let Ok(answer) = answered.try_recv() {
                    LOST.fetch_sub(1, Ordering::AcqRel);
                    return Ok(Ok(answer));
                }
                self.thread = None;
                return Ok(Err(Hung { place, lost }));
            }
            before = place;
        }
    }

    /// How long the thread waits for a processor is told from now on.
    fn begin(&mut self, job: Job) -> io::Result<Starved> {
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => start(Starved::default())?,
        };
        thread.jobs.send(job).map_err(|_| io::Error::other("the thread that thinks is gone"))?;
        Ok(self.thread.insert(thread).starved.clone())
    }
}

/// How many looks without headway a thought is given that has waited so long for a processor, with this time between two looks.
fn looks_given(starved: Duration, pause: Duration) -> u32 {
    let waited = starved.as_nanos() / pause.as_nanos().max(1);
    let waited = u32::try_from(waited).unwrap_or(u32::MAX);
    LOOKS.saturating_add(waited).min(MOST_TIMES * LOOKS)
}

/// A thread that ends when nobody can give it anything any more.
fn start(starved: Starved) -> io::Result<Thread> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let own = starved.clone();
    let run = move || {
        own.count_this_thread();
        for job in jobs {
            job();
        }
    };
    thread::Builder::new().name("think".to_owned()).stack_size(STACK).spawn(run)?;
    Ok(Thread { jobs: sender, starved })
}

impl Work {
    /// A panic in a flow is its event's failure, and nobody else's.
    fn run(self) -> Thought {
        let Self { mind, state, mut event, channel, heard } = self;
        let work = AssertUnwindSafe(|| {
            let gathering = mind.gathering(&heard.answers, heard.last);
            mind.understand(&mut event, &state, &gathering);
            let missing = gathering.missing();
            if !missing.is_empty() {
                return Came::Wants(missing);
            }
            breakpoint::pass("understood");
            if let Body::Message { content, .. } = &event.body {
                breakpoint::poison(&content.plain());
                breakpoint::hang("flow", &content.plain());
                breakpoint::abort(&content.plain());
            }
            let turn = mind.turn(state, &event, &channel, &gathering);
            match gathering.missing() {
                missing if missing.is_empty() => Came::Turn(Box::new(turn)),
                missing => Came::Wants(missing),
            }
        });
        catch_unwind(work).map_err(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            format!("a bug in the flow's step: {}", text.unwrap_or("it panicked without a text"))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf, sync::mpsc::RecvTimeoutError};

    use super::*;

    const LIMIT: Duration = Duration::from_millis(50);

    /// Sleeps for so many milliseconds, and says so.
    async fn sleeps(thinker: &mut Thinker, milliseconds: &[u64]) -> Result<Vec<u64>, Hung> {
        let sleep = |milliseconds: u64| {
            thread::sleep(Duration::from_millis(milliseconds));
            milliseconds
        };
        thinker.run(milliseconds.to_vec(), sleep, LIMIT).await.expect("there are threads")
    }

    #[tokio::test]
    async fn a_thought_without_end_costs_a_thread_and_not_the_lane() {
        let mut thinker = Thinker::default();
        assert_eq!(sleeps(&mut thinker, &[0, 1, 2]).await, Ok(vec![0, 1, 2]));
        // Many that are quick may together take longer than one may.
        assert_eq!(sleeps(&mut thinker, &[20; 6]).await, Ok(vec![20; 6]));
        let hung = sleeps(&mut thinker, &[1, 500, 1]).await.expect_err("the second hangs");
        assert_eq!((hung.place, hung.lost), (1, 1));
        assert_eq!(sleeps(&mut thinker, &[3]).await, Ok(vec![3]), "another thread goes on");
        thread::sleep(Duration::from_millis(600));
        assert_eq!(LOST.load(Ordering::Acquire), 0, "the lost one came back");
    }

    #[tokio::test]
    async fn time_in_which_the_whole_process_stood_still_is_not_counted_as_thought() {
        const LIMIT: Duration = Duration::from_millis(400);
        let mut thinker = Thinker::default();
        let (open, gate) = mpsc::channel::<()>();
        let waits = |gate: mpsc::Receiver<()>| gate.recv().is_ok();
        let stands_still = async {
            thread::sleep(2 * LIMIT);
            // The time is over, and that is seen before there is an answer.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            open.send(()).expect("it waits");
        };
        let (thought, ()) = tokio::join!(thinker.run(vec![gate], waits, LIMIT), stands_still);
        assert_eq!(thought.expect("there are threads"), Ok(vec![true]));
    }

    /// Waits at the gate, and has its thread wait for a processor all the while, as far as this file tells.
    fn starves((schedstat, gate): (PathBuf, mpsc::Receiver<()>)) -> bool {
        let (beside, mut waited) = (schedstat.with_extension("new"), Duration::ZERO);
        while gate.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
            waited += Duration::from_secs(1);
            // Moved there, so that nobody reads half of it.
            fs::write(&beside, format!("0 {} 1\n", waited.as_nanos())).expect("writable");
            fs::rename(&beside, &schedstat).expect("writable");
        }
        true
    }

    #[tokio::test]
    async fn time_in_which_no_processor_was_to_be_had_is_not_counted_as_thought() {
        const LIMIT: Duration = Duration::from_millis(400);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let schedstat = folder.path().join("schedstat");
        let thread = start(Starved::told_by(&schedstat)).expect("there are threads");
        let mut thinker = Thinker { thread: Some(thread) };
        let (open, gate) = mpsc::channel::<()>();
        let opens = async {
            tokio::time::sleep(2 * LIMIT).await;
            open.send(()).expect("it waits");
        };
        let (thought, ()) = tokio::join!(thinker.run(vec![(schedstat, gate)], starves, LIMIT), opens);
        assert_eq!(thought.expect("there are threads"), Ok(vec![true]));
    }

    #[test]
    fn a_thread_that_waits_for_a_processor_keeps_its_lane_for_so_long_and_no_longer() {
        const PAUSE: Duration = Duration::from_secs(1);
        let given = |milliseconds| looks_given(Duration::from_millis(milliseconds), PAUSE);
        assert_eq!(given(0), LOOKS);
        assert_eq!(given(999), LOOKS, "what every thread waits is no reason");
        assert_eq!(given(5_000), LOOKS + 5);
        assert_eq!(given(3_600_000), MOST_TIMES * LOOKS);
        assert_eq!(looks_given(Duration::MAX, Duration::ZERO), MOST_TIMES * LOOKS);
    }
}
