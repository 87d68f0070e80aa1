use super::*;

fn terms(language: &str, text: &str) -> Vec<String> {
    Analyzer::of(language).terms(text)
}

#[test]
fn texts_become_terms() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        assert_eq!(terms(language, text), expected, "{language} {text}");
    };
    check("en", "Deliveries, delivered; DELIVERY's!", &["deliveri", "deliv", "deliveri", "s"]);
    check("en", "ﬁne ＦＵＬＬ soft\u{ad}hyphen", &["fine", "full", "softhyphen"]);
    check("en", "boundary-layer 2.5", &["boundari", "layer", "2", "5"]);
    check("xx", "Running dogs", &["running", "dogs"]);
    check("", "Élan", &["elan"]);
    check("ru", "Ёлка ёлки", &["елк", "елк"]);
    check("el", "ΑΝΤΙΘΕΤΕ", &["ανετ"]);
    check("zh", "运费多少", &["运", "费", "多", "少", "运费", "费多", "多少"]);
    check("ja", "送料500円", &["送", "料", "送料", "500", "円"]);
    check("de", "", &[]);
    check("de", "\0 🚚 ((", &[]);
}

#[test]
fn words_meet_however_they_are_written() {
    let check = |language: &str, one: &str, other: &str| {
        let (one_terms, other_terms) = (terms(language, one), terms(language, other));
        assert!(one_terms.iter().any(|term| other_terms.contains(term)), "{one_terms:?} {other_terms:?}");
    };
    check("de", "Rücksendung", "ruecksendung");
    check("de", "Rücksendung", "rucksendungen");
    check("de", "Größe", "groesse");
    check("de", "Straße", "STRASSE");
    check("fr", "expédition", "expedition");
    check("es", "devolución", "devolucion");
    check("pl", "łódź", "lodz");
    check("tr", "İADE", "iade");
    check("no", "bestilling på nett", "bestillinger");
}

#[test]
fn words_of_a_question_weigh_what_they_say() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        let question = Analyzer::of(language).question(text);
        let full = question.into_iter().filter(|asked| asked.weight == Weight::Full);
        assert_eq!(full.map(|asked| asked.word.text).collect::<Vec<_>>(), expected, "{text}");
    };
    check("en", "Hello, how can I please get a refund?", &["refund"]);
    check("de", "Hallo, was kostet denn bitte der Versand?", &["kostet", "versand"]);
    check("fr", "quel est le prix de la livraison", &["prix", "livraison"]);
    check("zh", "请问运费是多少", &["问运", "运费", "费是"]);
    check("ja", "送料はいくらですか", &["送料", "料は"]);
}

/// What asks by itself weighs little beside a topic, so that it can take a topic's place only where there is none.
#[test]
fn what_asks_by_itself_weighs_little() {
    let roles = |language: &str, text: &str, role: Role| {
        let question = Analyzer::of(language).question(text);
        let words = question.into_iter().filter(|asked| asked.role == role);
        words.map(|asked| (asked.word.text, asked.weight)).collect::<Vec<_>>()
    };
    let check = |language: &str, text: &str, role: Role, word: &str, weight: Weight| {
        assert_eq!(roles(language, text, role), [(word.to_owned(), weight)], "{text}");
    };
    check("en", "What should I bring?", Role::Asks, "bring", Weight::Little);
    check("en", "What should I bring?", Role::What, "what", Weight::None);
    check("de", "Was ist verboten?", Role::Asks, "verboten", Weight::Little);
    check("de", "Was ist verboten?", Role::What, "was", Weight::None);
    check("en", "a discount for families", Role::Aside, "for", Weight::None);
    check("es", "descuento para familias", Role::Aside, "para", Weight::None);
}

#[test]
fn only_the_last_word_can_be_unfinished() {
    let open = |text: &str| {
        let question = Analyzer::of("en").question(text);
        question.into_iter().filter(|asked| asked.word.open).map(|asked| asked.word.text).collect::<Vec<_>>()
    };
    assert_eq!(open("opening hou"), ["hou"]);
    assert!(open("opening hours?").is_empty() && open("opening ").is_empty() && open("").is_empty());
}

#[test]
fn languages_have_one_code() {
    for (given, expected) in
        [("de", "de"), ("de-AT", "de"), ("EN_us", "en"), ("", ""), ("english", ""), ("\0", ""), ("d", "")]
    {
        assert_eq!(code_of(given), expected, "{given:?}");
    }
    assert_eq!(detect("Wie hoch sind denn die Versandkosten nach Deutschland?", &["de", "en"]), Some("de"));
    assert_eq!(detect("4711", &["de", "en"]), None);
}
