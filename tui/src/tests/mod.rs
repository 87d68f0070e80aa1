//! The console against a small server, over TCP and the Unix socket, without and within a terminal.

mod client;
mod screen;
mod server;
mod within_a_terminal;
