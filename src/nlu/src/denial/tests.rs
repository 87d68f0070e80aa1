//! What takes a wish back, and what only negates: lines `- text` and `+ text` of each language.

use super::*;

const CASES: [(&str, &str); 9] = [
    (
        "en",
        "- I don't want to cancel my order
- i dont want a refund
- I do not want to talk to a human
- please do not call me
- Please don’t call me
- don't unsubscribe me
- No, don't cancel it
- never call me
- there is no need to call me back
- I'd rather not talk to an agent
- I'm not interested in a refund
+ my parcel has not arrived
+ I can't log in
+ my code does not work
+ why hasn't my order shipped
+ don't you have it in red?
+ wouldn't it be cheaper to return it
+ I don't know where my order is
+ don't know how to pay
+ I don't want the jacket
+ I don't want it any more
+ I don't want to wait so cancel my order
+ I don't want to wait
+ if I don't want it can I return it
+ don't want to cancel?
+ not bad at all
+ no thanks
+ cancel my order",
    ),
    (
        "de",
        "- ich will meine Bestellung nicht stornieren
- Ich möchte nicht mit einem Menschen sprechen
- ich moechte keinen Rückruf
- bitte rufen Sie mich nicht an
- Rufen Sie mich nicht an!
- Bitte nicht anrufen
- ruf mich bitte nicht an
- storniere meine Bestellung nicht
- ich brauche keine Beratung
- keinen Newsletter bitte
+ mein Paket ist nicht angekommen
+ bitte helfen Sie mir mein Code funktioniert nicht
+ ich kann mich nicht einloggen
+ haben Sie das nicht in Rot?
+ können Sie mich nicht anrufen
+ ich will die Bestellung nicht
+ ich will die Schuhe nicht mehr
+ ich möchte die nicht passenden Schuhe zurückgeben
+ ich möchte wissen warum mein Paket nicht da ist
+ das ist nicht schlecht
+ Bestellung nicht angekommen
+ nein danke",
    ),
    (
        "es",
        "- no quiero cancelar mi pedido\n- por favor no me llamen\n- no cancele mi pedido\n+ no funciona mi código\n+ no ha llegado mi pedido\n+ no quiero más correos",
    ),
    (
        "fr",
        "- je ne veux pas annuler ma commande\n- n'annulez pas ma commande\n- merci de ne pas m'appeler\n+ mon colis n'est pas arrivé\n+ ne fonctionne pas\n+ je ne veux plus de courriels",
    ),
    (
        "it",
        "- non voglio annullare l'ordine\n- per favore non chiamatemi\n+ il pacco non è arrivato\n+ non funziona",
    ),
    (
        "nl",
        "- ik wil mijn bestelling niet annuleren\n- bel me niet\n- graag geen telefoontje\n+ mijn pakket is niet aangekomen\n+ ik wil de schoenen niet",
    ),
    (
        "pl",
        "- nie chcę anulować zamówienia\n- proszę do mnie nie dzwonić\n+ paczka nie dotarła\n+ kod nie działa",
    ),
    ("pt", "- não quero cancelar o pedido\n- por favor não me liguem\n+ o pedido não chegou\n+ não funciona"),
    ("tr", "- siparişimi iptal etmek istemiyorum\n- siparişimi iptal etmeyin\n+ siparişim gelmedi"),
];

#[test]
fn wishes_are_told_from_what_only_negates() {
    let mut wrong = Vec::new();
    for (code, cases) in CASES {
        let languages = Language::of(std::iter::once(code));
        for line in cases.lines() {
            let (mark, text) = line.split_once(' ').expect("a mark and a text");
            if find(&Reading::new(text), &languages).is_some() != (mark == "-") {
                wrong.push(format!("{code} {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_left_says_the_opposite() {
    let languages = Language::of(["en", "de", "fr", "de-AT"].into_iter());
    assert_eq!(languages.len(), 3);
    let check = |text: &str, expected: &str| {
        let denial = find(&Reading::new(text), &languages).expect(text);
        let rest: Vec<&str> =
            denial.rest(text.len()).into_iter().map(|stretch| text[stretch].trim()).collect();
        assert_eq!(rest.join(" ").trim(), expected, "{text}");
    };
    check("I don't want to cancel my order", "I want to cancel my order");
    check("please do not call me", "please do call me");
    check("bitte rufen Sie mich nicht an", "bitte rufen Sie mich an");
    check("Ich möchte keinen Rückruf", "Ich möchte Rückruf");
    check("n'annulez pas ma commande", "'annulez ma commande");
}

#[test]
fn the_next_clause_says_what_is_taken_back() {
    let languages = Language::of(std::iter::once("de"));
    assert!(find(&Reading::new("Ich möchte nicht,"), &languages).is_some());
    assert!(going_on(&Reading::new("dass Sie mich anrufen"), &languages).is_some());
    assert!(going_on(&Reading::new("rufen Sie mich an"), &languages).is_none());
    assert!(going_on(&Reading::new(""), &languages).is_none());
}
