"""Walks every write of the URL map as an admin: none of them may be missing in what the customer reads."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.mail import DkimKey
from portal.sandbox.control import Running
from portal.sandbox.dns.server import Dns
from tests.dkim_world import publish
from tests.test_auth import FOR_READERS
from tests.views.test_history import lines
from tests.world import GOOD_PASSWORD, Visitor, World, new_mailbox

CAROL = "carol@alice.test"
PASSWORD = {"password": GOOD_PASSWORD, "password_again": GOOD_PASSWORD}
NORA = {"id": 7, "name": "Alice Martin", "email": "alice@example.test", "admin": {"id": 1, "name": "Nora Admin"}}

# Every act, in an order in which each has something to do: the address below the service's, and its form.
ACTS: dict[str, tuple[str, dict[str, str]]] = {
    "mailboxes.create": ("mailboxes/", new_mailbox("marie")),
    "mailboxes.change": (f"mailboxes/{CAROL}", {"display_name": "Carol"}),
    "mailboxes.disable": (f"mailboxes/{CAROL}/disable", {}),
    "mailboxes.enable": (f"mailboxes/{CAROL}/enable", {}),
    "mailboxes.password": (f"mailboxes/{CAROL}/password", PASSWORD),
    "mailboxes.webmail": (f"mailboxes/{CAROL}/webmail", {}),
    "mailboxes.delete": (f"mailboxes/{CAROL}/delete", {"confirm": CAROL}),
    "forwards.create": ("forwards/", {"name": "sales", "destinations": "a@example.org"}),
    "forwards.change": ("forwards/sales@alice.test", {"destinations": "b@example.org"}),
    "forwards.delete": ("forwards/sales@alice.test/delete", {"confirm": "sales@alice.test"}),
    "aliases.create": ("aliases/", {"name": "team", "destinations": "alice"}),
    "aliases.change": ("aliases/team@alice.test", {"destinations": "info"}),
    "aliases.delete": ("aliases/team@alice.test/delete", {"confirm": "team@alice.test"}),
    "domain-aliases.create": ("domain-aliases/", {"domain": "alice-shop.example"}),
    "domain-aliases.delete": ("domain-aliases/alice-shop.example/delete", {"confirm": "alice-shop.example"}),
    "dkim.enable": ("dkim/enable", {}),
    "dkim.rotate": ("dkim/rotate", {}),
    "dkim.cancel": ("dkim/rotate/cancel", {}),
    "dkim.disable": ("dkim/disable", {}),
    "staff.panel": ("staff/panel", {}),
    "staff.password": ("staff/password", {}),
}


@pytest.fixture
def dns(mail: Running) -> Iterator[Dns]:
    with Dns() as running:
        running.zones.put("alice-shop.example", "@ MX 10 mail.example.test.")
        running.zones.put("alice.test", "@ MX 10 mail.example.test.")
        mail.dns(resolver=running.address)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def nora(world: World) -> Visitor:
    """An admin of Northwind's at Alice's service, whose plan allows domain aliases."""
    return world.visitor(role="admin", mode="top", user=NORA, plan={"max_domain_aliases": "3"})


def writes_of(product: str, app: Flask) -> set[str]:
    """The writes that services of this product have."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and "where" in rule.arguments
        and product in app.extensions["products"][rule.endpoint.partition(".")[0]]
    }


def publish_keys(world: World, dns: Dns) -> None:
    """Have DNS hold the key that the mail server waits for: only then is there one to replace."""
    settings = world.mail.state("alice.test")["settings"]["domainKeysSettings"]
    key = settings["pending"] or settings
    publish(dns, [DkimKey(key["selector"], key["publicKey"], None)])


def test_every_write_of_a_service_is_among_the_acts(world: World) -> None:
    # There is nothing to mend where a domain is nobody else's.
    assert writes_of("domain", world.app) - FOR_READERS - {"aliases.mend"} == set(ACTS)


def test_every_act_of_an_admin_stands_in_the_customers_history_with_the_admins_name(
    world: World, dns: Dns, alice: Visitor, nora: Visitor
) -> None:
    unseen = {}
    for endpoint, (path, form) in ACTS.items():
        before = len(world.recorded())
        answer = nora.post(path, form)
        new = lines(alice.get("history"))[: len(world.recorded()) - before]
        if answer.status_code not in (200, 303) or not new or not all("Nora Admin" in line for line in new):
            unseen[endpoint] = (answer.status_code, new)
        if endpoint == "dkim.enable":
            publish_keys(world, dns)
            nora.post("dkim/check")

    assert unseen == {}


def test_an_admins_visit_stands_there_before_anything_was_done(alice: Visitor, nora: Visitor) -> None:
    [line] = lines(alice.get("history"))

    assert line.startswith("Opened by an admin of your hosting company Nora Admin (for Alice Martin)")


def test_signing_in_as_the_customer_is_a_visit_too(world: World, alice: Visitor) -> None:
    world.visitor(user=NORA)

    [line] = lines(alice.get("history"))

    assert "Nora Admin (for Alice Martin)" in line


def test_a_customers_own_visit_is_nobodys_business(alice: Visitor) -> None:
    assert lines(alice.get("history")) == []


@pytest.mark.usefixtures("nora")
def test_only_staff_read_the_record_as_it_is_kept(world: World, alice: Visitor, nora: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/post-user", "kind": "500"})
    nora.post(f"mailboxes/{CAROL}/password", PASSWORD)

    theirs, ours = alice.get("history"), nora.get("history")

    assert "HTTP 500" in ours.text
    assert "HTTP 500" not in theirs.text
    assert GOOD_PASSWORD not in ours.text
