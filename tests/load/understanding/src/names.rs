//! Which people, places and organisations are found in what customers write, by the words alone, and with the model that finds names besides?
//!
//! Each message is read twice: as it is written, and in small letters throughout, as many write to a bot.

use std::{
    fs,
    path::Path,
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use studio_bert::{Names, Settings};
use studio_core::{models::Tagger, understanding::Lessons};
use studio_load::{
    table::{grouped, head, megabytes, row},
    usage::Usage,
};
use studio_nlu::Model;

use crate::understand;

/// The known model that finds names.
pub const PULLED: &str = "tinybert-ner";
const KINDS: [&str; 3] = ["person", "place", "organisation"];

/// What a message says and names.
struct Message {
    text: String,
    names: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    kind: String,
    words: String,
}

/// Names of one kind: how many there are, how many of these were found, and how many that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    named: u32,
    right: u32,
    wrong: u32,
}

/// What a model found in all messages, by [`KINDS`], and how long that took.
struct Found {
    scores: [Score; 3],
    took: Duration,
}

impl Score {
    /// A name counts where kind and words are the same, to the letter.
    fn count(&mut self, expected: &[Name], found: &[Name], kind: &str) {
        let mut open: Vec<&Name> = expected.iter().filter(|name| name.kind == kind).collect();
        self.named += u32::try_from(open.len()).unwrap_or(u32::MAX);
        for name in found.iter().filter(|name| name.kind == kind) {
            match open.iter().position(|wanted| *wanted == name) {
                Some(place) => {
                    open.swap_remove(place);
                    self.right += 1;
                }
                None => self.wrong += 1,
            }
        }
    }

    /// The harmonic mean of precision and recall, in percent.
    fn f1(self) -> f64 {
        let all = self.named + self.right + self.wrong;
        200.0 * f64::from(self.right) / f64::from(all.max(1))
    }

    fn told(self) -> String {
        format!("{} / {} / {:.0} %", self.right, self.wrong, self.f1())
    }
}

/// Prints what is found in the messages of a file with the model of a folder and without.
pub fn run(file: &Path, folder: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let as_written = messages(&text)?;
    let small: Vec<Message> = as_written.iter().map(Message::in_small_letters).collect();
    let lessons = Lessons { languages: vec!["en".to_owned()], ..Lessons::default() };
    let without = studio_nlu::train(&lessons, None)?;
    // The lists are read at the first message.
    find(&without, &as_written);
    let before = Usage::of(process::id())?;
    // What is measured is how much it finds, and not how busy the machine is.
    let settings = Settings { patience: Duration::from_mins(1), ..Settings::default() };
    let tagger = Names::open(folder, &["en"], settings)
        .with_context(|| format!("`studio models pull {PULLED}` fetches the model that finds names"))?;
    let tagger: Arc<dyn Tagger> = Arc::new(tagger);
    let with = without.clone().with_tagger(Some(tagger));

    let columns = [
        "names",
        "written",
        "there are",
        "words alone: right / wrong / F1",
        "with the model: right / wrong / F1",
    ];
    println!("{}", head(&columns));
    let mut took = [Duration::ZERO; 2];
    for (written, messages) in [("as they are", &as_written), ("in small letters", &small)] {
        let both = [&without, &with].map(|model| find(model, messages));
        for (time, found) in took.iter_mut().zip(&both) {
            *time += found.took;
        }
        for (place, kind) in KINDS.iter().enumerate() {
            let [words, model] = both.each_ref().map(|found| found.scores[place]);
            let cells =
                [(*kind).to_owned(), written.to_owned(), words.named.to_string(), words.told(), model.told()];
            println!("{}", row(&cells));
        }
    }
    let after = Usage::of(process::id())?;
    let count = u32::try_from(2 * as_written.len())?;
    let [words, model] = took.map(|took| (took / count.max(1)).as_secs_f64() * 1e3);
    let nothing = as_written.iter().filter(|message| message.names.is_empty()).count();
    println!(
        "\n{} messages, of which {} name nobody and nothing. A message takes {words:.2} ms without and {model:.2} ms with the \
         model, which takes {}.",
        grouped(as_written.len()),
        grouped(nothing),
        megabytes(after.resident.saturating_sub(before.resident))
    );
    Ok(())
}

fn find(model: &Model, messages: &[Message]) -> Found {
    let mut found = Found { scores: [Score::default(); 3], took: Duration::ZERO };
    for message in messages {
        let begun = Instant::now();
        let understood = understand(model, &message.text);
        found.took += begun.elapsed();
        let entities = understood.entities.into_iter();
        let names: Vec<Name> = entities.map(|it| Name { kind: it.entity, words: it.text }).collect();
        for (score, kind) in found.scores.iter_mut().zip(KINDS) {
            score.count(&message.names, &names, kind);
        }
    }
    found
}

