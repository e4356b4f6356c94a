//! HTTP, device channel, delivery and sweeps: everything with a socket.
