//! Which known name did the author probably mean?

/// More candidates than this are not compared: a suggestion is not worth the time.
const MOST_CANDIDATES: usize = 5_000;
/// Most names that a hint lists.
const MOST_LISTED: usize = 12;
/// Longer words are not compared.
const LONGEST: usize = 64;

/// A hint about `word`, which is none of the `known` names: the nearest of them, or all where they
/// are few, or else `otherwise`.
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    if let Some(name) = nearest(word, &known) {
        return format!("did you mean `{name}`?");
    }
    if known.is_empty() || known.len() > MOST_LISTED {
        return otherwise.to_owned();
    }
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if otherwise.is_empty() { format!("known: {listed}") } else { format!("{otherwise}; known: {listed}") }
}

/// The name with the fewest edits from `word`, if these are at most a third of its letters.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    if known.len() > MOST_CANDIDATES || length > LONGEST {
        return None;
    }
    let most = (length / 3).max(1);
    known
        .iter()
        .filter(|name| name.chars().count().abs_diff(length) <= most)
        .map(|name| (distance(&word.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(edits, _)| *edits <= most)
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row; other.len() + 1];
        for column in 1..=other.len() {
            let replace = last[column - 1] + usize::from(one[row - 1] != other[column - 1]);
            let mut fewest = replace.min(last[column] + 1).min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if swapped {
                fewest = fewest.min(before_last[column - 2] + 1);
            }
            current[column] = fewest;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in
            [("", "", 0), ("a", "", 1), ("greet", "gretes", 2), ("pattern", "pattren", 1), ("say", "sya", 1)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn hints() {
        let known = ["question", "invalid", "retries"];
        assert_eq!(hint("qestion", known, ""), "did you mean `question`?");
        assert_eq!(hint("x", known, "write one"), "write one; known: `invalid`, `question`, `retries`");
        assert_eq!(hint("x", [], "write one"), "write one");
    }
}