impl Message {
    fn in_small_letters(&self) -> Self {
        let small = |name: &Name| Name { words: name.words.to_lowercase(), ..name.clone() };
        Self { text: self.text.to_lowercase(), names: self.names.iter().map(small).collect() }
    }
}

/// Lines `text => kind: words; kind: words`, or `=> nothing`; those that begin with `#` are remarks.
fn messages(file: &str) -> anyhow::Result<Vec<Message>> {
    let lines = (1..).zip(file.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| message(line).with_context(|| format!("line {number}: `{line}`"))).collect()
}

fn message(line: &str) -> anyhow::Result<Message> {
    let (text, names) = line.rsplit_once(" => ").context("`=>` is missing")?;
    let name = |name: &str| -> anyhow::Result<Name> {
        let (kind, words) = name.split_once(": ").context("a name has a kind before it, and a colon")?;
        anyhow::ensure!(KINDS.contains(&kind), "`{kind}` is none of {}", KINDS.join(", "));
        anyhow::ensure!(text.contains(words), "`{words}` is not in the text");
        Ok(Name { kind: kind.to_owned(), words: words.to_owned() })
    };
    let names = if names == "nothing" {
        Vec::new()
    } else {
        names.split("; ").map(name).collect::<anyhow::Result<_>>()?
    };
    Ok(Message { text: text.to_owned(), names })
}

#[cfg(test)]
mod tests {
    use studio_core::models::{ModelFailure, Name as Tagged, NameKind};

    use super::*;

    /// Knows one town, and takes a size for a person.
    #[derive(Debug)]
    struct Narrow;

    impl Tagger for Narrow {
        fn identity(&self) -> &'static str {
            "narrow"
        }

        fn names_now(&self, text: &str, _: Option<&str>) -> Result<Option<Vec<Tagged>>, ModelFailure> {
            let known = [("Leeds", NameKind::Place), ("Oscar", NameKind::Person)];
            let names = known.into_iter().filter_map(|(words, kind)| {
                let start = text.find(words)?;
                Some(Tagged { kind, start, end: start + words.len(), score: 0.9 })
            });
            Ok(Some(names.collect()))
        }
    }

    #[test]
    fn what_a_model_finds_is_set_beside_what_there_is() {
        let file = "# remark\n\nDo you ship to Leeds? => place: Leeds\nIs Oscar a size? => nothing\nFrom Oslo => place: Oslo\n";
        let messages = messages(file).expect("well written");
        let lessons = Lessons { languages: vec!["en".to_owned()], ..Lessons::default() };
        let without = studio_nlu::train(&lessons, None).expect("nothing to learn");
        let score = |named, right, wrong| Score { named, right, wrong };
        assert_eq!(find(&without, &messages).scores, [score(0, 0, 0), score(2, 0, 0), score(0, 0, 0)]);
        let with = without.with_tagger(Some(Arc::new(Narrow)));
        assert_eq!(find(&with, &messages).scores, [score(0, 0, 1), score(2, 1, 0), score(0, 0, 0)]);
        assert_eq!(score(2, 1, 0).told(), "1 / 0 / 67 %");
        let small: Vec<Message> = messages.iter().map(Message::in_small_letters).collect();
        assert_eq!(find(&with, &small).scores, [score(0, 0, 0), score(2, 0, 0), score(0, 0, 0)]);
    }

    #[test]
    fn a_line_that_is_written_wrongly_is_named() {
        for (line, said) in [
            ("hello", "`=>` is missing"),
            ("I am in Leeds => town: Leeds", "`town` is none of person, place, organisation"),
            ("I am in Leeds => place: Bath", "`Bath` is not in the text"),
        ] {
            let Err(error) = messages(&format!("# remark\n{line}\n")) else { panic!("{line} is read") };
            assert!(format!("{error:#}").starts_with(&format!("line 2: `{line}`: {said}")), "{error:#}");
        }
    }

    #[test]
    fn the_file_has_enough_of_each_kind_and_of_none() {
        let messages = messages(include_str!("../names.txt")).expect("well written");
        for kind in KINDS {
            let names = messages.iter().flat_map(|message| &message.names);
            assert!(names.filter(|name| name.kind == kind).count() >= 25, "{kind}");
        }
        assert!(messages.iter().filter(|message| message.names.is_empty()).count() >= 25);
    }
}
