//! When is something tried again, how often may something be done, and what is shed when too much is to be done?

pub mod pressure;
pub mod rate;
pub mod retry;
