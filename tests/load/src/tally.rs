//! What did a campaign of kills do and see?

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use studio_simulators::met::Met;

use crate::{compare::Compared, editions, faults::Lost, phase::Phase};

/// What was done and seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub seed: u64,
    pub kills: usize,
    /// How far the studio had come at each, by its own log.
    pub fell: BTreeMap<Phase, usize>,
    /// Of those that fell while it was ready, after it had acknowledged something.
    pub at_work: usize,
    /// Stops that ended before the kill came. They are no kills.
    pub stopped_before: usize,
    /// Besides, of the database's server.
    pub of_database: usize,
    /// Tables that the database has written, as far as they were seen.
    pub tables: usize,
    /// Wishes to be forgotten that were acknowledged.
    pub forgotten: usize,
    /// Editions of a document that were published, and found.
    pub editions: editions::Count,
    pub compared: Compared,
    /// Of these, on the messaging platforms.
    pub on_platforms: Compared,
    /// What went wrong there.
    pub met: Met,
    /// Changes of messages there that agents asked for, and that were acknowledged.
    pub corrected: usize,
    /// Times from start to ready, ascending once the campaign is over.
    pub ready: Vec<Duration>,
    pub took: Duration,
    pub parts: Parts,
    /// What was never synced, and lost with the power.
    pub lost: Lost,
    /// What came after its conversation had been compared, unmarked or for the first time.
    pub strays: Vec<String>,
    /// Editions that were found and should not have been, in sentences.
    pub misread: Vec<String>,
    /// Credentials that stand in the log or in an answer, in sentences.
    pub seen: Vec<String>,
    /// Ways of the platforms by which nothing was acknowledged.
    pub silent: Vec<&'static str>,
    /// How often all that the store holds was looked at, and what was wrong with it.
    pub audits: usize,
    pub wrong: Vec<String>,
    /// Of what there was too little for that nothing was found to prove anything.
    pub missing: Vec<String>,
    /// Data and log, kept where something was found.
    pub folder: Option<PathBuf>,
}

/// How long each part took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts {
    /// Starts, load and kills.
    pub kills: Duration,
    /// Until the ledgers agreed.
    pub comparisons: Duration,
    /// Looks at all that the store holds.
    pub audits: Duration,
}

impl Tally {
    /// Nothing was found, and there was enough in which something could have been.
    pub fn is_clean(&self) -> bool {
        self.findings() == 0 && self.missing.is_empty()
    }

    fn findings(&self) -> usize {
        let sentences = [&self.strays, &self.wrong, &self.misread, &self.seen].map(Vec::len);
        self.compared.findings.len() + sentences.iter().sum::<usize>() + self.silent.len()
    }

