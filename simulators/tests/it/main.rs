//! The simulators, tried by clients that others wrote.

mod discord;
mod slack;
mod whatsapp;
