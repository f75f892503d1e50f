"""Walks every write with a browser that has its cookie and nothing else: what a forged request would have."""

import pytest

from tests.world import BASE, Visitor, World, new_mailbox

ARGUMENTS = {
    "where": "northwind-101",
    "address": "carol@alice.test",
    "member": "info@alice.test",
    "name": "alice-shop.example",
}
FORMS = new_mailbox("marie") | {"confirm": "carol@alice.test", "lang": "fr"}


def writes(world: World) -> dict[str, str]:
    """Every address of a service that takes a POST, by its endpoint."""
    with world.app.test_request_context():
        return {
            rule.endpoint: (rule.build(ARGUMENTS, append_unknown=False) or ("", ""))[1]
            for rule in world.app.url_map.iter_rules()
            if "POST" in (rule.methods or set()) and "where" in rule.arguments
        }


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, {"HX-Request": "true", "X-Portal-Token": ""}],
    ids=["nothing else", "our own page as it seems", "an empty page token"],
)
def test_every_write_that_carries_only_the_cookie_is_refused_and_changes_nothing(
    world: World, alice: Visitor, headers: dict[str, str]
) -> None:
    before = world.mail.state("alice.test")
    world.mail.clear_log()

    statuses = {
        endpoint: alice.client.post(path, base_url=BASE, data=FORMS, headers=headers).status_code
        for endpoint, path in writes(world).items()
    }

    assert len(statuses) >= 5
    assert set(statuses.values()) == {401}
    assert world.mail.calls() == []
    assert world.mail.state("alice.test") == before


def test_the_same_writes_are_done_once_they_carry_the_page_token(world: World, alice: Visitor) -> None:
    statuses = {endpoint: alice.post(path, FORMS).status_code for endpoint, path in writes(world).items()}

    assert 401 not in statuses.values()
    assert "marie" in world.mail.state("alice.test")["users"]
    assert "carol" not in world.mail.state("alice.test")["users"]
