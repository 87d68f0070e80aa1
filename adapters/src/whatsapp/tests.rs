//! What Meta tells, what we tell Meta, and both against a simulator and against judges that we did not write.

mod authentication;
mod config;
mod content;
mod fetching;
mod inbound;
mod instead;
mod numbers;
mod order;
mod outbound;
mod prism;
mod recorded;
mod scene;
mod signature;
mod story;
mod template;
mod trouble;
mod uploads;
mod webhook;
