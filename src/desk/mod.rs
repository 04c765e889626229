//! Where it all meets: the loop, effects performed, the socket, shutdown.
