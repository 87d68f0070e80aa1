//! When is something tried again, how often and how deep may something be, what is shed when too much is to be done, and
//! which addresses may be called?

pub mod address;
pub mod nesting;
pub mod networks;
pub mod pressure;
pub mod rate;
pub mod retry;
