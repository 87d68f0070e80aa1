//! Which percentages does a text name? The value is the number before the sign: "12,5 %" is 12.5.

use super::{Find, number::number, sense::Word, words::Words};

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    (0..words.all.len()).filter_map(|index| at(words, index)).collect()
}

fn at(words: &Words<'_>, index: usize) -> Option<Find> {
    let start = words.all[index].start;
    // "% 20" is how Turkish writes it
    let sign_before = words.text()[..start].trim_end_matches(' ').ends_with('%');
    let named_before =
        words.behind(index, &[Word::Percent]) && words.lexicons.iter().any(|it| it.grammar.percent_before);
    let (value, next) = words.decimal(index)?;
    let mut end = words.all[next - 1].end;
    let rest = &words.text()[end..];
    let sign = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let start = if sign.starts_with('%') {
        end += rest.len() - sign.len() + 1;
        start
    } else if let Some(behind) = words.joint(next, Word::Percent).filter(|_| words.joined(next - 1)) {
        end = words.all[behind - 1].end;
        start
    } else if named_before {
        words.all[index - 1].start
    } else if sign_before && words.lexicons.iter().any(|it| it.grammar.percent_before) {
        words.text()[..start].rfind('%')?
    } else {
        return None;
    };
    let negative = words.text()[..start].ends_with('-')
        && !words.text()[..start - 1].ends_with(|it: char| it.is_alphanumeric());
    let (start, value) = if negative { (start - 1, -value) } else { (start, value) };
    Some(Find { start, end, value: number(value)?, confidence: 1.0 })
}
