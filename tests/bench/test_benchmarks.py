from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bench import collecting, dashboard, floor, mail_server, used, verdicts
from portal import store
from portal.dns import Verdict
from portal.store import schema


def call(at: float, ms: float) -> dict[str, float]:
    return {"at": at, "ms": ms}


@pytest.mark.parametrize(
    ("calls", "length"),
    [
        ([], 0),
        ([call(0, 30)], 1),
        ([call(0, 30), call(0.001, 30), call(0.002, 90)], 1),
        ([call(0, 30), call(0.031, 30), call(0.032, 30)], 2),
        ([call(0, 30), call(0.010, 30), call(0.031, 30)], 2),
        ([call(0.070, 30), call(0.031, 30), call(0, 30)], 3),
    ],
)
def test_the_longest_chain_is_of_calls_that_waited_for_one_another(calls: list[dict[str, float]], length: int) -> None:
    assert mail_server.longest_chain(calls) == length


def test_a_visit_asks_for_as_much_whatever_the_size_of_the_domain(tmp_path: Path) -> None:
    with dashboard.stage(tmp_path, (1, 300)) as stage:
        small, large = (dashboard.measure(stage, size, starts=1) for size in stage.sizes)

    for kind, calls in ((dashboard.FIRST, 6), (dashboard.CHANGED, 5), (dashboard.AGAIN, 0)):
        visits = small[kind] + large[kind]
        assert {visit.calls for visit in visits} == {calls}
        assert all(visit.page > 0 and visit.wall > 0 and visit.own > 0 for visit in visits)


def test_the_floor_is_measured(tmp_path: Path) -> None:
    found = floor.measure(tmp_path)

    assert found.wall > 0
    assert found.own > 0


def test_the_verdicts_on_dns_are_measured(tmp_path: Path) -> None:
    store.use(f"sqlite:///{tmp_path / 'portal.db'}", [Fernet.generate_key().decode()])
    schema.upgrade()

    found = verdicts.measure(1)

    store.close()
    for look, _verdicts in found.values():
        assert look.waited >= look.chain > 1
        assert look.wall >= look.ideal
        assert look.questions > len(verdicts.JUDGES)
    said = {case: set(verdict.values()) for case, (_look, verdict) in found.items()}
    assert said == {
        "all set up": {Verdict.OK},
        "SPF of others around": {Verdict.OK},
        "nothing set up": {Verdict.MISSING},
    }


def test_collecting_is_measured(tmp_path: Path) -> None:
    runs = collecting.measure(tmp_path, 40)

    assert list(runs) == ["first", "again"]
    assert [run.ideal for run in runs.values()] == pytest.approx([0.6, 0.45])
    for run in runs.values():
        assert run.services == 40
        assert run.megabytes > 0


def test_the_reading_of_usage_is_measured(tmp_path: Path) -> None:
    store.use(f"sqlite:///{tmp_path / 'portal.db'}", [Fernet.generate_key().decode()])
    known = used.fill(3)

    found = used.measure(known, 3) | used.measure_large(known[0], 100, 1)

    store.close()
    assert list(found) == ["estimate", "chart", "both", "a year", "a year, rules"]
    assert all(reading.wall > 0 for reading in found.values())
