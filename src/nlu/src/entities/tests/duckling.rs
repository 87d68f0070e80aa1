//! How many of Duckling's own examples are right? `tools/duckling-cases` reads them from a checkout of Duckling and
//! writes the lines `dimension<TAB>value<TAB>phrase` that are read here; values are parted by `|` where several are right.

use super::{languages::short, *};

/// When all of Duckling's examples are said.
const NOW: &str = "2013-02-12T04:30:00-02:00[-02:00]";

#[test]
#[ignore = "reads a file that tools/duckling-cases writes"]
fn ducklings_own_examples() {
    let file =
        std::env::var("STUDIO_DUCKLING").expect("STUDIO_DUCKLING names the file of tools/duckling-cases");
    let lines = std::fs::read_to_string(file).expect("the file that STUDIO_DUCKLING names can be read");
    let now: jiff::Zoned = NOW.parse().expect("a time with its zone");
    let finder = Finder::new(&BTreeMap::new(), &["en".to_owned()], true).unwrap();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let (dimension, rest) = line.split_once('\t').expect("every line names a dimension");
        let (expected, phrase) = rest.split_once('\t').expect("every line has a value and a phrase");
        let readings = readings(&finder, dimension, phrase, &now);
        let is_right = if expected == "nothing" {
            readings.iter().all(String::is_empty)
        } else {
            readings.iter().any(|reading| expected.split(" | ").any(|value| value == reading))
        };
        let (right, count) = counts.entry(dimension).or_default();
        *count += 1;
        *right += usize::from(is_right);
        if !is_right {
            wrong.push(format!(
                "{dimension}: {phrase:?}: expected {expected}, found {}",
                readings.join(" | ")
            ));
        }
    }
    println!("{}", wrong.join("\n"));
    for (dimension, (right, count)) in &counts {
        println!("{dimension}: {right} of {count}");
    }
    // Most holidays are of calendars that the studio does not know.
    let asked = counts.iter().filter(|(dimension, _)| **dimension != "Holiday");
    let (right, count) = asked.fold((0, 0), |(right, count), (_, more)| (right + more.0, count + more.1));
    println!("without holidays: {right} of {count}");
    assert!(count > 0 && right * 10 >= count * 9, "{right} of {count} right, see above");
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
