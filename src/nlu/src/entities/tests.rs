//! Tables of what is found, by kind and language.
