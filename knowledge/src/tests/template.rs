//! The documents that ship with the studio, asked by words alone: does the passage come first that a reader would choose, or
//! second where another is near?

use std::{fs, path::Path};

use super::shop::{ask, document, published};
use crate::{Document, Knowledge};

/// What the shop's bot asks of a passage (`min_coverage` of its `bot.yaml`).
const ENOUGH: f64 = 0.55;

/// Question, document, and the last heading above the answer.
const ENGLISH: &[(&str, &str, &str)] = &[
    ("how do I clean my tent?", "tent-care.md", "Cleaning"),
    ("how should I clean a tent", "tent-care.md", "Cleaning"),
    ("how do I store a tent?", "tent-care.md", "Storage"),
    ("how do I store my sleeping bag?", "sleeping-bags.md", "Storage"),
    ("how do I dry a wet tent?", "tent-care.md", "Drying"),
    ("how do I wash my boots?", "boots-care.md", "Washing boots and shoes"),
    ("can I put shoes in the washing machine?", "boots-care.md", "Washing boots and shoes"),
    ("how do I waterproof my boots", "boots-care.md", "Waterproofing boots"),
    ("how do I wash a sleeping bag?", "sleeping-bags.md", "Washing a sleeping bag"),
    ("which gas works in the cold?", "stoves.md", "Which fuel for what"),
    ("my zip is stuck", "tent-care.md", "A zip that is stuck"),
    ("what does a new zip cost?", "repairs.md", "What we repair, and what it costs"),
    ("how long do repairs take?", "repairs.md", "How long repairs take"),
    ("how long is a gift card valid?", "gift-cards.md", "How long a gift card is valid"),
    ("I lost my gift card", "gift-cards.md", "Lost gift cards"),
    ("how do I measure my back?", "backpack-fitting.md", "Measuring your back"),
    ("how do I pack my backpack", "backpack-fitting.md", "Packing"),
    ("which volume do I need for a day tour?", "backpack-fitting.md", "Which volume for which tour"),
    ("what are the delivery times?", "shipping.md", "Delivery times"),
    ("what does shipping cost?", "shipping.md", "Shipping costs"),
    ("what happens if nobody is at home?", "shipping.md", "If nobody is at home"),
    ("how do I redeem points?", "summit-club.md", "Redeeming points"),
    ("how do I join the summit club?", "summit-club.md", "How to join"),
    ("are dogs allowed in the store?", "store-and-workshop.md", "Accessibility"),
    ("can I hire a tent?", "store-and-workshop.md", "Hiring equipment"),
    ("down or synthetic?", "sleeping-bags.md", "Down or synthetic filling"),
    ("when do boots need new soles?", "boots-care.md", "New soles"),
];

const GERMAN: &[(&str, &str, &str)] = &[
    ("Wie reinige ich mein Zelt?", "tent-care.md", "Reinigen"),
    ("Wie lagere ich mein Zelt?", "tent-care.md", "Lagern"),
    ("Wie trockne ich mein Zelt?", "tent-care.md", "Trocknen"),
    ("Wie wasche ich meine Schuhe?", "boots-care.md", "Stiefel und Schuhe waschen"),
    ("Wie wasche ich meine Stiefel?", "boots-care.md", "Stiefel und Schuhe waschen"),
    ("Wie wasche ich meinen Schlafsack?", "sleeping-bags.md", "Einen Schlafsack waschen"),
    ("Welches Gas funktioniert bei Kälte?", "stoves.md", "Welcher Brennstoff wofür"),
    ("Was kostet ein neuer Reißverschluss?", "repairs.md", "Was wir reparieren und was es kostet"),
    ("Mein Reißverschluss klemmt", "tent-care.md", "Ein Reißverschluss, der klemmt"),
    ("Wie lange dauert eine Reparatur?", "repairs.md", "Wie lange eine Reparatur dauert"),
    ("Wie lange ist ein Gutschein gültig?", "gift-cards.md", "Wie lange ein Gutschein gültig ist"),
    ("Kann ich auf Rechnung kaufen?", "payment.md", "Kauf auf Rechnung"),
    ("Wie messe ich meinen Rücken?", "backpack-fitting.md", "Den Rücken messen"),
    ("Wie imprägniere ich meine Stiefel?", "boots-care.md", "Stiefel imprägnieren"),
    ("Kann ich eine Ausrüstung leihen?", "store-and-workshop.md", "Ausrüstung leihen"),
];

