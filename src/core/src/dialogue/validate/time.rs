//! Is it a time of day within bounds?

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::{bot::MisfitKind, dialogue::words::is_part_of, understanding::EntityMatch};

/// What stands behind a time, and the hours that noon is ahead by.
const HALVES: [(&str, u16); 4] = [("a.m", 0), ("am", 0), ("p.m", 12), ("pm", 12)];
const HOUR: u16 = 60;

/// Bounds inclusive: `HH:MM`. From 18:00 to 02:00 goes over midnight.
pub fn fit(min: Option<&str>, max: Option<&str>, answer: &Answer<'_>) -> Fit {
    let Some((minutes, whole, text)) = find(answer) else {
        return Misfit::of(MisfitKind::NotATime);
    };
    let (opens, closes) = (min.and_then(read), max.and_then(read));
    let over_midnight = opens.zip(closes).is_some_and(|(opens, closes)| opens > closes);
    let early = opens.filter(|opens| minutes < *opens);
    let late = closes.filter(|closes| minutes > *closes);
    match (early, late) {
        (Some(opens), late) if !over_midnight || late.is_some() => {
            Misfit::with(MisfitKind::TooEarly, "min", &written(opens))
        }
        (_, Some(closes)) if !over_midnight => Misfit::with(MisfitKind::TooLate, "max", &written(closes)),
        _ => fitting(written(minutes), whole, &text),
    }
}

/// As computers write it: `19:30`.
pub fn written(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / HOUR, minutes % HOUR)
}

/// Minutes since midnight of `19:30`, `19.30`, `19h30`, `19` and `7:30 pm`.
pub fn read(text: &str) -> Option<u16> {
    let text = text.trim().trim_end_matches(['.', ',', '!', '?']).to_lowercase();
    let half = HALVES.iter().find_map(|(words, ahead)| Some((text.strip_suffix(*words)?.trim_end(), *ahead)));
    let (clock, ahead) = half.map_or((text.as_str(), None), |(clock, ahead)| (clock, Some(ahead)));
    let (hours, minutes) = match clock.split_once([':', '.', 'h']) {
        Some((hours, "")) if clock.ends_with('h') => (hours.trim_end(), "00"),
        Some(parts) => parts,
        None => (clock, "00"),
    };
    let minutes = number(minutes).filter(|number| minutes.len() == 2 && *number < HOUR)?;
    let hours = number(hours)?;
    let hours = match ahead {
        Some(ahead) if (1..=12).contains(&hours) => hours % 12 + ahead,
        None if hours < 24 => hours,
        Some(_) | None => return None,
    };
    Some(hours * HOUR + minutes)
}

/// One or two digits.
fn number(digits: &str) -> Option<u16> {
    let is_plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_plain)
}

/// Whether a time is the only end of an interval: "after 7 pm" names none.
pub fn is_open_end(entities: &[EntityMatch], time: &EntityMatch) -> bool {
    let is_open = |it: &EntityMatch| it.value.get("from").is_none() || it.value.get("to").is_none();
    entities.iter().any(|it| it.entity == "interval" && is_open(it) && is_part_of(&time.text, &it.text))
}

/// What stands there as a clock shows it, or the one time that the understanding found.
fn find(answer: &Answer<'_>) -> Option<(u16, bool, String)> {
    if let Some(minutes) = read(answer.text) {
        return Some((minutes, true, answer.text.to_owned()));
    }
    let (found, whole) = entity(answer, "time")?;
    let mut times = answer.entities.iter().filter(|it| it.entity == "time");
    if times.any(|it| it.value != found.value) || is_open_end(answer.entities, found) {
        return None;
    }
    let minutes = found.value.as_str().and_then(read)?;
    Some((minutes, whole, found.text.clone()))
}
