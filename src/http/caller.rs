//! Who is calling?

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use jiff::Timestamp;
use studio_core::{
    api::{AGENT_NAME, Me, Role},
    dialogue::{Act, Body},
    id::{MemberId, OrganisationId},
};
use studio_store::ApiKeyRow;
use ulid::Ulid;

use super::{ApiError, v1::fits};
use crate::{
    auth::token::{TokenKind, digest},
    studio::Studio,
};

/// Marks a request that came over the socket in the data folder: file permissions were its login.
#[derive(Clone, Copy, Debug)]
pub struct LocalPeer;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    pub organisation: OrganisationId,
    /// The member; for a key or the local socket an id that stands for it.
    pub member: MemberId,
    pub me: Me,
    /// Digest of the session's token, to end it.
    pub session: Option<String>,
    /// The member with whom the keys end that this caller makes: for a key the one who made it.
    pub maker: Option<MemberId>,
    /// When the login ends by itself.
    pub until: Option<Timestamp>,
}

impl Caller {
    /// Refuses a caller whose role is below `needed`.
    pub fn must_be(&self, needed: Role) -> Result<(), ApiError> {
        if self.me.role >= needed {
            return Ok(());
        }
        Err(ApiError::forbidden(match needed {
            Role::Analyst => "analyst",
            Role::Agent => "agent",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }))
    }

    /// Whether they may close a conversation that another member has.
    pub fn overrules(&self) -> bool {
        self.me.role >= Role::Admin
    }

    /// The event of an act of theirs.
    pub fn does(&self, act: Act) -> Body {
        Body::Act { by: self.member, name: self.me.name.clone(), act, overrules: self.overrules() }
    }

    fn local() -> Self {
        let organisation = OrganisationId::FIRST;
        let member = MemberId(Ulid(1));
        let me = Me { organisation, member: Some(member), name: "Operator".to_owned(), role: Role::Owner };
        Self { organisation, member, me, session: None, maker: None, until: None }
    }
}

impl FromRequestParts<Arc<Studio>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, studio: &Arc<Studio>) -> Result<Self, ApiError> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let local = parts.extensions.get::<LocalPeer>().is_some();
        let mut caller = authenticate(studio, token, local).await?;
        if let (None, Some(name)) = (token, parts.headers.get(AGENT_NAME)) {
            caller.me.name = fits::name(&String::from_utf8_lossy(name.as_bytes()))?;
        }
        Ok(caller)
    }
}

/// The caller behind a token; on the local socket none is needed.
pub async fn authenticate(studio: &Studio, token: Option<&str>, local: bool) -> Result<Caller, ApiError> {
    let Some(token) = token else {
        return if local { Ok(Caller::local()) } else { Err(ApiError::unauthenticated()) };
    };
    let now = studio.clock.now();
    let kept = digest(token);
    match TokenKind::of(token) {
        Some(TokenKind::Session) => {
            let session = studio.store.session(&kept).await?.filter(|session| session.expires_at > now);
            let session = session.ok_or_else(ApiError::session_ended)?;
            let organisation = session.organisation;
            let member = studio.store.member(organisation, session.member).await?;
            let member = member.ok_or_else(ApiError::session_ended)?;
            let me = Me { organisation, member: Some(member.id), name: member.name, role: member.role };
            let maker = Some(member.id);
            let until = Some(session.expires_at);
            Ok(Caller { organisation, member: member.id, me, session: Some(kept), maker, until })
        }
        Some(TokenKind::ApiKey) => {
            let found = studio.store.api_key(&kept).await?.filter(|found| found.key.expires_at > now);
            let ApiKeyRow { organisation, key } = found.ok_or_else(ApiError::key_ended)?;
            let me = Me { organisation, member: None, name: key.name, role: key.role };
            let (member, until) = (MemberId(key.id.0), Some(key.expires_at));
            Ok(Caller { organisation, member, me, session: None, maker: key.made_by, until })
        }
        None => Err(ApiError::unauthenticated()),
    }
}
