//! Which commands does a bot offer, and to whom?

use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal},
    messages::place,
    read::Given,
    world::World,
};

/// Longest list of commands, and lengths of their names and descriptions.
const MOST_COMMANDS: usize = 100;
const LONGEST_COMMAND: usize = 32;
const LONGEST_DESCRIPTION: usize = 256;

pub fn set(world: &World, given: &Given) -> Answered {
    let commands = given.json("commands")?.unwrap_or_else(|| json!([]));
    let Some(list) = commands.as_array() else {
        return Err(refusal(400, "Bad Request: can't parse commands: expected an Array"));
    };
    if list.len() > MOST_COMMANDS {
        return Err(refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH"));
    }
    for command in list {
        let name = command["command"].as_str().unwrap_or_default();
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || name.len() > LONGEST_COMMAND || !name.bytes().all(letters) {
            return Err(refusal(400, "Bad Request: BOT_COMMAND_INVALID"));
        }
        let description = command["description"].as_str().unwrap_or_default().chars().count();
        if description == 0 || description > LONGEST_DESCRIPTION {
            return Err(refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let language = given.text("language_code").unwrap_or_default();
    if !language.is_empty() && language.len() != 2 {
        return Err(refusal(400, "Bad Request: invalid language code specified"));
    }
    let key = (scope(world, given)?, language);
    world.state().commands.insert(key, commands);
    Ok(json!(true))
}

pub fn get(world: &World, given: &Given) -> Answered {
    let key = (scope(world, given)?, given.text("language_code").unwrap_or_default());
    Ok(world.state().commands.get(&key).cloned().unwrap_or_else(|| json!([])))
}

pub fn delete(world: &World, given: &Given) -> Answered {
    let key = (scope(world, given)?, given.text("language_code").unwrap_or_default());
    world.state().commands.remove(&key);
    Ok(json!(true))
}

/// Who is offered them, in one form for each.
fn scope(world: &World, given: &Given) -> Result<String, Refusal> {
    let broken = |why: &str| refusal(400, &format!("Bad Request: can't parse BotCommandScope: {why}"));
    let scope = given
        .json("scope")
        .map_err(|_| refusal(400, "Bad Request: can't parse BotCommandScope JSON object"))?;
    let Some(scope) = scope else { return Ok(json!({"type": "default"}).to_string()) };
    let Value::Object(fields) = scope else { return Err(broken("BotCommandScope must be an Object")) };
    let of = Given { fields, ..Given::default() };
    let missing = |field: &str| broken(&format!("Can't find field \"{field}\""));
    let kind = of.text("type").ok_or_else(|| missing("type"))?;
    match kind.as_str() {
        "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => {
            Ok(json!({ "type": kind }).to_string())
        }
        "chat" | "chat_administrators" | "chat_member" => {
            let chat = of.text("chat_id").ok_or_else(|| missing("chat_id"))?;
            if chat.is_empty() {
                return Err(broken("Empty chat_id specified"));
            }
            let mut scope = json!({ "type": kind });
            if kind == "chat_member" {
                let user = of.number("user_id").ok_or_else(|| missing("user_id"))?;
                if user <= 0 {
                    return Err(broken("Invalid user_id specified"));
                }
                scope["user_id"] = user.into();
            }
            scope["chat_id"] = place(&world.state(), &of, "chat_id")?.into();
            Ok(scope.to_string())
        }
        _ => Err(broken("Unsupported type specified")),
    }
}
