"""The outside world, played on this machine: servers the portal can talk to without harm."""
