//! The whole program from outside: one binary for all integration tests, because linking is what costs.

mod support;

mod api;
mod bad_input;
mod crash;
mod forget;
mod http_story;
mod kill;
mod order;
mod poison;
mod story;
