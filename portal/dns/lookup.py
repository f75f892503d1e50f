"""Asks resolvers for MX and TXT records. What could not be asked is an error, never an empty answer."""

from collections.abc import Sequence
from typing import Any

from dns.exception import DNSException
from dns.name import LabelTooLong, NameTooLong, from_text
from dns.nameserver import Do53Nameserver
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

EDNS_SIZE = 1232  # bytes; what resolvers agreed on in 2020 so that no answer is fragmented


class CouldNotLook(Exception):
    """No usable answer came in time: nothing is known of what the domain has."""


class Lookup:
    """Asks these resolvers, (address, port) each; without any, this machine's. `seconds` bounds each question."""

    def __init__(self, resolvers: Sequence[tuple[str, int]] = (), seconds: float = 4.5) -> None:
        self._resolvers = resolvers
        self._seconds = seconds

    def mx(self, domain: str) -> tuple[str, ...]:
        """The hosts that take the domain's mail, in lower case without a final dot.

        Empty when there is no such name or record, and for a null MX (RFC 7505).
        """
        hosts = [str(record.exchange).lower().rstrip(".") for record in self._ask(domain, "MX")]
        return tuple(host for host in hosts if host)

    def txt(self, name: str) -> tuple[str, ...]:
        """The texts at that name, the strings of each record joined (RFC 7208 3.3 reads them so)."""
        return tuple(b"".join(record.strings).decode(errors="replace") for record in self._ask(name, "TXT"))

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        """The records, CNAMEs followed. Raise CouldNotLook."""
        try:
            return list(self._resolver().resolve(from_text(name), kind, search=False))
        except (NXDOMAIN, NoAnswer, NameTooLong, LabelTooLong):
            return []
        except (DNSException, OSError) as error:
            raise CouldNotLook(f"{kind} of {name}: {type(error).__name__}") from error

    def _resolver(self) -> Resolver:
        resolver = Resolver(configure=not self._resolvers)
        if self._resolvers:
            resolver.nameservers = [Do53Nameserver(address, port) for address, port in self._resolvers]
        resolver.lifetime = self._seconds
        resolver.use_edns(0, 0, EDNS_SIZE)
        return resolver
