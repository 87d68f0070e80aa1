//! Bots and their versions.

pub mod awaited;
pub mod evaluations;
pub mod learned;
pub mod list;
pub mod problems;
pub mod publish;
pub mod read;
pub mod review;
pub mod self_tests;
