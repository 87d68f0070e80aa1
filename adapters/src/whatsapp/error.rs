//! What does an error of Meta's mean for the message? (pure)
//!
//! Read in Meta's page on error codes, and in pywa 4.5 where the page was silent.

use jiff::SignedDuration;
use studio_core::policy::delivery::{Again, Form};

use super::payload::GraphError;
use crate::platform::{Outcome, Scope};

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Retry {
        after: Option<SignedDuration>,
        scope: Scope,
    },
    /// The same again in a simpler form.
    Degrade,
    /// The same again to the phone number: this message cannot go to a business-scoped id.
    ByPhone,
    /// Only an approved template may be sent to the person now.
    Closed,
    Dead,
}

const fn wait(seconds: i64, scope: Scope) -> Verdict {
    Verdict::Retry { after: Some(SignedDuration::from_secs(seconds)), scope }
}

/// How long is waited where a number, or an account, may send no more for now. Meta says neither how long that lasts nor whether it
/// is so of replies.
pub const RESTRICTED: SignedDuration = SignedDuration::from_hours(1);

/// From, to, what happens, and what to do.
const CODES: &[(i64, i64, Verdict, &str)] = &[
    (
        0,
        0,
        wait(300, Scope::Connection),
        "Meta does not know the access token: make a new one of a system user and set it",
    ),
    (1, 2, wait(5, Scope::Connection), "Meta has a moment's trouble; nothing to do"),
    (3, 3, wait(300, Scope::Connection), "the app may not do this: give it whatsapp_business_messaging"),
    (4, 4, wait(60, Scope::Connection), "the app calls Meta too often; it waits by itself"),
    (
        10,
        10,
        wait(300, Scope::Connection),
        "a permission is missing: give the system user the account and whatsapp_business_messaging",
    ),
    (33, 33, Verdict::Dead, "the phone number is gone: look up phone_number_id"),
    (100, 100, Verdict::Degrade, "Meta does not take it as it stands"),
    (
        190,
        190,
        wait(300, Scope::Connection),
        "the access token has expired or was revoked: make a new one of a system user and set it",
    ),
    (
        200,
        299,
        wait(300, Scope::Connection),
        "a permission is missing: give the system user the account and whatsapp_business_messaging",
    ),
    (
        368,
        368,
        Verdict::Dead,
        "the account is blocked for a while for what it did: see its page on account quality",
    ),
    (80007, 80007, wait(60, Scope::Connection), "the account sends too much; it waits by itself"),
    (130_429, 130_429, wait(2, Scope::Connection), "more than the number's throughput; it waits by itself"),
    (
        130_472,
        130_472,
        Verdict::Dead,
        "the person takes part in an experiment of Meta's and gets no marketing; nothing to do",
    ),
    (
        130_497,
        130_497,
        Verdict::Dead,
        "the account may not write to people of this country: see Meta's messaging policy",
    ),
    (131_000, 131_000, wait(5, Scope::Chat), "Meta failed without saying why; it is tried again"),
    (
        131_005,
        131_005,
        wait(300, Scope::Connection),
        "access was denied: give the system user the account and whatsapp_business_messaging",
    ),
    (131_008, 131_008, Verdict::Degrade, "Meta misses a field"),
    (131_009, 131_009, Verdict::Degrade, "Meta does not take a value of it"),
    (131_016, 131_016, wait(15, Scope::Connection), "a service of Meta's is down; it is tried again"),
    (131_021, 131_021, Verdict::Dead, "the number writes to itself"),
    (
        131_026,
        131_026,
        Verdict::Dead,
        "it cannot be delivered: the person has no WhatsApp, an old one, or has not taken its terms; reach the person elsewhere",
    ),
    (
        131_030,
        131_030,
        Verdict::Dead,
        "a test number may only write to those on its list: add the person in the app's dashboard",
    ),
    (131_031, 131_031, Verdict::Dead, "the account is locked: see its page on account quality"),
    (
        131_037,
        131_037,
        Verdict::Dead,
        "the number has no approved display name: have one approved, then replay",
    ),
    (131_042, 131_044, Verdict::Dead, "Meta gets no payment: set a way to pay for the account, then replay"),
    (131_045, 131_045, Verdict::Dead, "the phone number is not registered: register it, then replay"),
    (
        131_047,
        131_047,
        Verdict::Closed,
        "more than 24 hours since the person wrote: send an approved template",
    ),
    (
        131_048,
        131_048,
        wait(RESTRICTED.as_secs(), Scope::Connection),
        "too many of the number's messages were blocked as spam: see its quality rating, and send less",
    ),
    (
        131_049,
        131_049,
        Verdict::Dead,
        "the person gets as much marketing as Meta lets through: wait at least 24 hours before another",
    ),
    (131_050, 131_050, Verdict::Dead, "the person wants no marketing of yours: send none"),
    (131_051, 131_051, Verdict::Degrade, "Meta does not take this kind of message"),
    (
        131_052,
        131_053,
        Verdict::Degrade,
        "Meta could not take the file: wrong type, too large, or its address cannot be fetched",
    ),
    (
        131_056,
        131_056,
        wait(4, Scope::Chat),
        "too many messages to this person in a short time; it waits by itself",
    ),
    (131_057, 131_057, wait(300, Scope::Connection), "Meta works on the account; it is tried again"),
    (
        131_062,
        131_062,
        Verdict::ByPhone,
        "this kind of message needs a phone number, and the person's is not known",
    ),
    (
        131_063,
        131_063,
        Verdict::Dead,
        "marketing templates are switched off for the Cloud API: switch them on in the account's settings",
    ),
    (
        131_064,
        131_064,
        wait(RESTRICTED.as_secs(), Scope::Connection),
        "the account has reached its limit for templates of a wrong category; it waits by itself",
    ),
    (
        132_000,
        132_000,
        Verdict::Dead,
        "the template takes another number of parameters: synchronise the templates, then correct it",
    ),
    (
        132_001,
        132_001,
        Verdict::Dead,
        "there is no approved template of this name and language: have it approved, or correct the name",
    ),
    (132_005, 132_005, Verdict::Dead, "the template is too long with these parameters: shorten them"),
    (132_007, 132_007, Verdict::Dead, "the template breaks a policy of WhatsApp: change it"),
    (
        132_008,
        132_018,
        Verdict::Dead,
        "the template cannot be sent so: it is paused, disabled, or its parameters are formed wrongly; see it in the WhatsApp Manager",
    ),
    (
        132_068,
        132_069,
        Verdict::Dead,
        "the form of the template is blocked or throttled: see it in the WhatsApp Manager",
    ),
    (133_004, 133_004, wait(15, Scope::Connection), "a server of Meta's is down; it is tried again"),
    (133_010, 133_010, Verdict::Dead, "the phone number is not registered: register it, then replay"),
    (135_000, 135_000, Verdict::Degrade, "Meta does not say what is wrong with it"),
    (137_000, 137_000, Verdict::Dead, "the person's device has changed; send it again"),
];

