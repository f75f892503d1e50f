"""The sandbox's DNS server, for itself and as the resolver that is asked."""

from collections.abc import Iterator

import pytest

from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as running:
        yield running


@pytest.fixture
def lookup(dns: Dns) -> Lookup:
    return Lookup([(dns.host, dns.port)], seconds=0.5)
