//! Would the simulation notice? A studio that does one thing wrong is found out by the seeds that every test tries.

use studio_core::invariants::Violation;
use studio_sim::{Sabotage, regressions, traced};

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
        Sabotage::TellNobody => matches!(violation, Violation::Unheard { .. }),
        Sabotage::OutboxLast | Sabotage::OutboxByArrival => {
            matches!(violation, Violation::HeardDisordered { .. })
        }
    }
}

#[test]
fn every_sabotage_is_found() {
    let seeds: Vec<u64> = (1..=SEEDS).chain(regressions::seeds().expect("the file is in order")).collect();
    for sabotage in Sabotage::ALL {
        let failure = seeds.iter().find_map(|seed| traced(*seed, Some(sabotage)).outcome.err());
        let failure = failure.unwrap_or_else(|| panic!("{sabotage:?} is not found by {} seeds", seeds.len()));
        let expected = failure.broken.iter().any(|(_, violation)| fits(sabotage, violation));
        assert!(expected, "{sabotage:?} shows as something else\n{failure}");
    }
}
