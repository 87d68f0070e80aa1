//! What does the sample bot call? The order service and the pictures of a shop that does not exist.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{bots::sample_picture, clock::Clock, http::ApiError};

/// Orders of the demo shop: number, status, carrier, days from today to the one when it is expected or was delivered, items.
const ORDERS: [(&str, &str, &str, i64, &[&str]); 6] = [
    ("4711", "shipped", "DHL", 1, &["Tent Alva 2"]),
    ("4712", "processing", "", 4, &["Backpack Gratweg 30", "Stove Kessel Gas"]),
    ("4713", "delivered", "GLS", -14, &["Boots Zugspitz GTX"]),
    ("4714", "returned", "DHL", -20, &["Jacket Föhn Shell"]),
    ("10023", "shipped", "UPS", 2, &["Sleeping bag Biwak 5"]),
    ("20481", "delivered", "DHL", -10, &["Tent Alva 4", "Stove Kessel Gas"]),
];

pub fn router(clock: Clock) -> Router {
    Router::new()
        .route("/demo/shop/orders/{number}", get(order))
        .route("/demo/shop/pictures/{name}", get(picture))
        .with_state(clock)
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

async fn order(State(clock): State<Clock>, Path(number): Path<String>) -> Response {
    let Some((number, status, carrier, days, items)) = ORDERS.iter().find(|order| order.0 == number) else {
        return ApiError::new(StatusCode::NOT_FOUND, "there is no order of that number").into_response();
    };
    let expected = day(clock.now(), *days);
    Json(json!({ "number": number, "status": status, "carrier": carrier, "expected": expected, "items": items }))
        .into_response()
}

/// So many days from today, by universal time: what is under way is never expected in the past.
fn day(now: Timestamp, days: i64) -> Date {
    now.to_zoned(TimeZone::UTC).date().saturating_add(SignedDuration::from_hours(24 * days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_comes_and_what_was_delivered_has_come() {
        let now: Timestamp = "2027-02-28T23:59:59Z".parse().expect("a moment");
        let today: Date = "2027-02-28".parse().expect("a day");
        assert_eq!(day(now, 1).to_string(), "2027-03-01");
        assert_eq!(day(now, -28).to_string(), "2027-01-31");
        for (number, status, _, days, _) in ORDERS {
            let comes = matches!(status, "shipped" | "processing");
            assert_eq!(day(now, days) > today, comes, "{number}");
        }
    }
}
