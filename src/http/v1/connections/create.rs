//! `POST /connections`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value};
use studio_adapters::connection::ConnectionConfig;
use studio_core::{
    api::{Connection, ProblemDetails, Role},
    bot::hint,
    id::OrganisationId,
    plain,
};

use super::{missing, view};
use crate::{
    http::{ApiError, caller::Caller, extract::Json},
    studio::Studio,
};

/// Make an account: the same settings as in a `[[connection]]` of `config.toml`
///
/// They are kept encrypted and never shown again. Credentials are given themselves, not as files of the server.
#[utoipa::path(
    post, path = "/connections", tag = "connections",
    request_body(
        content = Object,
        description = "`name`, `channel`, `bot`, and the settings of the channel, such as `token`"
    ),
    responses(
        (status = 201, body = Connection),
        (status = 400, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "there is one of this name"),
        (status = 422, body = ProblemDetails, description = "a setting does not fit, or there is no key (`server.key`)"),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Json(settings): Json<Map<String, Value>>,
) -> Result<(StatusCode, axum::Json<Connection>), ApiError> {
    caller.must_be(Role::Admin)?;
    let settings = Value::Object(settings);
    let read = read(&studio, &settings)?;
    studio.make_connection(&read, &settings).await?;
    let entry = studio.switchboard.entry(read.name()).ok_or_else(|| missing(&studio, read.name()))?;
    Ok((StatusCode::CREATED, axum::Json(view(&studio, read.name(), &entry))))
}

/// What settings say, if they fit, and their bot is there.
pub(super) fn read(studio: &Studio, settings: &Value) -> Result<ConnectionConfig, ApiError> {
    let mut names = settings.as_object().into_iter().flat_map(Map::keys);
    if let Some(file) = names.find(|key| key.ends_with("_file")) {
        let detail =
            format!("`{file}` names a file of the server: give the value itself, it is kept encrypted");
        return Err(ApiError::unfit(detail));
    }
    let read: ConnectionConfig =
        serde_json::from_value(settings.clone()).map_err(|error| misfit(settings, &error.to_string()))?;
    if let Some(key) = list_for_object(settings) {
        return Err(ApiError::unfit(format!("`{key}`: an object is needed, not a list")));
    }
    is_bot(studio, read.bot())?;
    Ok(read)
}

/// A setting that has settings and is given as a list, which was read as these, in the order in which our code has them: an
/// object would be taken in its place, as it is for no list.
fn list_for_object(settings: &Value) -> Option<&String> {
    let lists = settings.as_object()?.iter().filter(|(_, value)| value.is_array());
    lists.map(|(key, _)| key).find(|key| {
        let mut instead = settings.clone();
        instead[key.as_str()] = Value::Object(Map::new());
        serde_json::from_value::<ConnectionConfig>(instead).is_ok()
    })
}

fn misfit(settings: &Value, message: &str) -> ApiError {
    let what = plain::wrong(message, &culprit(settings, settings, &[], message).join("."));
    ApiError::unfit(format!("{what}; the settings are those of a [[connection]]"))
}

/// The setting that a message is about: without it, it would be another message. Its channel tells how all are read, and the
/// reader does not tell where it was.
fn culprit(all: &Value, at: &Value, path: &[&str], message: &str) -> Vec<String> {
    if is_missing(all, path, message) {
        return Vec::new();
    }
    let fields =
        at.as_object().into_iter().flatten().filter(|(key, _)| !path.is_empty() || *key != "channel");
    for (key, value) in fields {
        let inner = [path, &[key.as_str()]].concat();
        let mut without = all.clone();
        if let Some(fields) = fields_at(&mut without, path) {
            fields.remove(key);
        }
        let is_another = |error: serde_json::Error| error.to_string() != message;
        if serde_json::from_value::<ConnectionConfig>(without).map_or_else(is_another, |_| true) {
            let deeper = culprit(all, value, &inner, message);
            return if deeper.is_empty() {
                inner.iter().map(|key| (*key).to_owned()).collect()
            } else {
                deeper
            };
        }
    }
    Vec::new()
}

