//! Who is refused where? Every operation needs a login, and most of them a role; said here for all of them.

use utoipa::openapi::{
    Content, OpenApi as Document, Ref, Response, ResponseBuilder,
    path::{Operation, PathItem},
};

/// What members of every role may do, whatever its method.
const ANY_ROLE: [&str; 14] = [
    "/me",
    "/sessions/current",
    "/awaited-bots",
    "/bots",
    "/bots/{bot}",
    "/bots/{bot}/problems",
    "/bots/{bot}/evaluations",
    "/bots/{bot}/evaluations/{id}",
    "/bots/{bot}/self-tests",
    "/conversations",
    "/conversations/{id}",
    "/conversations/{id}/messages",
    "/conversations/{id}/timeline",
    "/statistics",
];

/// Adds 401 and 403 to the operations of a document whose paths begin behind `/api/v1`.
pub fn add(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        let any_role = ANY_ROLE.contains(&path.as_str());
        // Those that need no login say so themselves.
        for operation in operations(item).filter(|operation| operation.security.is_none()) {
            let responses = &mut operation.responses.responses;
            let no_login = "no login, or one that has ended";
            responses.entry("401".to_owned()).or_insert_with(|| refusal(no_login).into());
            if !any_role {
                let no_role = "the caller's role is not enough; `detail` names the one that is";
                responses.entry("403".to_owned()).or_insert_with(|| refusal(no_role).into());
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn refusal(description: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(Ref::from_schema_name("ProblemDetails"))))
        .build()
}
