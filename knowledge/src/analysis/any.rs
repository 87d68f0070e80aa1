//! Which terms does a word stand for whose language is not known?

use super::{
    fold::without_marks,
    words::{Word, words},
};

/// "The" in Arabic, written as one with its word, and with the "and", "in", "like", "so" and "for" before it.
const ARABIC_ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "لل", "ال"];
/// What must be left of a word without its article, in letters.
const SHORTEST_REST: usize = 2;

/// A word with the forms in which people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyWord {
    /// Folded; then with "ae", "oe" and "ue" for the German letters, and without an Arabic article, where that differs.
    pub forms: Vec<String>,
    /// As [`Word::gram`].
    pub gram: bool,
}

/// The words of a text in any language; `index` as for [`words`].
pub fn any_language(text: &str, index: bool) -> Vec<AnyWord> {
    words(text, index).into_iter().map(AnyWord::of).collect()
}

impl AnyWord {
    fn of(word: Word) -> Self {
        if word.gram {
            return Self { forms: vec![word.text], gram: true };
        }
        let folded = without_marks(&word.text);
        let spelt = without_marks(&word.text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"));
        let bare = ARABIC_ARTICLES.iter().find_map(|article| folded.strip_prefix(article));
        let bare = bare.filter(|rest| rest.chars().count() >= SHORTEST_REST).map(str::to_owned);
        let mut forms = vec![folded];
        for form in std::iter::once(spelt).chain(bare) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Self { forms, gram: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_forms_in_which_people_write_them() {
        let check = |text: &str, expected: &[&[&str]]| {
            let forms: Vec<Vec<String>> =
                any_language(text, false).into_iter().map(|word| word.forms).collect();
            assert_eq!(forms, expected, "{text}");
        };
        check("Schlafsäcke für GROSSE", &[&["schlafsacke", "schlafsaecke"], &["fur", "fuer"], &["grosse"]]);
        check("Größe", &[&["grosse", "groesse"]]);
        check("café", &[&["cafe"]]);
        check("الطلب", &[&["الطلب", "طلب"]]);
        check("طَلَب", &[&["طلب"]]);
        check("寝袋", &[&["寝袋"]]);
        check("洗える", &[&["洗え"], &["える"]]);
        check("—", &[]);
    }
}
