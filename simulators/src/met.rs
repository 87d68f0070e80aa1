//! How often did each thing go wrong? `GET /simulator/met` tells it since the simulator began, whatever was planned in between.

use axum::{Json, Router, routing::get};
use serde::{Deserialize, Serialize};

use crate::faults::Faults;

/// Named as in a [`Plan`](crate::faults::Plan), where each is described.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Met {
    pub too_many: u64,
    pub failed: u64,
    pub answer_lost: u64,
    pub slow: u64,
    pub repeated: u64,
    /// Those that really came behind another.
    pub swapped: u64,
    pub late: u64,
    /// Those that were taken once more.
    pub echoed: u64,
    pub trickled: u64,
    pub dropped: u64,
    /// Of these, sessions that could not be resumed.
    pub session_lost: u64,
}

impl Met {
    pub fn add(&mut self, other: Self) {
        let Self {
            too_many,
            failed,
            answer_lost,
            slow,
            repeated,
            swapped,
            late,
            echoed,
            trickled,
            dropped,
            session_lost,
        } = other;
        self.too_many += too_many;
        self.failed += failed;
        self.answer_lost += answer_lost;
        self.slow += slow;
        self.repeated += repeated;
        self.swapped += swapped;
        self.late += late;
        self.echoed += echoed;
        self.trickled += trickled;
        self.dropped += dropped;
        self.session_lost += session_lost;
    }
}

/// For the router of a simulator.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(faults: Faults) -> Router<S> {
    let met = move || {
        let faults = faults.clone();
        async move { Json(faults.met()) }
    };
    Router::new().route("/simulator/met", get(met))
}
