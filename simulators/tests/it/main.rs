//! The simulators, tried by clients that others wrote.

mod discord;
mod slack;
mod telegram;
mod whatsapp;
