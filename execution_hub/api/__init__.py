"""HTTP and the socket."""
