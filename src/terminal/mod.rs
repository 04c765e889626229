//! The wire between a seat and the server, and the attaching client.
