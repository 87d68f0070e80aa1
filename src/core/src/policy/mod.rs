//! When is something tried again, how often and how deep may something be, and what is shed when too much is to be done?

pub mod nesting;
pub mod pressure;
pub mod rate;
pub mod retry;
