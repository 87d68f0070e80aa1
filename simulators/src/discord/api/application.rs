//! The bot's own account: who it is, its commands, the way to the gateway.

use std::time::Instant;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    super::{
        Simulator, commands,
        world::{BOT, GUILD, merge},
    },
    invalid, refusal,
};

pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/gateway", get(gateway))
        .route("/gateway/bot", get(gateway_bot))
        .route("/users/@me", get(me))
        .route("/users/{user}", get(user))
        .route("/users/@me/guilds", get(guilds))
        .route("/guilds/{guild}", get(guild))
        .route("/applications/@me", get(application).patch(change_application))
        .route("/oauth2/applications/@me", get(application))
        .route("/applications/{application}/commands", get(known).put(set_commands))
}

async fn gateway(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "url": simulator.gateway_address() }))
}

async fn gateway_bot(State(simulator): State<Simulator>) -> Json<Value> {
    let total = simulator.settings().sessions_a_day;
    let (remaining, reset) = simulator.world().sessions.left(total, Instant::now());
    let limit = json!({
        "total": total, "remaining": remaining, "max_concurrency": 1,
        "reset_after": u64::try_from(reset.as_millis()).unwrap_or(u64::MAX),
    });
    Json(json!({ "url": simulator.gateway_address(), "shards": 1, "session_start_limit": limit }))
}

async fn me(State(simulator): State<Simulator>) -> Json<Value> {
    let mut me = simulator.world().users[&BOT].clone();
    merge(&mut me, json!({ "mfa_enabled": false, "locale": "en-US", "verified": true, "email": null }));
    Json(me)
}

async fn user(State(simulator): State<Simulator>, Path(user): Path<u64>) -> Response {
    match simulator.world().users.get(&user) {
        Some(user) => Json(user).into_response(),
        None => refusal(StatusCode::NOT_FOUND, 10_013, "Unknown User"),
    }
}

async fn guilds() -> Json<Value> {
    let guild = json!({
        "id": GUILD.to_string(), "name": "The simulated server", "icon": null, "banner": null, "owner": false,
        "permissions": "2248473465835073", "features": [],
    });
    Json(json!([guild]))
}

async fn guild(State(simulator): State<Simulator>, Path(guild): Path<u64>) -> Response {
    if guild == GUILD {
        return Json(simulator.world().guild()).into_response();
    }
    refusal(StatusCode::NOT_FOUND, 10_004, "Unknown Guild")
}

async fn application(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.application())
}

async fn change_application(State(simulator): State<Simulator>, Json(body): Json<Value>) -> Response {
    if let Some(url) = body.get("interactions_endpoint_url") {
        let url = url.as_str().filter(|url| !url.is_empty()).map(str::to_owned);
        if let Some(url) = &url
            && let Err(why) = simulator.try_endpoint(url).await
        {
            let error = json!([{ "code": "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
                "message": format!("The specified interactions endpoint url could not be verified. {why}") }]);
            return invalid(json!({ "message": "Invalid Form Body", "code": 50_035,
                "errors": { "interactions_endpoint_url": { "_errors": error } } }));
        }
        simulator.world().endpoint = url;
    }
    Json(simulator.application()).into_response()
}

impl Simulator {
    fn application(&self) -> Value {
        let world = self.world();
        json!({
            "id": BOT.to_string(), "name": "studio-bot", "icon": null, "description": "", "type": null,
            "bot": world.users[&BOT], "summary": "", "bot_public": true, "bot_require_code_grant": false,
            "verify_key": self.public_key(), "flags": 1 << 19, "flags_new": (1 << 19).to_string(), "redirect_uris": [],
            "interactions_endpoint_url": world.endpoint, "role_connections_verification_url": null,
            "owner": {"id": "1", "username": "owner", "global_name": "Owner", "discriminator": "0", "avatar": null,
                "public_flags": 0, "flags": 0, "primary_guild": null},
            "approximate_guild_count": 1, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
            "eligible_oauth2_scopes": [],
        })
    }

    fn gateway_address(&self) -> String {
        format!("{}/gateway", self.settings().address.replacen("http", "ws", 1))
    }
}

async fn known(State(simulator): State<Simulator>, Path(application): Path<u64>) -> Response {
    if application != BOT {
        return refusal(
            StatusCode::FORBIDDEN,
            20_012,
            "You are not authorized to perform this action on this application",
        );
    }
    Json(&simulator.world().commands).into_response()
}

async fn set_commands(
    State(simulator): State<Simulator>,
    Path(application): Path<u64>,
    Json(wanted): Json<Vec<Value>>,
) -> Response {
    if application != BOT {
        return refusal(
            StatusCode::FORBIDDEN,
            20_012,
            "You are not authorized to perform this action on this application",
        );
    }
    if let Err(errors) = commands::commands(&wanted) {
        return invalid(errors);
    }
    let mut world = simulator.world();
    let set = wanted.into_iter().map(|wanted| {
        let mut command = json!({
            "id": world.id().to_string(), "application_id": BOT.to_string(), "version": world.id().to_string(),
            "default_member_permissions": null, "type": 1, "nsfw": false,
        });
        merge(&mut command, wanted);
        command
    });
    let set = set.collect::<Vec<_>>();
    world.commands.clone_from(&set);
    Json(set).into_response()
}
