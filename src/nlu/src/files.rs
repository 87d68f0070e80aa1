//! Which files hold what each language has?

/// The nine languages whose words are in files, each with the text of `<folder><code><ending>`; the folder is seen from
/// the caller's file.
///
/// Whoever adds a language writes its files and its line here.
macro_rules! language_files {
    ($folder:literal, $ending:literal) => {
        [
            ("en", include_str!(concat!($folder, "en", $ending))),
            ("de", include_str!(concat!($folder, "de", $ending))),
            ("es", include_str!(concat!($folder, "es", $ending))),
            ("fr", include_str!(concat!($folder, "fr", $ending))),
            ("it", include_str!(concat!($folder, "it", $ending))),
            ("nl", include_str!(concat!($folder, "nl", $ending))),
            ("pl", include_str!(concat!($folder, "pl", $ending))),
            ("pt", include_str!(concat!($folder, "pt", $ending))),
            ("tr", include_str!(concat!($folder, "tr", $ending))),
        ]
    };
}

pub(crate) use language_files;
