//! How much of what a person writes at once is taken?

use crate::dialogue::Body;

/// Letters of one text: as many as WhatsApp lets people write, and more than other platforms do. Much more takes longer to
/// think about than a turn may.
pub const MOST_LETTERS: usize = 65_536;
/// Stands in place of the rest.
const CUT: &str = " […]";

/// Shortens each text of what a person wrote that is too long; whether one was.
pub fn cut(body: &mut Body) -> bool {
    let (Body::Message { content, .. } | Body::Edited { content, .. }) = body else { return false };
    let mut is_cut = false;
    for words in content.words_mut() {
        let end = words.char_indices().nth(MOST_LETTERS).map(|(end, _)| end);
        if let Some(end) = end {
            words.truncate(end);
            words.push_str(CUT);
            is_cut = true;
        }
    }
    is_cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    #[test]
    fn what_is_too_long_is_cut_between_letters_and_says_so() {
        let check = |letters: usize, expected: &str| {
            let mut body = Body::Edited { id: "1".to_owned(), content: Content::text("é".repeat(letters)) };
            let is_cut = cut(&mut body);
            let Body::Edited { content, .. } = body else { panic!("another body") };
            assert_eq!((is_cut, content.plain().as_str()), (!expected.is_empty(), &*text(expected, letters)));
        };
        check(0, "");
        check(MOST_LETTERS, "");
        check(MOST_LETTERS + 1, CUT);
        check(3_000_000, CUT);
    }

    fn text(end: &str, letters: usize) -> String {
        format!("{}{end}", "é".repeat(letters.min(MOST_LETTERS)))
    }
}
