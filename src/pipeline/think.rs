//! Who thinks about an event, and what if that never comes to an end?
//!
//! Understanding, search and flow are code that runs through; nothing can end it from outside. So each lane has a
//! thread that thinks for it. One that makes no headway is left to itself and another takes its place: its event has
//! failed, and the lane goes on. A studio that has lost several threads ends itself, to be started anew.

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
    jobs: Option<mpsc::Sender<Job>>,
}

impl Thinker {
    /// Thinks about one event after the other. No event may take longer than `limit` (or, where others were quick
    /// before it, than twice that); if one does, nothing is known of the others either.
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
        self.begin(Box::new(job))?;
        let mut before = 0;
        loop {
            if let Ok(answer) = timeout(limit, &mut answered).await {
                return answer.map(Ok).map_err(|_| io::Error::other("the thread that thinks is gone"));
            }
            let place = done.load(Ordering::Acquire);
            if place == before {
                // Counted first: from the closing on, the thread counts itself as found when it comes to an end.
                let lost = LOST.fetch_add(1, Ordering::AcqRel) + 1;
                answered.close();
                if let Ok(answer) = answered.try_recv() {
                    LOST.fetch_sub(1, Ordering::AcqRel);
                    return Ok(Ok(answer));
                }
                self.jobs = None;
                return Ok(Err(Hung { place, lost }));
            }
            before = place;
        }
    }

    fn begin(&mut self, job: Job) -> io::Result<()> {
        let jobs = match self.jobs.take() {
            Some(jobs) => jobs,
            None => start()?,
        };
        jobs.send(job).map_err(|_| io::Error::other("the thread that thinks is gone"))?;
        self.jobs = Some(jobs);
        Ok(())
    }
}

/// A thread that ends when nobody can give it anything any more.
fn start() -> io::Result<mpsc::Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let run = move || jobs.into_iter().for_each(|job| job());
    thread::Builder::new().name("think".to_owned()).stack_size(STACK).spawn(run)?;
    Ok(sender)
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
}
