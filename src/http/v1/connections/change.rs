//! `PATCH /connections/{name}`

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Map, Value};
use studio_core::api::{Connection, ProblemDetails, Role};

use super::{create, missing, view};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Change settings and credentials of an account that was made by the API; those that are not named stay
///
/// A setting that is `null` has its default again (RFC 7396). What is given is checked as for a new account, and what waits to
/// leave leaves by the new settings. `name` and `channel` stay.
#[utoipa::path(
    patch, path = "/connections/{name}", tag = "connections", params(("name" = String, Path)),
    request_body(content = Object, description = "settings of the channel, such as `token`, and `bot`"),
    responses(
        (status = 200, body = Connection),
        (status = 400, body = ProblemDetails),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "it stands in the settings, or another has this account"),
        (status = 422, body = ProblemDetails, description = "a setting does not fit, or there is no key (`server.key`)"),
    )
)]
pub async fn change(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
    Json(changes): Json<Map<String, Value>>,
) -> Result<axum::Json<Connection>, ApiError> {
    caller.must_be(Role::Admin)?;
    let merged = |before: Value| {
        let mut settings = before.clone();
        merge(&mut settings, Value::Object(changes));
        if let Some(key) = ["name", "channel"].into_iter().find(|key| settings[key] != before[key]) {
            return Err(ApiError::unfit(format!("`{key}` stays as it is: make another connection")));
        }
        let read = create::read(&studio, &settings)?;
        Ok((read, settings))
    };
    if !studio.change_connection(&name, merged).await? {
        return Err(missing(&studio, &name));
    }
    let entry = studio.switchboard.entry(&name).ok_or_else(|| missing(&studio, &name))?;
    Ok(axum::Json(view(&studio, &name, &entry)))
}

/// As RFC 7396 says.
fn merge(settings: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else {
        *settings = changes;
        return;
    };
    if !settings.is_object() {
        *settings = Value::Object(Map::new());
    }
    let Some(fields) = settings.as_object_mut() else { return };
    for (key, change) in changes {
        if change.is_null() {
            fields.remove(&key);
        } else {
            merge(fields.entry(key).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_is_changed_and_null_leaves_the_default() {
        let check = |changes: Value, expected: Value| {
            let mut settings = json!({ "token": "a", "limits": { "text": 5, "sockets": 7 } });
            merge(&mut settings, changes);
            assert_eq!(settings, expected);
        };
        check(json!({}), json!({ "token": "a", "limits": { "text": 5, "sockets": 7 } }));
        check(json!({ "token": "b", "limits": null }), json!({ "token": "b" }));
        check(json!({ "limits": { "text": null } }), json!({ "token": "a", "limits": { "sockets": 7 } }));
        check(
            json!({ "token": ["b"], "theme": { "accent": "c", "title": null }, "limits": 3 }),
            json!({ "token": ["b"], "theme": { "accent": "c" }, "limits": 3 }),
        );
    }
}
