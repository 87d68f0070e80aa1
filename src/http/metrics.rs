//! `GET /metrics`: what do the models do, what came by the connections, how long did the stages of turns take, and how often did a task of the pipeline panic? In the
//! text format of Prometheus, for whoever collects figures.

mod connections;
mod stages;

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use studio_core::api::{ModelRun, Role};

use super::{ApiError, caller::Caller};
use crate::{pipeline, studio::Studio};

/// Version 0.0.4 of the format, which every collector reads.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub fn router(studio: Arc<Studio>) -> Router {
    Router::new().route("/metrics", get(read)).with_state(studio)
}

async fn read(State(studio): State<Arc<Studio>>, caller: Caller) -> Result<Response, ApiError> {
    caller.must_be(Role::Analyst)?;
    let mut text = exposition(&studio.models.runs());
    connections::add(&mut text, &connections::counts(&studio));
    stages::add(&mut text, &pipeline::stages::times());
    panics(&mut text, pipeline::panics());
    Ok(([(header::CONTENT_TYPE, FORMAT)], text).into_response())
}

fn panics(text: &mut String, times: u64) {
    let name = "studio_pipeline_panics_total";
    let help = "How often a task of the pipeline panicked and began anew.";
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {times}");
}

/// A figure of a model that is one number.
struct Figure {
    name: &'static str,
    /// `gauge` or `counter`.
    kind: &'static str,
    help: &'static str,
    of: fn(&ModelRun) -> Option<f64>,
}

const FIGURES: [Figure; 12] = [
    Figure {
        name: "resident_bytes",
        kind: "gauge",
        help: "Growth of the resident memory while the model was loaded and ran for the first time.",
        of: |run| run.resident_bytes.map(number),
    },
    Figure {
        name: "weights_bytes",
        kind: "gauge",
        help: "Size of the file of weights.",
        of: |run| Some(number(run.bytes)),
    },
    Figure {
        name: "waiting",
        kind: "gauge",
        help: "Askers that wait for their turn.",
        of: |run| Some(number(run.waiting)),
    },
    Figure {
        name: "cached",
        kind: "gauge",
        help: "Answers that are kept.",
        of: |run| Some(number(run.cached)),
    },
    Figure {
        name: "texts_total",
        kind: "counter",
        help: "Texts that went through the network.",
        of: |run| Some(number(run.texts)),
    },
    Figure {
        name: "batches_total",
        kind: "counter",
        help: "Runs of the network.",
        of: |run| Some(number(run.batches)),
    },
    Figure {
        name: "busy_seconds_total",
        kind: "counter",
        help: "Time of all runs.",
        of: |run| Some(run.busy_seconds),
    },
    Figure {
        name: "cache_hits_total",
        kind: "counter",
        help: "Answers that were kept from before.",
        of: |run| Some(number(run.cache_hits)),
    },
    Figure {
        name: "refused_total",
        kind: "counter",
        help: "Askers that were refused because too many waited.",
        of: |run| Some(number(run.refused)),
    },
    Figure {
        name: "late_total",
        kind: "counter",
        help: "Askers that waited too long.",
        of: |run| Some(number(run.late)),
    },
    Figure {
        name: "failures_total",
        kind: "counter",
        help: "Askers that got an error.",
        of: |run| Some(number(run.failures)),
    },
    Figure {
        name: "restarts_total",
        kind: "counter",
        help: "How often the network broke and was loaded anew.",
        of: |run| Some(number(run.restarts)),
    },
];

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn number(count: u64) -> f64 {
    count as f64
}

fn exposition(models: &[(String, ModelRun)]) -> String {
    let mut text = String::new();
    for Figure { name, kind, help, of } in FIGURES {
        head(&mut text, name, kind, help);
        for (model, run) in models {
            if let Some(value) = of(run) {
                line(&mut text, name, &[("model", model.as_str())], value);
            }
        }
    }
    head(
        &mut text,
        "latency_seconds",
        "histogram",
        "How long somebody waited for an answer that was not kept.",
    );
    for (model, run) in models {
        latency(&mut text, model, run);
    }
    text
}

/// The buckets, each with those before it, as the format wants them.
fn latency(text: &mut String, model: &str, run: &ModelRun) {
    let mut seen = 0;
    for latency in &run.latencies {
        seen += latency.answers;
        let bound = latency.at_most_ms.map_or_else(|| "+Inf".to_owned(), |most| (most / 1000.0).to_string());
        line(text, "latency_seconds_bucket", &[("model", model), ("le", bound.as_str())], number(seen));
    }
    line(text, "latency_seconds_sum", &[("model", model)], run.waited_seconds);
    line(text, "latency_seconds_count", &[("model", model)], number(seen));
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP studio_model_{name} {help}\n# TYPE studio_model_{name} {kind}");
}

/// Names of models are letters, digits, hyphens and dots, so nothing in a label needs to be escaped.
fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: f64) {
    let labels: Vec<String> = labels.iter().map(|(label, of)| format!("{label}=\"{of}\"")).collect();
    let _ = writeln!(text, "studio_model_{name}{{{}}} {value}", labels.join(","));
}

#[cfg(test)]
mod tests {
    use studio_core::api::Latency;

    use super::*;

    #[test]
    fn a_collector_reads_memory_queue_and_latencies() {
        let run = ModelRun {
            bytes: 90_000_000,
            resident_bytes: Some(150_000_000),
            waiting: 3,
            texts: 8,
            batches: 5,
            busy_seconds: 0.25,
            cache_hits: 2,
            cached: 6,
            refused: 0,
            late: 1,
            failures: 0,
            restarts: 0,
            waited_seconds: 0.5,
            latencies: vec![
                Latency { at_most_ms: Some(2.5), answers: 4 },
                Latency { at_most_ms: Some(1000.0), answers: 2 },
                Latency { at_most_ms: None, answers: 1 },
            ],
            p50_ms: Some(2.5),
            p99_ms: None,
        };
        let unknown = ModelRun { resident_bytes: None, ..run.clone() };
        let text = exposition(&[("mine".to_owned(), run), ("other".to_owned(), unknown)]);
        for line in [
            "# TYPE studio_model_resident_bytes gauge",
            "studio_model_resident_bytes{model=\"mine\"} 150000000",
            "studio_model_waiting{model=\"other\"} 3",
            "studio_model_batches_total{model=\"mine\"} 5",
            "studio_model_busy_seconds_total{model=\"mine\"} 0.25",
            "# TYPE studio_model_latency_seconds histogram",
            "studio_model_latency_seconds_bucket{model=\"mine\",le=\"0.0025\"} 4",
            "studio_model_latency_seconds_bucket{model=\"mine\",le=\"1\"} 6",
            "studio_model_latency_seconds_bucket{model=\"mine\",le=\"+Inf\"} 7",
            "studio_model_latency_seconds_sum{model=\"mine\"} 0.5",
            "studio_model_latency_seconds_count{model=\"other\"} 7",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
        assert!(!text.contains("resident_bytes{model=\"other\"}"), "{text}");
    }
}
