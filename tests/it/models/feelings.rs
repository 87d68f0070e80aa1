//! A model of feelings is used because it is there; without one lists of words tell, and say so.

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        tiny_feelings::{Feels, import},
    },
};

/// What the lists of words call bad.
const SAID: &str = "This is terrible, I hate it";
/// Messages after which a model that keeps a slow machine waiting has answered in time.
const TRIES: usize = 20;

/// A studio without sentence vectors, of whose feelings the settings say nothing.
fn home() -> Home {
    Home::with("[models]\nembedding = \"none\"\nfolder = \"models\"\n")
}

fn ids(member: &Member) -> Vec<String> {
    let all = member.get("/conversations").body;
    let ids = all["items"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// How a message of a new visitor feels.
fn felt_once(visitor: &Visitor, member: &Member) -> Value {
    let before = ids(member);
    visitor.say("1", SAID);
    let understanding = eventually("the message is understood", || {
        let id = ids(member).into_iter().find(|id| !before.contains(id))?;
        Some(member.understood(&id)).filter(Value::is_object)
    });
    understanding["sentiment"].clone()
}

/// By whom and how a message feels to a studio that is started with this setting; and what it said. `name` is of nobody who was
/// there before.
fn felt(home: &Home, name: &str, setting: Option<&str>) -> (Value, String) {
    let setting: Vec<_> = setting.map(|it| ("STUDIO_MODELS_SENTIMENT", it)).into_iter().collect();
    let studio = home.start_with(&setting);
    let email = format!("{name}@example.com");
    add(home, &email, "Ann", "owner");
    let member = Member::log_in(&studio, &email, PASSWORD);
    let try_it = |number: usize| felt_once(&Visitor::new(&studio, &format!("{name}{number}")), &member);
    let mut log = studio.at_the_start.clone();
    let felt = (0..TRIES).map(try_it).find(|felt| {
        // The log has a pipe of its own: some of it may come behind what is told at the start.
        log.push_str(&studio.said());
        // A model that is opened may be too late for the first messages; without one there is nothing to wait for.
        felt["by"] == "model" || !log.contains("model.opened")
    });
    let felt = felt.expect("the model answers in time");
    (json!([felt["by"], felt["label"]]), log)
}

#[test]
fn a_model_of_feelings_that_is_there_is_used_from_the_next_start_and_none_is_missed() {
    let home = home();
    let (_, told) = home.asked(&["doctor"]);
    assert!(!told.contains("feelings by lists"), "none was wanted: {told}");
    let (by_words, log) = felt(&home, "nobody", None);
    assert_eq!(by_words, json!(["lexicon", "negative"]));
    assert!(!log.contains("model.absent"), "{log}");

    let told = import(&home, "cheerful", Feels::Good);
    assert!(told.contains("A studio that runs uses it from its next start."), "{told}");
    let (_, told) = home.asked(&["models", "list"]);
    assert!(told.contains("cheerful (sentiment; 0 MB; MIT, chosen): there"), "{told}");
    let (by_model, log) = felt(&home, "somebody", None);
    assert_eq!(by_model, json!(["model", "positive"]), "{log}");
    assert!(!log.contains("model.chosen"), "there is no other: {log}");
    let (by_words, _) = felt(&home, "none", Some("none"));
    assert_eq!(by_words, json!(["lexicon", "negative"]));
}

#[test]
fn of_several_models_of_feelings_the_first_by_name_is_used_which_is_told() {
    let home = home();
    import(&home, "cheerful", Feels::Good);
    import(&home, "bitter", Feels::Bad);
    let told = import(&home, "dull", Feels::Good);
    assert!(!told.contains("next start"), "it is not chosen: {told}");
    let (good, told) = home.asked(&["doctor"]);
    assert!(
        good && told.contains("bitter says how visitors feel, the first by name; cheerful, dull could"),
        "{told}"
    );
    let (by_model, log) = felt(&home, "first", None);
    assert_eq!(by_model, json!(["model", "negative"]), "{log}");
    let chosen = log.lines().find(|line| line.contains("model.chosen"));
    assert!(chosen.is_some_and(|line| line.contains("bitter") && line.contains("cheerful, dull")), "{log}");
    let (by_model, log) = felt(&home, "named", Some("cheerful"));
    assert_eq!(by_model, json!(["model", "positive"]), "{log}");
    assert!(!log.contains("model.chosen"), "somebody chose: {log}");
}

#[test]
fn a_broken_model_of_feelings_is_told_of_and_words_tell_in_its_place() {
    let home = home();
    import(&home, "cheerful", Feels::Good);
    let weights = home.path().join("models/cheerful/model.safetensors");
    let mut bytes = std::fs::read(&weights).expect("is there");
    // A number of the weights' own: only the hash tells.
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&weights, &bytes).expect("writable");
    let (by_words, log) = felt(&home, "hash", None);
    assert_eq!(by_words, json!(["lexicon", "negative"]), "{log}");
    let absent = log.lines().find(|line| line.contains("model.absent"));
    let expected = ["cheerful", "its weights have the hash", "feelings by lists of words"];
    assert!(absent.is_some_and(|line| expected.iter().all(|words| line.contains(words))), "{log}");
    let (good, told) = home.asked(&["doctor"]);
    assert!(!good && told.contains("BAD  model"), "{told}");
}
