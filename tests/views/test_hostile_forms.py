import re
from urllib.parse import quote

import pytest

from tests.world import Visitor, World

HOME = "mailboxes/carol@alice.test"
ALIAS_PUT = "settings/domain/alias-put"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_of_thousands_of_aliases_that_were_refused_no_state_is_kept_for_each(world: World, alice: Visitor) -> None:
    names = [f"n{number}" for number in range(1000)]
    page = alice.get(HOME)
    world.mail.faults({"path": ALIAS_PUT, "kind": "refuse"})

    answer = alice.post(HOME, {"seen": seen(page.text), "aliases": names})

    assert answer.status_code == 422
    assert len(seen(answer.text).split()) <= 3


def test_many_aliases_that_were_saved_in_part_are_finished_by_saving_again(world: World, alice: Visitor) -> None:
    names = [f"n{number}" for number in range(150)]
    page = alice.get(HOME)
    world.mail.faults({"path": "settings/domain/alias/n50", "kind": "refuse"})
    stopped = alice.post(HOME, {"seen": seen(page.text), "aliases": names})
    world.mail.faults()

    again = alice.post(HOME, {"seen": seen(stopped.text), "aliases": names})

    assert (stopped.status_code, again.status_code) == (422, 200)
    assert sorted(world.mail.state("alice.test")["aliases"]) == sorted(names)


@pytest.mark.parametrize("card", ["mailboxes", "forwards", "aliases"])
@pytest.mark.parametrize("name", ["x" * 400, "x\0y"], ids=["too long", "NUL"])
def test_an_address_that_no_database_can_hold_is_not_found_and_nobody_is_asked(
    world: World, alice: Visitor, card: str, name: str
) -> None:
    address = f"{name}@alice.test"
    world.mail.clear_log()

    answer = alice.post(f"{card}/{quote(address)}/delete", {"confirm": address})

    assert answer.status_code == 404
    assert world.mail.calls() == []
