//! What does the draft learn from a cluster?

use std::collections::BTreeSet;

use jiff::Timestamp;
use studio_core::{
    api::ReviewDecision,
    bot::{Bot, hint, is_name},
    privacy::PersonalKind,
};
use studio_nlu::normalised;
use studio_store::Lesson;

use super::{
    cluster::{Cluster, most_frequent},
    digest,
};

/// Phrases that one decision may bring.
const MOST_PHRASES: usize = 50;
/// Phrases that a draft may have before somebody takes them into the bot's files.
const MOST_LEARNED: usize = 5_000;
/// Letters of a phrase; what is longer says too much to teach one thing.
const LONGEST: usize = 300;

/// Who decides, when, and under which name.
#[derive(Clone, Debug)]
pub struct Decided {
    pub decision: String,
    pub by: String,
    pub at: Timestamp,
}

/// Why it cannot be decided so; says what would fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

/// What is to be noted about the wordings of a cluster. `known` is what was decided before.
pub fn decide(
    bot: &Bot,
    known: &[Lesson],
    cluster: &Cluster,
    decision: &ReviewDecision,
    decided: &Decided,
) -> Result<Vec<Lesson>, Refused> {
    let language = most_frequent(cluster.wordings.iter().map(|wording| wording.language.as_str()));
    let (intent, created, phrases) = match decision {
        ReviewDecision::Dismiss => (None, false, Vec::new()),
        ReviewDecision::Label { intent, create, phrases } => {
            let created = intent_for(bot, known, intent, *create)?;
            let phrases = match phrases {
                Some(phrases) => chosen(phrases, &language)?,
                None => wordings(cluster)?,
            };
            let learned = known.iter().filter(|lesson| lesson.phrase.is_some()).count();
            if learned + phrases.len() > MOST_LEARNED {
                return Err(Refused(format!(
                    "the draft has {learned} learned phrases and may have {MOST_LEARNED}: `studio bot pull` writes them \
                     into the bot's files, and `DELETE …/learned/{{id}}` removes them here"
                )));
            }
            (Some(intent.clone()), created, phrases)
        }
    };
    let lesson = |id: String, phrase: Option<String>, language: String| Lesson {
        id,
        decision: decided.decision.clone(),
        intent: intent.clone(),
        phrase,
        language,
        created,
        by: decided.by.clone(),
        at: decided.at,
    };
    let mut seen = BTreeSet::new();
    let mut lessons = Vec::new();
    for (phrase, language) in phrases {
        let id = digest(&normalised(&phrase));
        if seen.insert(id.clone()) {
            lessons.push(lesson(id, Some(phrase), language));
        }
    }
    for wording in &cluster.wordings {
        let id = digest(&wording.key);
        if seen.insert(id.clone()) {
            lessons.push(lesson(id, None, wording.language.clone()));
        }
    }
    Ok(lessons)
}

/// Whether the intent is made by this.
fn intent_for(bot: &Bot, known: &[Lesson], intent: &str, create: bool) -> Result<bool, Refused> {
    if bot.intents.contains_key(intent) {
        // Published with the draft before, it may be the draft's own all the same.
        return Ok(known.iter().any(|lesson| lesson.created && lesson.intent.as_deref() == Some(intent)));
    }
    let made = || known.iter().filter(|lesson| lesson.created).filter_map(|lesson| lesson.intent.as_deref());
    if made().any(|known| known == intent) {
        return Ok(true);
    }
    if !create {
        let names = bot.intents.keys().map(String::as_str).chain(made());
        let hint = hint(intent, names, "`create: true` makes a new one");
        return Err(Refused(format!("the bot has no intent `{intent}`: {hint}")));
    }
    if !is_name(intent, true) {
        let text =
            "the name of an intent has letters, digits, underscores and hyphens, such as `track_order`";
        return Err(Refused(text.to_owned()));
    }
    Ok(true)
}

fn chosen(phrases: &[String], language: &str) -> Result<Vec<(String, String)>, Refused> {
    let odd = |phrase: &&String| {
        let phrase = phrase.trim();
        phrase.is_empty() || phrase.chars().count() > LONGEST || phrase.chars().any(char::is_control)
    };
    if phrases.is_empty() || phrases.len() > MOST_PHRASES || phrases.iter().any(|phrase| odd(&phrase)) {
        return Err(Refused(format!(
            "`phrases` has 1 to {MOST_PHRASES} phrases of 1 to {LONGEST} letters, without line breaks"
        )));
    }
    Ok(phrases.iter().map(|phrase| (phrase.trim().to_owned(), language.to_owned())).collect())
}