    /// At the end of a campaign with people on the platforms by these ways: where nothing was acknowledged, nothing was tested.
    pub fn judge_ways(&mut self, ways: &[&'static str]) {
        let acknowledged = |way: &&str| self.on_platforms.ways.get(*way).copied().unwrap_or_default();
        self.silent = ways.iter().copied().filter(|way| acknowledged(way) == 0).collect();
    }

    /// What went wrong on the platforms.
    fn weather(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Met {
            too_many,
            failed,
            answer_lost,
            slow,
            repeated,
            swapped,
            late,
            echoed,
            trickled,
            dropped,
            session_lost,
        } = self.met;
        writeln!(
            f,
            "  events there: {repeated} told twice in a row, {echoed} once more long after, {swapped} behind the next, {late} late, \
             {trickled} in two halves; requests: {too_many} asked to wait, {failed} failed, {answer_lost} without their answer, {slow} \
             answered late; {dropped} events broke connections, and {session_lost} of these sessions"
        )
    }

    /// What was found, behind all else: the end is what a reader sees, and what the log of a long run keeps.
    fn found(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f)?;
            finding.summary(f)?;
        }
        for stray in &self.strays {
            write!(f, "\nheard after its conversation was compared: {stray}")?;
        }
        for wrong in &self.wrong {
            write!(f, "\nin the store: {wrong}")?;
        }
        for misread in &self.misread {
            write!(f, "\nin the document: {misread}")?;
        }
        for seen in &self.seen {
            write!(f, "\nto be read by whoever sees it: {seen}")?;
        }
        for way in &self.silent {
            write!(f, "\nnothing that was said by {way} was ever acknowledged")?;
        }
        for missing in &self.missing {
            write!(f, "\ntoo little to prove anything: {missing}")?;
        }
        match &self.folder {
            Some(folder) => write!(f, "\ndata and log are kept in {}", folder.display()),
            None => Ok(()),
        }
    }

    /// Kills in these phases.
    pub fn fell_in(&self, phases: &[Phase]) -> usize {
        phases.iter().filter_map(|phase| self.fell.get(phase)).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        let half = self.ready.get(self.ready.len() / 2).copied().unwrap_or_default();
        let most = self.ready.last().copied().unwrap_or_default();
        let Compared { conversations, acknowledged, heard, uncertain, acts, waits, calls, .. } =
            &self.compared;
        writeln!(
            f,
            "seed {}: {} kills in {} s, {} findings",
            self.seed,
            self.kills,
            self.took.as_secs(),
            self.findings(),
        )?;
        let Parts { kills, comparisons, audits } = self.parts;
        writeln!(
            f,
            "  {} s of these were kills under load, {} s comparisons, {} s looks at the whole store",
            kills.as_secs(),
            comparisons.as_secs(),
            audits.as_secs()
        )?;
        for (phase, count) in &self.fell {
            writeln!(f, "  {count} fell {phase}")?;
        }
        writeln!(
            f,
            "  {} of these under load; {} stops ended before their kill; the whole store was looked at {} times",
            self.at_work, self.stopped_before, self.audits
        )?;
        writeln!(
            f,
            "{conversations} conversations, {acknowledged} messages acknowledged, {heard} heard, {uncertain} of these \
             marked uncertain; {acts} acts of agents acknowledged; {waits} waits, {calls} calls"
        )?;
        let editions::Count { published, found } = self.editions;
        writeln!(
            f,
            "{} wishes to be forgotten, {} tables were written; {published} editions of a document were published, and {found} \
             questions answered from it",
            self.forgotten, self.tables
        )?;
        if self.on_platforms.conversations > 0 {
            let Compared {
                conversations,
                acknowledged,
                heard,
                uncertain,
                pressed,
                forms,
                files,
                at_once,
                ways,
                ..
            } = &self.on_platforms;
            let ways: Vec<String> = ways.iter().map(|(way, count)| format!("{count} by {way}")).collect();
            writeln!(
                f,
                "of these on the platforms: {conversations} conversations, {acknowledged} messages acknowledged \
                 ({pressed} presses, {forms} forms, {files} files, {at_once} without waiting), {heard} heard, {uncertain} of \
                 these marked uncertain; \
                 acknowledged were {}; agents changed or took back {}",
                ways.join(", "),
                self.corrected
            )?;
            self.weather(f)?;
        }
        if self.of_database > 0 {
            writeln!(f, "the database's server was killed {} times", self.of_database)?;
        }
        if self.lost != Lost::default() {
            let Lost { bytes, names } = self.lost;
            writeln!(
                f,
                "{bytes} bytes and {names} changes of names were never synced and lost with the power"
            )?;
        }
        write!(f, "start to ready: half within {} ms, all within {} ms", half.as_millis(), most.as_millis())?;
        self.found(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_by_which_nothing_came_is_told() {
        let ways = BTreeMap::from([("discord-gateway", 0), ("telegram-polling", 3)]);
        let on_platforms = Compared { conversations: 3, ways, ..Compared::default() };
        let mut tally = Tally { on_platforms, ..Tally::default() };
        assert!(tally.is_clean());
        tally.judge_ways(&["telegram-polling"]);
        assert!(tally.is_clean(), "{tally}");
        tally.judge_ways(&["discord-gateway", "telegram-polling", "whatsapp"]);
        assert_eq!(tally.silent, ["discord-gateway", "whatsapp"]);
        let told = tally.to_string();
        assert!(!tally.is_clean() && told.contains("2 findings"), "{told}");
        assert!(told.contains("nothing that was said by whatsapp"), "{told}");
    }

    #[test]
    fn what_went_wrong_on_the_platforms_is_told_by_number() {
        let on_platforms = Compared { conversations: 1, ..Compared::default() };
        let met = Met { repeated: 31, echoed: 7, swapped: 12, late: 9, trickled: 8, ..Met::default() };
        let told = Tally { on_platforms, met, ..Tally::default() }.to_string();
        let expected =
            "31 told twice in a row, 7 once more long after, 12 behind the next, 9 late, 8 in two halves";
        assert!(told.contains(expected), "{told}");
        let without = Tally { met, ..Tally::default() }.to_string();
        assert!(!without.contains("told twice"), "{without}");
    }

    #[test]
    fn a_credential_that_is_seen_is_a_finding() {
        let tally = Tally { seen: vec!["a token stands in the log: …".to_owned()], ..Tally::default() };
        let told = tally.to_string();
        assert!(!tally.is_clean() && told.contains("1 findings"), "{told}");
        assert!(told.ends_with("a token stands in the log: …"), "{told}");
    }

    #[test]
    fn an_edition_that_should_not_have_been_found_is_a_finding() {
        let tally = Tally { misread: vec!["edition 3 was found".to_owned()], ..Tally::default() };
        let told = tally.to_string();
        assert!(!tally.is_clean() && told.contains("1 findings"), "{told}");
        assert!(told.ends_with("in the document: edition 3 was found"), "{told}");
    }

    #[test]
    fn a_campaign_without_findings_that_proved_nothing_is_not_clean() {
        let missing = vec!["tables written: 0, at least 1".to_owned()];
        let tally = Tally { missing, ..Tally::default() };
        let told = tally.to_string();
        assert!(!tally.is_clean() && told.contains("0 findings"), "{told}");
        assert!(told.ends_with("too little to prove anything: tables written: 0, at least 1"), "{told}");
    }
}
