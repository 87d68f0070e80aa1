//! A hotel's documents, and guests who ask in words of their own: is the answer found, and is nothing found where there is none?

use super::shop::{ask, document, published};
use crate::Knowledge;

/// What a bot asks of a passage where its author says nothing else.
const ENOUGH: f64 = 0.55;

const ENGLISH: &[(&str, &str)] = &[
    (
        "animals.md",
        "# Pets\n\nPets are welcome in all rooms of the ground floor. Dogs cost 15 euros a night, bed and bowl \
         included. They may not be left alone in the room, and please keep them on a lead in the garden.",
    ),
    (
        "arrival.md",
        "# Arrival and departure\n\n## Check-in\n\nRooms are ready from 3 pm. Reception is staffed until 10 pm; \
         guests who arrive later find their key in the box beside the door.\n\n## Check-out\n\nPlease vacate \
         the room by 11 am. Luggage can be stored at reception until the evening.\n\n## Getting here\n\nThe \
         railway station is ten minutes away on foot. A shuttle bus leaves the airport every hour.",
    ),
    (
        "breakfast.md",
        "# Breakfast\n\nBreakfast is served from 7 to 10:30 in the winter garden, on Sundays until 11. It costs \
         18 euros; children up to six eat free.\n\n## Diets\n\nVegan and gluten-free dishes are marked on the \
         buffet. Tell us about allergies the evening before.",
    ),
    (
        "parking.md",
        "# Parking\n\nGuests park in the underground garage for 12 euros a day. Two charging points for \
         electric cars are on level one.",
    ),
    (
        "payment.md",
        "# Paying\n\nWe accept cash, debit cards and credit cards. The invoice is settled on departure; \
         companies may be billed.\n\n## Cancellation\n\nBookings can be cancelled free of charge until two days \
         before arrival. After that, we charge the first night.",
    ),
    (
        "restaurant.md",
        "# Restaurant\n\nThe kitchen serves dinner from 6 pm to 9:30 pm, closed on Mondays. Reserve a table by \
         telephone. Children get smaller portions.",
    ),
    (
        "rooms.md",
        "# Rooms\n\nAll rooms have a shower, a hair dryer, a safe and wireless internet free of charge. Rooms \
         on the lake side have a balcony.\n\n## Families\n\nWe put a cot or an extra bed in your room on \
         request. Connecting rooms are available for families.\n\n## Smoking\n\nSmoking is forbidden in the \
         whole building. There is an ashtray on the terrace.",
    ),
    (
        "wellness.md",
        "# Sauna and pool\n\nThe indoor pool opens at 6 am and closes at 9 pm. The sauna is heated from 4 pm. \
         Towels and bathrobes lie ready in the changing room.\n\n## Massages\n\nMassages are booked at \
         reception a day ahead. Half an hour costs 45 euros.",
    ),
];

fn hotel() -> Knowledge {
    published(&ENGLISH.iter().map(|(path, text)| document(path, "en", text)).collect::<Vec<_>>())
}

/// The document and heading that answer, as a bot sees it.
fn answer(knowledge: &Knowledge, language: &str, question: &str) -> String {
    let passages = ask(knowledge, language, question);
    let enough = passages.into_iter().find(|passage| passage.coverage >= ENOUGH);
    enough.map_or_else(String::new, |passage| {
        let heading = passage.headings.last().map_or("", String::as_str);
        format!("{} {heading}", passage.document).trim_end().to_owned()
    })
}

