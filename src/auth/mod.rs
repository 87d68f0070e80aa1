//! Who is calling, and may they?

pub mod email;
pub mod password;
pub mod throttle;
pub mod token;
