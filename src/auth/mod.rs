//! Who is calling, and may they?

pub mod password;
pub mod throttle;
pub mod token;
