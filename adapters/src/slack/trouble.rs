//! What does it mean where Slack refuses or does not answer?

use jiff::SignedDuration;

use crate::platform::{Outcome, Scope};

/// How long everything rests where the token is refused.
const REST: SignedDuration = SignedDuration::from_mins(5);

/// Why something was not done, or why nobody knows whether it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Slack's own name of it, and what else it says of the request.
    Refused {
        code: String,
        details: Vec<String>,
    },
    TooMany {
        after: Option<SignedDuration>,
        counted: Counted,
    },
    /// Slack was not asked: its limit for the method is reached.
    NotYet {
        after: SignedDuration,
    },
    /// It may have been done; a sentence for the log.
    Unknown(String),
    /// There is no file to upload; a sentence that says why.
    NoFile(&'static str),
}

/// Of what Slack is asked too much; of all else more may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Method,
    Channel,
    Workspace,
}

/// What follows from a code of Slack's.
enum Fate {
    /// It comes right by itself.
    Again(Scope),
    /// Everything rests until somebody does something; what to do.
    Rest(&'static str),
    /// As long as nobody does something; what to do.
    Never(&'static str),
}

impl Trouble {
    /// Whether it may have been done nevertheless.
    pub fn is_doubtful(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Refused { code, .. } => {
                matches!(
                    code.as_str(),
                    "fatal_error" | "internal_error" | "request_timeout" | "service_unavailable"
                )
            }
            Self::TooMany { .. } | Self::NotYet { .. } | Self::NoFile(_) => false,
        }
    }

    /// Whether the token is of no use any more.
    pub fn is_revoked(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if matches!(fate(code), Fate::Rest(_)))
    }

    /// What to do where a socket was asked for and the app's token is refused.
    pub fn of_app_token(&self) -> Option<String> {
        let Self::Refused { code, .. } = self else { return None };
        // docs.slack.dev, “Errors” of apps.connections.open
        let is_refused = matches!(
            code.as_str(),
            "invalid_auth"
                | "not_authed"
                | "token_expired"
                | "account_inactive"
                | "token_revoked"
                | "not_allowed_token_type"
                | "missing_scope"
                | "no_permission"
        );
        is_refused.then(|| {
            format!(
                "Slack says {code}: set app_token to an app-level token of the app with the scope connections:write"
            )
        })
    }

    /// Whether it stays so as long as nobody does something.
    pub fn needs_somebody(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if matches!(fate(code), Fate::Rest(_) | Fate::Never(_)))
    }

    /// Whether there is no file to upload, or the workspace does not take it: its name can go in its place.
    pub fn is_about_file(&self) -> bool {
        matches!(self, Self::NoFile(_))
            || self.is(&[
                "file_not_found",
                "file_deleted",
                "storage_limit_reached",
                "file_upload_size_restricted",
                "file_uploads_disabled",
                "file_uploads_except_images_disabled",
                "malware_detected",
                "blocked_file_type",
            ])
    }

    pub fn is(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }

    /// Whether another conversation may be read nevertheless.
    pub fn is_of_one_conversation(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if matches!(fate(code), Fate::Never(_)))
    }

    /// A sentence that says what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused { code, details } => {
                let details =
                    if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
                match fate(code) {
                    Fate::Again(_) => format!("Slack says {code}{details}; it is tried again"),
                    Fate::Rest(advice) | Fate::Never(advice) => {
                        format!("Slack says {code}{details}: {advice}")
                    }
                }
            }
            Self::TooMany { after: Some(after), .. } => {
                format!("Slack says that it is asked too often; it is asked again in {} s", after.as_secs())
            }
            Self::TooMany { after: None, .. } => "Slack says that it is asked too often".to_owned(),
            Self::NotYet { .. } => "it goes on as soon as Slack's limit lets it".to_owned(),
            Self::Unknown(why) => why.clone(),
            Self::NoFile(why) => (*why).to_owned(),
        }
    }

    pub fn outcome(&self) -> Outcome {
        let again = |after, scope| Outcome::Retry { after, scope, error: self.sentence() };
        match self {
            Self::Refused { code, .. } => match fate(code) {
                Fate::Again(scope) => again(None, scope),
                Fate::Rest(_) => again(Some(REST), Scope::Connection),
                Fate::Never(_) => Outcome::Dead { reason: self.sentence() },
            },
            Self::TooMany { after, counted } => again(
                *after,
                match counted {
                    // Who calls the method again waits for its turn (`turns.rs`).
                    Counted::Method | Counted::Channel => Scope::Chat,
                    Counted::Workspace => Scope::Connection,
                },
            ),
            Self::NotYet { after } => again(Some(*after), Scope::Chat),
            Self::Unknown(_) => again(None, Scope::Chat),
            Self::NoFile(_) => Outcome::Dead { reason: self.sentence() },
        }
    }
}

