//! The campaigns by hand: `make crash KILLS=1000 SEED=1`.

use std::{fmt, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};
use studio_load::{
    bench::{Judged, Measure, sockets},
    crash::{self, Options},
    database::Engine,
    handover::{self, Leaves},
    pressure::{self, Scenario, Size},
    process::Program,
    tally::Tally,
    trials,
};

/// The status with which a soak ends that is neither flat nor not, for it was too short.
const TOO_SHORT: u8 = 3;

/// Loads a studio, and kills it.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The studio; the one beside this program where absent
    #[arg(long, global = true)]
    studio: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Kills the studio under load and compares what was sent, stored and heard
    Crash {
        #[arg(long, default_value_t = 50)]
        kills: usize,
        /// Decides when it is killed and what is said
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Kills between two comparisons
        #[arg(long, default_value_t = 10)]
        round: usize,
        /// With every second kill lose what was written and never synced
        #[arg(long)]
        power_loss: bool,
        /// The setting `store.log_bytes`: what the log may have before it is written into a table
        #[arg(long, default_value_t = crash::LEAST_LOG, value_parser = clap::value_parser!(u64).range(crash::LEAST_LOG..))]
        log_bytes: u64,
        /// What a message has beside its words in about half of the rounds
        #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u64).range(..=crash::MOST_BYTES))]
        bytes: u64,
        /// With people on the messaging platforms too, whose events come twice and in another order
        #[arg(long)]
        channels: bool,
        #[arg(long, value_enum, default_value_t = Store::Surrealkv)]
        store: Store,
        /// The database's server (`make database-server`), with the engine that `--store` names below it; it is
        /// killed in turn with the studio
        #[arg(long, conflicts_with = "power_loss")]
        server: Option<PathBuf>,
    },
    /// Lets a second studio take over on the same database server while replies wait, and the server be away for long
    Handover {
        /// The database's server (`make database-server`)
        #[arg(long)]
        server: PathBuf,
    },
    /// Lets disk and clock fail under load, and looks what becomes of the promises
    Trials {
        /// Only those with this word in their name
        #[arg(default_value = "")]
        only: String,
        /// Those that look into the files of SurrealKV are skipped on another
        #[arg(long, value_enum, default_value_t = Store::Surrealkv)]
        store: Store,
    },
    /// Offers more than the studio can work off, and looks what it costs and what is lost
    Pressure {
        /// Only those with this word in their name
        #[arg(default_value = "")]
        only: String,
        #[command(flatten)]
        size: Size,
    },
    #[command(flatten)]
    Bench(Measure),
    /// Serves sockets and does nothing else: the floor of `sockets`, which starts it
    #[command(hide = true)]
    BareSockets,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Store {
    Surrealkv,
    Rocksdb,
}

impl Store {
    fn embedded(self) -> Engine {
        match self {
            Self::Surrealkv => Engine::SurrealKv,
            Self::Rocksdb => Engine::RocksDb,
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Arguments { command, studio } = Arguments::parse();
    let binary = match studio {
        Some(studio) => studio.canonicalize().with_context(|| format!("there is no {}", studio.display()))?,
        None => std::env::current_exe()?.with_file_name("studio"),
    };
    let program = Program { binary, environment: Vec::new() };
    match command {
        Command::Crash { kills, seed, round, power_loss, log_bytes, bytes, channels, store, server } => {
            let engine = match (server, store) {
                (Some(program), Store::Surrealkv) => {
                    Engine::Server { program, storage: "surrealkv".to_owned() }
                }
                (Some(program), Store::Rocksdb) => Engine::Server { program, storage: "rocksdb".to_owned() },
                (None, store) => store.embedded(),
            };
            let bytes = usize::try_from(bytes)?;
            let more = Options::new(program, kills, seed);
            let options = Options { round, power_loss, log_bytes, bytes, channels, engine, ..more };
            let progress = |tally: &Tally| {
                eprintln!("{} kills, {} acknowledged", tally.kills, tally.compared.acknowledged);
            };
            let tally = crash::run(&options, progress).await?;
            println!("{tally}");
            Ok(code(tally.is_clean()))
        }
        Command::Handover { server } => Ok(handovers(&program, server).await),
        Command::Trials { only, store } => {
            let engine = store.embedded();
            let (mut sum, mut table) = (Sum::default(), trials::Table::begin());
            for trial in trials::TRIALS.iter().filter(|trial| trial.name.contains(&only)) {
                let begun = Instant::now();
                let outcome = trials::run(trial, &program, &engine).await;
                table.add(trial.name, &outcome, begun.elapsed());
                match outcome {
                    Ok(outcome) if outcome.skipped.is_some() => sum.skip(trial.name, &outcome),
                    outcome => sum.add(trial.name, outcome, trials::Outcome::is_clean),
                }
            }
            println!("\n{table}\n");
            Ok(sum.told("trials"))
        }
        Command::Pressure { only, size } => {
            let mut sum = Sum::default();
            println!("{}", pressure::HEADS);
            for scenario in Scenario::ALL.into_iter().filter(|scenario| scenario.name().contains(&only)) {
                sum.add(scenario.name(), scenario.run(&program, size).await, pressure::Outcome::is_clean);
            }
            Ok(sum.told("scenarios"))
        }
        Command::BareSockets => {
            sockets::serve_bare().await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Bench(measure) => Ok(match measure.run(&program).await? {
            Judged::Well => ExitCode::SUCCESS,
            Judged::TooShort => ExitCode::from(TOO_SHORT),
        }),
    }
}

/// Lets a second studio take over in each way, and one go on whose database was away.
async fn handovers(program: &Program, server: PathBuf) -> ExitCode {
    let engine = Engine::Server { program: server, storage: "surrealkv".to_owned() };
    let mut sum = Sum::default();
    for leaves in [Leaves::Killed, Leaves::Paused] {
        let what = format!("handover, the first {leaves:?}");
        let wrong = handover::run(program, &engine, leaves).await;
        sum.add(&what, wrong.map(|wrong| Found { what: &what, wrong }), Found::is_nothing);
    }
    let what = "a database that is away for longer than the lease is trusted";
    let wrong = handover::away(program, &engine).await;
    sum.add(what, wrong.map(|wrong| Found { what, wrong }), Found::is_nothing);
    sum.told("handovers")
}

/// What is wrong with a handover, a line each.
struct Found<'a> {
    what: &'a str,
    wrong: Vec<String>,
}

impl Found<'_> {
    fn is_nothing(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for wrong in &self.wrong {
            writeln!(f, "{wrong}")?;
        }
        write!(f, "{}: {} findings", self.what, self.wrong.len())
    }
}

/// Of several that are tried one after the other. One that comes to no end keeps no other from being tried.
#[derive(Default)]
struct Sum {
    tried: usize,
    failed: Vec<String>,
    /// Those that could not be tried here.
    skipped: Vec<String>,
}

impl Sum {
    /// Prints what became of one.
    fn add<T: fmt::Display>(
        &mut self,
        name: &str,
        outcome: anyhow::Result<T>,
        is_clean: impl FnOnce(&T) -> bool,
    ) {
        self.tried += 1;
        let clean = match outcome {
            Ok(outcome) => {
                println!("{outcome}");
                is_clean(&outcome)
            }
            Err(error) => {
                println!("{name} came to no end: {error:#}");
                false
            }
        };
        if !clean {
            self.failed.push(name.to_owned());
        }
    }