/// Stands where no code does: Meta's own errors bear one.
pub const NO_CODE: i64 = -1;

/// Whether somebody else than Meta refuses it: a proxy, a firewall, or whoever is at a wrong address. What is wrong with a
/// request itself says nothing of that.
fn is_foreign(error: &GraphError, status: u16) -> bool {
    error.code == NO_CODE && !matches!(status, 400 | 413)
}

/// What an error of a message means, by its code and the status of the answer.
pub fn judge(error: &GraphError, status: u16) -> Verdict {
    if let Some((.., verdict, _)) = row(error.code) {
        return *verdict;
    }
    match status {
        429 => wait(5, Scope::Connection),
        401 | 403 => wait(300, Scope::Connection),
        500.. => Verdict::Retry { after: None, scope: Scope::Chat },
        _ if is_foreign(error, status) => wait(60, Scope::Connection),
        _ if error.is_transient == Some(true) => Verdict::Retry { after: None, scope: Scope::Chat },
        _ => Verdict::Dead,
    }
}

/// How the same may be taken, where Meta tells of the error behind a message that it had taken; `None` where it will not be.
pub fn passes(error: &GraphError) -> Option<Again> {
    // There is no answer that would have a status.
    match judge(error, 0) {
        Verdict::Retry { after, .. } => Some(Again::After(after.unwrap_or_default())),
        Verdict::Degrade => Some(Again::In(Form::Simpler)),
        Verdict::ByPhone => Some(Again::In(Form::ByPhone)),
        Verdict::Closed => Some(Again::In(Form::Template)),
        Verdict::Dead => None,
    }
}

/// A sentence that says what to do.
pub fn sentence(error: &GraphError) -> String {
    let said = [
        error.error_data.as_ref().and_then(|data| data.details.as_deref()),
        error.message.as_deref(),
        error.title.as_deref(),
    ];
    let said = said.into_iter().flatten().find(|said| !said.trim().is_empty()).unwrap_or("no reason given");
    let said: String = said.chars().filter(|letter| !letter.is_control()).take(300).collect();
    match row(error.code) {
        Some((.., what)) => format!("{what} (Meta's error {}: {said})", error.code),
        None if error.code == NO_CODE => format!(
            "{said} without a code of Meta's comes from another place, as a proxy or a firewall; is api right?"
        ),
        None => format!("Meta refused it with error {}: {said}; correct it, then replay", error.code),
    }
}

