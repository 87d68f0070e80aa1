//! How is something said to one person alone?

use serde::Deserialize;
use serde_json::json;

use super::{
    life::Account,
    outbound::Post,
    place::Place,
    send::{PostMessage, Step},
    trouble::Trouble,
};
use crate::host::Host;

/// What a part is called that Slack gives no name: it cannot be changed any more.
pub(super) const EPHEMERAL: &str = "ephemeral";
/// What Slack says where the bot, or the person, is not in the channel.
const NOT_THERE: [&str; 5] =
    ["not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived", "restricted_action"];

#[derive(Deserialize)]
struct Opened {
    channel: Channel,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
}

impl Account {
    /// In the channel, for this person's eyes: where the command was typed while that can be answered, by
    /// `chat.postEphemeral` afterwards, and as a direct message where neither can be done.
    pub(super) async fn whisper<H: Host>(
        &self,
        host: &H,
        step: &Step<'_>,
        person: &str,
        post: &Post,
    ) -> Result<String, Trouble> {
        if self.respond(host, step.place, post).await? {
            return Ok(EPHEMERAL.to_owned());
        }
        let request = PostMessage {
            channel: &step.place.channel,
            thread_ts: None,
            user: Some(person),
            ts: None,
            text: &post.text,
            blocks: &post.blocks,
            metadata: None,
        };
        match self.post::<_, _, serde_json::Value>(host, "chat.postEphemeral", &request).await {
            Ok(_) => Ok(EPHEMERAL.to_owned()),
            Err(trouble) if trouble.is(&NOT_THERE) => {
                let channel = self.direct(host, person).await?;
                let ts = self.say_in(host, &channel, None, step, post).await?;
                Ok(format!("{channel}:{ts}"))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// The direct messages of the bot with a person.
    pub(super) async fn direct<H: Host>(&self, host: &H, person: &str) -> Result<String, Trouble> {
        let opened: Opened = self.post(host, "conversations.open", &json!({ "users": person })).await?;
        Ok(opened.channel.id)
    }

    /// Whether it was said where the person typed or pressed.
    async fn respond<H: Host>(&self, host: &H, place: &Place, post: &Post) -> Result<bool, Trouble> {
        let name = place.to_string();
        let url = {
            let mut notes = self.notes();
            let Some(response) = notes.responses.get_mut(&name) else { return Ok(false) };
            if response.uses == 0 || response.until <= host.now() {
                notes.responses.remove(&name);
                return Ok(false);
            }
            response.uses -= 1;
            response.url.clone()
        };
        let body = json!({
            "response_type": "ephemeral",
            "replace_original": false,
            "text": post.text,
            "blocks": post.blocks,
        });
        match self.http.post(url).json(&body).send().await {
            Ok(answer) if answer.status().is_success() => Ok(true),
            Ok(answer) if answer.status().is_client_error() => {
                self.notes().responses.remove(&name);
                Ok(false)
            }
            Ok(answer) => Err(Trouble::Unknown(format!(
                "Slack answered a response_url with status {}",
                answer.status().as_u16()
            ))),
            Err(_) => Err(Trouble::Unknown("Slack did not answer a response_url".to_owned())),
        }
    }
}
