//! Clients that we did not write, against the simulators.

mod whatsapp;
