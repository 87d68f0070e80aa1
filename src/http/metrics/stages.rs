//! How long did each stage of a turn take?

use std::fmt::Write as _;

use crate::pipeline::stages::{BOUNDS, Times};

const NAME: &str = "studio_turn_stage_seconds";

/// The buckets, each with those before it, as the format wants them.
pub fn add(text: &mut String, stages: &[Times]) {
    let help = "How long each stage of a turn took, from the arrival of an event until the reply was taken.";
    let _ = writeln!(text, "# HELP {NAME} {help}\n# TYPE {NAME} histogram");
    for Times { stage, buckets, total } in stages {
        let stage = stage.name();
        let bounds = BOUNDS.iter().map(|micros| seconds(*micros)).chain(["+Inf".to_owned()]);
        let mut seen = 0;
        for (bound, count) in bounds.zip(buckets) {
            seen += count;
            let _ = writeln!(text, "{NAME}_bucket{{stage=\"{stage}\",le=\"{bound}\"}} {seen}");
        }
        let _ = writeln!(text, "{NAME}_sum{{stage=\"{stage}\"}} {}", total.as_secs_f64());
        let _ = writeln!(text, "{NAME}_count{{stage=\"{stage}\"}} {seen}");
    }
}

fn seconds(micros: u64) -> String {
    std::time::Duration::from_micros(micros).as_secs_f64().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::pipeline::stages::Stage;

    #[test]
    fn a_collector_reads_how_long_each_stage_took() {
        let mut buckets = [0; BOUNDS.len() + 1];
        (buckets[0], buckets[5], buckets[BOUNDS.len()]) = (3, 2, 1);
        let mut text = String::new();
        add(&mut text, &[Times { stage: Stage::HandedOver, buckets, total: Duration::from_millis(7_500) }]);
        for line in [
            "# TYPE studio_turn_stage_seconds histogram",
            "studio_turn_stage_seconds_bucket{stage=\"handed_over\",le=\"0.0001\"} 3",
            "studio_turn_stage_seconds_bucket{stage=\"handed_over\",le=\"0.00075\"} 3",
            "studio_turn_stage_seconds_bucket{stage=\"handed_over\",le=\"0.001\"} 5",
            "studio_turn_stage_seconds_bucket{stage=\"handed_over\",le=\"5\"} 5",
            "studio_turn_stage_seconds_bucket{stage=\"handed_over\",le=\"+Inf\"} 6",
            "studio_turn_stage_seconds_sum{stage=\"handed_over\"} 7.5",
            "studio_turn_stage_seconds_count{stage=\"handed_over\"} 6",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
    }
}
