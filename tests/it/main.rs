//! The whole program from outside: one binary for all integration tests, because linking is what costs.

mod support;

mod api;
mod architecture;
mod bad_input;
#[cfg(feature = "models")]
mod between_languages;
mod blocked;
mod changing;
mod closing;
mod connections;
mod crash;
mod credentials;
mod deploy;
mod discord_interactions;
mod documents;
mod evaluations;
mod forget;
mod forms;
mod groups;
mod http_story;
mod idempotency;
mod kill;
mod learning;
mod leaving;
#[cfg(feature = "models")]
mod local_translation;
mod log_in;
mod members;
#[cfg(feature = "models")]
mod models;
mod moving;
mod no_bot;
mod order;
mod own_texts;
mod panics;
mod paused;
mod personal;
mod persons;
mod platform_files;
mod platform_story;
mod platforms;
mod poison;
mod pressure;
mod reached;
mod search;
mod searched;
mod settings;
mod shell;
mod simulate;
mod sockets;
mod stages;
mod standing;
mod story;
mod tools;
mod translated;
mod translators;
mod trials;
mod two_wishes;
mod unreadable;
mod web;
mod whatsapp;
mod wrong_bots;