/// Whether it says that our token is no good.
pub fn is_about_token(error: &GraphError, status: u16) -> bool {
    matches!(error.code, 0 | 190) || status == 401
}

/// What the delivery does.
pub fn outcome(verdict: Verdict, error: &GraphError) -> Outcome {
    match verdict {
        Verdict::Retry { after, scope } => Outcome::Retry { after, scope, error: sentence(error) },
        Verdict::Degrade | Verdict::ByPhone | Verdict::Closed | Verdict::Dead => {
            Outcome::Dead { reason: sentence(error) }
        }
    }
}

fn row(code: i64) -> Option<&'static (i64, i64, Verdict, &'static str)> {
    CODES.iter().find(|(from, to, ..)| (*from..=*to).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_table_is_judged_and_explained() {
        let check = |code: i64, status: u16, expected: &str| {
            let error = GraphError { code, message: Some("said".to_owned()), ..GraphError::default() };
            let judged = match judge(&error, status) {
                Verdict::Retry { scope: Scope::Chat, after } => format!("chat {}", seconds(after)),
                Verdict::Retry { scope: Scope::Connection, after } => {
                    format!("connection {}", seconds(after))
                }
                Verdict::Degrade => "degrade".to_owned(),
                Verdict::ByPhone => "by phone".to_owned(),
                Verdict::Closed => "closed".to_owned(),
                Verdict::Dead => "dead".to_owned(),
            };
            assert_eq!(judged, expected, "{code}");
            assert!(sentence(&error).contains("said"), "{code}");
        };
        check(190, 401, "connection 300");
        check(0, 401, "connection 300");
        check(4, 400, "connection 60");
        check(10, 403, "connection 300");
        check(299, 403, "connection 300");
        check(80007, 400, "connection 60");
        check(130_429, 400, "connection 2");
        check(131_000, 500, "chat 5");
        check(131_009, 400, "degrade");
        check(131_026, 400, "dead");
        check(131_042, 400, "dead");
        check(131_047, 400, "closed");
        check(131_048, 400, "connection 3600");
        check(131_049, 400, "dead");
        check(131_050, 400, "dead");
        check(131_051, 400, "degrade");
        check(131_053, 400, "degrade");
        check(131_056, 400, "chat 4");
        check(131_062, 400, "by phone");
        check(132_000, 400, "dead");
        check(132_001, 404, "dead");
        check(132_015, 400, "dead");
        check(132_016, 400, "dead");
        check(100, 400, "degrade");
        for status in [302, 404, 405, 407, 408, 451] {
            check(NO_CODE, status, "connection 60");
        }
        check(NO_CODE, 403, "connection 300");
        check(NO_CODE, 400, "dead");
        check(NO_CODE, 413, "dead");
        check(999_999, 404, "dead");
        check(999_999, 429, "connection 5");
        check(999_999, 503, "chat 0");
        check(999_999, 400, "dead");
        let transient = GraphError { code: 999_999, is_transient: Some(true), ..GraphError::default() };
        assert_eq!(judge(&transient, 400), Verdict::Retry { after: None, scope: Scope::Chat });
    }

    #[test]
    fn what_was_taken_and_refused_later_passes_by_itself_or_in_another_form_or_not() {
        let check = |code: i64, expected: Option<Again>| {
            let error = GraphError { code, ..GraphError::default() };
            assert_eq!(passes(&error), expected, "{code}");
        };
        let after = |seconds: i64| Some(Again::After(SignedDuration::from_secs(seconds)));
        check(130_429, after(2));
        check(131_000, after(5));
        check(131_016, after(15));
        check(131_056, after(4));
        check(131_026, None);
        check(131_047, Some(Again::In(Form::Template)));
        check(131_051, Some(Again::In(Form::Simpler)));
        check(131_053, Some(Again::In(Form::Simpler)));
        check(131_062, Some(Again::In(Form::ByPhone)));
        check(999_999, None);
    }

    #[test]
    fn no_code_stands_twice() {
        for pair in CODES.windows(2) {
            assert!(pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0, "{pair:?}");
        }
    }

    fn seconds(after: Option<SignedDuration>) -> i64 {
        after.map_or(0, |after| after.as_secs())
    }
}
