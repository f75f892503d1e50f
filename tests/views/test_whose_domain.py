"""Domains whose mail comes here already, for the sake of somebody who is not the one that asks for them."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.dns import control
from portal.sandbox.dns.server import Dns, Fault
from portal.store import domain_aliases, services
from tests.elsewhere import Elsewhere
from tests.world import Visitor, World

NAME = "carol-shop.example"
HERE = "@ MX 10 mail.example.test."
VALUE = control.value("s" * 43, "northwind-101")


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The DNS: the mail of carol-shop.example comes here."""
    with Dns() as running:
        running.zones.put(NAME, HERE)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def alice(world: World) -> Visitor:
    """Alice's plan allows three domain aliases."""
    return world.visitor(plan={"max_domain_aliases": "3"})


def add(visitor: Visitor, name: str = NAME) -> TestResponse:
    return visitor.post("domain-aliases/", {"domain": name})


def present(world: World) -> list[str]:
    found: list[str] = world.mail.state("alice.test")["domain_aliases"]
    return found


@pytest.mark.parametrize("status", ["Pending", "Terminated", "Cancelled"])
def test_the_mail_of_a_customer_who_is_to_come_or_has_left_proves_nothing(
    world: World, alice: Visitor, status: str
) -> None:
    world.register("harbour", 202, NAME, status=status)
    with world.app.app_context():
        services.Service.update(proved=False, claim=None).where(services.Service.svc == 202).execute()

    answer = add(alice)

    assert answer.status_code == 422
    assert VALUE in answer.text
    assert present(world) == []


@pytest.mark.parametrize("status", ["Pending", "Terminated"])
def test_nor_does_that_of_a_name_inside_their_domain(world: World, dns: Dns, alice: Visitor, status: str) -> None:
    world.register("harbour", 202, NAME, status=status)
    dns.zones.put(NAME, f"{HERE}\nsales MX 10 mail.example.test.")

    answer = add(alice, f"sales.{NAME}")

    assert answer.status_code == 422
    assert present(world) == []


def test_with_the_text_it_can_be_had_once_they_have_left(world: World, dns: Dns, alice: Visitor) -> None:
    world.register("harbour", 202, NAME, status="Terminated")
    dns.zones.put(NAME, f'{HERE}\n_domain-verification TXT "{VALUE}"')

    answer = add(alice)

    assert answer.status_code == 200
    assert present(world) == [NAME]


@pytest.mark.parametrize("name", ["example.test", "northwind.test", "portal.test", "mail.example.test"])
def test_the_mail_of_whoever_runs_the_mail_server_or_the_portal_proves_nothing(
    world: World, dns: Dns, alice: Visitor, name: str
) -> None:
    dns.zones.put(name, HERE)

    answer = add(alice, name)

    assert answer.status_code == 422
    assert present(world) == []


def test_one_that_was_taken_off_the_mail_server_has_to_be_proved_anew(
    world: World, dns: Dns, elsewhere: Elsewhere, alice: Visitor
) -> None:
    add(alice)
    elsewhere.no_domain_alias("alice.test", NAME)
    dns.zones.put(NAME, "@ MX 10 mx.elsewhere.test.")

    answer = add(alice)

    assert answer.status_code == 422
    assert VALUE in answer.text
    assert present(world) == []


def test_one_that_is_still_ones_own_is_added_again_then(world: World, elsewhere: Elsewhere, alice: Visitor) -> None:
    add(alice)
    elsewhere.no_domain_alias("alice.test", NAME)

    answer = add(alice)

    assert answer.status_code == 200
    assert present(world) == [NAME]
    with world.app.app_context():
        service = services.find("northwind", 101)
        assert service is not None
        assert domain_aliases.held(service) == {NAME}


def test_whoever_has_dns_asked_in_vain_again_and_again_is_stopped_in_every_session(
    world: World, dns: Dns, alice: Visitor
) -> None:
    dns.faults(Fault("", "servfail"))
    again = world.visitor(plan={"max_domain_aliases": "3"})

    codes = [add(visitor, f"n{number}.example").status_code for number in range(6) for visitor in (alice, again)]

    assert codes == [503] * 10 + [429] * 2