#[test]
fn guests_are_answered_in_their_own_words() {
    let knowledge = hotel();
    let mut failures = Vec::new();
    let mut check = |question: &str, expected: &str| {
        let found = answer(&knowledge, "en", question);
        if found != expected {
            failures.push(format!("{question}: {found:?}, not {expected:?}"));
        }
    };
    check("can I bring my dog?", "animals.md");
    check("are dogs welcome", "animals.md");
    check("do you allow pets", "animals.md");
    check("when can I have breakfast in the morning", "breakfast.md");
    check("do you have anything for vegans", "breakfast.md Diets");
    check("what time can I check in", "arrival.md Check-in");
    check("what time is check out", "arrival.md Check-out");
    check("how do I get there from the airport", "arrival.md Getting here");
    check("can I smoke on the balcony", "rooms.md Smoking");
    check("is smoking forbidden", "rooms.md Smoking");
    check("do you provide towels", "wellness.md");
    check("how much is a massage", "wellness.md Massages");
    check("can I pay by card", "payment.md");
    check("can you send an invoice to my company", "payment.md");
    check("when do I have to cancel", "payment.md Cancellation");
    check("what time is dinner", "restaurant.md");
    // Written apart there.
    check("do the rooms have a hairdryer", "rooms.md");
    // Of words that say little beside a topic.
    check("what is forbidden?", "rooms.md Smoking");
    // What the documents do not say, in words of which they have one at most.
    for question in [
        "is there a gym",
        "can I rent a bike",
        "can I bring my bike",
        "what is the weather like tomorrow",
        "who won the football match",
        "do you have a conference hall",
        "is there a casino nearby",
        "can you wash my clothes",
        "are there mosquitoes",
        "do you sell postcards",
        "what is the name of the owner",
        "is there a playground",
        "can I get married here",
        "do you provide umbrellas",
        "is my boss welcome",
        "do you have carpets",
        "is there a discount for families",
        "what should I bring?",
        "is that forbidden?",
    ] {
        check(question, "");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// "Bring" and "women" say little beside a topic. Where nothing else is said, they are what is asked about.
#[test]
fn a_question_of_small_words_is_answered() {
    let knowledge = published(&[
        document(
            "trip.md",
            "en",
            "# The trip\n\n## Good to know\n\nThe bus leaves at eight.\n\n## Your bag\n\nBring a towel, a hat and \
             water.\n\n## Women\n\nThe changing rooms are beside the pool.\n\n## How it works\n\nWe meet at the gate.",
        ),
        document(
            "ausflug.md",
            "de",
            "# Der Ausflug\n\n## Ihre Tasche\n\nBitte Handtuch und Hut mitbringen.\n\n## Feuer\n\nOffenes Feuer ist \
             verboten.\n\n## Frauen\n\nDie Umkleide liegt neben dem Becken.",
        ),
        document("salida.md", "es", "# La salida\n\n## Mujer\n\nLos vestuarios están junto a la piscina."),
    ]);
    for (language, question, expected) in [
        ("en", "What should I bring?", "trip.md Your bag"),
        ("en", "do you have something for women", "trip.md Women"),
        ("en", "how does it work?", "trip.md How it works"),
        ("en", "good", ""),
        ("en", "is it allowed?", ""),
        ("en", "I love you", ""),
        ("de", "Was soll ich mitbringen?", "ausflug.md Ihre Tasche"),
        ("de", "Was ist verboten?", "ausflug.md Feuer"),
        ("de", "Ist das verboten?", ""),
        ("de", "Habt ihr auch etwas für Frauen?", "ausflug.md Frauen"),
        ("de", "Ich liebe dich", ""),
        ("es", "¿Tiene algo para mujer?", "salida.md Mujer"),
        ("es", "te amo", ""),
    ] {
        assert_eq!(answer(&knowledge, language, question), expected, "{question}");
    }
}

/// "Post" in one passage and "card" in another are no postcard.
#[test]
fn a_word_that_is_split_is_found_where_its_halves_stand_together() {
    let knowledge = published(&[document(
        "house.md",
        "en",
        "# The house\n\n## Cards\n\nWe take debit cards.\n\n## Letters\n\nThe post is collected at noon.\n\n## \
         Bathroom\n\nA hair dryer hangs beside the mirror.",
    )]);
    assert_eq!(answer(&knowledge, "en", "any postcards?"), "");
    assert_eq!(answer(&knowledge, "en", "any hairdryers?"), "house.md Bathroom");
}

#[test]
fn guests_are_answered_in_german() {
    let knowledge = published(&[
        document(
            "haus.md",
            "de",
            "# Unser Haus\n\n## Tiere\n\nHunde sind auf der Terrasse willkommen.\n\n## Rauchen\n\nIm Haus wird nicht \
             geraucht, ein Aschenbecher steht im Garten.",
        ),
        document("essen.md", "de", "# Essen\n\n## Frühstück\n\nEs gibt von 7 bis 10 Uhr ein Buffet."),
    ]);
    for (question, expected) in [
        ("Kann ich meinen Hund mitbringen?", "haus.md Tiere"),
        ("Dürfen wir unsere Hunde mitnehmen?", "haus.md Tiere"),
        ("Ist Rauchen verboten?", "haus.md Rauchen"),
        ("Wann gibt es morgens Frühstück?", "essen.md Frühstück"),
        ("Kann ich mein Fahrrad mitbringen?", ""),
        ("Ist meine Oma willkommen?", ""),
    ] {
        assert_eq!(answer(&knowledge, "de", question), expected, "{question}");
    }
}
