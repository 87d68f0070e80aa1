//! Messages and calls that could not be delivered.

pub mod list;
pub mod replay;
