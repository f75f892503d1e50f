"""The sandbox's DNS server, for itself and as the resolver that is asked."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as running:
        yield running


@pytest.fixture
def lookup(dns: Dns) -> Iterator[Lookup]:
    with closing(Lookup([(dns.host, dns.port)], seconds=1.0)) as made:
        yield made


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """A resolver that takes every question and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()
