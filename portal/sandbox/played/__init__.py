"""What the played mail servers have in common: JSON bodies, faults, latency, the log of calls, the wire, a process."""
