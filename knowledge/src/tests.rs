//! Whole questions: a shop in two languages, and the Cranfield collection.

mod cranfield;
mod shop;
