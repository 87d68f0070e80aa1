//! What may an app ask? What its token has the scopes for (docs.slack.dev, "Scopes" of each method, read in November 2026).

use std::collections::BTreeSet;

use super::{
    api::{Arguments, Refusal},
    world::{World, kind},
};

/// The scopes of a token: those that the studio's manifest asks for, and the one by which other clients react.
///
/// They stand here once more on purpose, and `needed` has them from Slack's pages of the methods: the stand-in judges by itself. If it
/// took them from the manifest, it would never refuse what the manifest forgets.
pub const SCOPES: [&str; 20] = [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
];

/// Without it, profiles have no address.
pub(super) const EMAIL: &str = "users:read.email";
/// Without it, histories tell nothing of what apps keep with their messages.
pub(super) const METADATA: &str = "metadata.message:read";

/// Whether the token has what a method needs.
pub(super) fn check(world: &World, method: &str, arguments: &Arguments) -> Result<(), Refusal> {
    let state = world.state();
    let lacking: Vec<&str> = needed(&state.scopes, method, arguments)
        .into_iter()
        .filter(|scope| !state.scopes.contains(*scope))
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let provided: Vec<&str> = state.scopes.iter().map(String::as_str).collect();
    Err(Refusal::lacking(lacking.join(","), provided.join(",")))
}

fn needed(scopes: &BTreeSet<String>, method: &str, arguments: &Arguments) -> Vec<&'static str> {
    let channel = arguments.text("channel").unwrap_or_default();
    match method {
        // Either of both, "for the time being".
        "assistant.threads.setStatus" if scopes.contains("assistant:write") => Vec::new(),
        "assistant.threads.setStatus"
        | "chat.delete"
        | "chat.deleteScheduledMessage"
        | "chat.postEphemeral"
        | "chat.postMessage"
        | "chat.scheduleMessage"
        | "chat.update" => vec!["chat:write"],
        "conversations.history" | "conversations.replies" => vec![match kind(channel) {
            "im" => "im:history",
            "group" => "groups:history",
            _ => "channels:history",
        }],
        "conversations.info" => vec![match kind(channel) {
            "im" => "im:read",
            "group" => "groups:read",
            _ => "channels:read",
        }],
        // With one person alone, as the simulator opens them.
        "conversations.open" => vec!["im:write"],
        "files.info" => vec!["files:read"],
        "files.completeUploadExternal" | "files.delete" | "files.getUploadURLExternal" => vec!["files:write"],
        "reactions.add" | "reactions.remove" => vec!["reactions:write"],
        "users.conversations" => {
            let kinds = arguments.text("types").unwrap_or("public_channel").split(',');
            kinds.filter_map(|kind| to_list(kind.trim())).collect()
        }
        "users.info" => vec!["users:read"],
        _ => Vec::new(),
    }
}

/// What lists conversations of this kind; nothing where there is no such kind, which the method itself refuses.
fn to_list(kind: &str) -> Option<&'static str> {
    match kind {
        "public_channel" => Some("channels:read"),
        "private_channel" => Some("groups:read"),
        "mpim" => Some("mpim:read"),
        "im" => Some("im:read"),
        _ => None,
    }
}
