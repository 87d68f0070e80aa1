//! What can a bot send beside words, files and places? Stickers, contacts and polls.

use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal},
    files,
    messages::{Target, marked, markup},
    read::Given,
    world::World,
};

/// Longest question and option of a poll and longest card of a contact; most options.
const LONGEST_QUESTION: usize = 300;
const LONGEST_OPTION: usize = 100;
const MOST_OPTIONS: usize = 12;
const LONGEST_CARD: usize = 2048;

pub fn sticker(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let file = files::sent(world, given, "sticker")?;
    let id = file["file_id"].as_str().unwrap_or_default();
    let starts = |with: &[u8]| world.state().files.get(id).is_some_and(|kept| kept.bytes.starts_with(with));
    // Those that move are packed with gzip (TGS) or are films (WebM).
    let mut sticker = json!({
        "file_id": file["file_id"], "file_unique_id": file["file_unique_id"], "file_size": file["file_size"],
        "type": "regular", "width": 512, "height": 512, "is_animated": starts(b"\x1f\x8b"),
        "is_video": starts(b"\x1a\x45\xdf\xa3"),
    });
    if let Some(emoji) = given.text("emoji").filter(|emoji| !emoji.is_empty()) {
        sticker["emoji"] = emoji.into();
    }
    let markup = markup(given)?;
    target.say(world, json!({ "sticker": sticker }), markup)
}

pub fn contact(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let mut contact = json!({
        "phone_number": needed(given, "phone_number")?, "first_name": needed(given, "first_name")?,
    });
    for name in ["last_name", "vcard"] {
        if let Some(value) = given.text(name).filter(|value| !value.is_empty()) {
            contact[name] = value.into();
        }
    }
    if contact["vcard"].as_str().is_some_and(|card| card.len() > LONGEST_CARD) {
        return Err(refusal(400, "Bad Request: contact vCard is too long"));
    }
    let markup = markup(given)?;
    target.say(world, json!({ "contact": contact }), markup)
}

/// A parameter that must be there.
pub fn needed(given: &Given, name: &str) -> Result<String, Refusal> {
    let value = given.text(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| refusal(400, &format!("Bad Request: parameter \"{name}\" is required")))
}

pub fn poll(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let kind = given.text("type").filter(|kind| !kind.is_empty()).unwrap_or_else(|| "regular".to_owned());
    if !matches!(kind.as_str(), "regular" | "quiz") {
        return Err(refusal(400, "Bad Request: unsupported poll type specified"));
    }
    let mode = given.text("question_parse_mode").unwrap_or_default();
    let question = short(world, given.text("question").unwrap_or_default(), &mode)?;
    if question.chars().count() > LONGEST_QUESTION {
        return Err(refusal(400, "Bad Request: poll question length must not exceed 300"));
    }
    let options = options(world, given)?;
    let flag = |name: &str, other: bool| given.text(name).map_or(other, |_| given.flag(name));
    let mut poll = json!({
        "id": new_id(world), "question": question,
        "total_voter_count": 0, "is_closed": given.flag("is_closed"), "is_anonymous": flag("is_anonymous", true),
        "type": kind, "allows_multiple_answers": given.flag("allows_multiple_answers"),
        "allows_revoting": flag("allows_revoting", kind == "regular"), "members_only": given.flag("members_only"),
    });
    if kind == "quiz" {
        poll["correct_option_ids"] = correct(given, options.len())?;
        if let Some(explanation) = given.text("explanation").filter(|explanation| !explanation.is_empty()) {
            let mode = given.text("explanation_parse_mode").unwrap_or_default();
            let (explanation, entities) = marked(world, explanation, &mode, Vec::new())?;
            poll["explanation"] = explanation.into();
            poll["explanation_entities"] = entities.into();
        }
    }
    poll["options"] = options.into();
    for name in ["open_period", "close_date"] {
        if let Some(number) = given.number(name).filter(|number| *number > 0) {
            poll[name] = number.into();
        }
    }
    let markup = markup(given)?;
    target.say(world, json!({ "poll": poll }), markup)
}

/// The id of a new poll.
pub fn new_id(world: &World) -> String {
    (5_300_000_000_000_000_000 + world.state().number()).to_string()
}

/// Words of a poll, in which there are no marks.
fn short(world: &World, words: String, mode: &str) -> Result<String, Refusal> {
    let (words, _) = marked(world, words, mode, Vec::new())?;
    let words = words.trim();
    if words.is_empty() {
        return Err(refusal(400, "Bad Request: text must be non-empty"));
    }
    Ok(words.to_owned())
}

/// The options of a poll: texts, or objects that hold one.
fn options(world: &World, given: &Given) -> Result<Vec<Value>, Refusal> {
    let options = given.json("options")?.unwrap_or_else(|| json!([]));
    let Some(options) = options.as_array() else {
        return Err(refusal(400, "Bad Request: expected an Array of String as options"));
    };
    if options.is_empty() {
        return Err(refusal(400, "Bad Request: poll must have at least one answer option"));
    }
    if options.len() > MOST_OPTIONS {
        return Err(refusal(400, "Bad Request: poll can't have more than 12 options"));
    }
    let told = options.iter().enumerate().map(|(place, option)| {
        let text = option.as_str().or(option["text"].as_str()).unwrap_or_default().to_owned();
        let text = short(world, text, option["text_parse_mode"].as_str().unwrap_or_default())?;
        if text.chars().count() > LONGEST_OPTION {
            return Err(refusal(400, "Bad Request: poll options length must not exceed 100"));
        }
        Ok(json!({ "persistent_id": place.to_string(), "text": text, "voter_count": 0 }))
    });
    told.collect()
}

/// Which answers of a quiz are right.
fn correct(given: &Given, options: usize) -> Answered {
    let wrong = || refusal(400, "Bad Request: wrong correct option ID specified");
    // One alone may stand under the older name.
    let listed =
        given.json("correct_option_ids")?.or_else(|| Some(json!([given.number("correct_option_id")?])));
    let listed = listed.ok_or_else(wrong)?;
    let ids = listed.as_array().filter(|ids| !ids.is_empty()).ok_or_else(wrong)?;
    let is_one = |id: &Value| id.as_u64().is_some_and(|id| id < options as u64);
    if ids.iter().all(is_one) { Ok(listed) } else { Err(wrong()) }
}
