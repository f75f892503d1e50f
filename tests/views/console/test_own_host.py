"""The own host name: what is taken, where it leads by DNS, and that it is one tenant's alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.sandbox.dns.server import Dns, Fault
from tests.views.pages import says, value_of
from tests.world import Visitor, World

NAME = "mail.harbour.example.com"
ZONE = "harbour.example.com"


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The portal is at 192.0.2.1; nothing is known of harbour's name yet."""
    with Dns() as running:
        running.zones.put("portal.test", "@ A 192.0.2.1")
        running.zones.put(ZONE, "@ A 192.0.2.80")
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


def state(visitor: Visitor) -> str:
    return visitor.get("own-host/").text.partition('data-host-state="')[2].partition('"')[0]


def test_a_name_is_kept_as_dns_has_it_and_told_how_it_comes_here(hugo: Visitor) -> None:
    page = hugo.post("own-host/", {"host": "https://Mail.Harbour.Example.COM/"})

    assert page.status_code == 200
    assert value_of(page, "host") == NAME
    assert says(page, f'<span class="mono" id="own-host-name">{NAME}</span>')
    assert says(page, '<span class="mono" id="own-host-target">portal.test</span>')
    assert says(page, "192.0.2.1")


def test_where_it_leads_is_looked_up_each_time(hugo: Visitor, dns: Dns) -> None:
    hugo.post("own-host/", {"host": NAME})
    states = [state(hugo)]

    for record in ("A 192.0.2.9", "A 192.0.2.1", "CNAME portal.test."):
        dns.zones.put(ZONE, f"mail {record}")
        states.append(state(hugo))

    assert states == ["missing", "elsewhere", "here", "here"]


@pytest.mark.parametrize("name", [ZONE, "portal.test"])
def test_no_answer_is_not_no_address(hugo: Visitor, dns: Dns, name: str) -> None:
    hugo.post("own-host/", {"host": NAME})
    dns.faults(Fault(name, "servfail"))

    assert state(hugo) == "unknown"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("harbour", "A host name looks like this"),
        ("*.harbour.example.com", "A host name looks like this"),
        ("mail.harbour.local", "Nobody on the internet can reach this name."),
        ("portal.test", "This is the portal's own name."),
        ("x" * 300, "255"),
    ],
)
def test_what_cannot_be_one_is_refused(hugo: Visitor, typed: str, sentence: str) -> None:
    page = hugo.post("own-host/", {"host": typed})

    assert page.status_code == 422
    assert says(page, sentence)
    assert value_of(page, "host") == typed
    assert state(hugo) == ""


def test_anothers_name_is_refused_without_saying_whose_it_is(hugo: Visitor, nora: Visitor) -> None:
    hugo.post("own-host/", {"host": NAME})

    page = nora.post("own-host/", {"host": NAME})

    assert page.status_code == 422
    assert says(page, "This name is in use already.")
    assert not says(page, "Harbour")


def test_an_empty_name_gives_it_up(hugo: Visitor, nora: Visitor) -> None:
    hugo.post("own-host/", {"host": NAME})

    hugo.post("own-host/", {"host": ""})

    assert nora.post("own-host/", {"host": NAME}).status_code == 200


def test_it_stands_in_the_audit(hugo: Visitor) -> None:
    hugo.post("own-host/", {"host": NAME})

    assert says(hugo.get("audit/"), f"Own host name changed: {NAME}")


def test_from_then_on_the_tenant_is_alone_there(world: World, hugo: Visitor) -> None:
    hugo.post("own-host/", {"host": NAME})

    answers = [world.app.test_client().get(f"/sso/{s}", base_url=f"https://{NAME}") for s in ("harbour", "northwind")]

    assert [answer.status_code for answer in answers] == [200, 404]
