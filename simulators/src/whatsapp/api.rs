//! What does Meta answer to a bot, and what does it refuse?

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{World, media, messages, registration, templates};
use crate::faults::Fault;

/// An error as the Graph API writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    pub status: StatusCode,
    pub code: i64,
    pub message: String,
    pub details: Option<String>,
    pub retry_after: Option<u64>,
}

pub type Answer = Result<Value, GraphError>;
pub type Parameters = BTreeMap<String, String>;

impl GraphError {
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
            details: None,
            retry_after: None,
        }
    }

    /// One parameter of a message is not valid.
    pub fn invalid(details: impl Into<String>) -> Self {
        let mut error = Self::new(131_009, "(#131009) Parameter value is not valid");
        error.details = Some(details.into());
        error
    }

    pub fn missing(details: impl Into<String>) -> Self {
        let mut error = Self::new(131_008, "(#131008) Required parameter is missing");
        error.details = Some(details.into());
        error
    }

    pub fn with(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    pub fn no_object(id: &str) -> Self {
        Self::new(
            100,
            format!(
                "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation"
            ),
        )
    }

    pub fn value(&self) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "ASimulatedTraceOfMetas",
        });
        if let Some(details) = &self.details {
            error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        }
        error
    }
}

impl IntoResponse for GraphError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "error": self.value() }))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

pub async fn node(
    State(world): State<Arc<World>>,
    Path((version, node)): Path<(String, String)>,
    Query(parameters): Query<Parameters>,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let call = Call { version, node, edge: String::new(), parameters, method };
    answer(&world, call, &headers, request).await
}

pub async fn edge(
    State(world): State<Arc<World>>,
    Path((version, node, edge)): Path<(String, String, String)>,
    Query(parameters): Query<Parameters>,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let call = Call { version, node, edge, parameters, method };
    answer(&world, call, &headers, request).await
}

struct Call {
    version: String,
    node: String,
    edge: String,
    parameters: Parameters,
    method: Method,
}

async fn answer(world: &Arc<World>, call: Call, headers: &HeaderMap, request: Request) -> Response {
    let fault = world.faults.next_of(&call.edge);
    match fault {
        Some(Fault::TooMany { seconds }) => {
            let mut error =
                GraphError::new(130_429, "(#130429) Rate limit hit").with(StatusCode::TOO_MANY_REQUESTS);
            error.retry_after = Some(seconds);
            return error.details("Message failed to send because there were too many messages sent from this phone number in a short period of time").into_response();
        }
        Some(Fault::Failed) => {
            let error = GraphError::new(131_000, "(#131000) Something went wrong");
            return error.with(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
        Some(Fault::Slow(_) | Fault::AnswerLost) | None => {}
    }
    let host =
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1").to_owned();
    let answered = match allowed(world, &call, headers) {
        Ok(()) => route(world, &call, &host, request).await,
        Err(error) => Err(error),
    };
    match fault {
        Some(Fault::AnswerLost) => return lost(),
        // What became of the message may be told before it is said that it was taken.
        Some(Fault::Slow(duration)) => tokio::time::sleep(duration).await,
        Some(Fault::TooMany { .. } | Fault::Failed) | None => {}
    }
    match answered {
        Ok(value) => Json(value).into_response(),
        Err(error) => error.into_response(),
    }
}

/// A connection that ends where the answer should be.
fn lost() -> Response {
    let broken = std::io::Error::other("lost on demand");
    let body = Body::from_stream(futures::stream::once(async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Err::<Bytes, _>(broken)
    }));
    Response::new(body)
}

fn allowed(world: &World, call: &Call, headers: &HeaderMap) -> Result<(), GraphError> {
    if !is_version(&call.version) {
        return Err(GraphError::new(2500, format!("Unknown path components: /{}", call.version)));
    }
    if call.node == "oauth" {
        return Ok(());
    }
    if world.faults.plan().token_revoked {
        let why = "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.";
        return Err(GraphError::new(190, why).with(StatusCode::UNAUTHORIZED));
    }
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let is_app = call.edge == "subscriptions";
    let app_token = format!("{}|{}", world.settings.app_id, world.settings.app_secret);
    let given =
        if is_app { call.parameters.get("access_token").map(String::as_str).or(bearer) } else { bearer };
    match given {
        Some(token) if token == world.settings.token && !is_app || is_app && token == app_token => Ok(()),
        Some(_) => {
            let why = "Invalid OAuth access token - Cannot parse access token";
            Err(GraphError::new(190, why).with(StatusCode::UNAUTHORIZED))
        }
        None => {
            let why = "An access token is required to request this resource.";
            Err(GraphError::new(104, why).with(StatusCode::UNAUTHORIZED))
        }
    }
}

async fn route(world: &Arc<World>, call: &Call, host: &str, request: Request) -> Answer {
    let settings = &world.settings;
    let (is_phone, is_account) = (call.node == settings.phone_number_id, call.node == settings.account_id);
    let get = call.method == Method::GET;
    let post = call.method == Method::POST;
    let delete = call.method == Method::DELETE;
    match call.edge.as_str() {
        "" if is_phone && get => Ok(registration::number(world, &call.parameters)),
        "" if is_phone && post => registration::set_number(world, &json_of(request).await?).await,
        "" if get => media::place(world, &call.node, host),
        "" if delete => media::delete(world, &call.node),
        "messages" if is_phone && post => messages::post(world, &json_of(request).await?),
        "media" if is_phone && post => {
            let form = Multipart::from_request(request, &()).await;
            let form = form.map_err(|_| GraphError::new(100, "(#100) Param file must be a file"))?;
            media::upload(world, form).await
        }
        "conversational_automation" if is_phone && post => {
            registration::set_commands(world, &json_of(request).await?)
        }
        "conversational_automation" if is_phone && get => {
            Ok(json!({ "conversational_automation": { "commands": world.state().commands } }))
        }
        "subscribed_apps" if is_account && get => Ok(registration::subscribed(world)),
        "subscribed_apps" if is_account && post => {
            registration::subscribe(world, &json_of(request).await.unwrap_or_default()).await
        }
        "subscribed_apps" if is_account && delete => {
            let mut state = world.state();
            state.subscribed = false;
            state.callbacks[1] = None;
            Ok(json!({ "success": true }))
        }
        "message_templates" if is_account && get => Ok(templates::list(world, &call.parameters, host)),
        "message_templates" if is_account && post => templates::create(world, json_of(request).await?),
        "message_templates" if is_account && delete => templates::delete(world, &call.parameters),
        "subscriptions" if call.node == settings.app_id && post => {
            registration::set_app(world, &call.parameters).await
        }
        "access_token" if call.node == "oauth" && get => registration::app_token(world, &call.parameters),
        _ => Err(GraphError::no_object(&call.node)),
    }
}

async fn json_of(request: Request) -> Answer {
    let json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value.starts_with("application/json")));
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await;
    let bytes =
        bytes.map_err(|_| GraphError::new(1, "Please reduce the amount of data you're asking for"))?;
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    if !json {
        return Err(GraphError::new(100, "(#100) The parameter messaging_product is required."));
    }
    serde_json::from_slice(&bytes)
        .map_err(|_| GraphError::new(100, "(#100) Invalid parameter").details("The body is not valid JSON"))
}

fn is_version(text: &str) -> bool {
    let numbers = text.strip_prefix('v').and_then(|version| version.split_once('.'));
    numbers.is_some_and(|(major, minor)| major.parse::<u16>().is_ok() && minor.parse::<u16>().is_ok())
}
