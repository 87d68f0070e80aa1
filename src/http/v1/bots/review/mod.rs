//! What was not understood well, and what it means.

pub mod decide;
pub mod list;
