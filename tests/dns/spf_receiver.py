"""A receiver's check of a sender (RFC 7208 4.6), for valid records, without limits; nothing of it is the portal's."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


def check(sender: str, record: str, world: Mapping[str, str]) -> str:
    """`world` has the SPF record of a domain, or the address of a host."""
    terms = [term.lower() for term in record.split(" ")[1:] if term]
    mechanisms = [term for term in terms if "=" not in term.partition(":")[0]]
    for term in mechanisms:
        qualifier, mechanism = (term[0], term[1:]) if term[0] in RESULTS else ("+", term)
        name, _, value = mechanism.partition(":")
        if (
            name == "all"
            or (name in ("ip4", "ip6") and ip_address(sender) in ip_network(value, strict=False))
            or (name == "a" and world.get(value) == sender)
            or (name == "include" and check(sender, world[value], world) == "pass")
        ):
            return RESULTS[qualifier]
    redirect = next((term.partition("=")[2] for term in terms if term.startswith("redirect=")), None)
    return check(sender, world[redirect], world) if redirect else "neutral"
