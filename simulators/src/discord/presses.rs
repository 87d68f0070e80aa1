//! What does a person press on a message, and fill into a form?

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Simulator, components,
    people::{Done, Refused, number, stands_in},
    world::{World, merge},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    from: String,
    message: String,
    /// The words on the button or option, or its id.
    choose: String,
}

pub async fn press(State(simulator): State<Simulator>, Json(press): Json<Press>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&press.from);
    let message = number(&press.message)?;
    let channel = stands_in(&world, message)?;
    let place = &world.channels[&channel];
    if place.only.get(&message).is_some_and(|seen_by| *seen_by != person) {
        return Err(Refused(format!("{} does not see this message", press.from)));
    }
    let mut shown = place.messages[&message]["components"].as_array().into_iter().flatten();
    let data = shown.find_map(|component| chosen(&world, channel, component, &press.choose));
    let data =
        data.ok_or_else(|| Refused(format!("nothing on the message can be chosen as “{}”", press.choose)))?;
    Ok(Json(simulator.ask(&mut world, 3, person, channel, &data, Some(message))))
}

/// What is told of a component, or one within it, that is chosen by these words.
fn chosen(world: &World, channel: u64, component: &Value, words: &str) -> Option<Value> {
    let is = |what: &Value, field: &str| what["label"] == words || what[field] == words;
    let kind = component["type"].as_u64()?;
    let told = |values: &Value| {
        let (custom, id) = (&component["custom_id"], &component["id"]);
        json!({ "component_type": kind, "custom_id": custom, "id": id, "values": values })
    };
    match kind {
        components::BUTTON => {
            let leads = matches!(component["style"].as_u64(), Some(components::LINK | components::PREMIUM));
            let named = is(component, "custom_id") || component["emoji"]["name"] == words;
            (named && !leads).then(|| {
                json!({ "component_type": kind, "custom_id": component["custom_id"], "id": component["id"] })
            })
        }
        components::MENU => {
            let option = component["options"].as_array()?.iter().find(|option| is(option, "value"))?;
            Some(told(&json!([option["value"]])))
        }
        components::PEOPLE..=components::CHANNELS => {
            let (id, resolved) = entity(world, channel, kind, words)?;
            let mut told = told(&json!([id]));
            told["resolved"] = resolved;
            Some(told)
        }
        _ => {
            let inner = component["components"].as_array().into_iter().flatten();
            let mut inner = inner.chain(component.get("accessory"));
            inner.find_map(|inner| chosen(world, channel, inner, words))
        }
    }
}

