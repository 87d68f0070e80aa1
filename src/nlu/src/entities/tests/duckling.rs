//! How many of Duckling's own examples are right? `tools/duckling-cases` reads them from a checkout of Duckling and
//! writes the lines `dimension<TAB>value<TAB>phrase` that are read here; values are parted by `|` where several are right.
//!
//! Three things are counted apart: phrases that have a value, those in which nothing may be found, and holidays, most of which are
//! of calendars that the studio does not know.

use std::fmt;

use super::{languages::short, *};

/// When all of Duckling's examples are said.
const NOW: &str = "2013-02-12T04:30:00-02:00[-02:00]";

/// How many of some lines are right.
#[derive(Default)]
struct Count {
    right: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.right, self.all)
    }
}

#[test]
#[ignore = "reads a file that tools/duckling-cases writes"]
fn ducklings_own_examples() {
    let file =
        std::env::var("STUDIO_DUCKLING").expect("STUDIO_DUCKLING names the file of tools/duckling-cases");
    let lines = std::fs::read_to_string(file).expect("the file that STUDIO_DUCKLING names can be read");
    let now: jiff::Zoned = NOW.parse().expect("a time with its zone");
    let finder = Finder::new(&BTreeMap::new(), &["en".to_owned()], true).unwrap();
    let (mut positives, mut negatives, mut holidays) = (Count::default(), Count::default(), Count::default());
    let mut of_dimension: BTreeMap<&str, Count> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let (dimension, rest) = line.split_once('\t').expect("every line names a dimension");
        let (expected, phrase) = rest.split_once('\t').expect("every line has a value and a phrase");
        let readings = readings(&finder, dimension, phrase, &now);
        let is_negative = expected == "nothing";
        let is_right = if is_negative {
            readings.iter().all(String::is_empty)
        } else {
            readings.iter().any(|reading| expected.split(" | ").any(|value| value == reading))
        };
        let count = match (dimension, is_negative) {
            ("Holiday", _) => &mut holidays,
            (_, true) => &mut negatives,
            (_, false) => {
                of_dimension.entry(dimension).or_default().add(is_right);
                &mut positives
            }
        };
        count.add(is_right);
        if !is_right {
            wrong.push(format!(
                "{dimension}: {phrase:?}: expected {expected}, found {}",
                readings.join(" | ")
            ));
        }
    }
    println!("{}", wrong.join("\n"));
    for (dimension, count) in &of_dimension {
        println!("{dimension}: {count}");
    }
    println!("with a value: {positives}");
    println!("nothing may be found: {negatives}");
    println!("holidays: {holidays}");
    assert!(positives.all > 0 && positives.right * 10 >= positives.all * 9, "{positives} right, see above");
}

/// What is found in a phrase, as the lines write it: of times a stretch, or a day and a time.
fn readings(finder: &Finder, dimension: &str, phrase: &str, now: &jiff::Zoned) -> Vec<String> {
    let kinds: &[&[&str]] = match dimension {
        "Time" | "Holiday" => &[&["interval"], &["date", "time"]],
        "Numeral" => &[&["number"]],
        "Ordinal" => &[&["ordinal"]],
        "Duration" => &[&["duration"]],
        "AmountOfMoney" => &[&["money"]],
        "Quantity" | "Distance" | "Volume" | "Temperature" => &[&["quantity"]],
        "Email" => &[&["email"]],
        "PhoneNumber" => &[&["phone"]],
        "Url" => &[&["url"]],
        "CreditCardNumber" => &[&["card"]],
        other => panic!("no kind is {other}"),
    };
    let told = |value: &Value| match value.get("seconds") {
        Some(seconds) => seconds.to_string(),
        None => short(value),
    };
    let of_kind = |kind: &str| found_at(finder, kind, "en", phrase, now);
    let reading = |kinds: &&[&str]| {
        let found: Vec<String> =
            kinds.iter().flat_map(|kind| of_kind(kind)).map(|(_, value)| told(&value)).collect();
        found.join("; ")
    };
    kinds.iter().map(reading).collect()
}
