//! At which time of every day?

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A time in UTC, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfDay(Option<Time>);

const NEVER: &str = "never";

impl TimeOfDay {
    /// When it is that time again: later than `now`.
    pub fn after(self, now: Timestamp) -> Option<Timestamp> {
        let here = now.to_zoned(TimeZone::UTC);
        let today = here.date().to_datetime(self.0?).to_zoned(TimeZone::UTC).ok()?.timestamp();
        if today > now { Some(today) } else { today.checked_add(SignedDuration::from_hours(24)).ok() }
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        if text == NEVER {
            return Ok(Self(None));
        }
        let time = text.parse().map_err(|_| Error::custom("a time such as 03:30, or never, is needed"))?;
        Ok(Self(Some(time)))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(time) if time.second() == 0 => serializer.collect_str(&time.strftime("%H:%M")),
            Some(time) => serializer.collect_str(&time.strftime("%H:%M:%S")),
            None => serializer.serialize_str(NEVER),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_time_once_a_day() {
        let read = |text: &str| serde_json::from_value::<TimeOfDay>(text.into());
        let check = |time: &str, now: &str, next: Option<&str>| {
            let now: Timestamp = now.parse().expect("a time");
            let found = read(time).expect("a time of day").after(now);
            assert_eq!(found, next.map(|next| next.parse().expect("a time")), "{time} after {now}");
        };
        check("03:30", "2026-03-01T01:00:00Z", Some("2026-03-01T03:30:00Z"));
        check("03:30", "2026-03-01T03:30:00Z", Some("2026-03-02T03:30:00Z"));
        check("03:30:10", "2026-12-31T23:59:59Z", Some("2027-01-01T03:30:10Z"));
        check("never", "2026-03-01T01:00:00Z", None);
        for (time, written) in
            [("3:30", None), ("25:00", None), ("", None), ("03:30", Some("03:30")), ("never", Some("never"))]
        {
            let shown = read(time).ok().map(|read| serde_json::to_value(read).expect("written"));
            assert_eq!(shown, written.map(Into::into), "{time}");
        }
    }
}
