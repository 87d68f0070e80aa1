//! Which signs of Markdown does a text have?

/// How many there are of each kind. Where two texts have as many, one may be the translation of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) emphasis: Emphasis,
    pub(super) lists: Lists,
    /// `[words](`
    pub(super) links: usize,
}

/// Signs at either end of bold and of italic words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Emphasis {
    bold: usize,
    italic: usize,
}

/// Signs before the lines of lists without and with numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists {
    bullets: usize,
    numbers: usize,
}

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let mut signs = Self { links: links(text), ..Self::default() };
        for line in text.lines() {
            let mut line = line.trim_start();
            while let Some(length) = list_sign(line) {
                if line.starts_with(|sign: char| sign.is_ascii_digit()) {
                    signs.lists.numbers += 1;
                } else {
                    signs.lists.bullets += 1;
                }
                line = line[length..].trim_start();
            }
            signs.emphasis.add(line);
        }
        signs
    }
}

impl Emphasis {
    fn add(&mut self, line: &str) {
        let mut place = 0;
        while let Some(found) = line[place..].find('*') {
            place += found;
            let before = line[..place].chars().next_back();
            if let Some(length) = emphasis_sign(before, &line[place..]) {
                self.bold += length / 2;
                self.italic += length % 2;
            }
            place += stars(&line[place..]);
        }
    }
}

/// The length of the sign of a list at the start of a line, without the white space that must stand behind it.
pub fn list_sign(line: &str) -> Option<usize> {
    let digits = line.len() - line.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let length = match digits {
        0 if line.starts_with(['-', '*', '+']) => 1,
        1..=9 if line[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    line[length..].starts_with([' ', '\t']).then_some(length)
}

/// The length of a sign of emphasis at the start of a text: `*`, `**` and more, with a word on one side at least. Where a `*` stands
/// before, it is no start of one.
pub fn emphasis_sign(before: Option<char>, text: &str) -> Option<usize> {
    let length = stars(text);
    let is_beside = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_whitespace());
    let touches = is_beside(before) || is_beside(text[length..].chars().next());
    (length > 0 && touches && !matches!(before, Some('\\' | '*'))).then_some(length)
}

fn stars(text: &str) -> usize {
    text.len() - text.trim_start_matches('*').len()
}

/// Words in brackets with an address behind them.
fn links(text: &str) -> usize {
    let (mut open, mut links) = (0_usize, 0);
    for (place, letter) in text.char_indices() {
        match letter {
            '[' => open += 1,
            ']' if open > 0 => {
                open -= 1;
                links += usize::from(text[place + 1..].starts_with('('));
            }
            _ => {}
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, bold: usize, italic: usize, (bullets, numbers): (usize, usize), links: usize) {
        let expected =
            Signs { emphasis: Emphasis { bold, italic }, lists: Lists { bullets, numbers }, links };
        assert_eq!(Signs::of(text), expected, "{text:?}");
    }

    #[test]
    fn signs_are_told_from_what_looks_like_them() {
        check("", 0, 0, (0, 0), 0);
        check("a **bold** and an *italic* word, ***both***", 4, 4, (0, 0), 0);
        check("这是*重点*，**很好**。", 2, 2, (0, 0), 0);
        check("* torn *, 5 * 3, 2 ** 3, \\*", 0, 1, (1, 0), 0);
        check("an *open end", 0, 1, (0, 0), 0);
        check("- one\n  * two\n+ three\n1. four\n12) *five*", 0, 2, (3, 2), 0);
        check("-5 degrees\n1.5 litres\n2.\n- ", 0, 0, (1, 0), 0);
        check("[shop](https://a.b), [no link], ](x) and [a [b](c)", 0, 0, (0, 0), 2);
    }
}
