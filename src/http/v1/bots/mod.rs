//! Bots and their versions.

pub mod list;
pub mod problems;
pub mod publish;
pub mod read;
