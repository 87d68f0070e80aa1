//! How deep would the tree of a CEL expression be?
//!
//! The parser and the interpreter recurse, and a level costs up to 110 kB of stack in a debug build
//! (measured: 16 brackets or 60 links of a chain overflow 2 MiB). So the text is read once before it
//! is parsed: what stands within brackets lies deeper than what is around it, every operator makes
//! its part of the tree deeper by one, and `&&`, `||` and `,` begin a part of their own.

use super::Fault;

/// Deepest path, where a bracket counts [`BRACKET`] and an operator 1.
const MAX_DEPTH: usize = 32;
const BRACKET: usize = 3;

/// Refuses what nests too deep, and texts in quotes that do not end.
pub fn check(source: &str) -> Result<(), Fault> {
    let letters = source.chars().collect::<Vec<_>>();
    // Operators so far in the current part, of every bracket that is open.
    let mut open = vec![0_usize];
    let mut place = 0;
    let mut word = String::new();
    while let Some(&letter) = letters.get(place) {
        let next = letters.get(place + 1).copied();
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
            place += 1;
            continue;
        }
        let before = std::mem::take(&mut word);
        if before == "in" {
            deepen(&mut open, 1);
        }
        match letter {
            '\'' | '"' => {
                place = after_text(&letters, place, &before)?;
                continue;
            }
            // A comment would hide what stands in it, and nobody needs one in a condition.
            '/' if next == Some('/') => return Err(Fault::new("comments cannot stand here")),
            '(' | '[' | '{' => {
                deepen(&mut open, BRACKET);
                open.push(0);
            }
            ')' | ']' | '}' => {
                open.pop();
                if open.is_empty() {
                    open.push(0);
                }
            }
            '&' | '|' | ',' => {
                if let Some(current) = open.last_mut() {
                    *current = 0;
                }
            }
            // The second sign of `==`, `<=`, `!=` and their like is no further operator.
            '=' if !ends_operator(&letters, place) => deepen(&mut open, 1),
            // A comparison stands within its guard.
            '<' | '>' => deepen(&mut open, 2),
            '+' | '-' | '*' | '/' | '%' | '.' | '!' | '?' => deepen(&mut open, 1),
            _ => {}
        }
        if open.iter().sum::<usize>() > MAX_DEPTH {
            return Err(Fault::new("too deeply nested"));
        }
        place += 1;
    }
    Ok(())
}

fn ends_operator(letters: &[char], place: usize) -> bool {
    place.checked_sub(1).is_some_and(|before| matches!(letters[before], '=' | '!' | '<' | '>'))
}

fn deepen(open: &mut [usize], by: usize) {
    if let Some(current) = open.last_mut() {
        *current += by;
    }
}

/// The place after a text in quotes, read as CEL reads it: `r` before it makes backslashes ordinary,
/// three quotes let it go over several lines.
fn after_text(letters: &[char], start: usize, before: &str) -> Result<usize, Fault> {
    let unterminated = || Fault::new("a text in quotes does not end");
    let quote = letters[start];
    let raw = matches!(before.to_ascii_lowercase().as_str(), "r" | "br" | "rb");
    let length = if letters[start..].starts_with(&[quote; 3]) { 3 } else { 1 };
    let mut place = start + length;
    loop {
        let letter = *letters.get(place).ok_or_else(unterminated)?;
        if letters[place..].starts_with(&[quote; 3][..length]) {
            return Ok(place + length);
        }
        if length == 1 && matches!(letter, '\n' | '\r') {
            return Err(unterminated());
        }
        place += if letter == '\\' && !raw { 2 } else { 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded() {
        let check = |source: &str, fits: bool| assert_eq!(check(source).is_ok(), fits, "{source}");
        check("slots.items.exists(item, item.price > 3 && item.name in ['a', 'b'])", true);
        check("slots.a == 'x' || slots.a == 'y' || slots.a == 'z' || slots.a == 'u' || slots.a == 'v'", true);
        check(&format!("1{}", "+1".repeat(30)), true);
        check(&format!("1{}", "+1".repeat(40)), false);
        check(&format!("1{}", " in 1".repeat(40)), false);
        check(&format!("1{}", "==1".repeat(40)), false);
        check(&format!("{}1", "(".repeat(20)), false);
        check(&format!("slots.a.matches('{}')", "(a)".repeat(30)), true);
        check(&format!("r'\\' + {}", "(".repeat(20)), false);
        check(&format!("'\\'' + {}", "(".repeat(20)), false);
        check(&format!("'''' ''' + {}", "(".repeat(20)), false);
        check("'open", false);
        check("'a\nb'", false);
        check("1 // 2", false);
        check("))))", true);
    }
}
