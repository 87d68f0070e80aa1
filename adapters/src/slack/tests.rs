//! Does the channel keep its promises? Payloads as Slack documents them, requests, sockets, and whole stories against
//! the simulator.

mod catching_up;
mod changes;
mod channels;
mod config;
mod faults;
mod fetching;
mod inbound;
mod order;
mod outbound;
mod scene;
mod scopes;
mod signatures;
mod sockets;
mod spec;
mod story;
mod turns;
mod vendor;
mod webhook;
