//! `POST /conversations`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_adapters::{host::Host as _, platform::ReachError};
use studio_core::{
    api::{ConversationBegun, NewConversation, ProblemDetails, Role},
    content::Content,
    dialogue::{Act, Body, Event, Owner},
    id::{ConversationId, EventKey},
};
use studio_store::Arrival;

use super::{ActKey, digest, template, used_before};
use crate::{
    http::{ApiError, caller::Caller, extract::Json},
    studio::{Studio, StudioHost},
};

/// Names of the events that a call causes: the same at every try of it, whatever was done by the tries before.
const TAKE_OVER: &str = "take-over";
const TEMPLATE: &str = "template";

/// Write first to somebody, by an approved message, on a platform that allows it: WhatsApp
///
/// The conversation is made, or the one that there is is taken, and the bot has it again afterwards, unless it is to be kept. What the
/// person has agreed to is yours to know. Template and parameters are checked against what the platform has approved.
#[utoipa::path(
    post, path = "/conversations", tag = "conversations", request_body = NewConversation, params(ActKey),
    responses(
        (status = 202, body = ConversationBegun, description = "it is stored, and its turn comes"),
        (status = 403, body = ProblemDetails, description = "this needs the role agent or above"),
        (status = 404, body = ProblemDetails, description = "there is no such connection"),
        (status = 409, body = ProblemDetails, description = "somebody else has the conversation, or its bot does not run"),
        (status = 422, body = ProblemDetails, description = "the template or the address does not fit"),
    )
)]
pub async fn begin(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    key: ActKey,
    Json(new): Json<NewConversation>,
) -> Result<(StatusCode, axum::Json<ConversationBegun>), ApiError> {
    caller.must_be(Role::Agent)?;
    template::fits_api(&new.template)?;
    let connection = studio.connection(&new.connection).ok_or_else(|| ApiError::not_found("connection"))?;
    let Some(platform) = connection.platform() else {
        return Err(ApiError::unfit("on this channel people write first: there are no approved messages"));
    };
    let host = StudioHost(Arc::clone(&studio));
    let read = platform.check_template(&host, &new.template).await?;
    let reached = platform.reach(&host, new.to.phone.as_deref(), new.to.user_id.as_deref()).await?;
    let id = host.conversation(&new.connection, &reached.thread);
    let found = studio.store.conversation(caller.organisation, id).await?;
    let owner = found.as_ref().map(|found| found.conversation.owner.clone()).unwrap_or_default();
    let has_it = matches!(&owner, Owner::Member { member, .. } if *member == caller.member);
    let hands_back = !has_it && !new.keep;
    let bot = found.map(|found| found.conversation.bot).or_else(|| studio.bot_of(&new.connection));
    let away = bot.filter(|_| hands_back).and_then(|bot| studio.registry.away(caller.organisation, &bot));
    let may = || {
        may_write(&owner, has_it, id)?;
        away.as_ref()
            .map_or(Ok(()), |why| Err(ApiError::conflict(format!("{why}; or `keep` the conversation"))))
    };
    let native = if let Some(key) = key.0 {
        let native = format!("begin:{id}:{}:{key}", caller.member);
        used_before(&studio, &caller, &native, &digest(&new)?, may).await?;
        native
    } else {
        may()?;
        studio.clock.id().to_string()
    };
    let part = |part: &str| EventKey { source: "act".to_owned(), native: format!("{native}:{part}") };
    // Who took it over by an earlier try of this very call did not have it before.
    let mine = has_it && !studio.store.has_come(caller.organisation, &part(TAKE_OVER)).await?;
    let now = studio.clock.now();
    // Whoever is written to in a language is believed to read it.
    let language = Some(new.template.language.clone());
    let told = Body::Introduced { language, attributes: reached.attributes.into_iter().collect() };
    let said = Act::Template { template: Box::new(new.template), content: Content::text(read) };
    let before = (!mine).then(|| (TAKE_OVER, caller.does(Act::TakeOver)));
    let after = (!mine && !new.keep).then(|| ("hand-back", caller.does(Act::HandBack)));
    let said = [("opened", told), (TEMPLATE, caller.does(said))];
    for (name, body) in before.into_iter().chain(said).chain(after) {
        let key = part(name);
        let arrival = Arrival {
            conversation: id,
            connection: new.connection.clone(),
            channel: platform.channel().to_owned(),
            thread: reached.thread.clone(),
            external: Some(reached.thread.clone()),
            event: Event::new(key, now, body),
            fingerprint: None,
            attachments: Vec::new(),
        };
        studio.intake.receive(caller.organisation, arrival).await?;
    }
    Ok((StatusCode::ACCEPTED, axum::Json(ConversationBegun { conversation: id, event: part(TEMPLATE) })))
}

/// Refuses where the conversation is with others than the bot and the caller, who may have it.
fn may_write(owner: &Owner, has_it: bool, id: ConversationId) -> Result<(), ApiError> {
    match owner {
        Owner::Member { .. } if !has_it => {
            Err(ApiError::conflict(format!("another member has the conversation {id}: take it over first")))
        }
        Owner::Team { .. } => Err(ApiError::conflict(format!(
            "the conversation {id} waits for a person: take it over (POST …/take-over), and use its templates"
        ))),
        Owner::Bot | Owner::Member { .. } => Ok(()),
    }
}

impl From<ReachError> for ApiError {
    fn from(error: ReachError) -> Self {
        match error {
            ReachError::Unfit(why) => Self::unfit(why),
            ReachError::Failed(why) => Self::internal(&why),
        }
    }
}
