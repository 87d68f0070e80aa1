//! What does a licence, as its publisher names it, allow to do with a model?

/// Licences that allow every use, also to earn money, and ask for no more than that their text and the names of the authors
/// go along. Their names are those of SPDX (<https://spdx.org/licenses>).
const PERMISSIVE: [&str; 29] = [
    "0BSD",
    "AFL-3.0",
    "Apache-2.0",
    "Artistic-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC-BY-1.0",
    "CC-BY-2.0",
    "CC-BY-2.5",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0",
    "ECL-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MulanPSL-2.0",
    "NCSA",
    "ODC-By-1.0",
    "PDDL-1.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Unlicense",
    "UPL-1.0",
    "Zlib",
];

/// What is known of a licence by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    Permissive,
    /// It forbids to earn money with the model, as `CC-BY-NC-4.0` does.
    NonCommercial,
    /// Somebody has to read it.
    Unknown,
}

impl Terms {
    /// Of a licence or an expression of several (`MIT OR Apache-2.0`). One in brackets is not read.
    pub fn of(licence: &str) -> Self {
        let licence = licence.trim().to_lowercase();
        let is_flat = !licence.contains(['(', ')']);
        if is_flat && licence.split(" or ").any(|all| all.split(" and ").all(is_permissive)) {
            Self::Permissive
        } else if is_non_commercial(&licence) {
            Self::NonCommercial
        } else {
            Self::Unknown
        }
    }

    /// What is told beside the licence in the list of models.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Permissive => "",
            Self::NonCommercial => ", NOT FOR COMMERCIAL USE",
            Self::Unknown => ", READ ITS LICENCE",
        }
    }

    /// What is told before a model is taken, if anything.
    #[cfg(any(feature = "models", test))]
    pub fn warning(self, licence: &str, name: &str) -> Option<String> {
        match self {
            Self::Permissive => None,
            Self::NonCommercial => Some(format!("{licence} forbids commercial use of {name}")),
            Self::Unknown => Some(format!(
                "{licence} is none of the licences that are known to allow every use: read what the publisher of {name} asks for"
            )),
        }
    }
}

/// In lower case. An exception to a licence only allows more.
fn is_permissive(licence: &str) -> bool {
    let name = licence.split(" with ").next().unwrap_or_default().trim();
    PERMISSIVE.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// In lower case.
fn is_non_commercial(licence: &str) -> bool {
    let mut parts = licence.split(|it: char| !it.is_alphanumeric());
    parts.any(|part| matches!(part, "nc" | "noncommercial"))
        || licence.contains("non-commercial")
        || licence.contains("non commercial")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_judged() {
        let check = |terms, licences: &[&str]| {
            for licence in licences {
                assert_eq!(Terms::of(licence), terms, "{licence}");
            }
        };
        check(Terms::Permissive, &["MIT", "Apache-2.0", "apache-2.0", " CC-BY-4.0", "NCSA", "bsd-3-clause"]);
        check(Terms::Permissive, &["MIT OR GPL-3.0-only", "MIT and Apache-2.0 WITH LLVM-exception"]);
        check(Terms::NonCommercial, &["CC-BY-NC-4.0", "cc-by-nc-sa-3.0", "PolyForm-Noncommercial-1.0.0"]);
        check(Terms::NonCommercial, &["non-commercial", "MIT AND CC-BY-NC-4.0"]);
        check(Terms::NonCommercial, &["CC-BY-NC-4.0 AND (ISC OR MIT OR Zlib)"]);
        check(
            Terms::Unknown,
            &["GPL-3.0-only", "CC-BY-SA-4.0", "openrail", "llama2", "other", "MIT AND GPL-3.0"],
        );
        check(Terms::Unknown, &["(MIT OR GPL-3.0-only) AND CC-BY-SA-4.0", "MIT-like", "Apache", ""]);
    }

    #[test]
    fn what_may_not_be_done_is_told() {
        let warning = |licence: &str| Terms::of(licence).warning(licence, "mine");
        assert_eq!(warning("MIT"), None);
        assert_eq!(warning("CC-BY-NC-4.0").as_deref(), Some("CC-BY-NC-4.0 forbids commercial use of mine"));
        assert!(
            warning("openrail").is_some_and(|told| told.contains("read what the publisher of mine asks"))
        );
    }
}
