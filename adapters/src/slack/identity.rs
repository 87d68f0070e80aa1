//! Whom does Slack take us for, what does its clock show, and is an event for us?
//!
//! Asked by the client that files are fetched with: the library's keeps the headers of an answer, and with them the
//! time, to itself.

use reqwest::Response;
use serde::Deserialize;
use serde_json::Value;

use super::{
    api::{LONGEST_CALL, of_status, said_more, unreached},
    life::Account,
    payload::{Origin, Payload},
    tokens::Verdict,
    trouble::{Counted, Trouble},
};
use crate::{
    bounded::{Unread, bounded},
    fence::barred,
    headers,
    host::Host,
};

pub(super) const METHOD: &str = "auth.test";
/// Bytes of an answer that are read; Slack's has some hundred.
const LARGEST: u64 = 64 << 10;

/// Whose we are, as `auth.test` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Identity {
    #[serde(default)]
    pub team: String,
    #[serde(default)]
    pub user: String,
    pub user_id: String,
    /// Of the workspace.
    #[serde(default)]
    pub team_id: Option<String>,
    /// Of the organisation that the workspace belongs to.
    #[serde(default)]
    pub enterprise_id: Option<String>,
    /// Installed for a whole organisation: its events are of many workspaces.
    #[serde(default)]
    pub is_enterprise_install: bool,
}

impl Account {
    /// Asks Slack who we are, and keeps it. What goes wrong is noted.
    pub(super) async fn introduce<H: Host>(&self, host: &H) -> Result<(), Trouble> {
        match self.ask_who_we_are(host).await {
            Ok(identity) => {
                {
                    let mut notes = self.notes();
                    notes.tokens.bot = Verdict::Taken;
                    notes.life.passed(METHOD);
                    notes.bot_user = Some(identity.user_id.clone());
                    notes.identity = Some(identity);
                }
                host.answers(self.name());
                Ok(())
            }
            Err(trouble) => {
                self.notes().life.failed(METHOD, &trouble.sentence());
                self.note(host, &trouble);
                Err(trouble)
            }
        }
    }

    async fn ask_who_we_are<H: Host>(&self, host: &H) -> Result<Identity, Trouble> {
        let token = &self.bot_token.token_value.0;
        let address = format!("{}/{METHOD}", self.api.as_str().trim_end_matches('/'));
        let request = self.http.post(address).bearer_auth(token).json(&serde_json::json!({}));
        let asked = async {
            let response = request.send().await.map_err(failed)?;
            if let Some(theirs) = headers::date(response.headers()) {
                self.skew(host, theirs);
            }
            read(response).await
        };
        let late = || Trouble::Unknown(format!("Slack did not answer {METHOD} within {LONGEST_CALL:?}"));
        tokio::time::timeout(LONGEST_CALL, asked).await.map_err(|_| late())?
    }

    /// Why an event is none of this connection's: one app may be in several workspaces, and calls one address for all.
    pub(super) fn foreign(&self, payload: &Payload) -> Option<String> {
        let origin = payload.origin();
        if let (Some(own), Some(theirs)) = (self.own_app(), &origin.app)
            && own != theirs
        {
            return Some(format!(
                "an event of another app was refused: app_token is one of {own}; give the connection bot_token and \
                 app_token of the same app"
            ));
        }
        let notes = self.notes();
        let own = notes.identity.as_ref().filter(|own| !own.is_enterprise_install)?;
        is_elsewhere(own, &origin).then(|| {
            format!(
                "an event of another workspace was refused: this connection is for {}; the other one needs a connection \
                 and an app of its own",
                own.team
            )
        })
    }

    /// The id of the app, with which the tokens of apps tell whose they are: `xapp-1-A0123-…`.
    fn own_app(&self) -> Option<&str> {
        let token = self.app_token.as_ref()?.token_value.0.as_str();
        let id = token.strip_prefix("xapp-1-")?.split('-').next()?;
        Some(id).filter(|id| id.starts_with('A'))
    }
}

/// Whether nothing of where an event comes from is ours. What is shared between workspaces names several.
fn is_elsewhere(own: &Identity, origin: &Origin) -> bool {
    let is_own = |id: &String| Some(id) == own.team_id.as_ref() || Some(id) == own.enterprise_id.as_ref();
    own.team_id.is_some() && !origin.teams.is_empty() && !origin.teams.iter().any(is_own)
}

async fn read(response: Response) -> Result<Identity, Trouble> {
    let status = response.status();
    if status.as_u16() == 429 {
        let after = headers::retry_after(response.headers());
        return Err(Trouble::TooMany { after, counted: Counted::Method });
    }
    if !status.is_success() {
        return Err(of_status(METHOD, status.as_u16()));
    }
    let odd = |what: &str| Trouble::Unknown(format!("the answer to {METHOD} is {what}; is api right?"));
    let body = bounded(response, LARGEST).await.map_err(|unread| match unread {
        Unread::TooLarge => odd("too large"),
        Unread::Lost(error) => failed(error),
    })?;
    let answer: Value = serde_json::from_slice(&body).map_err(|_| odd("no JSON"))?;
    if answer["ok"] == true {
        return Identity::deserialize(&answer).map_err(|_| odd("not as documented"));
    }
    let code = answer["error"].as_str().ok_or_else(|| odd("not as documented"))?;
    let mut details = said_more(&answer);
    details.truncate(3);
    Err(Trouble::Refused { code: code.to_owned(), details })
}

fn failed(error: reqwest::Error) -> Trouble {
    match barred(&error.without_url()) {
        Some(barred) => Trouble::Unknown(format!("Slack was not asked for {METHOD}: {barred}")),
        None => unreached(METHOD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_ours_where_any_of_its_workspaces_is() {
        let own = Identity {
            team_id: Some("T1".to_owned()),
            enterprise_id: Some("E1".to_owned()),
            ..Identity::default()
        };
        let check = |teams: &[&str], expected: bool| {
            let teams = teams.iter().map(|team| (*team).to_owned()).collect();
            assert_eq!(is_elsewhere(&own, &Origin { app: None, teams }), expected);
        };
        check(&["T1"], false);
        check(&["T2", "T1"], false);
        check(&["T2", "E1"], false);
        check(&[], false);
        check(&["T2"], true);
        check(&["T2", "E2"], true);
    }
}
