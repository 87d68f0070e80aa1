//! When is something tried again, how often and how deep may something be, what is shed when too much is to be done, whose turn is next, what leaves
//! first, and which addresses may be called?

pub mod address;
pub mod delivery;
pub mod lineup;
pub mod nesting;
pub mod networks;
pub mod pressure;
pub mod rate;
pub mod retry;
