//! Do clients that others wrote get along with the simulators?

mod telegram;
