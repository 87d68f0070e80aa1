//! How is the app described to Slack? As a manifest, which is pasted at api.slack.com/apps: scopes, events and commands
//! need no clicking together.

use slack_morphism::prelude::*;
use url::Url;

use super::{
    kinds::{HEARD, OF_ASSISTANTS},
    life::Account,
};
use crate::{host::Host, platform::Command};

/// Each with what it is for: `docs/slack.md` lists the same.
pub(super) const SCOPES: [&str; 19] = [
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
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "users:read",
    "users:read.email",
    "metadata.message:read",
];

/// Of a name, in characters (docs.slack.dev, "App manifest reference").
const LONGEST_NAME: usize = 35;
const LONGEST_DESCRIPTION: usize = 140;
/// Of what the app does as an agent (slackapi/manifest-schema, `agent_view`).
const LONGEST_AGENT: usize = 300;

impl Account {
    /// The manifest of an app for this connection, as JSON.
    pub fn manifest<H: Host>(&self, host: &H) -> serde_json::Value {
        let face = host.face(self.bot());
        let title = face.as_ref().map_or(self.bot(), |face| face.title.as_str());
        let all = face.as_ref().map(|face| face.commands.as_slice()).unwrap_or_default();
        let commands: Vec<Command> = all.iter().filter(|command| command.is_plain()).cloned().collect();
        let socket = self.app_token.is_some();
        let address = if socket { None } else { host.webhook_address(self.name()) };
        manifest(title, &commands, address.as_ref(), socket)
    }
}

fn manifest(title: &str, commands: &[Command], address: Option<&Url>, socket: bool) -> serde_json::Value {
    let name: String = title.chars().take(LONGEST_NAME).collect();
    let slash = |command: &Command| {
        let description =
            command.description.first().map_or(command.name.as_str(), |(_, text)| text.as_str());
        SlackAppManifestFeaturesSlashCommand::new(
            format!("/{}", command.name),
            description.chars().take(LONGEST_DESCRIPTION).collect(),
        )
        .with_should_escape(true)
        .opt_url(address.cloned())
    };
    let features = SlackAppManifestFeatures::new()
        .with_app_home(
            SlackAppManifestFeaturesAppHome::new()
                .with_home_tab_enabled(false)
                .with_messages_tab_enabled(true)
                .with_messages_tab_read_only_enabled(false),
        )
        .with_bot_user(SlackAppManifestFeaturesBotUser::new(name.clone(), true))
        .opt_slash_commands((!commands.is_empty()).then(|| commands.iter().map(slash).collect()));
    let events = SlackAppManifestSettingsEventSubscriptions::new()
        .opt_request_url(address.cloned())
        .with_bot_events(asked_for().map(|event| SlackEventType(event.to_owned())).collect());
    let settings = SlackAppManifestSettings::new()
        .with_event_subscriptions(events)
        .with_interactivity(
            SlackAppManifestSettingsInteractivity::new(true).opt_request_url(address.cloned()),
        )
        .with_org_deploy_enabled(false)
        .with_socket_mode_enabled(socket);
    let scopes = SCOPES.iter().map(|scope| SlackApiTokenScope((*scope).to_owned())).collect();
    let manifest = SlackAppManifest::new(SlackAppManifestDisplayInformation::new(name))
        .with_features(features)
        .with_settings(settings)
        .with_oauth_config(
            SlackAppManifestOAuthConfig::new()
                .with_scopes(SlackAppManifestOAuthConfigScopes::new().with_bot(scopes)),
        );
    let mut manifest = serde_json::json!(manifest);
    // What makes the app an agent. Apps that are made since June 2026 can be nothing else, and the library does not know it.
    let agent: String = title.chars().take(LONGEST_AGENT).collect();
    manifest["features"]["agent_view"] = serde_json::json!({ "agent_description": agent });
    manifest
}

/// The events that an app is told of which is made today.
fn asked_for() -> impl Iterator<Item = &'static str> {
    HEARD.into_iter().filter(|event| !OF_ASSISTANTS.contains(event))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../docs/slack.md");

    #[test]
    fn a_manifest_says_all_that_the_page_says() {
        for name in SCOPES.iter().chain(&HEARD) {
            assert!(PAGE.contains(name), "docs/slack.md does not have {name}");
        }
        let command = Command {
            name: "order".into(),
            names: Vec::new(),
            description: vec![("en".into(), "Where is my order?".into()), ("de".into(), "Wo ist es?".into())],
        };
        let address = Url::parse("https://studio.example/webhooks/support").expect("an address");
        let posts = manifest("Shop", &[command], Some(&address), false);
        let (_, shown) = PAGE.split_once("```json\n").expect("docs/slack.md shows a manifest");
        let (shown, _) = shown.split_once("```").expect("its end");
        let shown: serde_json::Value = serde_json::from_str(shown).expect("JSON");
        assert_eq!(shown, posts, "docs/slack.md on the left");
        let slash = &posts["features"]["slash_commands"][0];
        assert_eq!(
            (slash["command"].as_str(), slash["url"].as_str()),
            (Some("/order"), Some(address.as_str()))
        );
        assert_eq!(slash["description"], "Where is my order?");
        assert_eq!(posts["settings"]["event_subscriptions"]["request_url"], address.as_str());
        assert_eq!(posts["settings"]["socket_mode_enabled"], false);
        let sockets = manifest(&"long ".repeat(80), &[], None, true);
        assert_eq!(sockets["display_information"]["name"].as_str().map(str::len), Some(LONGEST_NAME));
        assert_eq!(sockets["settings"]["socket_mode_enabled"], true);
        assert!(sockets["settings"]["event_subscriptions"].get("request_url").is_none());
        assert!(sockets["features"].get("slash_commands").is_none());
    }

    #[test]
    fn the_app_is_an_agent_and_asks_for_what_agents_are_told() {
        let short = manifest("Shop", &[], None, true);
        assert_eq!(short["features"]["agent_view"], serde_json::json!({ "agent_description": "Shop" }));
        let long = manifest(&"long ".repeat(80), &[], None, true);
        let description = long["features"]["agent_view"]["agent_description"].as_str().map(str::len);
        assert_eq!(description, Some(LONGEST_AGENT));
        let events = short["settings"]["event_subscriptions"]["bot_events"].as_array().expect("events");
        assert_eq!(events.len(), HEARD.len() - OF_ASSISTANTS.len());
        for event in OF_ASSISTANTS {
            assert!(HEARD.contains(&event) && !events.iter().any(|one| one == event), "{event}");
        }
    }
}
