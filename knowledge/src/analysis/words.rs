//! Which words does a text have?

use unicode_normalization::char::is_combining_mark;

use super::fold::lower;

/// Longer runs are not words but data; what is beyond is cut off.
const LONGEST: usize = 64;

/// One word, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// Part of a script without spaces: `text` is one character, or two that stand beside each other.
    pub gram: bool,
    /// Nothing follows it, not even a space: the writer may not have finished it.
    pub open: bool,
}

/// The words of `text` in order. `index` asks for single characters of scripts without spaces too, so that a question
/// of one character finds them; a question wants pairs only, which say more.
pub fn words(text: &str, index: bool) -> Vec<Word> {
    let text = lower(text);
    let mut words = Vec::new();
    let mut run = String::new();
    let mut run_is_gram = false;
    for c in text.chars() {
        let part = c.is_alphanumeric() || (is_combining_mark(c) && !run.is_empty());
        let gram = part && has_no_spaces(c);
        if !run.is_empty() && (!part || (gram != run_is_gram && !is_combining_mark(c))) {
            close(&mut run, run_is_gram, index, &mut words);
        }
        if part {
            if run.is_empty() {
                run_is_gram = gram;
            }
            run.push(c);
        }
    }
    if !run.is_empty() {
        close(&mut run, run_is_gram, index, &mut words);
        if let Some(last) = words.last_mut() {
            last.open = true;
        }
    }
    words
}

fn close(run: &mut String, gram: bool, index: bool, words: &mut Vec<Word>) {
    let text = std::mem::take(run);
    if !gram {
        let text = text.char_indices().nth(LONGEST).map_or(text.as_str(), |(at, _)| &text[..at]).to_owned();
        words.push(Word { text, gram: false, open: false });
        return;
    }
    let characters: Vec<char> = text.chars().collect();
    if index || characters.len() == 1 {
        words.extend(characters.iter().map(|c| Word { text: c.to_string(), gram: true, open: false }));
    }
    words.extend(characters.windows(2).map(|pair| Word {
        text: pair.iter().collect(),
        gram: true,
        open: false,
    }));
}

/// Scripts in which words are not parted by spaces, or (Hangul) carry their particles along.
pub fn has_no_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{f00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}
