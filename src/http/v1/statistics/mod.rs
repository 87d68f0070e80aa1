//! Figures, a day and a bot each.

pub mod list;