/// Questions whose next best passage is near: the right one is among the best two.
const NEAR: [&str; 4] = [
    "how do I waterproof my boots",
    "which gas works in the cold?",
    "are dogs allowed in the store?",
    "Wie imprägniere ich meine Stiefel?",
];

/// The documents as a bot has them: both languages in one index.
fn template() -> Knowledge {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/templates/shop/knowledge");
    let mut documents: Vec<Document> = Vec::new();
    for language in ["de", "en"] {
        for entry in fs::read_dir(folder.join(language)).expect("a folder of documents") {
            let entry = entry.expect("a document");
            let path = format!("{language}/{}", entry.file_name().to_string_lossy());
            documents.push(document(&path, language, &fs::read_to_string(entry.path()).expect("a text")));
        }
    }
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    published(&documents)
}

#[test]
fn what_visitors_ask_is_found_under_its_heading() {
    let knowledge = template();
    let mut failures = Vec::new();
    for (language, questions) in [("en", ENGLISH), ("de", GERMAN)] {
        for (question, document, heading) in questions {
            let passages = ask(&knowledge, language, question);
            let best = if NEAR.contains(question) { 2 } else { 1 };
            let right = passages.iter().take(best).any(|passage| {
                passage.document == format!("{language}/{document}")
                    && passage.headings.last().is_some_and(|last| last == heading)
                    && passage.coverage >= ENOUGH
            });
            if !right {
                let shown = |passage: &studio_core::understanding::Passage| {
                    let headings = passage.headings.join(" › ");
                    format!("{} › {headings} {:.2} {:.2}", passage.document, passage.score, passage.coverage)
                };
                failures.push(format!("{question}: {:#?}", passages.iter().map(shown).collect::<Vec<_>>()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is asked about stands nowhere, and a word beside it in a heading, or in many a passage.
#[test]
fn what_the_documents_do_not_say_is_not_answered() {
    let knowledge = template();
    let mut wrong = Vec::new();
    for (language, question) in [
        ("en", "who founded the company?"),
        ("en", "what is the history of your company?"),
        ("en", "who invented accessibility?"),
        ("en", "do you sell bicycles?"),
        ("de", "Wann wurde das Unternehmen gegründet?"),
        ("de", "Wer hat die Verpackung erfunden?"),
        ("de", "Verkauft ihr Fahrräder?"),
    ] {
        let enough = ask(&knowledge, language, question).into_iter().find(|it| it.coverage >= ENOUGH);
        if let Some(found) = enough {
            wrong.push(format!("{question}: {} {:?} {:.2}", found.document, found.headings, found.coverage));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (language, question, heading) in [
        ("en", "do you have something for companies?", "For companies"),
        ("en", "is there an escalator, what about accessibility?", "Accessibility"),
        ("de", "Habt ihr etwas für Unternehmen?", "Für Unternehmen"),
    ] {
        let found = ask(&knowledge, language, question).into_iter().next().expect("a passage");
        assert!(found.coverage >= ENOUGH, "{question}: {found:?}");
        assert_eq!(found.headings.last().map(String::as_str), Some(heading), "{question}");
    }
}

/// What visitors read has no bars of a table, in whatever channel.
#[test]
fn what_visitors_read_of_a_table_is_a_list() {
    let knowledge = template();
    for (language, question, row) in [
        ("en", "what does a new zip cost?", "\n- New zip: from €18\n"),
        ("de", "Was kostet ein neuer Reißverschluss?", "\n- Neuer Reißverschluss: ab 18 €\n"),
    ] {
        let first = ask(&knowledge, language, question).into_iter().next().expect("a passage");
        assert!(first.text.contains(row) && !first.text.contains('|'), "{}", first.text);
    }
}

/// An introduction stands under the document's own first heading, and a document without any is cited by its name.
#[test]
fn every_passage_has_something_to_be_cited_by() {
    let knowledge = published(&[
        document("en/care.md", "en", "# Tent care\n\nA tent lasts ten years.\n\n## Cleaning\n\nBy hand."),
        document("en/size-guide.md", "en", "Measure the length of your foot in the evening."),
    ]);
    for (question, title) in
        [("how many years does it last?", "Tent care"), ("length of the foot", "size guide")]
    {
        let first = ask(&knowledge, "en", question).into_iter().next().expect("a passage");
        assert_eq!((first.title.as_str(), first.headings.len()), (title, 0), "{question}");
    }
}
