//! How is a text written and changed?

use unicode_segmentation::UnicodeSegmentation;

use crate::{keys::Edit, scrub};

/// The most that one reply, note or search may have.
pub const LONGEST: usize = 4_000;

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DraftKind {
    Reply,
    Note,
}

/// A text with a cursor.
///
/// The text is kept as it was typed, joined emoji included, and sent so; only controls are kept out.
/// It is scrubbed where it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    text: String,
    /// In bytes, always at the edge of a grapheme.
    cursor: usize,
}

impl Draft {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What is shown before and after the cursor.
    pub fn shown(&self) -> (String, String) {
        let before = scrub::text(&self.text[..self.cursor]);
        let all = scrub::text(&self.text);
        let after = all.get(before.len()..).unwrap_or_default().to_owned();
        (before, after)
    }

    /// Writes at the cursor. `false` if it was too long and nothing was written.
    #[must_use]
    pub fn insert(&mut self, text: &str, multi_line: bool) -> bool {
        let clean: String = text
            .replace("\r\n", "\n")
            .chars()
            .map(|character| match character {
                '\r' => '\n',
                '\t' => ' ',
                other => other,
            })
            .filter(|character| *character == '\n' || !character.is_control())
            .map(|character| if character == '\n' && !multi_line { ' ' } else { character })
            .collect();
        if self.text.chars().count() + clean.chars().count() > LONGEST {
            return false;
        }
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        // A mark that was typed onto a letter joined its grapheme.
        if !self.text.grapheme_indices(true).any(|(start, _)| start == self.cursor) {
            self.cursor = self.after();
        }
        true
    }

    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::NewLine => {
                let _ = self.insert("\n", true);
            }
            Edit::DeleteBefore => self.delete(self.before(), self.cursor),
            Edit::DeleteAfter => self.delete(self.cursor, self.after()),
            Edit::DeleteWord => self.delete(self.word_before(), self.cursor),
            Edit::Left => self.cursor = self.before(),
            Edit::Right => self.cursor = self.after(),
            Edit::Up => self.vertically(true),
            Edit::Down => self.vertically(false),
            Edit::LineStart => self.cursor = self.line_start(self.cursor),
            Edit::LineEnd => self.cursor = self.line_end(self.cursor),
        }
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
    }

    fn after(&self) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .find(|start| *start > self.cursor)
            .unwrap_or(self.text.len())
    }

    fn word_before(&self) -> usize {
        let trimmed = self.text[..self.cursor].trim_end();
        trimmed
            .char_indices()
            .rev()
            .find(|(_, character)| character.is_whitespace())
            .map_or(0, |(start, character)| start + character.len_utf8())
    }

    fn line_start(&self, place: usize) -> usize {
        self.text[..place].rfind('\n').map_or(0, |found| found + 1)
    }

    fn line_end(&self, place: usize) -> usize {
        self.text[place..].find('\n').map_or(self.text.len(), |found| place + found)
    }

    fn vertically(&mut self, up: bool) {
        let start = self.line_start(self.cursor);
        let end = self.line_end(self.cursor);
        let column = self.text[start..self.cursor].graphemes(true).count();
        let target = if up {
            if start == 0 {
                self.cursor = 0;
                return;
            }
            self.line_start(start - 1)
        } else {
            if end == self.text.len() {
                self.cursor = end;
                return;
            }
            end + 1
        };
        let line = &self.text[target..self.line_end(target)];
        self.cursor = target + line.grapheme_indices(true).nth(column).map_or(line.len(), |(start, _)| start);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EDITS: [Edit; 10] = [
        Edit::NewLine,
        Edit::DeleteBefore,
        Edit::DeleteAfter,
        Edit::DeleteWord,
        Edit::Left,
        Edit::Right,
        Edit::Up,
        Edit::Down,
        Edit::LineStart,
        Edit::LineEnd,
    ];

    /// `|` is the cursor.
    fn check(start: &str, edit: Edit, expected: &str) {
        let cursor = start.find('|').expect("the start has a cursor");
        let mut draft = Draft { text: start.replacen('|', "", 1), cursor };
        draft.edit(edit);
        let mut shown = draft.text.clone();
        shown.insert(draft.cursor, '|');
        assert_eq!(shown, expected, "{start} {edit:?}");
    }

    #[test]
    fn edits() {
        check("ab|c", Edit::DeleteBefore, "a|c");
        check("ab|c", Edit::DeleteAfter, "ab|");
        check("|abc", Edit::DeleteBefore, "|abc");
        check("abc|", Edit::DeleteAfter, "abc|");
        check("one two |three", Edit::DeleteWord, "one |three");
        check("a👨\u{200d}👩\u{200d}👧|b", Edit::DeleteBefore, "a|b");
        check("日本|", Edit::Left, "日|本");
        check("e\u{301}|x", Edit::Left, "|e\u{301}x");
        check("long line\nxy|", Edit::Up, "lo|ng line\nxy");
        check("lo|ng\nx", Edit::Down, "long\nx|");
        check("a\nb|c", Edit::LineStart, "a\n|bc");
        check("a|a\nb", Edit::LineEnd, "aa|\nb");
        check("a|b", Edit::NewLine, "a\n|b");
    }

    #[test]
    fn what_is_pasted_loses_its_controls_and_keeps_its_words() {
        let mut draft = Draft::default();
        assert!(draft.insert("a\x1b[2Jb\r\nc\td", true));
        assert_eq!(draft.text(), "a[2Jb\nc d");
        assert!(!draft.insert(&"x".repeat(LONGEST), true));
        let mut search = Draft::default();
        assert!(search.insert("one\ntwo", false));
        assert_eq!(search.text(), "one two");
    }

    proptest! {
        #[test]
        fn any_edits_leave_the_cursor_within_the_text(
            text in ".{0,20}",
            steps in prop::collection::vec((0..EDITS.len(), "\\PC{0,2}"), 0..30),
        ) {
            let mut draft = Draft::default();
            let _ = draft.insert(&text, true);
            for (edit, typed) in steps {
                draft.edit(EDITS[edit]);
                let _ = draft.insert(&typed, true);
                prop_assert!(draft.text.is_char_boundary(draft.cursor));
                let _ = draft.shown();
            }
        }
    }
}
