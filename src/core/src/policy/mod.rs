//! When is something tried again, how often may something be done?

pub mod retry;
