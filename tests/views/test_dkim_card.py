"""The card of DKIM: from no key to one that DNS and the mail server agree on, and to the next one."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from portal.mail import DkimKey
from portal.sandbox.control import Running
from portal.sandbox.dns.server import Dns, Fault
from tests.dkim_world import publish
from tests.elsewhere import Elsewhere
from tests.views.pages import says, settled
from tests.world import Visitor, World

ENABLE = "settings/domain/dkim-enable"


@pytest.fixture
def dns(mail: Running) -> Iterator[Dns]:
    """The DNS that portal and mail server see."""
    with Dns() as running:
        mail.dns(resolver=running.address)
        publish(running)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


def state(page: TestResponse) -> tuple[str, str]:
    """The verdict and the state that a card or a tile shows."""
    found = re.search(r'data-record="dkim" data-verdict="([\w-]+)"(?: data-state="([\w-]+)")?', page.text)
    assert found is not None, page.text
    return found[1], found[2] or ""


def wanted(page: TestResponse) -> DkimKey:
    """The key that the page asks for in DNS."""
    values = dict(re.findall(r'id="dkim-1-(full|value)">([^<]*)<', page.text))
    return DkimKey(values["full"].partition(".")[0], html.unescape(values["value"]).partition("p=")[2], None)


def asked_for(visitor: Visitor, act: str) -> DkimKey:
    """The key that DNS has to hold after this act."""
    assert visitor.post(f"dkim/{act}").status_code == 200
    return wanted(settled(visitor, "dkim"))


def offered(page: TestResponse) -> set[str]:
    """What can be done."""
    return set(re.findall(r'action="[^"]*/dkim/([\w/]+)"', page.text))


@pytest.fixture
def active(alice: Visitor, dns: Dns) -> DkimKey:
    """The key that alice.test signs with, and DNS holds."""
    key = asked_for(alice, "enable")
    publish(dns, [key])
    assert state(alice.post("dkim/check")) == ("ok", "active")
    return key


def test_without_a_key_dkim_is_off_and_can_be_enabled(alice: Visitor) -> None:
    page = settled(alice, "dkim")

    assert state(page) == ("off", "off")
    assert offered(page) == {"check", "enable"}


def test_enabling_shows_the_record_to_publish_and_waits_for_it(alice: Visitor) -> None:
    page = alice.post("dkim/enable")

    assert page.status_code == 200
    assert state(page) == ("missing", "waiting")
    assert says(page, "DKIM enabled.")
    assert wanted(page).public_key.startswith("MII")
    assert "hx-trigger" in page.text


def test_a_published_key_becomes_active_on_a_check(alice: Visitor, dns: Dns) -> None:
    publish(dns, [asked_for(alice, "enable")])

    page = alice.post("dkim/check")

    assert state(page) == ("ok", "active")
    assert says(page, "Active")
    assert offered(page) == {"check", "rotate", "disable"}


def test_a_published_key_becomes_active_while_the_page_looks_again(alice: Visitor, dns: Dns) -> None:
    publish(dns, [asked_for(alice, "enable")])

    with time_machine.travel(time.time() + 20):
        page = settled(alice, "dkim/status?turn=1")

    assert state(page) == ("ok", "active")


def test_a_key_of_somebody_else_in_dns_is_no_active_key(alice: Visitor, dns: Dns) -> None:
    key = asked_for(alice, "enable")
    publish(dns, [DkimKey(key.selector, "b3RoZXI=", None)])

    page = alice.post("dkim/check")

    assert state(page) == ("wrong", "wrong-key")
    assert says(page, "DNS holds another key")


def test_a_dns_that_does_not_answer_makes_no_key_missing(alice: Visitor, active: DkimKey, dns: Dns) -> None:
    dns.faults(Fault("alice.test", "servfail"))

    page = alice.post("dkim/check")

    assert state(page) == ("unknown", "active")
    assert says(page, "Could not look")


def test_a_new_key_waits_beside_the_one_in_use(alice: Visitor, active: DkimKey) -> None:
    page = alice.post("dkim/rotate")

    assert state(page) == ("ok", "active")
    assert wanted(page).selector != active.selector
    assert says(page, "Your messages are still signed with the old one.")
    assert offered(page) == {"check", "rotate/cancel", "disable"}
    assert "hx-trigger" in page.text


def test_the_new_key_takes_over_once_it_is_published(alice: Visitor, active: DkimKey, dns: Dns) -> None:
    new = asked_for(alice, "rotate")
    publish(dns, [active, new])

    page = alice.post("dkim/check")

    assert state(page) == ("ok", "active")
    assert wanted(page).selector == new.selector
    assert says(page, f"Leave the record of the old one ({active.selector}) for some days")


def test_a_rotation_can_be_called_off(alice: Visitor, active: DkimKey) -> None:
    alice.post("dkim/rotate")

    page = alice.post("dkim/rotate/cancel")

    assert state(page) == ("ok", "active")
    assert wanted(page).selector == active.selector


def test_disabling_says_beforehand_what_it_does_and_ends_the_signing(alice: Visitor, active: DkimKey) -> None:
    before = settled(alice, "dkim")

    page = alice.post("dkim/disable")

    assert says(before, "From this moment your messages are no longer signed. The DNS record may stay.")
    assert state(page) == ("off", "disabled")
    assert offered(page) == {"check", "enable"}


@pytest.mark.parametrize("act", ["enable", "disable", "rotate", "rotate/cancel"])
def test_a_read_only_user_changes_nothing(reader: Visitor, active: DkimKey, act: str) -> None:
    page = settled(reader, "dkim")

    refused = reader.post(f"dkim/{act}")

    assert refused.status_code == 403
    assert offered(page) == {"check"}
    assert state(settled(reader, "dkim")) == ("ok", "active")


def test_a_refusal_is_said_and_changes_nothing(alice: Visitor, mail: Running, dns: Dns) -> None:
    mail.faults({"path": ENABLE, "kind": "refuse", "message": "NOT_NOW"})

    page = alice.post("dkim/enable")

    assert page.status_code == 422
    assert says(page, "The mail server refused this. Nothing was changed.")
    assert not says(page, "What you entered")
    assert state(page) == ("off", "off")


def test_an_answer_that_was_lost_is_said_and_trying_again_finishes_it(alice: Visitor, mail: Running, dns: Dns) -> None:
    mail.faults({"path": ENABLE, "kind": "down", "when": "after", "times": 1})
    lost = alice.post("dkim/enable")
    mail.faults()

    page = alice.post("dkim/enable")

    assert lost.status_code == 503
    assert says(lost, "we do not know whether this was done")
    assert state(page) == ("missing", "waiting")


def test_without_the_mail_server_the_state_is_unknown_and_the_page_offers_to_try_again(
    alice: Visitor, mail: Running, dns: Dns
) -> None:
    mail.faults({"path": "*", "kind": "down"})

    tile, page = alice.get("dkim/status"), alice.get("dkim")

    assert state(tile) == ("unknown", "")
    assert page.status_code == 503
    assert says(page, "The mail server did not answer")


def test_what_was_done_stands_in_the_history(alice: Visitor, active: DkimKey) -> None:
    alice.post("dkim/disable")

    page = alice.get("history")

    assert says(page, "DKIM")
    assert page.text.count('data-result="done"') == 3


def test_a_dashboard_that_was_just_loaded_asks_the_mail_server_nothing_for_dkim(
    alice: Visitor, active: DkimKey, mail: Running
) -> None:
    alice.get("dkim/status")
    mail.clear_log()

    page = alice.get("dkim/status")

    assert state(page) == ("ok", "active")
    assert mail.calls() == []


@pytest.mark.parametrize(("plan", "most"), [({}, 6), ({"max_domain_aliases": "3"}, 7)])
def test_all_cards_of_the_overview_together_ask_the_mail_server_no_more_than_before(
    world: World, mail: Running, dns: Dns, plan: dict[str, str], most: int
) -> None:
    alice = world.visitor(plan=plan)
    overview = alice.open("")
    places = re.findall(r'hx-get="([^"]*)" hx-trigger="load"', overview.text)
    mail.clear_log()

    cold = [alice.get(place).status_code for place in places]
    asked = [call["path"] for call in mail.calls() if not call["path"].startswith("auth/")]
    mail.clear_log()
    warm = [alice.get(place).status_code for place in places]

    assert len(places) >= 8
    assert set(cold + warm) == {200}
    assert len([path for path in asked if "manage-domain" not in path]) == most
    assert mail.calls() == []


def test_bob_sees_nothing_of_alices_key(world: World, bob: Visitor, active: DkimKey) -> None:
    page = settled(bob, "dkim")

    assert state(page) == ("off", "off")
    assert active.selector not in page.text


@pytest.mark.parametrize("act", ["enable", "disable", "rotate", "rotate/cancel"])
@pytest.mark.parametrize("name", ["bob.test", "alice-club.test"])
def test_nothing_is_done_for_a_domain_that_has_no_key_of_its_own(
    world: World, elsewhere: Elsewhere, act: str, name: str
) -> None:
    elsewhere.domain_alias("alice.test", "alice-club.test")
    alice = world.visitor(plan={"max_domain_aliases": "3"})

    answers = [alice.post(f"dkim/{act}?domain={name}"), alice.post(f"dkim/{act}", {"domain": name})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert world.recorded() == []
