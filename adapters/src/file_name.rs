//! How may a file that a stranger sent be called?

const LONGEST: usize = 100;

/// A name without folders, control characters, marks that turn the direction of reading, or
/// anything that a file system takes for more than a letter.
///
/// `endings` are those that such a file may have; the first is added where none of them is there.
pub fn clean(name: &str, endings: &[&str]) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|letter| !letter.is_control() && !is_invisible(*letter))
        .map(
            |letter| {
                if matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%') { '_' } else { letter }
            },
        )
        .collect();
    let clean = clean.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
    let known = endings.iter().any(|known| known.eq_ignore_ascii_case(ending));
    let (stem, ending) = match endings.first() {
        Some(first) if !known => (clean, *first),
        _ => (stem, ending),
    };
    let mut short: String = stem.chars().take(LONGEST).collect();
    if short.is_empty() {
        short.push_str("file");
    }
    if !ending.is_empty() {
        short.push('.');
        short.extend(ending.chars().take(16));
    }
    short
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_hurt() {
        let check = |name: &str, expected: &str| assert_eq!(clean(name, &["png"]), expected, "{name:?}");
        check("tent.png", "tent.png");
        check("Zelt grün.PNG", "Zelt grün.PNG");
        check("../../etc/passwd", "passwd.png");
        check("C:\\Windows\\tent.png", "tent.png");
        check("tent.exe", "tent.exe.png");
        check("a\u{202e}gnp.exe", "agnp.exe.png");
        check("a\r\nSet-Cookie: x.png", "aSet-Cookie_ x.png");
        check("...", "file.png");
        check("", "file.png");
        check(".png", "png.png");
        check("<script>.png", "_script_.png");
        check(&"a".repeat(500), &format!("{}.png", "a".repeat(100)));
    }

    #[test]
    fn any_ending_stays_where_none_is_asked_for() {
        let check = |name: &str, expected: &str| assert_eq!(clean(name, &[]), expected, "{name:?}");
        check("../bill.pdf", "bill.pdf");
        check("bill\u{202e}fdp.exe", "billfdp.exe");
        check("README", "README");
        check("", "file");
    }
}