/// The wordings as phrases, the most frequent first. What is masked in them is left out.
fn wordings(cluster: &Cluster) -> Result<Vec<(String, String)>, Refused> {
    let mut phrases: Vec<(String, String)> = Vec::new();
    for wording in &cluster.wordings {
        let mut phrase = wording.text.split_whitespace().collect::<Vec<_>>().join(" ");
        for kind in PersonalKind::ALL {
            phrase = phrase.replace(&kind.mask(), "…");
        }
        if phrase.chars().any(char::is_alphanumeric) && phrase.chars().count() <= LONGEST {
            phrases.push((phrase, wording.language.clone()));
        }
    }
    phrases.truncate(MOST_PHRASES);
    if phrases.is_empty() {
        let text = "no wording of it can be a phrase (no words, or too many): write `phrases`, or dismiss it";
        return Err(Refused(text.to_owned()));
    }
    Ok(phrases)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use studio_core::{
        api::ReviewReason,
        bot::{Files, load},
        id::{ConversationId, OrganisationId},
    };
    use studio_store::{Masked, Reviewed};

    use super::*;
    use crate::review::clusters;

    fn bot() -> Bot {
        let files = [
            ("bot.yaml", "name: tents\ntitle: Tents\nlanguages: [en, de]\n"),
            ("intents/a.yaml", "track_order: { phrases: { en: [where is it] } }\n"),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        load(&Files(files)).bot.expect("it loads")
    }

    fn cluster(texts: &[&str]) -> Cluster {
        let row = |text: &&str| Reviewed {
            conversation: ConversationId::of_thread(OrganisationId::FIRST, "web", "a"),
            sequence: 1,
            bot: "tents".to_owned(),
            masked: Masked { text: (*text).to_owned(), key: normalised(text), language: "en".to_owned() },
            guesses: Vec::new(),
            reason: ReviewReason::Misunderstood,
            at: Timestamp::UNIX_EPOCH,
        };
        // One cluster, whatever they say.
        let same = |keys: &[&str]| keys.iter().map(|_| [1.0].into()).collect();
        clusters(texts.iter().map(row).collect(), &same).remove(0)
    }

    fn decided() -> Decided {
        Decided { decision: "d".to_owned(), by: "Ada".to_owned(), at: Timestamp::UNIX_EPOCH }
    }

    fn label(intent: &str, create: bool, phrases: Option<&[&str]>) -> ReviewDecision {
        let phrases = phrases.map(|phrases| phrases.iter().map(|phrase| (*phrase).to_owned()).collect());
        ReviewDecision::Label { intent: intent.to_owned(), create, phrases }
    }

    #[test]
    fn wordings_become_phrases_without_what_is_masked() {
        let cluster = cluster(&["Has  it left?", "tell [email] when it left", "🙏", &"long ".repeat(100)]);
        let lessons =
            decide(&bot(), &[], &cluster, &label("track_order", false, None), &decided()).expect("decided");
        let mut phrases: Vec<&str> = lessons.iter().filter_map(|lesson| lesson.phrase.as_deref()).collect();
        phrases.sort_unstable();
        assert_eq!(phrases, ["Has it left?", "tell … when it left"]);
        assert!(
            cluster
                .wordings
                .iter()
                .all(|wording| { lessons.iter().any(|lesson| lesson.id == digest(&wording.key)) }),
            "all of them leave the list"
        );
        assert!(
            lessons.iter().all(|lesson| !lesson.created && lesson.intent.as_deref() == Some("track_order"))
        );
    }

    #[test]
    fn chosen_phrases_take_the_place_of_the_wordings() {
        let cluster = cluster(&["has it left", "did it go"]);
        let label = label("track_order", false, Some(&["did it leave yet", "has it left"]));
        let lessons = decide(&bot(), &[], &cluster, &label, &decided()).expect("decided");
        let phrases: Vec<Option<&str>> = lessons.iter().map(|lesson| lesson.phrase.as_deref()).collect();
        assert_eq!(phrases, [Some("did it leave yet"), Some("has it left"), None]);
    }

    #[test]
    fn an_intent_is_made_only_where_that_is_wanted() {
        let (bot, cluster) = (bot(), cluster(&["gift wrap?"]));
        let refused =
            |label: &ReviewDecision| decide(&bot, &[], &cluster, label, &decided()).expect_err("refused").0;
        assert!(refused(&label("track_oder", false, None)).contains("did you mean `track_order`?"));
        assert!(refused(&label("gift wrap", true, None)).contains("letters, digits"));
        assert!(refused(&label("track_order", false, Some(&[]))).contains("1 to 50"));
        assert!(refused(&label("track_order", false, Some(&["a\nb"]))).contains("line breaks"));
        let made = decide(&bot, &[], &cluster, &label("gifts", true, None), &decided()).expect("decided");
        assert!(made[0].created);
        let again = decide(&bot, &made, &cluster, &label("gifts", false, None), &decided()).expect("decided");
        assert!(again[0].created, "it is the draft's own");
    }

    #[test]
    fn what_is_dismissed_teaches_nothing() {
        let cluster = cluster(&["asdf", "jkl"]);
        let lessons = decide(&bot(), &[], &cluster, &ReviewDecision::Dismiss, &decided()).expect("decided");
        assert_eq!(lessons.len(), 2);
        assert!(lessons.iter().all(|lesson| lesson.phrase.is_none() && lesson.intent.is_none()));
    }
}
