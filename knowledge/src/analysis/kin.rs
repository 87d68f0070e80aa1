//! Which words are of one family, where the stemmer leaves them two?
//!
//! Snowball's English stemmer keeps the endings of "storage" and "shipment", so that whoever asks how to store something
//! does not find the section "Storage".

/// Endings behind which an English noun is its verb, as the stemmer leaves them.
const ENGLISH: [&str; 2] = ["ag", "ment"];
/// Letters that must be left without the ending: "mess" is enough, "man" of "manage" is not.
const SHORTEST_ROOT: usize = 4;

/// The stems that may be of one family with `stem`, whether or not anybody writes them.
pub fn kin(code: &str, stem: &str) -> Vec<String> {
    let endings: &[&str] = if code == "en" { &ENGLISH } else { &[] };
    let bare = endings.iter().find_map(|ending| stem.strip_suffix(*ending).filter(|root| is_root(root)));
    let root = bare.unwrap_or(stem).trim_end_matches('e');
    if endings.is_empty() || !is_root(root) {
        return Vec::new();
    }
    let longer = endings.iter().flat_map(|ending| [format!("{root}{ending}"), format!("{root}e{ending}")]);
    let all = [root.to_owned(), format!("{root}e")].into_iter().chain(longer);
    all.filter(|other| other != stem).collect()
}

fn is_root(root: &str) -> bool {
    root.chars().count() >= SHORTEST_ROOT && root.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_is_found_by_its_verb_and_the_other_way_round() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(kin("en", one).contains(&other.to_owned()), expected, "{one} {other}");
            assert_eq!(kin("en", other).contains(&one.to_owned()), expected, "{other} {one}");
        };
        check("store", "storag", true);
        check("ship", "shipment", true);
        check("treat", "treatment", true);
        check("man", "manag", false);
        check("store", "stori", false);
        check("store", "store", false);
        assert!(kin("de", "lager").is_empty() && kin("en", "").is_empty() && kin("en", "4711").is_empty());
    }
}
