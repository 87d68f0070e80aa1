//! Whole questions: a shop in two languages, a hotel, and the Cranfield collection.

mod cranfield;
mod hotel;
mod shop;
