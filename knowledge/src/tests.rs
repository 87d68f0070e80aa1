//! Whole questions: a shop in two languages, a hotel, the documents that ship with the studio, and the Cranfield collection.

mod cranfield;
mod hotel;
mod shop;
mod template;
