"""The overview of a mailbox on a shared domain, and which cards there are."""

import re

import pytest

from tests.shared_world import DOMAIN, SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor, World


def add(world: SharedWorld, name: str, svc: int = 310, **box: object) -> Visitor:
    """A mailbox on the server and its service, opened by its customer."""
    world.mail.mailbox(DOMAIN, name, **box)
    world.register("northwind", svc, f"{name}@{DOMAIN}")
    return visitor(world, "northwind", svc, name)


def places(page: Visitor) -> list[str]:
    """The cards of the overview."""
    return re.findall(r'<section class="card place" id="([\w-]+)"', page.open("").text)


def links(page: Visitor) -> list[str]:
    """Where the line of navigation leads."""
    [line] = re.findall(r"<nav.*?</nav>", page.open("").text, re.DOTALL)
    return [path.removeprefix(page.home) for path in re.findall(r'href="([^"]*)"', line)]


def test_a_hand_off_opens_the_overview_of_the_mailbox(alice: Visitor) -> None:
    assert "alice<wbr>@mail.test" in alice.page.text
    assert places(alice) == ["usage", "aliases", "lists"]
    assert links(alice) == ["/", "/aliases/", "/lists/", "/history"]


def test_a_hand_off_in_other_letters_opens_it_too(world: SharedWorld) -> None:
    assert visitor(world, "northwind", 301, "Alice").page.status_code == 200


def test_the_card_tells_state_and_what_is_used_of_the_quota(world: SharedWorld) -> None:
    marie = add(world, "marie", quota="2", used=500, last_login="2026-11-20 08:00:00", account_type="2")

    card = marie.get("usage")

    assert 'data-state="active"' in card.text
    assert "512\N{NO-BREAK SPACE}MB</strong> of 2\N{NO-BREAK SPACE}GB" in card.text
    assert "Enhanced" in card.text
    assert "Nov 20, 2026" in card.text
    assert "data-full" not in card.text


def test_a_full_mailbox_says_what_happens_and_what_helps(world: SharedWorld) -> None:
    marie = add(world, "marie", quota="1", used=1000)

    card = marie.get("usage")

    assert "new mail is being rejected and the sender gets an error" in card.text
    assert "upgrade.php" in card.text


def test_a_disabled_mailbox_says_so_and_has_no_webmail(world: SharedWorld) -> None:
    marie = add(world, "marie", disabled=True)

    card = marie.get("usage")

    assert 'data-state="disabled"' in card.text
    assert "/webmail" not in card.text


def test_a_mailbox_that_is_not_on_the_server_is_said_to_be_missing(world: SharedWorld, alice: Visitor) -> None:
    world.mail.remove(DOMAIN, "alice")

    card = alice.get("usage")

    assert card.status_code == 200
    assert 'data-state="missing"' in card.text
    assert "<dialog" not in card.text


@pytest.mark.parametrize("card", ["usage", "aliases/", "lists/"])
def test_a_dead_mail_server_is_never_shown_as_empty(world: SharedWorld, alice: Visitor, card: str) -> None:
    world.mail.faults({"kind": "down"})

    answer = alice.get(card)

    assert answer.status_code == 503
    assert "Try again" in answer.text
    assert "yet." not in answer.text


@pytest.mark.parametrize(("setting", "card"), [("max_aliases", "aliases"), ("max_lists", "lists")])
def test_what_the_plan_switches_off_is_nowhere(world: SharedWorld, setting: str, card: str) -> None:
    world.register("northwind", 301, "alice@mail.test", **{setting: "off"})
    alice = visitor(world, "northwind", 301, "alice")

    assert card not in places(alice)
    assert f"/{card}/" not in links(alice)
    assert f'href="{alice.home}/{card}' not in alice.get("help").text
    assert {alice.get(f"{card}/{path}").status_code for path in ("", "new")} == {404}
    assert alice.post(f"{card}/", {"name": "fresh"}).status_code == 404


