//! Is what somebody said gone once they were told that it will be, and only that?
//!
//! Each message of somebody who wants to be forgotten has a word of its own. What was said before an acknowledged wish must stand nowhere
//! any more; what was acknowledged and not wished away must. Of what a wish concerns that is on its way nothing is asked.

use std::collections::{BTreeMap, BTreeSet};

/// How each of the words begins, and the digits behind that.
const MARK: &str = "forgetmenot";
const DIGITS: usize = 16;

/// The word of this number.
pub fn word(number: u64) -> String {
    format!("{MARK}{number:016x}")
}

/// The words that stand in a text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK).filter_map(|(place, _)| text.get(place..place + MARK.len() + DIGITS))
}

/// What those said who wish to be forgotten now and then.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    kept: BTreeSet<String>,
    gone: BTreeSet<String>,
    /// Wishes that were acknowledged.
    pub wishes: usize,
    threads: BTreeSet<String>,
}

impl Remembered {
    /// Somebody begins a conversation. What they hear is not looked at, for it may go while it is on its way.
    pub fn begin(&mut self, thread: &str) {
        self.threads.insert(thread.to_owned());
    }

    pub fn knows(&self, thread: &str) -> bool {
        self.threads.contains(thread)
    }

    /// A message with this word was acknowledged.
    pub fn said(&mut self, word: &str) {
        self.kept.insert(word.to_owned());
    }

    /// Before the wish leaves that concerns these words.
    pub fn wishes(&mut self, words: &[String]) {
        self.kept.retain(|word| !words.contains(word));
    }

    /// It was acknowledged.
    pub fn granted(&mut self, words: Vec<String>) {
        self.gone.extend(words);
        self.wishes += 1;
    }

    /// What is wrong where these words were found, each in these tables; in sentences.
    pub fn wrong(&self, found: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
        let left = self.gone.iter().filter_map(|word| {
            let tables = found.get(word)?;
            Some(format!("{word} was to be forgotten and stands in {tables:?}"))
        });
        let lost = self.kept.iter().filter(|word| !found.contains_key(*word));
        left.chain(lost.map(|word| format!("{word} was acknowledged, is to be kept, and stands nowhere")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_stand() {
        let (one, two) = (word(1), word(u64::MAX));
        let text = format!(r#"{{"text":"say {one} and more","why":"\"{two}\""}} forgetmenot"#);
        assert_eq!(words(&text).collect::<Vec<_>>(), [one, two]);
    }

    #[test]
    fn what_was_wished_away_is_to_be_gone_and_nothing_else_is() {
        let mut remembered = Remembered::default();
        let [before, behind, doubtful] = [1, 2, 3].map(word);
        let found = |words: &[&String]| {
            let found = words.iter().map(|word| ((*word).clone(), BTreeSet::from(["turn".to_owned()])));
            found.collect::<BTreeMap<_, _>>()
        };
        remembered.said(&before);
        assert_eq!(remembered.wrong(&found(&[])).len(), 1, "it is kept until it is wished away");
        remembered.wishes(std::slice::from_ref(&before));
        assert_eq!(remembered.wrong(&found(&[])), [] as [&str; 0], "the wish is on its way");
        assert_eq!(remembered.wrong(&found(&[&before])), [] as [&str; 0]);
        remembered.granted(vec![before.clone()]);
        remembered.said(&behind);
        remembered.said(&doubtful);
        remembered.wishes(std::slice::from_ref(&doubtful));
        assert_eq!(remembered.wrong(&found(&[&behind])), [] as [&str; 0]);
        let wrong = remembered.wrong(&found(&[&before]));
        assert!(wrong.len() == 2 && wrong[0].contains("turn") && wrong[1].contains(&behind), "{wrong:?}");
    }
}
