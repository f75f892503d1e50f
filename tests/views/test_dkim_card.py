"""The card of DKIM: from no key to one that DNS and the mail server agree on, and to the next one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.sandbox.dns.server import Dns, Fault
from tests.views.pages import says
from tests.world import Visitor, World

ENABLE = "settings/domain/dkim-enable/*"
DISABLE = "settings/domain/dkim-disable"


@pytest.fixture
def dns(world_dns: Dns) -> Dns:
    return world_dns


@pytest.fixture
def world_dns() -> Iterator[Dns]:
    with Dns() as running:
        running.zones.put("alice.test", "@ MX 10 mail.example.test.")
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], world_dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(world_dns.host, world_dns.port)]}


def state(page: TestResponse) -> tuple[str, str]:
    """The verdict and the state that a card or a tile shows."""
    found = re.search(r'data-record="dkim" data-verdict="([\w-]+)"(?: data-state="([\w-]+)")?', page.text)
    assert found is not None, page.text
    return found[1], found[2] or ""


def wanted(page: TestResponse) -> tuple[str, str]:
    """Host and value of the record to publish."""
    values = dict(re.findall(r'id="dkim-1-(full|value)">([^<]*)<', page.text))
    return values["full"], values["value"]
