//! Is every problem found, and where?
