//! The number, its commands, and where events go.

use serde_json::{Value, json};

use super::{
    World,
    api::{Answer, GraphError, Parameters},
    messages::text_of,
};

pub fn number(world: &World, parameters: &Parameters) -> Value {
    let settings = &world.settings;
    let state = world.state();
    let [phone, account, app] = &state.callbacks;
    let all = json!({
        "verified_name": "Simulated Shop",
        "display_phone_number": settings.display_phone_number,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": { "level": "STANDARD" },
        "webhook_configuration": { "phone_number": phone, "whatsapp_business_account": account, "application": app },
    });
    let default = "verified_name,display_phone_number,quality_rating".to_owned();
    let fields = parameters.get("fields").unwrap_or(&default);
    let mut chosen = json!({ "id": settings.phone_number_id });
    for field in fields.split(',').filter(|field| all.get(*field).is_some()) {
        chosen[field] = all[field].clone();
    }
    chosen
}

/// `POST /{phone number}`: the number's own webhook.
pub async fn set_number(world: &World, body: &Value) -> Answer {
    let Some(configuration) = body.get("webhook_configuration") else {
        return Err(GraphError::new(100, "(#100) Invalid parameter").details("Nothing to change was named"));
    };
    let uri = configuration["override_callback_uri"].as_str().unwrap_or_default();
    if uri.is_empty() {
        world.state().callbacks[0] = None;
        return Ok(json!({ "success": true }));
    }
    challenge(world, uri, configuration["verify_token"].as_str().unwrap_or_default()).await?;
    world.state().callbacks[0] = Some(uri.to_owned());
    Ok(json!({ "success": true }))
}

pub fn subscribed(world: &World) -> Value {
    let state = world.state();
    let app = json!({
        "whatsapp_business_api_data": { "id": world.settings.app_id, "name": "Simulated app", "link": "https://www.facebook.com/games/?app_id=1" },
        "override_callback_uri": state.callbacks[1],
    });
    json!({ "data": if state.subscribed { vec![app] } else { Vec::new() } })
}

/// `POST /{account}/subscribed_apps`: from now on events are sent, to another address than the app's where one is named.
pub async fn subscribe(world: &World, body: &Value) -> Answer {
    if let Some(uri) = body.get("override_callback_uri").and_then(Value::as_str) {
        challenge(world, uri, body["verify_token"].as_str().unwrap_or_default()).await?;
        world.state().callbacks[1] = Some(uri.to_owned());
    }
    world.state().subscribed = true;
    Ok(json!({ "success": true }))
}

/// `POST /{app}/subscriptions`: the app's webhook.
pub async fn set_app(world: &World, parameters: &Parameters) -> Answer {
    let parameter = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    if parameter("object") != "whatsapp_business_account" {
        return Err(GraphError::new(100, "(#100) Param object must be whatsapp_business_account"));
    }
    challenge(world, parameter("callback_url"), parameter("verify_token")).await?;
    world.state().callbacks[2] = Some(parameter("callback_url").to_owned());
    Ok(json!({ "success": true }))
}

pub fn app_token(world: &World, parameters: &Parameters) -> Answer {
    let settings = &world.settings;
    let right = parameters.get("client_id") == Some(&settings.app_id)
        && parameters.get("client_secret") == Some(&settings.app_secret);
    if !right {
        return Err(GraphError::new(1, "Error validating client secret."));
    }
    Ok(
        json!({ "access_token": format!("{}|{}", settings.app_id, settings.app_secret), "token_type": "bearer" }),
    )
}

pub fn set_commands(world: &World, body: &Value) -> Answer {
    let commands = body.get("commands").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if commands.len() > 30 {
        return Err(GraphError::new(100, "(#100) Param commands must have no greater than 30 elements."));
    }
    for command in commands {
        text_of(command.get("command_name"), "command_name", 1, 30)?;
        text_of(command.get("command_description"), "command_description", 1, 256)?;
    }
    world.state().commands = json!(commands);
    Ok(json!({ "success": true }))
}

/// Asks an address whether it knows the verify token.
async fn challenge(world: &World, uri: &str, token: &str) -> Result<(), GraphError> {
    let failed = |why: String| {
        GraphError::new(
            2200,
            format!("(#2200) Callback verification failed with the following errors: {why}"),
        )
    };
    if uri.len() > 200 {
        return Err(GraphError::new(
            100,
            "(#100) Param override_callback_uri must be at most 200 characters long.",
        ));
    }
    let number = world.state().number();
    let said = (1_158_201_444 + number).to_string();
    let mut url = url::Url::parse(uri).map_err(|_| failed("URL malformed".to_owned()))?;
    url.query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", &said)
        .append_pair("hub.verify_token", token);
    let answer = world.client.get(url).send().await.map_err(|_| failed("Could not connect".to_owned()))?;
    let status = answer.status();
    let heard = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        return Err(failed(format!("HTTP Status Code = {}; HTTP Message = {status}", status.as_u16())));
    }
    if heard != said {
        return Err(failed(format!("Response does not match challenge, expected value=\"{said}\"")));
    }
    Ok(())
}
