//! Has a campaign done enough to prove anything? Where nobody spoke, or no table was written, nothing is found either.

use super::{Options, PEOPLE};
use crate::{database::Engine, phase::Phase, platforms::Way, tally::Tally};

/// What follows is of so many kills, and as much more of more.
const KILLS: usize = 50;
/// A table for each so many kills, so that they are written between kills too, and not at a stop alone.
const KILLS_OF_A_TABLE: usize = 100;

/// What is done at least in [`KILLS`] kills: what a slow machine does in a debug build, and of what is drawn, such as the phase of a kill, what is
/// nearly never missed.
struct Least {
    acknowledged: usize,
    heard: usize,
    acts: usize,
    forgotten: usize,
    waits: usize,
    calls: usize,
    at_work: usize,
}

const BY_VISITORS: Least =
    Least { acknowledged: 200, heard: 200, acts: 50, forgotten: 10, waits: 3, calls: 10, at_work: 5 };
/// Of these there are fewer beside people on the platforms. Ten kills, in two rounds, may be over before a wish was granted, or may all have come
/// before anything was acknowledged.
const BESIDE_PEOPLE: Least =
    Least { acknowledged: 50, heard: 50, acts: 5, forgotten: 4, waits: 0, calls: 0, at_work: 4 };
const STARTING: usize = 2;
const STOPPING: usize = 1;
const OF_DATABASE: usize = 5;

/// Something that a campaign is about.
struct Wanted {
    what: &'static str,
    found: usize,
    least: usize,
}

/// What there was too little of in a campaign that came to its end, in sentences.
pub(super) fn missing(tally: &Tally, options: &Options) -> Vec<String> {
    let parts = [of_all(tally, options), of_engine(tally, options), of_people(tally, options)];
    let missing = parts.into_iter().flatten().filter(|wanted| wanted.found < wanted.least);
    missing.map(|Wanted { what, found, least }| format!("{what}: {found}, at least {least}")).collect()
}

fn wanted(what: &'static str, found: usize, least: usize) -> Wanted {
    Wanted { what, found, least }
}

fn of_all(tally: &Tally, options: &Options) -> Vec<Wanted> {
    let least = if options.channels { BESIDE_PEOPLE } else { BY_VISITORS };
    let part = |count: usize| count * options.kills / KILLS;
    let compared = &tally.compared;
    let stopping = tally.fell_in(&[Phase::Stopping, Phase::Closing, Phase::Stopped]);
    vec![
        wanted("kills", tally.kills, options.kills.max(1)),
        wanted("looks at the whole store", tally.audits, 1),
        wanted("messages acknowledged", compared.acknowledged, part(least.acknowledged).max(1)),
        wanted("messages heard", compared.heard, part(least.heard).max(1)),
        wanted("acts of agents", compared.acts, part(least.acts)),
        wanted("wishes to be forgotten", tally.forgotten, part(least.forgotten)),
        // With each comparison one.
        wanted("editions published", tally.editions.published, 1),
        wanted("editions found", tally.editions.found, 1),
        wanted("waits", compared.waits, part(least.waits)),
        wanted("calls", compared.calls, part(least.calls)),
        wanted("kills under load", tally.at_work, part(least.at_work)),
        wanted("kills while it starts", tally.fell_in(&Phase::OF_START), part(STARTING)),
        wanted("kills while it stops", stopping, part(STOPPING)),
    ]
}

/// Whoever stops in good order has the embedded database write a table, and the first round ends so. A server is never stopped.
fn of_engine(tally: &Tally, options: &Options) -> Vec<Wanted> {
    let tables = options.kills / KILLS_OF_A_TABLE;
    let mut all = match options.engine {
        Engine::SurrealKv | Engine::RocksDb => vec![wanted("tables written", tally.tables, tables.max(1))],
        Engine::Server { .. } => vec![
            wanted("tables written", tally.tables, tables),
            wanted("kills of the database's server", tally.of_database, OF_DATABASE * options.kills / KILLS),
        ],
    };
    if options.power_loss {
        let bytes = usize::try_from(tally.lost.bytes).unwrap_or(usize::MAX);
        // A few kills may all find everything synced.
        all.push(wanted("bytes lost with the power", bytes, options.kills / KILLS));
    }
    all
}

