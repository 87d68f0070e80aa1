//! Messages of the sample bot's visitors of which several words are misspelt.

use super::{
    haste::sample_bot,
    noting::{Answers, Noting, Run},
    *,
};

#[test]
fn what_visitors_of_the_sample_bot_want_most_is_understood_with_several_slips() {
    let model = train(&sample_bot().0, None).unwrap();
    let check = |text: &str, language: &str, expected: &str| {
        let understood = model.understand(text, language, &now());
        let best = understood.intent().map(|best| best.intent.as_str());
        assert_eq!(best, Some(expected), "{text}: {:?}", understood.intents);
    };
    check("wher is my ordr 4711", "en", "track_order");
    check("wher is my ordr", "en", "track_order");
    check("i wnat to retrun my ordr", "en", "return_order");
    check("pleese cancle my ordr", "en", "cancel_order");
    check("wo ist miene bestelung", "de", "track_order");
    check("ich möchte miene bestelung stornieern", "de", "cancel_order");
}

#[test]
fn what_is_named_behind_a_slip_is_found_where_it_stands() {
    let model = train(&sample_bot().0, None).unwrap();
    let text = "hey, wher is my ordr 4711 pls";
    let understood = model.understand(text, "en", &now());
    let number = understood.entities.iter().find(|found| found.entity == "order_number");
    let number = number.unwrap_or_else(|| panic!("{understood:?}"));
    assert_eq!((number.text.as_str(), &number.value), ("4711", &serde_json::json!("4711")));
    assert_eq!(&text[number.start..number.end], "4711");
}

#[test]
fn words_that_are_known_or_near_no_other_mean_what_they_meant() {
    let model = train(&shop(), None).unwrap();
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(intent(&model, text).as_deref(), expected, "{text}");
    };
    check("wher is my ordr", Some("track_order"));
    for other in ["purple monkey dishwasher", "qwrtz plomf", "zzgh brrrk", ""] {
        check(other, None);
    }
    let sure = |text: &str| model.understand(text, "en", &now()).intents[0].confidence;
    assert!(sure("wher is my ordr") < sure("where is my order"));
}

#[test]
fn the_transformer_hears_a_message_and_what_was_meant_at_once() {
    let noting = Arc::new(Noting::default());
    let model = train(&shop(), Some(noting.clone())).unwrap();
    let asked = |text: &str| -> Vec<Vec<String>> {
        noting.runs();
        let best = model.understand(text, "en", &now()).intents.remove(0).intent;
        assert_eq!(best, "track_order", "{text}");
        let texts = |run: Run| run.into_iter().map(|(text, _)| text).collect();
        noting.runs().into_iter().map(texts).collect()
    };
    let both = [["wher is my ordr please", "where is my order please"]];
    assert_eq!(asked("wher is my ordr please"), both);
    // One of them where the other is a phrase, or where nothing is misspelt; and of a phrase nothing.
    assert_eq!(asked("wher is my ordr"), [["wher is my ordr"]]);
    assert_eq!(asked("where is my order please"), [["where is my order please"]]);
    assert_eq!(asked("where is my order"), Vec::<Vec<String>>::new());
    // Whoever does not answer is waited for once.
    noting.answer(Answers::Late);
    assert_eq!(asked("wher is my ordr please"), both);
}
