//! What may stand between the groups of a long number?
//!
//! A single space or dash parts them anywhere. Whoever types in haste, or copies out of a table, has more: two spaces, points, a
//! new line. So much parts only groups as they are printed, of four or one after the other: dates and amounts in a row are no
//! account.

/// Most characters between two groups.
const MOST: usize = 5;
/// What stands between them beside spaces. Not a semicolon, which parts what is said.
const SIGNS: &str = "-.,/_|:\\·•—";

/// How groups are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// By one space or dash.
    Tight,
    /// By spaces and signs.
    Loose,
}

impl Parting {
    fn allows(self, letter: char) -> bool {
        match self {
            Self::Tight => matches!(letter, ' ' | '-'),
            Self::Loose => letter.is_whitespace() || SIGNS.contains(letter),
        }
    }

    fn most(self) -> usize {
        match self {
            Self::Tight => 1,
            Self::Loose => MOST,
        }
    }
}

/// The letters and digits that a text begins with, at most so many, and where each of them ends.
pub(super) fn run(
    text: &str,
    most: usize,
    parting: Parting,
    takes: impl Fn(char) -> bool,
) -> (String, Vec<usize>) {
    let (mut plain, mut ends) = (String::new(), Vec::new());
    // Nothing stands before the first.
    let mut between = parting.most();
    for (place, letter) in text.char_indices() {
        if takes(letter) && plain.len() < most {
            plain.push(letter);
            ends.push(place + letter.len_utf8());
            between = 0;
        } else if parting.allows(letter) && between < parting.most() {
            between += 1;
        } else {
            break;
        }
    }
    (plain, ends)
}

/// Whether digits that end at these places stand in groups as on a card: of four (or eight), of 4, 6 and 4 or 5, or one by one.
pub(super) fn is_as_printed(ends: &[usize]) -> bool {
    let groups: Vec<usize> = ends.chunk_by(|one, next| next - one == 1).map(<[usize]>::len).collect();
    let Some((_, before)) = groups.split_last() else { return false };
    matches!(groups.as_slice(), [4, 6, 4 | 5])
        || before.iter().all(|group| group.is_multiple_of(4))
        || groups.iter().all(|group| *group == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_parted_by_one_sign_or_by_several() {
        let check = |text: &str, parting: Parting, expected: &str| {
            assert_eq!(run(text, 8, parting, |it| it.is_ascii_digit()).0, expected, "{text}");
        };
        check("12-34 56", Parting::Tight, "123456");
        check("12  34", Parting::Tight, "12");
        check("12  34 - 56", Parting::Loose, "123456");
        check("12.\n34", Parting::Loose, "1234");
        check("12; 34", Parting::Loose, "12");
        check("12      34", Parting::Loose, "12");
        check(" 12", Parting::Loose, "");
        check("123456789", Parting::Loose, "12345678");
    }

    #[test]
    fn cards_are_printed_in_groups_of_four() {
        let check = |text: &str, expected: bool| {
            let (_, ends) = run(text, 19, Parting::Loose, |it| it.is_ascii_digit());
            assert_eq!(is_as_printed(&ends), expected, "{text}");
        };
        check("4111  1111  1111  1111", true);
        check("41111111/11111111", true);
        check("3782.822463.10005", true);
        check("4, 1, 1, 1", true);
        check("24.12.2026, 25.12.2026", false);
        check("5. 4711, 4712, 4713", false);
        check("", false);
    }
}
