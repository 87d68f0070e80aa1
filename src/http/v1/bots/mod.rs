//! Bots and their versions.

pub mod learned;
pub mod list;
pub mod problems;
pub mod publish;
pub mod read;
pub mod review;
