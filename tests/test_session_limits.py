"""How long a session lives is a setting."""

import time
from typing import Any

import pytest
import time_machine

from tests.world import Visitor


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"PORTAL_SESSION_IDLE": 120, "PORTAL_SESSION_ABSOLUTE": 600}


@pytest.mark.parametrize(("seconds", "status"), [(118, 200), (122, 401)])
def test_a_session_ends_when_nobody_came_for_as_long_as_is_set(alice: Visitor, seconds: int, status: int) -> None:
    with time_machine.travel(time.time() + seconds, tick=False):
        answer = alice.get("mailboxes/new")

    assert answer.status_code == status


def test_a_session_ends_at_the_age_that_is_set_though_somebody_is_there(alice: Visitor) -> None:
    start = time.time()
    statuses = []
    for minute in range(1, 12):
        with time_machine.travel(start + minute * 60 - 5, tick=False):
            statuses.append(alice.get("mailboxes/new").status_code)

    assert statuses == [200] * 10 + [401]
