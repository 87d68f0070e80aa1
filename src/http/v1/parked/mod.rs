//! Events that failed every time they were tried.

pub mod list;
pub mod replay;