    /// Prints why one was not tried.
    fn skip(&mut self, name: &str, why: &impl fmt::Display) {
        println!("{why}");
        self.skipped.push(name.to_owned());
    }

    /// Prints how many there were, and which failed or were skipped. That nothing was tried is no success.
    fn told(self, what: &str) -> ExitCode {
        println!("{}", self.line(what));
        code(self.tried > 0 && self.failed.is_empty())
    }

    fn line(&self, what: &str) -> String {
        let Self { tried, failed, skipped } = self;
        let which = |names: &[String]| {
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
        };
        let failed = format!("{} failed{}", failed.len(), which(failed));
        if skipped.is_empty() {
            return format!("{tried} {what}, {failed}");
        }
        let all = tried + skipped.len();
        format!("{tried} of {all} {what}, {} skipped{}; {failed}", skipped.len(), which(skipped))
    }
}

fn code(clean: bool) -> ExitCode {
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_comes_to_no_end_fails_and_the_next_is_tried() {
        let found = |what, wrong: &[&str]| Found {
            what,
            wrong: wrong.iter().map(|line| (*line).to_owned()).collect(),
        };
        let mut sum = Sum::default();
        sum.add("first", Err::<Found<'_>, _>(anyhow::anyhow!("it hangs")), Found::is_nothing);
        sum.add("second", Ok(found("second", &["a reply was lost"])), Found::is_nothing);
        sum.add("third", Ok(found("third", &[])), Found::is_nothing);
        assert_eq!((sum.tried, &sum.failed[..]), (3, &["first".to_owned(), "second".to_owned()][..]));
        assert_eq!(
            found("second", &["a reply was lost"]).to_string(),
            "a reply was lost\nsecond: 1 findings"
        );
        assert_eq!(sum.line("trials"), "3 trials, 2 failed: first, second");
        assert_eq!(sum.told("trials"), ExitCode::FAILURE);
        assert_eq!(Sum::default().told("trials"), ExitCode::FAILURE, "nothing was tried");
        assert_eq!(Sum { tried: 1, ..Sum::default() }.told("trials"), ExitCode::SUCCESS);
    }

    #[test]
    fn what_was_skipped_was_not_tried_and_is_told() {
        let mut sum = Sum::default();
        sum.skip("model-hangs", &"there is no model");
        assert_eq!(sum.line("trials"), "0 of 1 trials, 1 skipped: model-hangs; 0 failed");
        sum.tried = 24;
        assert_eq!(sum.line("trials"), "24 of 25 trials, 1 skipped: model-hangs; 0 failed");
        assert_eq!(sum.told("trials"), ExitCode::SUCCESS);
        let skipped = vec!["model-hangs".to_owned()];
        let nothing = Sum { skipped, ..Sum::default() };
        assert_eq!(nothing.told("trials"), ExitCode::FAILURE, "nothing was tried");
    }
}
