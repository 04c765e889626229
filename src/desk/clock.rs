//! The one clock.

use crate::model::moment::Moment;
use chrono::{FixedOffset, Local, Offset, Utc};

/// Now.
pub fn now() -> Moment {
    Moment::from(Utc::now())
}

/// This machine's zone as it is today, for groups whose zone the configuration does not name.
pub fn local_zone() -> FixedOffset {
    Local::now().offset().fix()
}
