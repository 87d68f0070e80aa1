//! What happens, and when?

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use studio_core::invariants::Violation;

use crate::{
    bot::BOT,
    check::Books,
    failure::Failure,
    faults::{self, Faults},
    outside::{agent::Agent, service::Service, visitor::Visitor},
    sabotage::Sabotage,
    schedule::Schedule,
    store::Store,
    studio::Studio,
    task::{Outside, Task, Work},
};

/// More steps than any history takes: one that takes them goes round in circles.
const MOST_STEPS: u64 = 200_000;

/// When every history begins: some time in 2026.
const BEGUN: Timestamp = Timestamp::constant(1_795_424_400, 0);

/// Everything there is.
pub struct World {
    pub seed: u64,
    pub now: Timestamp,
    pub random: StdRng,
    pub faults: Faults,
    pub sabotage: Option<Sabotage>,
    pub store: Store,
    pub studio: Studio,
    pub visitors: Vec<Visitor>,
    pub agents: Vec<Agent>,
    pub service: Service,
    pub books: Books,
    pub tally: Tally,
    pub trace: Vec<String>,
    schedule: Schedule,
}

/// What a history was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub steps: u64,
    pub crashes: u32,
    /// Turns that were committed.
    pub turns: u64,
    pub acknowledged: u64,
    pub heard: u64,
    /// Of these, with the mark that they may have been delivered before.
    pub uncertain: u64,
    pub calls: u64,
    pub acts: u64,
    /// To be forgotten, acknowledged.
    pub wishes: u64,
    /// Commits whose answer was lost.
    pub unknown: u64,
    pub refused: u64,
}

/// How a history ended, and all that happened in it.
#[derive(Debug)]
pub struct Run {
    pub outcome: Result<Tally, Box<Failure>>,
    pub trace: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.crashes += other.crashes;
        self.turns += other.turns;
        self.acknowledged += other.acknowledged;
        self.heard += other.heard;
        self.uncertain += other.uncertain;
        self.calls += other.calls;
        self.acts += other.acts;
        self.wishes += other.wishes;
        self.unknown += other.unknown;
        self.refused += other.refused;
    }

    /// What was counted, and how much of it there was.
    pub fn counts(&self) -> [(&'static str, u64); 11] {
        let Self {
            steps,
            crashes,
            turns,
            acknowledged,
            heard,
            uncertain,
            calls,
            acts,
            wishes,
            unknown,
            refused,
        } = *self;
        [
            ("steps", steps),
            ("crashes", crashes.into()),
            ("commits of an unknown outcome", unknown),
            ("refused", refused),
            ("turns", turns),
            ("events acknowledged", acknowledged),
            ("acts of members", acts),
            ("wishes to be forgotten", wishes),
            ("calls", calls),
            ("messages heard", heard),
            ("of these marked uncertain", uncertain),
        ]
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts().map(|(what, count)| format!("{count} {what}"));
        f.write_str(&counts.join(", "))
    }
}

impl World {
    /// Before anything has happened.
    ///
    /// # Panics
    ///
    /// If the simulation's own bot does not load.
    pub fn new(seed: u64, sabotage: Option<Sabotage>) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let now = BEGUN;
        let faults = Faults::draw(seed, &mut random, now);
        let visitors: Vec<_> =
            (0..random.random_range(2..4)).map(|number| Visitor::new(number, &mut random)).collect();
        let agents: Vec<_> = (0..random.random_range(1..3)).map(|_| Agent::new(&mut random)).collect();
        let lanes = random.random_range(1..3);
        let books = Books::new(visitors.len());
        let mut world = Self {
            seed,
            now,
            random,
            faults,
            sabotage,
            store: Store::new(sabotage),
            studio: Studio::down(0, lanes),
            visitors,
            agents,
            service: Service::default(),
            books,
            tally: Tally::default(),
            trace: Vec::new(),
            schedule: Schedule::default(),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        std::sync::LazyLock::force(&BOT);
        self.schedule.put(self.now, Task::Start);
        for visitor in 0..self.visitors.len() {
            let pause = self.milliseconds(0, 800);
            self.later(pause, Outside::Speak { visitor });
            if !self.visitors[visitor].pushed {
                let pause = self.milliseconds(0, 800);
                self.later(pause, Outside::Connect { visitor });
            }
        }
        for agent in 0..self.agents.len() {
            let pause = self.milliseconds(500, 4_000);
            self.later(pause, Outside::Act { agent });
        }
    }