/// The codes of the methods that are called (docs.slack.dev, “Errors” of each method).
fn fate(code: &str) -> Fate {
    Fate::Never(match code {
        "ratelimited"
        | "rate_limited"
        | "message_limit_exceeded"
        | "team_added_to_org"
        | "org_login_required" => {
            return Fate::Again(Scope::Connection);
        }
        "fatal_error"
        | "internal_error"
        | "request_timeout"
        | "service_unavailable"
        | "accesslimited"
        | "slack_file_not_ready" => return Fate::Again(Scope::Chat),
        "invalid_auth" | "not_authed" | "token_expired" => {
            return Fate::Rest(
                "set bot_token to the Bot User OAuth Token of the app; what waits leaves then",
            );
        }
        "account_inactive" | "token_revoked" => {
            return Fate::Rest(
                "install the app in the workspace again and set its new bot_token; what waits leaves then",
            );
        }
        "missing_scope" | "no_permission" | "not_allowed_token_type" => {
            "give the app the scopes of docs/slack.md, install it again, then replay the message"
        }
        "ekm_access_denied"
        | "access_denied"
        | "two_factor_setup_required"
        | "enterprise_is_restricted"
        | "team_access_not_granted" => "the workspace's administrators forbid it; ask them",
        "channel_not_found" | "not_in_channel" | "user_not_in_channel" => {
            "the channel is gone, or the bot is not in it; invite it with /invite, then replay the message"
        }
        "is_archived" | "channel_is_archived" => "the channel is archived; nobody can write there",
        "user_not_found" | "users_not_found" | "user_disabled" | "cannot_dm_bot" | "user_not_visible" => {
            "the person left the workspace or cannot be written to"
        }
        "messages_tab_disabled" => {
            "turn on the Messages tab under “App Home” of the app, then replay the message"
        }
        "restricted_action"
        | "restricted_action_read_only_channel"
        | "restricted_action_thread_only_channel"
        | "restricted_action_non_threadable_channel"
        | "restricted_action_thread_locked"
        | "posting_disabled"
        | "not_allowed" => {
            "the channel's settings forbid the bot to write there; change them, or write elsewhere"
        }
        "thread_not_found" | "cannot_reply_to_message" | "message_not_found" => "the message is gone",
        "cant_update_message" | "cant_delete_message" => "the message is not one of this bot's",
        "edit_window_closed" | "compliance_exports_prevent_deletion" => "the workspace's settings forbid it",
        "msg_too_long"
        | "msg_blocks_too_long"
        | "no_text"
        | "invalid_blocks"
        | "invalid_blocks_format"
        | "invalid_attachments"
        | "metadata_too_large"
        | "too_many_attachments"
        | "block_mismatch" => "Slack cannot show this message; shorten or change the response",
        "storage_limit_reached"
        | "file_upload_size_restricted"
        | "file_uploads_disabled"
        | "file_uploads_except_images_disabled"
        | "malware_detected"
        | "blocked_file_type" => "the workspace does not take this file; see its settings for files",
        "file_not_found" | "file_deleted" => "the file is gone",
        "link_disabled" => "turn on Socket Mode in the app's settings",
        _ => "see this error under the method's name at docs.slack.dev",
    })
}
