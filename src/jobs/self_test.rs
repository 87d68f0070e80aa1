//! Is every bot understood as well as it was? Each night its own phrases are held out in turn, and the messages of the day before
//! are compared with those of four weeks (`learning.self_test`).

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use studio_core::{
    api::{DayStatistics, Drift, MessageFigures, SelfTest},
    drift::{TRAILING_DAYS, drift, figures},
    id::OrganisationId,
};
use studio_store::{Store, StoreError};

use crate::{config::std_duration, evaluations, studio::Studio};

/// A clock that is set, or a machine that slept, is noticed within so much.
const LOOK: Duration = Duration::from_mins(1);

pub(super) async fn run(studio: Arc<Studio>) {
    let at = studio.config.learning.self_test;
    while let Some(next) = at.after(studio.clock.now()) {
        while studio.clock.now() < next {
            let left = std_duration(next.duration_since(studio.clock.now())).max(Duration::from_millis(10));
            tokio::select! {
                () = studio.stopping.cancelled() => return,
                () = tokio::time::sleep(left.min(LOOK)) => {}
            }
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = all(&studio, day_before(next)) => {}
        }
    }
}

async fn all(studio: &Studio, day: Date) {
    let organisation = OrganisationId::FIRST;
    for bot in studio.registry.summaries(organisation) {
        let Some(version) = bot.version else { continue };
        if let Err(error) = one(studio, organisation, &bot.name, version, day).await {
            tracing::error!(bot = bot.name, %error, "job.self_test.failed");
        }
    }
}

async fn one(
    studio: &Studio,
    organisation: OrganisationId,
    bot: &str,
    version: u32,
    day: Date,
) -> Result<(), StoreError> {
    let evaluated = evaluations::of_published(studio, organisation, bot, version).await;
    let (messages, drift) = of_messages(&studio.store, organisation, bot, day).await?;
    let mut test = SelfTest {
        day: day.to_string(),
        at: studio.clock.now(),
        version,
        messages,
        drift,
        ..SelfTest::default()
    };
    match evaluated {
        Ok(found) if found.phrases > 0 => {
            test.phrases = found.phrases;
            test.accuracy = Some(found.accuracy);
            test.macro_f1 = Some(found.macro_f1);
            test.calibration_error = Some(found.calibration_error);
        }
        Ok(_) => {}
        Err(error) => test.error = Some(error),
    }
    studio.store.put_self_test(organisation, bot, &test).await?;
    tracing::info!(bot, version, test.day, test.accuracy, test.calibration_error, "job.self_test.done");
    for drift in &test.drift {
        tracing::warn!(bot, version, test.day, drift.z, "bot.drift: {drift}");
    }
    Ok(())
}

/// What a day's messages were like, and what has changed against the weeks before.
async fn of_messages(
    store: &Store,
    organisation: OrganisationId,
    bot: &str,
    day: Date,
) -> Result<(MessageFigures, Vec<Drift>), StoreError> {
    let from = day.checked_sub(SignedDuration::from_hours(24 * TRAILING_DAYS)).unwrap_or(day);
    let (from, day) = (from.to_string(), day.to_string());
    let days = store.statistics(organisation, Some(bot), &from, &day).await?;
    let (mut today, mut before) = (DayStatistics::default(), DayStatistics::default());
    for found in &days {
        add(if found.day == day { &mut today } else { &mut before }, found);
    }
    Ok((figures(&today), drift(&today, &before)))
}

/// What is compared of the days.
fn add(sum: &mut DayStatistics, day: &DayStatistics) {
    // Of days before these figures were taken, a share would be one of nothing.
    if day.judged == 0 {
        return;
    }
    sum.received += day.received;
    sum.not_understood += day.not_understood;
    sum.judged += day.judged;
    sum.unsure += day.unsure;
    sum.strange += day.strange;
    sum.confidence_sum += day.confidence_sum;
    sum.confidence_square_sum += day.confidence_square_sum;
    sum.words += day.words;
    sum.unknown_words += day.unknown_words;
}

