"""A PolarisMail (EmailArray) account, played: its two JSON endpoints over real sockets, strict, with switches for
what nobody has confirmed and for what can go wrong."""
