//! Where on Slack is a conversation? The platform's own name of it, for the studio:
//! `C1`, `C1:1700000000.000100` for a thread, `C1@U1` for what only one person sees in a channel.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// Of a channel, a private channel, a group or a direct message.
    pub channel: String,
    /// The time stamp of the message that the thread hangs on.
    pub thread: Option<String>,
    /// The only person who sees it.
    pub only: Option<String>,
}

impl Place {
    pub fn channel(channel: &str) -> Self {
        Self { channel: channel.to_owned(), thread: None, only: None }
    }

    pub fn thread(channel: &str, thread: &str) -> Self {
        Self { thread: Some(thread.to_owned()), ..Self::channel(channel) }
    }

    pub fn only(channel: &str, person: &str) -> Self {
        Self { only: Some(person.to_owned()), ..Self::channel(channel) }
    }

    /// `None` where the name is none of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let place = if let Some((channel, person)) = name.split_once('@') {
            is_id(person).then(|| Self::only(channel, person))?
        } else if let Some((channel, thread)) = name.split_once(':') {
            is_time_stamp(thread).then(|| Self::thread(channel, thread))?
        } else {
            Self::channel(name)
        };
        is_id(&place.channel).then_some(place)
    }

    /// More than one person may talk there.
    pub fn is_shared(&self) -> bool {
        !self.is_direct() && self.only.is_none()
    }

    /// Between the bot and one person.
    pub fn is_direct(&self) -> bool {
        self.channel.starts_with('D')
    }
}

/// Whether more than one person may talk in a conversation of this name.
pub fn is_shared(name: &str) -> bool {
    Place::parse(name).is_none_or(|place| place.is_shared())
}

/// The channel of a thread, or of what only one person sees.
pub fn channel_of(name: &str) -> Option<&str> {
    name.split_once([':', '@']).map(|(channel, _)| channel)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.channel)?;
        if let Some(thread) = &self.thread {
            write!(f, ":{thread}")?;
        }
        if let Some(person) = &self.only {
            write!(f, "@{person}")?;
        }
        Ok(())
    }
}

/// Slack's ids are capital letters and digits.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Seconds and a running number, `1700000000.000100`: the id of a message within its channel.
pub(super) fn is_time_stamp(text: &str) -> bool {
    let digits =
        |part: &str| (1..=20).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, number)| digits(seconds) && digits(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_what_their_channel_allows() {
        for (name, expected) in
            [("C1:1355517523.000005", Some("C1")), ("C1@U1", Some("C1")), ("C1", None), ("D1", None)]
        {
            assert_eq!(channel_of(name), expected, "{name}");
        }
    }

    #[test]
    fn a_channel_and_its_threads_are_shared_and_what_one_person_sees_is_not() {
        for (name, expected) in
            [("C1:1355517523.000005", true), ("C1", true), ("G1", true), ("C1@U1", false), ("D1", false)]
        {
            assert_eq!(is_shared(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_reads_back_as_the_place() {
        for place in [
            Place::channel("D024BE91L"),
            Place::thread("C024BE91L", "1355517523.000005"),
            Place::only("C024BE91L", "U2147483697"),
        ] {
            assert_eq!(Place::parse(&place.to_string()), Some(place));
        }
        for foreign in ["", "c1", "C1:", "C1:now", "C1@", "C1@u1", "C1:1.2@U1", "C1/U1", "C1:1355517523"] {
            assert_eq!(Place::parse(foreign), None, "{foreign:?}");
        }
    }
}