@pytest.mark.usefixtures("with_objects")
@pytest.mark.parametrize(("setting", "card"), [("max_aliases", "aliases"), ("max_lists", "lists")])
def test_what_is_left_of_a_plan_that_offered_it_stays_in_sight(world: SharedWorld, setting: str, card: str) -> None:
    world.register("northwind", 301, "alice@mail.test", **{setting: "off"})
    alice = visitor(world, "northwind", 301, "alice")

    answer = alice.get(f"{card}/")

    assert card in places(alice)
    assert 'data-used="1"' in answer.text
    assert f"/{card}/new" not in answer.text


@pytest.mark.parametrize("setting", ["max_aliases", "max_lists"])
def test_a_setting_that_has_no_meaning_breaks_no_other_card(world: SharedWorld, setting: str) -> None:
    world.register("northwind", 301, "alice@mail.test", **{setting: "many"})
    alice = visitor(world, "northwind", 301, "alice")
    broken, whole = ("aliases/", "lists/") if setting == "max_aliases" else ("lists/", "aliases/")

    assert "Not configured" in alice.get(broken).text
    assert alice.get(whole).status_code == 200
    assert alice.get("usage").status_code == 200


def test_what_only_domains_have_does_not_exist(world: SharedWorld, alice: Visitor) -> None:
    gone = ("addresses/", "addresses.csv", "mailboxes/new", "forwards/new", "domain-aliases/", "billing", "mx", "dkim")

    assert {alice.get(path).status_code for path in gone} == {404}


@pytest.mark.parametrize("status", ["Suspended", "Terminated", "Pending"])
def test_a_service_that_is_not_active_shows_a_notice(world: SharedWorld, alice: Visitor, status: str) -> None:
    service = world.service()
    with world.app.app_context():
        service.status, service.plan_at = status, service.plan_at + 3600
        service.save()

    card = alice.get("usage")

    assert card.status_code == 200
    assert 'data-problem="closed"' in card.text
    assert alice.post("webmail").status_code == 403


def test_somebody_who_may_only_look_sees_no_control(reader: Visitor) -> None:
    pages = [reader.get(path) for path in ("usage", "aliases/", "lists/")]

    assert {page.status_code for page in pages} == {200}
    for page in pages:
        assert "<form" not in page.text
        assert "<button" not in page.text


def test_devices_tell_the_host_names_and_nothing_of_what_there_is_not(alice: Visitor) -> None:
    card = alice.get("devices/alice@mail.test")

    assert "mx.shared.test" in card.text
    assert "MAPI" not in card.text
    assert alice.get("devices/bob@mail.test").status_code == 404


def test_the_profile_for_apples_devices_names_the_mailbox(world: SharedWorld) -> None:
    marie = add(world, "marie", display_name="Marie Dupont")

    profile = marie.get("mailboxes/marie@mail.test/profile.mobileconfig")

    assert b"<string>marie@mail.test</string>" in profile.data
    assert b"<string>Marie Dupont</string>" in profile.data


def test_each_card_asks_the_mail_server_a_constant_number_of_times(world: SharedWorld, alice: Visitor) -> None:
    # Signs in, and learns that this server's search does not tell all of a mailbox.
    alice.get("usage")
    world.mail.clear_log()

    for card in ("usage", "aliases/", "lists/"):
        alice.get(card)

    # Aliases and lists once for both cards.
    actions = sorted(call["action"] for call in world.mail.calls())
    assert actions == ["getAllAliasesDomain", "getAllListsDomain", "getAllUsersDomain"]


def test_a_domain_knows_nothing_of_what_only_mailboxes_have(world: SharedWorld) -> None:
    hands = World(world.app, world.mail, world.keys)
    hands.register("northwind", 101, "alice.test")
    alice = hands.visitor()

    assert {alice.get(path).status_code for path in ("lists/", "lists/new", "password")} == {404}
    assert {alice.post(path).status_code for path in ("webmail", "password", "lists/", "aliases/mend")} == {404}
