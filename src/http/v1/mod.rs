//! `/api/v1`: a folder for each noun, a file for each verb.

pub mod api_keys;
pub mod bots;
pub mod connections;
pub mod contacts;
pub mod conversations;
pub mod dead_letters;
pub mod export;
pub(super) mod fits;
pub mod me;
pub mod members;
pub mod models;
pub mod parked;
mod refusals;
pub mod sessions;
pub mod statistics;
pub mod texts;
pub mod unread;

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use studio_core::api::LiveHello;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::studio::Studio;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Neural Marketing Studio",
        description = "Conversations, bots and their figures. Errors are RFC 9457 problem details. \
                       Lists are pages: give `next_cursor` back as `cursor`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    modifiers(&Bearer),
    security(("bearer" = [])),
    // Served beside the others, outside of their limits of time and size.
    paths(crate::http::live::open),
    components(schemas(LiveHello)),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("a session's token or an API key"))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

fn routes() -> OpenApiRouter<Arc<Studio>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(sessions::create::create))
        .routes(routes!(sessions::delete::delete))
        .routes(routes!(me::read))
        .routes(routes!(api_keys::list::list, api_keys::create::create))
        .routes(routes!(api_keys::delete::delete))
        .routes(routes!(members::list::list, members::create::create))
        .routes(routes!(members::delete::delete))
        .routes(routes!(members::password::set))
        .routes(routes!(bots::list::list))
        .routes(routes!(bots::awaited::list))
        .routes(routes!(bots::read::read))
        .routes(routes!(bots::problems::problems))
        .routes(routes!(bots::publish::publish))
        .routes(routes!(bots::review::list::list))
        .routes(routes!(bots::review::decide::decide))
        .routes(routes!(bots::evaluations::list::list, bots::evaluations::create::create))
        .routes(routes!(bots::evaluations::read::read))
        .routes(routes!(bots::self_tests::list))
        .routes(routes!(bots::learned::list::list))
        .routes(routes!(bots::learned::delete::delete))
        .routes(routes!(connections::list::list, connections::create::create))
        .routes(routes!(connections::read::read, connections::change::change, connections::delete::delete))
        .routes(routes!(connections::test::test))
        .routes(routes!(connections::templates::templates))
        .routes(routes!(connections::manifest::manifest))
        .routes(routes!(connections::pause::pause))
        .routes(routes!(connections::pause::resume))
        .routes(routes!(contacts::read::read))
        .routes(routes!(contacts::messages::messages))
        .routes(routes!(contacts::merge::merge))
        .routes(routes!(contacts::merge::unmerge))
        .routes(routes!(conversations::list::list, conversations::begin::begin))
        .routes(routes!(conversations::read::read))
        .routes(routes!(conversations::messages::messages))
        .routes(routes!(conversations::correct::change, conversations::correct::take_back))
        .routes(routes!(conversations::timeline::timeline))
        .routes(routes!(conversations::take_over::take_over))
        .routes(routes!(conversations::hand_back::hand_back))
        .routes(routes!(conversations::close::close))
        .routes(routes!(conversations::assign::assign))
        .routes(routes!(conversations::reply::reply))
        .routes(routes!(conversations::template::send))
        .routes(routes!(conversations::language::language))
        .routes(routes!(conversations::note::note))
        .routes(routes!(conversations::typing::typing))
        .routes(routes!(conversations::media::media))
        .routes(routes!(parked::list::list))
        .routes(routes!(parked::replay::replay))
        .routes(routes!(dead_letters::list::list))
        .routes(routes!(dead_letters::replay::replay))
        .routes(routes!(dead_letters::replay::replay_all))
        .routes(routes!(unread::list::list))
        .routes(routes!(unread::read::read, unread::delete::delete))
        .routes(routes!(unread::replay::replay))
        .routes(routes!(texts::list::list))
        .routes(routes!(texts::set::set, texts::delete::delete))
        .routes(routes!(models::list))
        .routes(routes!(statistics::list::list))
        .routes(routes!(export::read))
}

/// The OpenAPI document, as it is served.
pub fn document() -> Document {
    let mut document = routes().split_for_parts().1;
    refusals::add(&mut document);
    connections::settings::add(&mut document);
    document.paths.paths = std::mem::take(&mut document.paths.paths)
        .into_iter()
        .map(|(path, item)| (format!("/api/v1{path}"), item))
        .collect();
    document
}

pub fn router(studio: Arc<Studio>) -> Router {
    let (router, _) = routes().split_for_parts();
    router.route("/openapi.json", get(async || Json(document()))).with_state(studio)
}