/// Whether a message is about a setting that is missing right here: with anything in its place, it would be another message.
fn is_missing(all: &Value, path: &[&str], message: &str) -> bool {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let Some((name, _)) = missing else { return false };
    let mut with = all.clone();
    if let Some(fields) = fields_at(&mut with, path) {
        fields.insert(name.to_owned(), Value::Null);
    }
    let error = serde_json::from_value::<ConnectionConfig>(with).err();
    error
        .map(|error| error.to_string())
        .is_none_or(|error| error != message && !error.starts_with("unknown field"))
}

fn fields_at<'s>(settings: &'s mut Value, path: &[&str]) -> Option<&'s mut Map<String, Value>> {
    path.iter().try_fold(settings, |holder, key| holder.get_mut(*key))?.as_object_mut()
}

/// One that has errors is one: it may be mended.
fn is_bot(studio: &Studio, bot: &str) -> Result<(), ApiError> {
    let all = studio.registry.summaries(OrganisationId::FIRST);
    if all.iter().any(|known| known.name == bot) {
        return Ok(());
    }
    let names = all.iter().map(|known| known.name.as_str());
    let what = hint(bot, names, "put it into the folder of the bots and publish it");
    Err(ApiError::unfit(format!("there is no bot `{bot}`; {what}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(settings: &Value) -> String {
        let error =
            serde_json::from_value::<ConnectionConfig>(settings.clone()).expect_err("it does not fit");
        let error = error.to_string();
        plain::wrong(&error, &culprit(settings, settings, &[], &error).join("."))
    }

    #[test]
    fn a_setting_that_is_missing_is_named_alone() {
        let whole = json!({
            "name": "wa", "channel": "whatsapp", "bot": "shop", "phone_number_id": "1", "account_id": "2",
        });
        for setting in ["name", "bot", "phone_number_id", "account_id"] {
            let mut settings = whole.clone();
            settings.as_object_mut().expect("an object").remove(setting);
            assert_eq!(told(&settings), format!("`{setting}` is missing"));
            settings["words"] = json!({ "choose": 7 });
            assert!(told(&settings).starts_with("`words.choose`: a text is needed"), "{}", told(&settings));
        }
    }

    #[test]
    fn a_setting_that_does_not_fit_is_named() {
        let check = |change: Value, expected: &str| {
            let mut settings =
                json!({ "name": "page", "channel": "web", "bot": "shop", "origins": ["https://a.example"] });
            for (key, value) in change.as_object().expect("an object") {
                settings[key] = value.clone();
            }
            let told = told(&settings);
            assert!(told.starts_with(expected), "{told}");
        };
        check(json!({ "bot": 7 }), "`bot`: a text is needed, not a whole number");
        check(json!({ "theme": { "accent": 3 } }), "`theme.accent`: a text is needed");
        check(
            json!({ "limits": { "sockets": -1, "text": 5 } }),
            "`limits.sockets`: a whole number from 0 to",
        );
        check(json!({ "channel": "pigeon" }), "`pigeon` cannot be used");
        check(json!({ "origin": [] }), "`origin`: there is no field `origin` here; did you mean `origins`?");
    }

    #[test]
    fn a_list_is_told_from_the_settings_of_a_setting() {
        let check = |settings: Value, expected: Option<&str>| {
            serde_json::from_value::<ConnectionConfig>(settings.clone()).expect("serde takes it");
            assert_eq!(list_for_object(&settings).map(String::as_str), expected, "{settings}");
        };
        let web =
            json!({ "name": "page", "channel": "web", "bot": "shop", "origins": ["https://a.example"] });
        check(web.clone(), None);
        for section in ["theme", "uploads", "limits"] {
            let mut settings = web.clone();
            settings[section] = json!([]);
            check(settings, Some(section));
        }
        let whatsapp = json!({
            "name": "wa", "channel": "whatsapp", "bot": "shop", "phone_number_id": "1", "account_id": "2",
            "words": ["Choose", "More"],
        });
        check(whatsapp, Some("words"));
    }
}
