//! What of that which a translation names stands in the message itself?
//!
//! 1. What was found in both, with the same value, is one: it takes the role that the sentence in the language of the phrases
//!    tells.
//! 2. What stands in the message in the same words (a name, a city) is found there.
//! 3. What stands nowhere in it but for its meaning has no place: `start` and `end` are both the end of the message.
//!
//! Built-in kinds are read in the message alone: numbers, days and amounts are known in its own language, and a machine may
//! write them as another country does.

use studio_core::understanding::EntityMatch;

/// Adds to what was found in a message what was found in its translation. `own` says which entities are the bot's own.
pub(super) fn add(
    found: &mut Vec<EntityMatch>,
    message: &str,
    translated: Vec<EntityMatch>,
    own: impl Fn(&str) -> bool,
) {
    let before = found.len();
    let mut taken = vec![false; before];
    for read in translated {
        let same = |place: &usize| {
            let known = &found[*place];
            !taken[*place] && (&known.entity, &known.value) == (&read.entity, &read.value)
        };
        if let Some(place) = (0..before).find(same) {
            taken[place] = true;
            let known = &mut found[place];
            known.role = known.role.take().or(read.role);
        } else if own(&read.entity) {
            let others = found.iter().filter(|other| other.entity == read.entity);
            let free = |(start, end): &(usize, usize)| {
                others.clone().all(|other| other.end <= *start || *end <= other.start)
            };
            let place = places(message, &read.text).find(free);
            let (start, end) = place.unwrap_or((message.len(), message.len()));
            let text = if start < end { message[start..end].to_owned() } else { read.text };
            found.push(EntityMatch { start, end, text, ..read });
        }
    }
    found.sort_by_key(|found| found.start);
}

/// Where these words stand in a text as whole words, in upper or lower case.
fn places(text: &str, words: &str) -> impl Iterator<Item = (usize, usize)> {
    let starts = text.char_indices().map(|(start, _)| start);
    starts.filter_map(move |start| {
        let end = start + begins(&text[start..], words)?;
        let within = |one: Option<char>, other: Option<char>| {
            one.zip(other).is_some_and(|(one, other)| one.is_alphanumeric() && other.is_alphanumeric())
        };
        let cut = within(text[..start].chars().next_back(), text[start..].chars().next())
            || within(text[..end].chars().next_back(), text[end..].chars().next());
        (!words.is_empty() && !cut).then_some((start, end))
    })
}

/// How many bytes of a text are these words.
fn begins(text: &str, words: &str) -> Option<usize> {
    let mut wanted = words.chars().flat_map(char::to_lowercase).peekable();
    for (at, letter) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        if letter.to_lowercase().any(|letter| wanted.next() != Some(letter)) {
            return None;
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// As it is found where its words stand in a text.
    fn entity(text: &str, name: &str, words: &str, value: Value) -> EntityMatch {
        let start = text.find(words).unwrap();
        EntityMatch {
            entity: name.to_owned(),
            role: None,
            value,
            text: words.to_owned(),
            start,
            end: start + words.len(),
            confidence: 1.0,
            hidden: false,
        }
    }

    /// Name, role, value and words of all that is found; no words of what has no place.
    fn told(found: &[EntityMatch], message: &str) -> Vec<Value> {
        let told = |it: &EntityMatch| {
            if it.start < it.end {
                assert_eq!(&message[it.start..it.end], it.text);
            } else {
                assert_eq!(it.start, message.len());
            }
            json!([it.entity, it.role, it.value, message[it.start..it.end]])
        };
        found.iter().map(told).collect()
    }

    #[test]
    fn what_only_a_translation_tells_is_found_with_its_place_where_it_has_one() {
        let message = "Chcę kupić dwa namioty i plecak, z BONN do Ulm";
        let translation = "I want to buy two tents and a backpack, from Bonn to Ulm, by 3 p.m.";
        let mut found = vec![
            entity(message, "number", "dwa", json!(2)),
            entity(message, "city", "Ulm", json!("ulm")),
            entity(message, "colour", "plecak", json!("red")),
        ];
        let role = |name: &str, found| EntityMatch { role: Some(name.to_owned()), ..found };
        let read = vec![
            entity(translation, "number", "two", json!(2)),
            entity(translation, "product", "tents", json!("tent")),
            entity(translation, "line", "two tents", json!({ "number": 2, "product": "tent" })),
            entity(translation, "product", "backpack", json!("backpack")),
            role("from", entity(translation, "city", "Bonn", json!("bonn"))),
            role("to", entity(translation, "city", "Ulm", json!("ulm"))),
            entity(translation, "time", "3 p.m.", json!("15:00")),
        ];
        add(&mut found, message, read, |name| ["product", "line", "city"].contains(&name));
        assert_eq!(
            told(&found, message),
            [
                json!(["number", null, 2, "dwa"]),
                json!(["colour", null, "red", "plecak"]),
                json!(["city", "from", "bonn", "BONN"]),
                json!(["city", "to", "ulm", "Ulm"]),
                json!(["product", null, "tent", ""]),
                json!(["line", null, { "number": 2, "product": "tent" }, ""]),
                json!(["product", null, "backpack", ""]),
            ]
        );
    }

    #[test]
    fn a_role_that_the_message_tells_itself_stays() {
        let message = "do Ulm";
        let own = EntityMatch { role: Some("to".to_owned()), ..entity(message, "city", "Ulm", json!("ulm")) };
        let other = EntityMatch { role: Some("from".to_owned()), ..own.clone() };
        let mut found = vec![own.clone()];
        add(&mut found, message, vec![other.clone(), other], |_| true);
        assert_eq!(found[0], own);
        // The second of two is another one, and its words are taken.
        assert_eq!((found.len(), found[1].start, found[1].end), (2, message.len(), message.len()));
    }

    #[test]
    fn words_are_whole() {
        let check = |text: &str, words: &str, expected: &[(usize, usize)]| {
            assert_eq!(places(text, words).collect::<Vec<_>>(), expected, "{text:?} {words:?}");
        };
        check("ulm, Ulmer, Neu-ULM", "Ulm", &[(0, 3), (16, 19)]);
        check("İstanbul", "istanbul", &[]);
        check("zu GRÜẞE", "grüße", &[(3, 11)]);
        check("👍 a\u{301}", "👍", &[(0, 4)]);
        check("", "Ulm", &[]);
        check("Ulm", "", &[]);
    }
}
