//! Keys with which programs call the API.

pub mod create;
pub mod delete;
pub mod list;