/// Each comparison waits until somebody has spoken on every platform, pressed, filled in and sent something.
fn of_people(tally: &Tally, options: &Options) -> Vec<Wanted> {
    if !options.channels {
        return Vec::new();
    }
    let rounds = options.kills.div_ceil(options.round.max(1));
    let persons = rounds * Way::ALL.len() * PEOPLE;
    let people = &tally.on_platforms;
    let often = |times: u64| usize::try_from(times).unwrap_or(usize::MAX);
    vec![
        wanted("conversations on the platforms", people.conversations, persons),
        wanted("messages acknowledged there", people.acknowledged, persons),
        wanted("presses", people.pressed, 1),
        wanted("forms", people.forms, 1),
        wanted("files", people.files, 1),
        wanted("messages said without waiting", people.at_once, 1),
        wanted("messages changed or taken back", tally.corrected, 1),
        wanted("events told twice", often(tally.met.repeated), 1),
        wanted("events told behind the next", often(tally.met.swapped), 1),
        wanted("events told late", often(tally.met.late), 1),
        wanted("events told in two halves", often(tally.met.trickled), 1),
        // A few kills may be over before.
        wanted("events told once more long after", often(tally.met.echoed), options.kills / KILLS),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use studio_simulators::met::Met;

    use super::*;
    use crate::{compare::Compared, editions::Count, faults::Lost, process::Program};

    fn options(kills: usize) -> Options {
        Options::new(Program { binary: PathBuf::from("studio"), environment: Vec::new() }, kills, 1)
    }

    /// As much as a slow machine does.
    fn done(kills: usize) -> Tally {
        let compared = Compared {
            acknowledged: 9 * kills,
            heard: 12 * kills,
            acts: 4 * kills,
            waits: kills,
            calls: kills,
            ..Compared::default()
        };
        let fell = [(Phase::Opening, kills / 4), (Phase::Ready, kills / 2), (Phase::Closing, kills / 8)];
        Tally {
            kills,
            compared,
            fell: fell.into(),
            at_work: kills / 2,
            tables: (kills / 20).max(1),
            forgotten: kills,
            editions: Count { published: 1, found: 1 },
            audits: 1,
            ..Tally::default()
        }
    }

    fn misses(tally: &Tally, options: &Options, expected: &[&str]) {
        let missing = missing(tally, options);
        let names: Vec<_> = missing.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(names, expected, "{missing:?}");
    }

    #[test]
    fn a_campaign_that_did_nothing_proved_nothing() {
        for kills in [1, 10, 50, 1_000] {
            misses(&done(kills), &options(kills), &[]);
        }
        assert!(missing(&Tally::default(), &options(0)).len() >= 4, "no kill is no campaign");
        let idle = Tally { compared: Compared::default(), tables: 0, ..done(50) };
        let expected =
            ["messages acknowledged", "messages heard", "acts of agents", "waits", "calls", "tables written"];
        misses(&idle, &options(50), &expected);
        let unread = Tally { editions: Count::default(), ..done(50) };
        misses(&unread, &options(50), &["editions published", "editions found"]);
        // What is enough for fifty kills is not for a thousand.
        let mut few = done(1_000);
        few.compared.acknowledged = 450;
        misses(&few, &options(1_000), &["messages acknowledged"]);
        assert_eq!(missing(&few, &options(1_000)), ["messages acknowledged: 450, at least 4000"]);
    }

    #[test]
    fn power_that_took_nothing_was_not_lost() {
        let options = Options { power_loss: true, ..options(50) };
        misses(&done(50), &options, &["bytes lost with the power"]);
        let lost = Lost { bytes: 1, names: 0 };
        misses(&Tally { lost, ..done(50) }, &options, &[]);
    }

    #[test]
    fn a_server_is_killed_too_and_writes_tables_later() {
        let engine = Engine::Server { program: PathBuf::from("server"), storage: "surrealkv".to_owned() };
        let on_server = |kills| Options { engine: engine.clone(), ..options(kills) };
        let tally = |kills, tables| Tally { tables, of_database: kills / 2, ..done(kills) };
        misses(&tally(50, 0), &on_server(50), &[]);
        misses(&tally(100, 0), &on_server(100), &["tables written"]);
        misses(&Tally { of_database: 0, ..done(50) }, &on_server(50), &["kills of the database's server"]);
    }

    #[test]
    fn people_are_to_do_all_that_people_do() {
        let options = Options { channels: true, round: 5, ..options(10) };
        let talked = Compared { conversations: 28, acknowledged: 30, ..Compared::default() };
        let all = Compared { pressed: 1, forms: 1, files: 1, at_once: 1, ..talked.clone() };
        let met = Met { repeated: 1, swapped: 1, late: 1, trickled: 1, ..Met::default() };
        misses(&Tally { on_platforms: all, corrected: 1, met, ..done(10) }, &options, &[]);
        let expected = [
            "presses",
            "forms",
            "files",
            "messages said without waiting",
            "messages changed or taken back",
            "events told twice",
            "events told behind the next",
            "events told late",
            "events told in two halves",
        ];
        misses(&Tally { on_platforms: talked, ..done(10) }, &options, &expected);
    }
}
