"""The cards of DNS records: what they show of what DNS holds, and when they look."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.sandbox.dns.server import Dns, Fault
from tests.views.pages import says
from tests.world import Visitor, World

MX = "@ MX 10 mail.example.test."
SPF = '@ TXT "v=spf1 include:spf.example.test ~all"'
DMARC = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:reports@alice.test"'
AUTODISCOVER = "autodiscover CNAME mail.example.test.\n_autodiscover._tcp SRV 0 0 443 mail.example.test."
PLAN = {"spf_primary": "include:spf.example.test", "dmarc_rua": "reports@alice.test", "max_domain_aliases": "3"}
BY_PLAN = ("mx", "spf", "dmarc", "autodiscover")


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The DNS: all is well at alice.test, and somebody else has the mail of bob.test."""
    with Dns() as running:
        running.zones.put("example.test", 'mail A 192.0.2.25\nspf TXT "v=spf1 ip4:192.0.2.25 -all"')
        running.zones.put("alice.test", "\n".join([MX, SPF, DMARC, AUTODISCOVER]))
        running.zones.put("bob.test", '@ MX 10 mx.elsewhere.test.\n@ TXT "v=spf1 include:_spf.elsewhere.test -all"')
        running.zones.put("elsewhere.test", 'mx A 192.0.2.77\n_spf TXT "v=spf1 ip4:192.0.2.77 -all"')
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def alice(world: World) -> Visitor:
    return world.visitor(plan=PLAN)


@pytest.fixture
def bob(world: World) -> Visitor:
    return world.visitor(
        slug="harbour",
        svc=201,
        name="bob.test",
        plan=PLAN,
        user={"id": 7, "name": "Bob Stone", "email": "bob@example.test"},
    )


@pytest.mark.parametrize("record", BY_PLAN)
def test_a_record_that_is_as_it_should_be_is_configured(alice: Visitor, record: str) -> None:
    page = alice.get(record)

    assert page.status_code == 200, page.text
    assert f'data-record="{record}" data-verdict="ok"' in page.text
    assert says(page, "Configured")
