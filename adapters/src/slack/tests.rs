//! Does the channel keep its promises? Payloads as Slack documents them, requests, sockets, and whole stories against
//! the simulator.

mod catching_up;
mod config;
mod faults;
mod inbound;
mod outbound;
mod scene;
mod scopes;
mod signatures;
mod sockets;
mod spec;
mod story;
mod vendor;
mod webhook;
