"""What is recorded of each change, and what never is."""

from portal.store import database
from tests.views.mailboxes.held import CREATE, DELETE, LOST, NEW_PASSWORD, passwords
from tests.world import GOOD_PASSWORD, Visitor, World, new_mailbox


def test_each_change_is_recorded_with_actor_subject_and_result(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))
    world.mail.faults({"path": CREATE, "kind": "refuse"})
    alice.post("mailboxes/", new_mailbox("nadia"))
    alice.post("mailboxes/alice@alice.test", {"limit_mb": "100"})
    alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))
    world.mail.faults({"path": DELETE, "kind": "down"})
    alice.post("mailboxes/marie@alice.test/delete", {"confirm": "marie@alice.test"})

    rows = world.recorded()[::-1]

    assert [(row.action, row.subject, row.result) for row in rows] == [
        ("mailbox.create", "marie@alice.test", "done"),
        ("mailbox.create", "nadia@alice.test", "refused"),
        ("mailbox.change", "alice@alice.test", "done"),
        ("mailbox.password", "marie@alice.test", "done"),
        ("mailbox.delete", "marie@alice.test", "unknown"),
    ]
    assert {(row.actor_role, row.actor_id, row.actor_name, row.admin_name) for row in rows} == {
        ("customer", "7", "Alice Martin", "")
    }
    assert rows[2].detail == {"limit_mb": 100}
    assert rows[3].detail == {"sessions_ended": True}


def test_an_admin_is_recorded_by_name_beside_the_customer(world: World, admin: Visitor) -> None:
    acting_as_owner = world.visitor(
        user={
            "id": 7,
            "name": "Alice Martin",
            "email": "alice@example.test",
            "admin": {"id": 2, "name": "Otto Admin"},
        },
    )
    admin.post("mailboxes/", new_mailbox("marie"))
    acting_as_owner.post("mailboxes/", new_mailbox("nadia"))

    rows = [row for row in world.recorded()[::-1] if row.action == "mailbox.create"]

    assert [(row.actor_role, row.actor_name, row.admin_id, row.admin_name) for row in rows] == [
        ("admin", "Alice Martin", "1", "Nora Admin"),
        ("customer", "Alice Martin", "2", "Otto Admin"),
    ]


def test_the_database_never_holds_a_mailboxs_password(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))
    alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))
    world.mail.faults({"path": CREATE, **LOST})
    alice.post("mailboxes/", new_mailbox("nadia"))

    with world.app.app_context():
        dump = "\n".join(database.connection().iterdump())

    assert "marie@alice.test" in dump
    assert GOOD_PASSWORD not in dump
    assert NEW_PASSWORD not in dump
