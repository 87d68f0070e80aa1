//! The simulators, tried by clients that others wrote.

mod discord;
mod peers;
mod refusals;
mod slack;
mod telegram;
mod whatsapp;
