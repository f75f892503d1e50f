"""`server check`: every build shows where it differs, by name; what is broken is told; a scratch domain never stays."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from portal.mail import PasswordRules, Refused
from portal.mail.checked import Checked, Standing
from portal.mail.smartermail import SmarterMail
from portal.sandbox.control import Running
from portal.sandbox.smartermail.builds import BUILDS
from tests.mail.conftest import Scripted
from tests.mail.log import paths

SCRATCH = "scratch.test"
# What each build does differently, by the names of checks. The portal gets along with all of it.
NOTED: dict[str, set[str]] = {
    "100.new": set(),
    "100.old": {
        "sign-in.fields",
        "mailboxes.list",
        "mailbox.read",
        "domain-aliases.list",
        "mailbox.change",
        "mailbox.end-sessions",
    },
    "100.posted-reads": {"forwarding.read"},
    "100.path-reads": {"mailbox.read"},
    "100.no-list-users": {"mailboxes.list"},
    "100.no-size": {"domain.size-unit"},
    "100.null-targets": {"aliases.targets", "alias.targets"},
    "100.users-delete": {"mailbox.delete"},
    "100.no-header": {"domain.header"},
    "100.polite": {"domain.missing", "mailbox.missing"},
    "100.lists-inactive": {"activesync.switch", "mapi.switch"},
    # The portal sets forwarding by a call of its own, and assumes nothing of this one.
    "100.ignores-forwards": set(),
    # Only where files were left behind, which nobody has assumed.
    "100.refuses-folders": set(),
    "100.dkim-inert": {"dkim.first-key"},
    "100.dkim-pending-false": {"dkim.keys"},
    "100.dkim-pending-absent": {"dkim.keys"},
    "100.dkim-no-flag": {"dkim.signing", "dkim.switch-off"},
    "100.dkim-right": {"dkim.switch-off"},
    "100.login-by-address": {"panel.sign-in"},
    "100.login-elsewhere": set(),
    "100.no-login-token": set(),
}

# What nothing bridges.
DIFFERING = {"100.no-login-token": {"panel.sign-in"}, "100.no-size": {"domain.figures"}}


@pytest.fixture
def look(server: SmarterMail) -> Callable[..., list[Checked]]:
    """The checks that change nothing, on alice.test."""
    return lambda policies=None: list(server.assumptions("alice.test", policies or {}))


@pytest.fixture
def scratch(server: SmarterMail) -> Callable[[], Iterator[Checked]]:
    """Those that do."""
    return lambda: server.writing_assumptions(SCRATCH)


def named(told: Iterable[Checked], *standings: Standing) -> set[str]:
    return {one.name for one in told if one.standing in standings}


def one(told: Iterable[Checked], name: str) -> Checked:
    [found] = [each for each in told if each.name == name]
    return found


def test_every_build_of_the_sandbox_is_looked_at() -> None:
    assert NOTED.keys() == BUILDS.keys()


@pytest.mark.parametrize("build", NOTED)
def test_a_build_shows_by_name_where_it_differs(
    sandbox: Running,
    look: Callable[..., list[Checked]],
    scratch: Callable[[], Iterator[Checked]],
    build: str,
) -> None:
    sandbox.build(build)

    told = [*look(), *scratch()]

    assert named(told, Standing.NOTED) == NOTED[build]
    assert named(told, Standing.DIFFERS, Standing.UNKNOWN) == DIFFERING.get(build, set())
    assert SCRATCH not in sandbox.domains()


def test_every_check_has_a_name_of_its_own_and_says_what_it_means(
    look: Callable[..., list[Checked]], scratch: Callable[[], Iterator[Checked]]
) -> None:
    told = [*look(), *scratch()]

    assert len({each.name for each in told}) == len(told)
    assert [each.name for each in told if not (each.expected and each.seen and each.means)] == []


def test_the_reading_checks_change_nothing(sandbox: Running, look: Callable[..., list[Checked]]) -> None:
    before = [sandbox.state(name) for name in sandbox.domains()]

    look()

    assert [sandbox.state(name) for name in sandbox.domains()] == before


def test_an_account_with_two_steps_is_told_and_tried_once(sandbox: Running, look: Callable[..., list[Checked]]) -> None:
    sandbox.two_step(sandbox.username, "rfc6238")

    [told] = look()

    assert (told.name, told.standing) == ("sign-in.account", Standing.DIFFERS)
    assert "two-step verification is on" in told.seen
    assert paths(sandbox) == ["auth/authenticate-user"]


def test_a_wrong_password_is_told_and_tried_once(sandbox: Running, connect: Callable[..., SmarterMail]) -> None:
    [told] = connect(password="wrong").assumptions("alice.test", {})

    assert (told.name, told.standing) == ("sign-in.account", Standing.DIFFERS)
    assert paths(sandbox) == ["auth/authenticate-user"]


def test_a_domain_admin_is_not_enough(sandbox: Running, connect: Callable[..., SmarterMail]) -> None:
    sandbox.domain("carol.test", admin="admin", admin_password="Str0ng!Enough-Word")
    client = connect(username="admin@carol.test", password="Str0ng!Enough-Word")

    [told] = client.assumptions("alice.test", {})

    assert told.seen == "signed in, but not as a system administrator"


def test_what_the_server_refuses_differs_and_the_rest_is_looked_at_still(
    sandbox: Running, look: Callable[..., list[Checked]]
) -> None:
    sandbox.faults({"path": "settings/domain/mapi-ews-mailboxes", "kind": "refuse400", "message": "NOT_LICENSED"})

    told = look()

    assert named(told, Standing.DIFFERS, Standing.UNKNOWN) == {"mapi.list"}
    assert "NOT_LICENSED" in one(told, "mapi.list").seen
    assert len(told) == 30


def test_no_answer_is_unknown_and_not_good(sandbox: Running, look: Callable[..., list[Checked]]) -> None:
    sandbox.faults({"path": "settings/domain/domain-aliases", "kind": "500"})

    told = look()

    assert named(told, Standing.UNKNOWN) == {"domain-aliases.list"}
    assert not one(told, "domain-aliases.list").good


@pytest.mark.parametrize(
    ("policy", "standing"),
    [(PasswordRules(min_length=5), Standing.OK), (PasswordRules(min_length=8, upper=True), Standing.NOTED)],
)
def test_settings_9_to_12_are_compared_with_the_servers_policy(
    look: Callable[..., list[Checked]], policy: PasswordRules, standing: Standing
) -> None:
    told = one(look({"northwind-101": policy}), "password.plans")

    assert told.standing is standing
    assert standing is Standing.OK or "northwind-101: 8 characters upper" in told.seen


def domain_data(**changed: Any) -> dict[str, Any]:
    counts = {"userCount": 1, "userLimit": 0, "aliasCount": 0, "aliasLimit": 0, "maxSize": 0}
    data = {"name": "alice.test", "path": "/d/alice.test", "size": 300 * 2**20, "sizeMb": 300, **counts} | changed
    return {"success": True, "domainData": {key: value for key, value in data.items() if value is not None}}


@pytest.mark.parametrize(
    ("changed", "name", "standing"),
    [
        ({}, "domain.size-unit", Standing.OK),
        ({"size": 300}, "domain.size-unit", Standing.DIFFERS),
        ({"size": 0}, "domain.size-unit", Standing.NOTED),
        ({"size": None}, "domain.figures", Standing.NOTED),
        ({"size": None, "sizeMb": None}, "domain.figures", Standing.DIFFERS),
        ({"userLimit": None}, "domain.figures", Standing.DIFFERS),
        ({"maxSize": True}, "domain.figures", Standing.DIFFERS),
    ],
)
def test_fields_and_units_of_a_domain_are_judged(
    scripted: Scripted, scripted_server: SmarterMail, changed: dict[str, Any], name: str, standing: Standing
) -> None:
    scripted.answers["settings/sysadmin/domain/alice.test"] = (200, domain_data(**changed))

    assert one(scripted_server.assumptions("alice.test", {}), name).standing is standing


def test_no_secret_is_told(
    sandbox: Running, look: Callable[..., list[Checked]], scratch: Callable[[], Iterator[Checked]]
) -> None:
    told = repr([*look(), *scratch()])

    # The last one is among the settings of each domain.
    for secret in (sandbox.password, repr(sandbox.password)[1:-1], "autologin=", "never-forward-this"):
        assert secret not in told


def test_a_domain_that_exists_is_never_taken_for_a_scratch_domain(sandbox: Running, server: SmarterMail) -> None:
    before = sandbox.state("bob.test")
    sandbox.clear_log()

    with pytest.raises(Refused, match=r"bob\.test exists"):
        list(server.writing_assumptions("bob.test"))

    assert sandbox.state("bob.test") == before
    assert paths(sandbox) == ["auth/authenticate-user", "settings/sysadmin/domain-names"]


@pytest.mark.parametrize("kind", ["500", "down", "refuse400", "404"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "path",
    ["settings/sysadmin/domain-put", "settings/domain/user-put", "settings/sysadmin/domain-delete", "settings/domain/"],
)
def test_the_scratch_domain_goes_whatever_fails(
    sandbox: Running, scratch: Callable[[], Iterator[Checked]], path: str, kind: str, when: str
) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": when, "times": None if path.endswith("/") else 1})

    told = list(scratch())

    assert told[-1].name == "domain.delete"
    assert (SCRATCH in sandbox.domains()) == (told[-1].standing is Standing.DIFFERS)
    assert sandbox.domains() == ["alice.test", "bob.test"] or path == "settings/sysadmin/domain-delete"


def test_a_domain_that_could_not_be_removed_is_told_of(
    sandbox: Running, scratch: Callable[[], Iterator[Checked]]
) -> None:
    sandbox.faults({"path": "settings/sysadmin/domain-delete", "kind": "500"})

    told = list(scratch())[-1]

    assert told.standing is Standing.DIFFERS
    assert "LEFT" in told.seen
    assert SCRATCH in told.means


def test_a_check_that_is_interrupted_leaves_no_domain(
    sandbox: Running, scratch: Callable[[], Iterator[Checked]]
) -> None:
    checks = scratch()
    for _number in range(5):
        next(checks)

    checks.close()

    assert sandbox.domains() == ["alice.test", "bob.test"]


def test_a_domain_that_somebody_else_made_meanwhile_is_left_alone(
    sandbox: Running, scratch: Callable[[], Iterator[Checked]]
) -> None:
    checks = scratch()
    next(checks)
    sandbox.reset()
    sandbox.domain(SCRATCH, admin="somebody")

    told = list(checks)[-1]

    assert told.standing is Standing.DIFFERS
    assert "somebody else" in told.seen
    assert SCRATCH in sandbox.domains()
