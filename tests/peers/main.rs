//! Connectors against servers that nobody here wrote. Each server runs in its own temporary folder on 127.0.0.1.
//!
//! Where a server is not installed its tests say so and pass, unless `QUNGUAN_REQUIRE_PEERS=1`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise"
)]

mod daemon;
mod irc_client;
mod irc;
mod irc_tls;
