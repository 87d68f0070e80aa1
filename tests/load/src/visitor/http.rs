//! A program that posts what a person said, and takes the replies elsewhere.

use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use tokio::time::sleep;

use super::{AGAIN, Line, Plan, World};
use crate::{
    home::{HTTP, SECRET},
    sign::signed,
};

pub(super) async fn run(world: World, thread: String, mut plan: Plan) {
    let client =
        Client::builder().timeout(Duration::from_secs(20)).build().expect("a client without TLS files");
    plan.open(&world.ledger, HTTP, &thread);
    while !world.quiet.is_cancelled() {
        let Line { id, text, until } = plan.say(&world.ledger, &thread);
        let body = json!({ "conversation": thread, "id": id, "message": { "text": text }, "language": "en" });
        if !post(&world, &client, &format!("{thread}-{id}"), &body.to_string()).await {
            return;
        }
        world.ledger.acknowledged(&thread);
        if let Some(until) = until {
            tokio::select! {
                () = world.ledger.until_heard(&thread, &until) => {}
                () = world.quiet.cancelled() => {}
            }
        }
        sleep(plan.pause()).await;
    }
}

/// Posts until it is acknowledged; `false` at the end of the world.
async fn post(world: &World, client: &Client, id: &str, body: &str) -> bool {
    let address = format!("http://{}/webhooks/{HTTP}", world.address);
    loop {
        let request = client.post(&address).header("content-type", "application/json").body(body.to_owned());
        match signed(request, SECRET, id, body).send().await {
            Ok(answer) if matches!(answer.status().as_u16(), 200 | 202) => return true,
            Ok(_) | Err(_) => {}
        }
        tokio::select! {
            () = sleep(AGAIN) => {}
            () = world.end.cancelled() => return false,
        }
    }
}