/// A person, role or channel of this name that a menu of such a kind offers there: its id, and what is told of it.
fn entity(world: &World, place: u64, kind: u64, name: &str) -> Option<(String, Value)> {
    let person = || {
        let (id, user) = world.users.iter().find(|(_, user)| user["username"] == name)?;
        let mut member = world.member(*id);
        member.as_object_mut()?.remove("user");
        let id = id.to_string();
        let mut resolved = json!({ "users": { &id: user } });
        if !world.is_direct(place) {
            resolved["members"] = json!({ &id: member });
        }
        Some((id, resolved))
    };
    let role = || {
        let roles = world.guild()["roles"].clone();
        let role = roles.as_array()?.iter().find(|role| role["name"] == name)?;
        let id = role["id"].as_str()?.to_owned();
        let resolved = json!({ "roles": { &id: role } });
        Some((id, resolved))
    };
    match kind {
        components::PEOPLE => person(),
        components::ROLES => role(),
        components::MENTIONABLES => person().or_else(role),
        _ => {
            let channel = world.channel(name)?;
            let (id, told) = (channel.to_string(), world.describe(channel)?);
            let resolved = json!({ "channels": { &id: told } });
            Some((id, resolved))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    from: String,
    /// By id of the field.
    answers: serde_json::Map<String, Value>,
}

pub async fn submit(State(simulator): State<Simulator>, Json(submit): Json<Submit>) -> Done {
    let mut world = simulator.world();
    let person = world.person(&submit.from);
    let opened = world.interactions.values().filter(|known| known.user == person && known.modal.is_some());
    let last = opened.max_by_key(|known| known.id);
    let last = last.ok_or_else(|| Refused("no form was opened for this person".into()))?;
    let (channel, source) = (last.channel, last.source);
    let form = last.modal.clone().unwrap_or_default();
    let mut resolved = json!({});
    let mut told = Vec::new();
    for (number, holder) in form["components"].as_array().into_iter().flatten().enumerate() {
        let in_row = holder["type"] == components::ROW;
        if holder["type"] == components::TEXT {
            told.push(json!({ "type": components::TEXT, "id": number + 2 }));
            continue;
        }
        let field = if in_row { &holder["components"][0] } else { &holder["component"] };
        let answer = submit.answers.get(field["custom_id"].as_str().unwrap_or_default());
        let mut filled = filled(&world, channel, (field, answer.unwrap_or(&Value::Null)), &mut resolved)?;
        merge(
            &mut filled,
            json!({ "type": field["type"], "custom_id": field["custom_id"], "id": number + 2 }),
        );
        told.push(if in_row {
            json!({ "type": components::ROW, "id": 1, "components": [filled] })
        } else {
            json!({ "type": components::LABEL, "id": 1, "component": filled })
        });
    }
    let mut data = json!({ "custom_id": form["custom_id"], "components": told });
    if resolved != json!({}) {
        data["resolved"] = resolved;
    }
    Ok(Json(simulator.ask(&mut world, 5, person, channel, &data, source)))
}

/// What is told of an answer in a field of a form: a text, a yes or no, or one or several of what can be chosen, by value or
/// name. What is chosen of the server is put to the `resolved`.
fn filled(
    world: &World,
    place: u64,
    (field, answer): (&Value, &Value),
    resolved: &mut Value,
) -> Result<Value, Refused> {
    let id = field["custom_id"].as_str().unwrap_or_default();
    let kind = field["type"].as_u64().unwrap_or_default();
    if answer.is_null() && field["required"] != json!(false) && kind != components::CHECK {
        return Err(Refused(format!("the field “{id}” must be filled in")));
    }
    let answers: &[Value] = match answer {
        Value::Null => &[],
        Value::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    let no_option = |answer: &Value| Refused(format!("the field “{id}” has no option {answer}"));
    match kind {
        components::MENU | components::RADIO | components::CHECKS => {
            let options = field["options"].as_array().map(Vec::as_slice).unwrap_or_default();
            let is_unknown = |answer: &&Value| options.iter().all(|option| option["value"] != **answer);
            if let Some(unknown) = answers.iter().find(is_unknown) {
                return Err(no_option(unknown));
            }
            Ok(match kind {
                components::RADIO => json!({ "value": answers.first() }),
                _ => json!({ "values": answers }),
            })
        }
        components::PEOPLE..=components::CHANNELS => {
            let mut ids = Vec::new();
            for answer in answers {
                let named = entity(world, place, kind, answer.as_str().unwrap_or_default());
                let (id, more) = named.ok_or_else(|| no_option(answer))?;
                ids.push(id);
                for (list, found) in more.as_object().into_iter().flatten() {
                    if resolved[list].is_null() {
                        resolved[list] = json!({});
                    }
                    merge(&mut resolved[list], found.clone());
                }
            }
            Ok(json!({ "values": ids }))
        }
        components::CHECK => Ok(json!({ "value": answer.as_bool().unwrap_or_default() })),
        components::UPLOAD if answer.is_null() => Ok(json!({ "values": [] })),
        components::UPLOAD => Err(Refused(format!("no file can be put into the field “{id}” here"))),
        _ => Ok(json!({ "value": answer.as_str().unwrap_or_default() })),
    }
}
