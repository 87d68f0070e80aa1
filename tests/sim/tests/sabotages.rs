//! Would the simulation notice? A studio that does one thing wrong is found out by the seeds that every test tries.

use studio_core::invariants::Violation;
use studio_sim::{Failure, Sabotage, regressions, run, traced};

const SEEDS: u64 = 200;

/// Whether this is what becomes of the sabotage.
fn fits(sabotage: Sabotage, violation: &Violation) -> bool {
    match sabotage {
        Sabotage::ForgetReceipt | Sabotage::ForgetDone => matches!(violation, Violation::Doubled { .. }),
        Sabotage::MixWords => matches!(violation, Violation::Misworded { .. }),
        Sabotage::PutBackLast => {
            matches!(violation, Violation::Doubled { .. } | Violation::Disordered { .. })
        }
        Sabotage::SplitCommit => matches!(violation, Violation::Unheard { .. } | Violation::Stranded { .. }),
        Sabotage::LoseAcknowledged => {
            matches!(violation, Violation::Lost { .. })
        }
        Sabotage::TalkOver => matches!(violation, Violation::TalkedOver { .. } | Violation::Misowned { .. }),
        Sabotage::ForgetMark => matches!(violation, Violation::Repeated { .. }),
        Sabotage::MarkAll => matches!(violation, Violation::Mismarked { .. }),
        Sabotage::ForgetVersion => matches!(violation, Violation::Misversioned { .. }),
        Sabotage::SplitFiring => matches!(violation, Violation::Stranded { .. }),
        Sabotage::NeverLookAgain => {
            matches!(violation, Violation::Stranded { .. } | Violation::Disordered { .. })
        }
        Sabotage::ForgetErasure => matches!(violation, Violation::Unforgotten { .. }),
        Sabotage::TrustSleep => matches!(violation, Violation::Overslept { .. }),
        Sabotage::TellNobody => matches!(violation, Violation::Unheard { .. }),
        Sabotage::OutboxLast | Sabotage::OutboxByArrival => {
            matches!(violation, Violation::HeardDisordered { .. })
        }
    }
}

/// What the first of these seeds shows of it.
fn failure(sabotage: Sabotage, seeds: impl IntoIterator<Item = u64>) -> Option<Box<Failure>> {
    seeds.into_iter().find_map(|seed| traced(seed, Some(sabotage)).outcome.err())
}

/// By each seed that is checked in for it, or by one of those that are tried anyway; and there the studio that is not sabotaged keeps every promise.
#[test]
fn every_sabotage_is_found_where_nothing_else_is_wrong() {
    let checked_in = regressions::all().expect("the file is in order");
    for sabotage in Sabotage::ALL {
        let own: Vec<u64> =
            checked_in.iter().filter(|it| it.sabotage == Some(sabotage)).map(|it| it.seed).collect();
        let failures = if own.is_empty() {
            vec![failure(sabotage, (1..=SEEDS).chain(checked_in.iter().map(|it| it.seed)))]
        } else {
            own.into_iter().map(|seed| failure(sabotage, [seed])).collect()
        };
        for failure in failures {
            let failure = failure.unwrap_or_else(|| panic!("{sabotage:?} is not found"));
            let expected = failure.broken.iter().any(|(_, violation)| fits(sabotage, violation));
            assert!(expected, "{sabotage:?} shows as something else\n{failure}");
            if let Err(failure) = run(failure.seed) {
                panic!("seed {} fails without {sabotage:?} as well\n{failure}", failure.seed);
            }
        }
    }
}
