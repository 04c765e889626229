//! Everything a moderator can do, as one table.
