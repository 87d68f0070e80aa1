//! Do clients that others wrote run against the simulators?

mod slack;
