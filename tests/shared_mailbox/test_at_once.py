"""The plan's numbers hold although two processes make aliases and lists at the same time."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal import shared_mailbox
from portal.mail import NameTaken
from portal.store import owned
from tests.at_once import at_once
from tests.shared_world import SharedWorld

ROOT = Path(__file__).parents[2]
ALIASES, LISTS = ("a1", "a2", "a3", "a4"), ("l1", "l2", "l3", "l4")


@pytest.mark.parametrize(("most", "allowed"), [("0", 4), ("1", 1), ("3", 3), ("off", 0)])
def test_two_processes_make_no_more_than_the_plan_allows(
    world: SharedWorld, settings: dict[str, Any], most: str, allowed: int
) -> None:
    given = json.dumps({"settings": settings | {"PORTAL_MAIL_TIMEOUT": 10}, "most": most})
    tries = [(*ALIASES[:2], *LISTS[:2]), (*ALIASES[2:], *LISTS[2:])]

    def run(number: int) -> dict[str, str]:
        command = [sys.executable, "-m", "tests.shared_mailbox.adder", *tries[number]]
        answer = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=120, check=True)
        found: dict[str, str] = json.loads(answer.stdout.splitlines()[-1])
        return found

    said = {name: word for one in at_once(2, run) for name, word in one.items()}

    for names, kind, present in ((ALIASES, "alias", world.aliases), (LISTS, "list", world.lists)):
        counted = Counter(said[name] for name in names)
        assert counted == Counter({"done": allowed, "PlanFull": 4 - allowed}) - Counter()
        assert sorted(name for name in names if name in present) == sorted(
            name for name in names if said[name] == "done"
        )
        assert len(owned.of(world.service(), kind)) == allowed


def test_of_two_customers_who_want_one_name_one_gets_it(world: SharedWorld) -> None:
    holders = [world.holder(), world.holder("harbour", 401)]

    def add(number: int) -> str:

        with world.app.app_context():
            try:
                shared_mailbox.add_alias(holders[number], "team", holders[number].service.name)
            except NameTaken:
                return "taken"
            return "done"

    said = at_once(2, add)

    assert sorted(said) == ["done", "taken"]
    assert world.aliases["team"] == holders[said.index("done")].service.name
