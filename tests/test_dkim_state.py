"""What the mail server's word and DNS together mean: tables."""

import pytest

from portal.dkim_state import Retired, State, Status, Step, status_of
from portal.dns import Finding, Note, Verdict
from portal.mail import Dkim, DkimKey

OLD, NEW = DkimKey("OLD", "b2xk", 2048), DkimKey("NEW", "bmV3", 2048)
OFF, WAITING, ACTIVE, WRONG_KEY, DISABLED = State
OK, UNKNOWN, MISSING, WRONG, CONFLICT = (
    Verdict.OK,
    Verdict.UNKNOWN,
    Verdict.MISSING,
    Verdict.WRONG,
    Verdict.CONFLICT,
)
NOT_LOOKED = None


def judged(dkim: Dkim, *seen: Verdict | None, retired: Retired | None = None) -> Status:
    """The status when DNS shows this of the keys, the active one first."""
    findings = {key: Finding(verdict, Note("test")) for key, verdict in zip(dkim.keys, seen, strict=True) if verdict}
    return status_of(dkim, findings, retired)


@pytest.mark.parametrize("signing", [True, False, None])
def test_without_a_key_dkim_is_off_whatever_the_server_says_of_signing(signing: bool | None) -> None:
    assert judged(Dkim(signing=signing)) == Status(OFF, Verdict.OFF, Step.ENABLE)


@pytest.mark.parametrize("signing", [True, None])
@pytest.mark.parametrize(
    ("validated", "seen", "state", "verdict", "step"),
    [
        (True, OK, ACTIVE, OK, Step.NONE),
        (True, MISSING, WAITING, MISSING, Step.PUBLISH),
        (True, WRONG, WRONG_KEY, WRONG, Step.PUBLISH),
        (True, CONFLICT, WRONG_KEY, WRONG, Step.PUBLISH),
        (True, UNKNOWN, ACTIVE, UNKNOWN, Step.NONE),
        (True, NOT_LOOKED, ACTIVE, UNKNOWN, Step.NONE),
        (False, OK, WAITING, MISSING, Step.VERIFY),
        (False, MISSING, WAITING, MISSING, Step.PUBLISH),
        (False, WRONG, WRONG_KEY, WRONG, Step.PUBLISH),
        (False, CONFLICT, WRONG_KEY, WRONG, Step.PUBLISH),
        (False, UNKNOWN, WAITING, UNKNOWN, Step.PUBLISH),
        (False, NOT_LOOKED, WAITING, UNKNOWN, Step.PUBLISH),
    ],
)
def test_a_key_in_use_is_active_only_where_the_server_and_dns_agree(
    signing: bool | None, validated: bool, seen: Verdict, state: State, verdict: Verdict, step: Step
) -> None:
    found = judged(Dkim(OLD, None, validated, signing), seen)

    assert (found.state, found.verdict, found.step, found.key) == (state, verdict, step, OLD)


@pytest.mark.parametrize("signing", [True, False, None])
@pytest.mark.parametrize(
    ("seen", "state", "verdict", "step"),
    [
        (OK, WAITING, MISSING, Step.VERIFY),
        (MISSING, WAITING, MISSING, Step.PUBLISH),
        (WRONG, WRONG_KEY, WRONG, Step.PUBLISH),
        (CONFLICT, WRONG_KEY, WRONG, Step.PUBLISH),
        (UNKNOWN, WAITING, UNKNOWN, Step.PUBLISH),
        (NOT_LOOKED, WAITING, UNKNOWN, Step.PUBLISH),
    ],
)
def test_a_first_key_waits_until_the_server_uses_it(
    signing: bool | None, seen: Verdict, state: State, verdict: Verdict, step: Step
) -> None:
    found = judged(Dkim(None, NEW, False, signing), seen)

    assert (found.state, found.verdict, found.step, found.key, found.rotating) == (state, verdict, step, NEW, False)


@pytest.mark.parametrize("seen", [OK, MISSING, WRONG, UNKNOWN, NOT_LOOKED])
@pytest.mark.parametrize("validated", [True, False])
def test_a_key_that_is_not_signed_with_is_disabled_whatever_dns_holds(validated: bool, seen: Verdict) -> None:
    found = judged(Dkim(OLD, None, validated, signing=False), seen)

    assert (found.state, found.verdict, found.step) == (DISABLED, Verdict.OFF, Step.ENABLE)


@pytest.mark.parametrize(
    ("old", "new", "state", "verdict", "step", "key"),
    [
        (OK, MISSING, ACTIVE, OK, Step.PUBLISH, NEW),
        (OK, WRONG, ACTIVE, OK, Step.PUBLISH, NEW),
        (OK, UNKNOWN, ACTIVE, OK, Step.PUBLISH, NEW),
        (OK, OK, ACTIVE, OK, Step.VERIFY, NEW),
        (UNKNOWN, UNKNOWN, ACTIVE, UNKNOWN, Step.PUBLISH, NEW),
        (UNKNOWN, OK, ACTIVE, UNKNOWN, Step.VERIFY, NEW),
        (MISSING, MISSING, WAITING, MISSING, Step.PUBLISH, OLD),
        (MISSING, OK, WAITING, MISSING, Step.VERIFY, NEW),
        (WRONG, MISSING, WRONG_KEY, WRONG, Step.PUBLISH, OLD),
        (WRONG, OK, WRONG_KEY, WRONG, Step.VERIFY, NEW),
    ],
)
def test_during_a_rotation_the_key_in_use_says_how_things_stand(
    old: Verdict, new: Verdict, state: State, verdict: Verdict, step: Step, key: DkimKey
) -> None:
    found = judged(Dkim(OLD, NEW, validated=True, signing=True), old, new)

    assert (found.state, found.verdict, found.step, found.key) == (state, verdict, step, key)
    assert found.rotating
    assert found.finding is not None


@pytest.mark.parametrize(("removable", "step"), [(False, Step.KEEP_OLD), (True, Step.REMOVE_OLD)])
def test_after_a_rotation_the_old_record_stays_for_a_while(removable: bool, step: Step) -> None:
    retired = Retired("OLD", 1_800_000_000, removable)

    found = judged(Dkim(NEW, None, validated=True, signing=True), OK, retired=retired)

    assert (found.state, found.step, found.retired) == (ACTIVE, step, retired)


def test_what_is_wrong_comes_before_the_old_record() -> None:
    found = judged(Dkim(NEW, None, validated=True), MISSING, retired=Retired("OLD", 0, removable=True))

    assert found.step is Step.PUBLISH


@pytest.mark.parametrize("seen", [*(verdict for verdict in Verdict if verdict is not OK), NOT_LOOKED])
@pytest.mark.parametrize("signing", [True, False, None])
@pytest.mark.parametrize("validated", [True, False])
def test_nothing_is_ok_that_dns_does_not_show(validated: bool, signing: bool | None, seen: Verdict) -> None:
    assert judged(Dkim(OLD, None, validated, signing), seen).verdict is not OK
