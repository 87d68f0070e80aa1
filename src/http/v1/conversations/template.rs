//! `POST /conversations/{id}/templates`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_adapters::whatsapp::TemplateError;
use studio_core::{
    api::Role,
    content::{Content, Header, Template},
    dialogue::Act,
    id::ConversationId,
};

use super::{ActKey, Answers, Done, act, find, reply::fits};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::{Studio, StudioHost},
};

/// Send an approved message, also where nothing else may be said any more; only who has taken the conversation over can
///
/// Name, language and parameters are checked against what the platform has approved (`GET /connections/{name}/templates`).
#[utoipa::path(
    post, path = "/conversations/{id}/templates", tag = "conversations", request_body = Template,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn send(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(template): Json<Template>,
) -> Done {
    caller.must_be(Role::Agent)?;
    fits_api(&template)?;
    let conversation = find(&studio, &caller, id).await?;
    let connection = studio.connection(&conversation.connection);
    let Some(platform) = connection.as_ref().and_then(|connection| connection.platform()) else {
        let detail = format!("{} approves no messages: send a reply instead", conversation.channel);
        return Err(ApiError::unfit(detail));
    };
    let read = platform.check_template(&StudioHost(Arc::clone(&studio)), &template).await?;
    act(
        &studio,
        &caller,
        id,
        key,
        Act::Template { template: Box::new(template), content: Content::text(read) },
    )
    .await
}

/// A file of somebody else's is not sent, and nothing stands in the place of what nobody says.
pub(super) fn fits_api(template: &Template) -> Result<(), ApiError> {
    if template.when.is_some() {
        return Err(ApiError::unfit(
            "`when` is for what the bot says: a template that you send goes at once",
        ));
    }
    match &template.parameters.header {
        Some(Header::Image(source) | Header::Video(source) | Header::Document { source, .. }) => {
            fits(&Content::Image { source: source.clone(), alt: "head".to_owned(), caption: None })
        }
        Some(Header::Location { latitude_microdegrees, longitude_microdegrees, .. }) => {
            fits(&Content::Location {
                latitude_microdegrees: *latitude_microdegrees,
                longitude_microdegrees: *longitude_microdegrees,
                label: None,
            })
        }
        Some(Header::Text(_)) | None => Ok(()),
    }
}

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::Unknown(why) => Self::new(
                StatusCode::BAD_GATEWAY,
                format!("what the platform has approved could not be read: {why}"),
            ),
            TemplateError::Unfit(why) => Self::unfit(why),
        }
    }
}
