//! What does the sample bot call? The order service and the pictures of a shop that does not exist.

use axum::{
    Json, Router,
    extract::Path,
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::{bots::sample_picture, http::ApiError};

/// Orders of the demo shop: number, status, carrier, expected or delivered day, items.
const ORDERS: [(&str, &str, &str, &str, &[&str]); 6] = [
    ("4711", "shipped", "DHL", "2026-12-01", &["Tent Alva 2"]),
    ("4712", "processing", "", "2026-12-04", &["Backpack Karst 35", "Stove Ember"]),
    ("4713", "delivered", "GLS", "2026-11-16", &["Boots Grat GTX"]),
    ("4714", "returned", "DHL", "2026-11-10", &["Jacket Fjell"]),
    ("10023", "shipped", "UPS", "2026-11-30", &["Sleeping bag Polar 5"]),
    ("20481", "delivered", "DHL", "2026-11-20", &["Tent Alva 3", "Stove Ember"]),
];

pub fn router() -> Router {
    Router::new()
        .route("/demo/shop/orders/{number}", get(order))
        .route("/demo/shop/pictures/{name}", get(picture))
}

/// Drawings that ship with the bot; nothing in them runs.
async fn picture(Path(name): Path<String>) -> Response {
    match sample_picture(&name) {
        Some(bytes) => {
            let kind = [
                (CONTENT_TYPE, "image/svg+xml"),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
            ];
            (kind, bytes).into_response()
        }
        None => ApiError::not_found("picture").into_response(),
    }
}

async fn order(Path(number): Path<String>) -> Response {
    let Some((number, status, carrier, expected, items)) = ORDERS.iter().find(|order| order.0 == number)
    else {
        return ApiError::new(StatusCode::NOT_FOUND, "there is no order of that number").into_response();
    };
    Json(json!({ "number": number, "status": status, "carrier": carrier, "expected": expected, "items": items }))
        .into_response()
}
