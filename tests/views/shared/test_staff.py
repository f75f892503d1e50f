"""What admins see of a mailbox service beyond what customers can."""

import pytest

from tests.shared_world import SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor

PERSON = {"id": 7, "name": "Alice Martin", "email": "alice@example.test", "admin": {"id": 1, "name": "Nora Admin"}}


@pytest.fixture
def nora(world: SharedWorld) -> Visitor:
    return visitor(world, "northwind", 301, "alice", role="admin", mode="top", user=PERSON)


def test_an_admin_finds_the_plan_and_nothing_that_only_domains_have(nora: Visitor) -> None:
    page, plan = nora.get("staff"), nora.get("plan")

    assert "/staff" in nora.page.text
    assert "hidden admin" not in page.text
    assert "raw-state" not in page.text
    assert 'data-setting="allowed_domains"' in plan.text
    assert {nora.get("raw-state").status_code, nora.post("staff/password").status_code} == {404}
    assert nora.post("staff/panel").status_code == 404


def test_customers_do_not_find_it(alice: Visitor) -> None:
    assert "/staff" not in alice.page.text
    assert {alice.get("staff").status_code, alice.get("plan").status_code} == {404}


def test_an_admin_may_leave(nora: Visitor) -> None:
    assert nora.post("leave").status_code == 200
    assert nora.get("usage").status_code == 401
