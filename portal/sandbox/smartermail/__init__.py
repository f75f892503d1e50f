"""A SmarterMail server, played: its REST API v1 over real sockets, strict, with switches for what can go wrong."""
