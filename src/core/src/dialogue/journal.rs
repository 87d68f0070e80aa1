//! What happened, for good: the entries of the journal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    FaultReason,
    event::{Act, CallOutcome},
    state::Owner,
};
use crate::{
    content::{Content, Template},
    id::MemberId,
    translation::Translation,
    understanding::{Passage, Understanding},
};

/// One entry of a conversation's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Entry {
    /// Place in the conversation, from 1, without gaps.
    pub sequence: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who of several said, pressed, changed or took this back, as the platform calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub what: Happening,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happening {
    /// The visitor opened the chat.
    Opened {
        language: Option<String>,
        #[serde(default)]
        attributes: BTreeMap<String, Value>,
    },
    /// The platform said who the visitor is.
    Introduced {
        language: Option<String>,
        #[serde(default)]
        attributes: BTreeMap<String, Value>,
    },
    /// The visitor said this; `id` is the platform's or the widget's own id of the message.
    Received {
        id: String,
        content: Content,
        understanding: Understanding,
    },
    /// The visitor pressed this.
    Pressed {
        id: String,
        value: String,
        title: String,
    },
    /// The visitor changed the message of this id into this.
    Edited {
        id: String,
        content: Content,
    },
    /// The visitor took the message of this id back.
    Deleted {
        id: String,
    },
    /// A named event came.
    Happened {
        name: String,
        data: Value,
    },
    /// The visitor was told this.
    Said {
        by: Speaker,
        content: Content,
        #[serde(default)]
        why: Option<Why>,
        /// The approved message that it is, if it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<Box<Template>>,
    },
    /// A member changed what was said under this number into this; without content it was taken back.
    Corrected {
        by: MemberId,
        name: String,
        of: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// A note among members; the visitor never sees it.
    Noted {
        by: MemberId,
        name: String,
        text: String,
    },
    /// A slot was filled (or emptied: `null`). The value of a sensitive slot is `"***"`.
    SlotFilled {
        slot: String,
        value: Value,
    },
    FlowStarted {
        flow: String,
        because: String,
    },
    FlowEnded {
        flow: String,
    },
    /// The documents were asked.
    Searched {
        query: String,
        passages: Vec<Passage>,
    },
    /// A remote call left; headers and body are not kept.
    Called {
        call: u64,
        method: String,
        url: String,
    },
    Answered {
        call: u64,
        #[schema(value_type = Object)]
        outcome: CallOutcome,
    },
    HandedOff {
        team: Option<String>,
        reason: Option<String>,
    },
    /// Another may speak from here on.
    OwnerChanged {
        from: Owner,
        to: Owner,
        by: Option<String>,
    },
    /// The bot speaks this language from here on; `by` is the member who set it.
    LanguageChanged {
        language: String,
        because: LanguageReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    Tagged {
        tags: Vec<String>,
    },
    /// From 1 to 5.
    Rated {
        slot: String,
        score: u8,
        /// What it takes the place of: figures count one of the two, on the day of the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<Given>,
    },
    Repaired {
        repair: RepairKind,
    },
    Waiting {
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    Closed {
        by: Option<String>,
    },
    Reopened,
    /// What a member did came too late: between the request and its turn somebody else had acted.
    Refused {
        by: MemberId,
        name: String,
        act: Act,
        reason: Refusal,
    },
    /// A bug of the flow that was survived: loop without a wait, condition that does not evaluate.
    Faulted {
        flow: String,
        node: String,
        error: String,
        #[serde(default, skip_serializing_if = "is_another")]
        reason: FaultReason,
    },
    /// All that was said before this was erased at the visitor's wish.
    Erased,
}

/// Whether the error alone says why, as it does in journals of earlier versions.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_another(reason: &FaultReason) -> bool {
    *reason == FaultReason::Another
}

/// A rating, and when it was first given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Given {
    pub score: u8,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Speaker {
    Bot,
    Member { member: MemberId, name: String },
}

/// Why another language is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LanguageReason {
    /// The visitor asked for it.
    Asked,
    /// The visitor wrote in it.
    Written,
    /// A member set it.
    Set,
    /// The person wished for it in another conversation, or the wish that was followed here holds no more.
    Person,
}

/// Why what a member did was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Another member, a team or the bot has the conversation.
    NotTheOwner,
    Closed,
    /// The bot does not speak the language.
    NotSpoken,
}

/// Why a reply was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Why {
    /// Flow and node that said it.
    pub flow: Option<String>,
    pub node: Option<String>,
    /// Response that was used.
    pub response: Option<String>,
    /// Repair that spoke.
    pub repair: Option<RepairKind>,
    /// Documents that the answer rests on, `document › heading`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// That a machine translated it, or should have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Box<Translation>>,
    /// Number of what it shows more of, such as the next page of a list, because the visitor asked the channel for it: nobody speaks
    /// by that, whoever has the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_of: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepairKind {
    MisunderstoodOnce,
    MisunderstoodTwice,
    MisunderstoodOften,
    Cancel,
    StartOver,
    Repeat,
    Person,
    Correct,
    Digress,
    Timeout,
    Denied,
}

impl Happening {
    /// Whether it is something that a visitor said or did with what they said.
    pub fn is_of_the_visitor(&self) -> bool {
        matches!(
            self,
            Self::Received { .. } | Self::Pressed { .. } | Self::Edited { .. } | Self::Deleted { .. }
        )
    }

    /// Whether it only shows more of what was said before: the visitor asked the channel for it, and nobody speaks.
    pub fn shows_more(&self) -> bool {
        matches!(self, Self::Said { why: Some(why), .. } if why.more_of.is_some())
    }
}
