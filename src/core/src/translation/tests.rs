use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const MARKINGS: [Marking; 3] = [Marking::Plain, Marking::Xml, Marking::Html];

fn glossary(keep: &[&str], words: &[(&str, &str)]) -> Glossary {
    Glossary {
        keep: keep.iter().map(|&word| word.to_owned()).collect(),
        words: words.iter().map(|&(word, target)| (word.to_owned(), target.to_owned())).collect(),
    }
}

#[test]
fn what_a_machine_must_not_touch_is_taken_out() {
    let words = glossary(&["Nordlicht"], &[("tent", "namiot"), ("family tent", "namiot rodzinny")]);
    let check = |text: &str, expected: &str| {
        assert_eq!(protect(text, &words, Marking::Plain).text, expected, "{text}");
    };
    check("Hello {{ contact.name }}!", "Hello {0}!");
    check("{% if a %}Yes{% else %}No{% endif %}", "{0}Yes{1}No{2}");
    check("See [our shop](https://a.example/{{ id }}?x=(1).", "See [our shop]{0}.");
    check("Write to help@a.example, or see https://a.example/b.", "Write to {0}, or see {1}.");
    check("Type `{0}` or {0}", "Type {0} or {1}");
    check("Nordlicht: Tent, tents, family tent", "{0}: {1}, tents, {2}");
    check(" plain & **bold**\n", "plain & **bold**");
    let xml = protect("a < b & {{ c }}", &words, Marking::Xml);
    assert_eq!(xml.text, "a &lt; b &amp; <x id=\"0\"/>");
    let html = protect("a < b & {{ c }}", &words, Marking::Html);
    assert_eq!(html.text, "a &lt; b &amp; <span translate=\"no\">{0}</span>");
}

#[test]
fn what_was_taken_out_comes_back_where_the_machine_put_it() {
    let words = glossary(&["Nordlicht"], &[("tent", "namiot")]);
    let check = |text: &str, marking: Marking, answer: &str, expected: Result<&str, Lost>| {
        let restored = protect(text, &words, marking).restore(answer);
        assert_eq!(restored.as_deref().map_err(Clone::clone), expected, "{text} | {answer}");
    };
    let plain = Marking::Plain;
    check("Hello {{ name }}!", plain, "Cześć { 0 }!", Ok("Cześć {{ name }}!"));
    check("Hello {{ name }}!", plain, "你好｛0｝！", Ok("你好{{ name }}！"));
    check("Tent {{ a }} of {{ b }}", plain, "{2}: {0} {1}", Ok("{{ b }}: Namiot {{ a }}"));
    check("Hello {{ name }}!", plain, "Cześć!", Err(Lost::Part("{{ name }}".to_owned())));
    check("Hello {{ name }}!", plain, "Cześć {0} {0}!", Err(Lost::Doubled("{{ name }}".to_owned())));
    check("Hello", plain, "Cześć {0}", Err(Lost::MadeUp));
    check("Hello", plain, "Cześć {{ name }}", Err(Lost::MadeUp));
    check("{% if a %}b{% endif %}", plain, "{1}b{0}", Err(Lost::Order("{% endif %}".to_owned())));
    check("[shop](https://a.example)", plain, "[sklep] {0}", Ok("[sklep](https://a.example)"));
    check("[shop](https://a.example)", plain, "sklep {0}", Err(Lost::Link));
    check("[shop](https://a.example)", plain, "sklep] {0}", Err(Lost::Link));
    check("**Hello**", plain, "Cześć", Err(Lost::Emphasis));
    check("**Hello** *you*", plain, "*Ty*, **cześć**", Ok("*Ty*, **cześć**"));
    for lost in ["Cześć", "*Cześć", "* Cześć *", "**Cześć**"] {
        check("Oh, *hello*", plain, &format!("Ach, {lost}"), Err(Lost::Emphasis));
    }
    check("Oh, hello", plain, "Ach, *cześć*", Err(Lost::Emphasis));
    check("- tents\n2. ropes", plain, "* namioty\n2) liny", Ok("* namioty\n2) liny"));
    for lost in ["namioty\n2. liny", "– namioty\n2. liny", "- namioty\n- liny", "- namioty 2. liny"] {
        check("- tents\n2. ropes", plain, lost, Err(Lost::List));
    }
    check("tents - and ropes", plain, "namioty\n- i liny", Err(Lost::List));
    check("Hello", plain, " ", Err(Lost::Empty));
    check("A & {{ b }}", Marking::Xml, "&quot;A&quot; <x id=\"0\"></x> &#38;", Ok("\"A\" {{ b }} &"));
    check("A {{ b }}", Marking::Html, "<span translate='no'>{0}</span> A", Ok("{{ b }} A"));
}

#[test]
fn a_glossary_counts_for_its_pair_and_its_varieties() {
    let one = |from: &str, to: &str, word: &str, target: &str| {
        let words = BTreeMap::from([(word.to_owned(), target.to_owned())]);
        (from.to_owned(), BTreeMap::from([(to.to_owned(), words)]))
    };
    let mut translating = Translating {
        glossary: BTreeMap::from([one("en", "pt", "tent", "tenda")]),
        ..Translating::default()
    };
    let brazil = one("en", "pt-BR", "tent", "barraca");
    translating.glossary.entry("en".to_owned()).or_default().extend(brazil.1);
    let check = |from: &str, to: &str, expected: &[(&str, &str)]| {
        assert_eq!(translating.glossary(from, to), glossary(&[], expected), "{from} {to}");
    };
    check("en", "pt", &[("tent", "tenda")]);
    check("en-GB", "pt-PT", &[("tent", "tenda")]);
    check("en", "pt-BR", &[("tent", "barraca")]);
    check("de", "pt", &[]);
}

#[test]
fn a_text_without_words_needs_no_machine() {
    let check = |text: &str, expected: bool| {
        for marking in MARKINGS {
            assert_eq!(protect(text, &Glossary::default(), marking).is_bare(), expected, "{text}");
        }
    };
    check("{{ answer.text }}", true);
    check(" 12 % 👍", true);
    check("", true);
    check("OK", false);
}

proptest! {
    #[test]
    fn what_nobody_translates_comes_back_as_it_was(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "{{ a.b }}", "{% if c %}", "{% endif %}", "{# note #}", "{0}", "{ 12 }", "｛3｝", "{", "}", "{{", "}}",
                "[words](https://a.example/?q=1&r=2)", "](x)", "`code`", "```", "**", "*", "_", "<x id=\"0\"/>", "<span",
                "</span>", "&amp;", "&#38;", "&", "<", ">", "Nordlicht", "someone@a.example", "www.a.example", "\n", " ",
                "1. ", "é", "日本",
            ]).prop_map(str::to_owned),
            "\\PC{0,6}",
        ], 0..12),
    ) {
        let text = parts.concat();
        for marking in MARKINGS {
            let protected = protect(&text, &glossary(&["Nordlicht"], &[]), marking);
            prop_assert_eq!(protected.restore(&protected.text), Ok(text.clone()), "{:?} {}", marking, protected.text);
        }
    }
}
