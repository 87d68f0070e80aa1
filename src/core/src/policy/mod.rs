//! When is something tried again, how often, how deep and how long may something be, what is shed when too much is to be done, whose turn is next, what leaves
//! first, and which addresses may be called?

pub mod address;
pub mod delivery;
pub mod length;
pub mod lineup;
pub mod nesting;
pub mod networks;
pub mod pressure;
pub mod rate;
pub mod retry;
