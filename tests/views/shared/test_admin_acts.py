"""Walks every write of a mailbox service as an admin: none of them may be missing in what the customer reads."""

import pytest

from portal.store import history
from tests.shared_world import DOMAIN, SharedWorld
from tests.test_auth import FOR_READERS
from tests.views.shared.people import visitor
from tests.views.test_admin_acts import NORA, PASSWORD, writes_of
from tests.views.test_history import lines
from tests.world import Visitor

ALIAS, LIST = f"shop@{DOMAIN}", f"team@{DOMAIN}"
MEMBER = f"carol@{DOMAIN}"

# Every act, in an order in which each has something to do: the address below the service's, and its form.
ACTS: dict[str, tuple[str, dict[str, str]]] = {
    "password.change": ("password", PASSWORD),
    "webmail.open_webmail": ("webmail", {}),
    "aliases.create": ("aliases/", {"name": "shop"}),
    "aliases.change": (f"aliases/{ALIAS}", {"destinations": "carol"}),
    "lists.create": ("lists/", {"name": "team"}),
    "lists.add_member": (f"lists/{LIST}/members", {"member": "carol"}),
    "aliases.mend": ("aliases/mend", {}),
    "lists.mend": ("lists/mend", {}),
    "lists.remove_member": (f"lists/{LIST}/members/{MEMBER}/delete", {}),
    "lists.delete": (f"lists/{LIST}/delete", {}),
    "aliases.delete": (f"aliases/{ALIAS}/delete", {}),
}
# What the mail server has lost before.
LOST = {"aliases.mend": "shop", "lists.mend": "team"}


@pytest.fixture
def nora(world: SharedWorld) -> Visitor:
    """An admin of Northwind's at Alice's service."""
    return visitor(world, "northwind", 301, "alice", role="admin", mode="top", user=NORA)


def recorded(world: SharedWorld) -> int:
    with world.app.app_context():
        return len(history.recent(world.service(), 50))


def test_every_write_of_a_mailbox_is_among_the_acts(world: SharedWorld) -> None:
    # A mailbox has no hidden admin and no panel of its own.
    assert writes_of("mailbox", world.app) - FOR_READERS - {"staff.panel", "staff.password"} == set(ACTS)


def test_every_act_of_an_admin_stands_in_the_customers_history_with_the_admins_name(
    world: SharedWorld, alice: Visitor, nora: Visitor
) -> None:
    unseen = {}
    for endpoint, (path, form) in ACTS.items():
        if endpoint in LOST:
            world.mail.remove(DOMAIN, LOST[endpoint])
        before = recorded(world)
        answer = nora.post(path, form)
        new = lines(alice.get("history"))[: recorded(world) - before]
        if answer.status_code not in (200, 303) or not new or not all("Nora Admin" in line for line in new):
            unseen[endpoint] = (answer.status_code, new)

    assert unseen == {}


def test_an_admins_visit_stands_there_before_anything_was_done(alice: Visitor, nora: Visitor) -> None:
    [line] = lines(alice.get("history"))

    assert line.startswith("Opened by an admin of your hosting company Nora Admin (for Alice Martin)")


def test_only_staff_read_the_record_as_it_is_kept(world: SharedWorld, alice: Visitor, nora: Visitor) -> None:
    world.mail.faults({"action": "updateUser", "kind": "500"})
    nora.post("password", PASSWORD)

    theirs, ours = alice.get("history"), nora.get("history")

    world.mail.faults()
    assert "HTTP 500" in ours.text
    assert "HTTP 500" not in theirs.text
    assert PASSWORD["password"] not in ours.text
