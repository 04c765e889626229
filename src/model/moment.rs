//! A moment in time as the record keeps it: milliseconds since 1970 UTC. Reads no clock.

use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Moment(pub i64);

/// The first and the last millisecond of the years that are written with four digits, less a day for the zones.
const FIRST: i64 = -62_135_510_400_000;
const LAST: i64 = 253_402_214_400_000;

impl Moment {
    /// This moment `seconds` later.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Milliseconds from `earlier` to this moment; negative when this one is earlier.
    pub fn since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The wall clock in a zone. What lies beyond the years 1 to 9999 stands at their edge.
    pub fn at_zone(self, zone: FixedOffset) -> DateTime<FixedOffset> {
        zone.timestamp_millis_opt(self.0.clamp(FIRST, LAST))
            .single()
            .unwrap_or_else(|| DateTime::<Utc>::UNIX_EPOCH.with_timezone(&zone))
    }
}

impl<Zone: TimeZone> From<DateTime<Zone>> for Moment {
    fn from(time: DateTime<Zone>) -> Self {
        Self(time.timestamp_millis())
    }
}
