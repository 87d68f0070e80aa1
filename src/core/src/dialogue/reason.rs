//! Does a clause only tell how something is, or why? "They arrived broken" wants nothing by itself.
//!
//! Words stand by language (ISO 639-1) and as `normalise` writes them, with `|` between them.

use super::words::within;

/// With these a clause begins that tells something.
const TELLING: [(&str, &str); 9] = [
    ("de", "er|weil|denn"),
    ("en", "they|theyre|its|he|she|because|since"),
    ("es", "ellos|ellas|porque|pues"),
    ("fr", "ils|elles|elle|car|parce|puisque"),
    ("it", "perché|poiché|siccome"),
    ("nl", "ze|zij|hij|omdat|want"),
    ("pl", "one|oni|bo|gdyż|ponieważ"),
    ("pt", "eles|elas|ele|ela|porque|pois"),
    ("tr", "çünkü"),
];
/// These tell only where [`STATING`] or an English past is one of the next two words: "it" may be what something is to be
/// done with, and "Sie" is the polite "you".
const BARE: [(&str, &str); 2] = [("de", "sie|es"), ("en", "it")];
const STATING: [(&str, &str); 2] = [
    (
        "de",
        "ist|sind|war|waren|hat|haben|hatte|hatten|wurde|wurden|ging|gingen|kam|kamen|passt|passen|passte|passten",
    ),
    ("en", "is|isnt|was|wasnt|has|hasnt|had|did|didnt|does|doesnt|went|came|got|broke|fell|tore"),
];
/// A clause with these wants something, however it begins.
const WANTING: [(&str, &str); 9] = [
    (
        "de",
        "soll|sollen|sollte|sollten|muss|müssen|müsste|müssten|kann|können|könnte|könnten|möchte|möchten|will|wollen|\
         darf|dürfen|braucht|brauchen|bitte",
    ),
    ("en", "should|must|can|shall|want|wants|need|needs|would like|have to|has to|please"),
    (
        "es",
        "debe|deben|debería|deberían|tiene que|tienen que|puede|pueden|quiere|quieren|quiero|necesita|necesitan|\
         necesito|por favor",
    ),
    (
        "fr",
        "doit|doivent|devrait|devraient|peut|peuvent|veut|veulent|voudrait|voudraient|faut|besoin|sil vous plaît|\
         sil te plaît",
    ),
    ("it", "deve|devono|dovrebbe|dovrebbero|può|possono|vuole|vogliono|vorrei|vorrebbe|bisogno|per favore"),
    ("nl", "moet|moeten|kan|kunnen|mag|mogen|wil|willen|graag|alstublieft|alsjeblieft"),
    ("pl", "musi|muszą|powinien|powinna|powinno|powinny|może|mogą|chce|chcą|chcę|proszę"),
    (
        "pt",
        "deve|devem|deveria|deveriam|pode|podem|quer|querem|quero|gostaria|precisa|precisam|preciso|por favor",
    ),
    ("tr", "lazim|gerek|gerekiyor|istiyor|istiyorum|lütfen"),
];
/// The ending of an English past, and the letters that such a word has at least.
const PAST: (&str, usize) = ("ed", 5);

/// Whether a clause, normalised, begins as one that tells something, and wants nothing.
pub fn tells(language: &str, clause: &str) -> bool {
    let mut words = clause.split(' ');
    let first = words.next().unwrap_or_default();
    let is_past = |word: &str| language == "en" && word.ends_with(PAST.0) && word.len() >= PAST.1;
    let states = |word: &str| is_past(word) || has(&STATING, language, word);
    let begins = has(&TELLING, language, first) || (has(&BARE, language, first) && words.take(2).any(states));
    begins && !of(&WANTING, language).any(|wanting| within(wanting, clause))
}

fn has(lists: &[(&str, &'static str)], language: &str, word: &str) -> bool {
    of(lists, language).any(|listed| listed == word)
}

fn of(lists: &[(&str, &'static str)], language: &str) -> impl Iterator<Item = &'static str> {
    let list = lists.iter().find(|(of, _)| *of == language).map(|(_, words)| *words);
    list.into_iter().flat_map(|words| words.split('|'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::words::normalise;

    #[test]
    fn what_tells_something_is_told_from_what_wants_something() {
        let check = |language: &str, clause: &str, expected: bool| {
            assert_eq!(tells(language, &normalise(clause)), expected, "{clause}");
        };
        check("en", "it went to my old address", true);
        check("en", "it never arrived", true);
        check("en", "It doesn't fit", true);
        check("en", "they are too small", true);
        check("en", "it should go to my new address", false);
        check("en", "it to my new address", false);
        check("en", "he wants to change his address", false);
        check("en", "because I need it at my new address", false);
        check("de", "sie waren kaputt", true);
        check("de", "weil sie kaputt waren", true);
        check("de", "es soll an die neue Adresse", false);
        check("de", "es bitte an die neue Adresse", false);
        check("de", "Sie können auch meine Adresse ändern", false);
        check("es", "porque quiero cambiar la dirección", false);
        check("fr", "elle doit aller à ma nouvelle adresse", false);
        check("fr", "elle à ma nouvelle adresse, s'il vous plaît", false);
        check("it", "perché deve arrivare al nuovo indirizzo", false);
        check("nl", "hij moet naar mijn nieuwe adres", false);
        check("pl", "bo może iść na nowy adres", false);
        check("pt", "ela deve ir para a nova morada", false);
        check("tr", "çünkü adresimi değiştirmek istiyorum", false);
        check("tr", "çünkü adresimi değiştirmem lazım", false);
        check("tr", "çünkü kırıldı", true);
    }

    #[test]
    fn the_words_are_written_as_they_are_compared() {
        for (language, words) in TELLING.iter().chain(&BARE).chain(&STATING).chain(&WANTING) {
            for word in words.split('|') {
                assert_eq!(word, normalise(word), "{language}");
            }
        }
    }
}