    /// Lets everything happen, until there is nothing left to happen or something is wrong.
    pub fn run(mut self) -> Run {
        let outcome = self.live();
        let outcome = outcome.map(|()| self.tally.clone());
        Run { outcome, trace: self.trace }
    }

    fn live(&mut self) -> Result<(), Box<Failure>> {
        while let Some((at, task)) = self.schedule.pop() {
            self.now = at;
            self.tally.steps += 1;
            if self.tally.steps > MOST_STEPS {
                let endless = Violation::Stranded { what: "an end".to_owned() };
                return Err(Box::new(Failure::of(self, vec![(0, endless)])));
            }
            self.perform(task);
            let violations = self.check_step();
            if !violations.is_empty() {
                return Err(Box::new(Failure::of(self, violations)));
            }
        }
        let violations = self.check_end();
        if violations.is_empty() { Ok(()) } else { Err(Box::new(Failure::of(self, violations))) }
    }

    fn perform(&mut self, task: Task) {
        match task {
            Task::Start => self.start(),
            Task::Studio { run, .. } if run != self.studio.run => {}
            Task::Studio { work, .. } => {
                if self.crash_is_due() {
                    self.crash();
                } else {
                    self.work(*work);
                }
            }
            Task::Outside(outside) => self.outside(*outside),
        }
    }

    fn crash_is_due(&mut self) -> bool {
        if self.faults.crashes == 0 || self.is_calm() {
            return false;
        }
        self.faults.crash_in -= 1;
        self.faults.crash_in == 0
    }

    fn crash(&mut self) {
        self.faults.crashes -= 1;
        self.faults.crash_in = faults::next_crash(&mut self.random);
        self.tally.crashes += 1;
        self.note("the studio's process ends");
        self.end_process();
        let pause = self.milliseconds(50, 3_000);
        let at = self.at(pause);
        self.schedule.put(at, Task::Start);
    }

    /// What the studio's clock says.
    pub fn clock(&self) -> Timestamp {
        self.faults.jump.map_or(self.now, |jump| jump.clock(self.now))
    }

    /// Whether everything works by now.
    pub fn is_calm(&self) -> bool {
        self.now >= self.faults.until
    }

    /// Whether one of so many thousand chances comes true.
    pub fn chance(&mut self, thousandths: u32) -> bool {
        let drawn = self.random.random_ratio(thousandths, 1_000);
        drawn && !self.is_calm()
    }

    /// A random time from `least` to `most` milliseconds, in microseconds.
    pub fn milliseconds(&mut self, least: i64, most: i64) -> SignedDuration {
        SignedDuration::from_micros(self.random.random_range(least * 1_000..=most * 1_000))
    }

    /// The time after a pause.
    pub fn at(&self, pause: SignedDuration) -> Timestamp {
        self.now.checked_add(pause).unwrap_or(Timestamp::MAX)
    }

    pub fn later(&mut self, pause: SignedDuration, outside: Outside) {
        self.schedule.put(self.at(pause), Task::Outside(Box::new(outside)));
    }

    pub fn put(&mut self, at: Timestamp, outside: Outside) {
        self.schedule.put(at, Task::Outside(Box::new(outside)));
    }

    /// The studio will do this, if its process lives so long.
    pub fn work_later(&mut self, pause: SignedDuration, work: Work) {
        self.schedule.put(self.at(pause), Task::Studio { run: self.studio.run, work: Box::new(work) });
    }

    /// As [`Self::work_later`], for a process that may have ended by now.
    pub fn work_of(&mut self, run: u32, pause: SignedDuration, work: Work) {
        self.schedule.put(self.at(pause), Task::Studio { run, work: Box::new(work) });
    }

    /// As [`Self::work_later`], as soon as the machine gets to it.
    pub fn work_soon(&mut self, work: Work) {
        let slow = self.chance(self.faults.slow);
        let pause = self.milliseconds(0, if slow { 700 } else { 3 });
        self.work_later(pause, work);
    }

    /// Writes down what happened.
    pub fn note(&mut self, what: impl fmt::Display) {
        let begun = self.faults.begun;
        let seconds = self.now.duration_since(begun).as_secs_f64();
        self.trace.push(format!("{seconds:>10.6} {what}"));
    }
}