fn day_before(at: Timestamp) -> Date {
    let today = at.to_zoned(TimeZone::UTC).date();
    today.yesterday().unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use studio_core::{
        api::{Conversation, DriftKind},
        content::Content,
        dialogue::{Body, Entry, Event, Happening, Owner, State, Status},
        id::{ContactId, ConversationId, EventKey},
        understanding::{Scored, Understander, Understanding},
    };
    use studio_store::{Accepted, Arrival, Turn, testing};

    use super::*;

    const FIRST: OrganisationId = OrganisationId::FIRST;

    /// A turn with so many messages on each of these days, of this confidence and with so many unknown words.
    async fn said(store: &Store, thread: &str, days: &[(Date, usize, f64, u32)]) {
        let conversation = ConversationId::of_thread(FIRST, "web", thread);
        let at = Timestamp::UNIX_EPOCH;
        let body = Body::Forget;
        let key = EventKey { source: "web".to_owned(), native: thread.to_owned() };
        let arrival = Arrival {
            conversation,
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            thread: thread.to_owned(),
            external: None,
            fingerprint: None,
            attachments: Vec::new(),
            event: Event::new(key, at, body),
        };
        let accepted = store.accept(FIRST, vec![arrival]).await.expect("accepted");
        let Some(Accepted::New(row)) = accepted.into_iter().next() else { panic!("it is new") };
        let each = days.iter().flat_map(|day| std::iter::repeat_n(day, day.1));
        let entries: Vec<Entry> = (1..)
            .zip(each)
            .map(|(sequence, (day, _, confidence, unknown_words))| {
                let intent = Scored {
                    intent: "track_order".to_owned(),
                    confidence: *confidence,
                    by: Understander::Linear,
                };
                let understanding = Understanding {
                    intents: vec![intent],
                    confident: *confidence > 0.5,
                    words: 4,
                    unknown_words: *unknown_words,
                    ..Understanding::default()
                };
                let content = Content::text("where is it");
                let at = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day").timestamp();
                Entry {
                    sequence,
                    at,
                    author: None,
                    what: Happening::Received { id: sequence.to_string(), content, understanding },
                }
            })
            .collect();
        let sequence = entries.len() as u64;
        let turn = Turn {
            inbox: row.key,
            conversation: Conversation {
                id: conversation,
                contact: ContactId::of_identity(FIRST, "web", thread),
                contact_name: "Visitor".to_owned(),
                thread: None,
                bot: "shop".to_owned(),
                connection: "web".to_owned(),
                channel: "web".to_owned(),
                language: "en".to_owned(),
                status: Status::Open,
                owner: Owner::Bot,
                tags: BTreeSet::new(),
                preview: String::new(),
                unanswered: false,
                waiting_since: None,
                urgent: false,
                mood: None,
                trend: None,
                sequence,
                created_at: at,
                updated_at: at,
            },
            thread: thread.to_owned(),
            expected_version: 0,
            wished: false,
            state: State { sequence, ..State::default() },
            entries,
            outgoing: Vec::new(),
            remind: Vec::new(),
            unremind: Vec::new(),
            contact: None,
            erase: false,
        };
        store.commit_turns(FIRST, &[turn]).await.expect("committed");
        store.project(&testing::as_written).await.expect("counted");
    }

    #[test]
    fn a_day_that_is_unlike_its_four_weeks_is_told() {
        testing::run(async {
            let store = testing::memory().await.expect("opened");
            let day = jiff::civil::date(2026, 3, 31);
            let before = |days: i64| day.checked_sub(SignedDuration::from_hours(24 * days)).expect("a day");
            // What is older than four weeks says nothing, however many it is.
            let usual = [(before(40), 900, 0.2, 3), (before(28), 150, 0.9, 0), (before(1), 150, 0.9, 0)];
            said(&store, "a", &usual).await;
            said(&store, "b", &[(day, 60, 0.9, 0)]).await;
            let (messages, drift) = of_messages(&store, FIRST, "shop", day).await.expect("read");
            assert_eq!((messages.messages, drift), (60, vec![]));

            said(&store, "c", &[(day, 40, 0.3, 2)]).await;
            let (messages, drift) = of_messages(&store, FIRST, "shop", day).await.expect("read");
            assert!((messages.mean_confidence - 0.66).abs() < 1e-9, "{messages:?}");
            assert!((messages.unknown_words - 0.2).abs() < 1e-9, "{messages:?}");
            let kinds: Vec<DriftKind> = drift.iter().map(|drift| drift.kind).collect();
            assert_eq!(kinds, [DriftKind::OutOfScope, DriftKind::UnknownWords, DriftKind::Confidence]);
            assert_eq!((drift[0].messages, drift[0].messages_before), (100, 300));
            let (_, of_another) = of_messages(&store, FIRST, "bank", day).await.expect("read");
            assert_eq!(of_another, []);
        });
    }

    #[test]
    fn the_day_before_is_looked_at() {
        let at: Timestamp = "2026-03-01T03:30:00Z".parse().expect("a time");
        assert_eq!(day_before(at), jiff::civil::date(2026, 2, 28));
    }
}
