"""Where SmarterMail and PolarisMail share operations, both keep to the same contract."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from portal.mail import Alias, AliasSettings, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.polarismail import PolarisMail
from portal.mail.smartermail import SmarterMail
from portal.sandbox.control import Running
from portal.sandbox.polarismail.control import PolarisMail as SharedSandbox
from tests.world import ADMIN

DOMAIN = "alice.test"
ALICE, BOB = f"alice@{DOMAIN}", f"bob@{DOMAIN}"
OLD, NEW = "Alices-Passw0rd", "An0ther-Password"


@dataclass
class Both:
    """The same operations of either: `add_alias(name, target)` and so on, and the sandbox behind them."""

    sandbox: Any
    aliases: Callable[[], Any]
    add_alias: Callable[[str, str], object]
    change_alias: Callable[[str, str], object]
    delete_alias: Callable[[str], object]
    set_password: Callable[[str], object]
    set_enabled: Callable[[bool], object]
    delete_mailbox: Callable[[], object]
    mailbox: Callable[[], Any]
    server: Any


@pytest.fixture(scope="module")
def shared_process() -> Iterator[SharedSandbox]:
    with SharedSandbox() as running:
        yield running


@pytest.fixture
def smartermail(mail_process: Running) -> Iterator[Both]:
    mail_process.reset()
    mail_process.domain(DOMAIN, admin=ADMIN)
    mail_process.mailbox(DOMAIN, "alice", password=OLD)
    mail_process.mailbox(DOMAIN, "bob")
    server = SmarterMail(mail_process.url, mail_process.username, mail_process.password, timeout=2)
    domain = server.domain(DOMAIN)
    yield Both(
        mail_process,
        domain.aliases,
        lambda name, target: domain.create_alias(
            AliasSettings(name, (target,), may_send=False, hide_from_gal=False, internal_only=False)
        ),
        lambda name, target: domain.change_alias(name, targets=[target]),
        domain.delete_alias,
        lambda password: domain.set_password("alice", password),
        lambda on: domain.set_enabled("alice", on),
        lambda: domain.delete_mailbox("alice"),
        lambda: domain.mailbox("alice"),
        server,
    )
    server.close()


@pytest.fixture
def polarismail(shared_process: SharedSandbox) -> Iterator[Both]:
    shared_process.reset()
    shared_process.domain(DOMAIN)
    shared_process.mailbox(DOMAIN, "alice", password=OLD)
    shared_process.mailbox(DOMAIN, "bob")
    url = f"{shared_process.url}/admin/json.php"
    server = PolarisMail(url, shared_process.username, shared_process.password, timeout=2)
    box = server.mailbox(ALICE, Decimal(1))
    yield Both(
        shared_process,
        box.aliases,
        box.create_alias,
        box.change_alias,
        box.delete_alias,
        box.set_password,
        box.set_enabled,
        box.delete_mailbox,
        box.mailbox,
        server,
    )
    server.close()


@pytest.fixture(params=["smartermail", "polarismail"])
def service(request: pytest.FixtureRequest) -> Both:
    found: Both = request.getfixturevalue(request.param)
    return found


def listed(service: Both) -> list[Alias]:
    return [Alias(alias.address, tuple(alias.targets)) for alias in service.aliases()]


def test_an_alias_comes_changes_and_goes(service: Both) -> None:
    service.add_alias("team", ALICE)
    made = listed(service)
    service.change_alias("team", BOB)
    changed = listed(service)
    service.delete_alias("team")

    assert made == [Alias(f"team@{DOMAIN}", (ALICE,))]
    assert changed == [Alias(f"team@{DOMAIN}", (BOB,))]
    assert listed(service) == []


def test_a_name_is_had_once(service: Both) -> None:
    service.add_alias("team", ALICE)

    for name in ("team", "bob"):
        with pytest.raises(NameTaken):
            service.add_alias(name, ALICE)


def test_what_is_not_there_is_told_so(service: Both) -> None:
    with pytest.raises(NotFound):
        service.delete_alias("team")
    with pytest.raises(NotFound):
        service.change_alias("team", BOB)


def test_a_deleted_alias_takes_no_mailbox_along(service: Both) -> None:
    with pytest.raises(NotFound):
        service.delete_alias("bob")

    assert service.mailbox().address == ALICE


def test_an_empty_list_is_no_failure_and_a_failure_no_empty_list(service: Both) -> None:
    empty = listed(service)
    service.sandbox.faults({"kind": "500"})

    assert empty == []
    with pytest.raises(Unreachable):
        service.aliases()


def test_a_mailbox_is_switched_off_and_on_however_often(service: Both) -> None:
    seen = []
    for on in (False, False, True, True):
        service.set_enabled(on)
        seen.append(service.mailbox().enabled)

    assert seen == [False, False, True, True]


def test_a_password_is_changed_and_a_weak_one_refused(service: Both) -> None:
    service.set_password(NEW)

    with pytest.raises(PasswordRejected) as refused:
        service.set_password("weak")
    assert "weak" not in str(refused.value).replace("too weak", "")


def test_a_deleted_mailbox_is_gone(service: Both) -> None:
    service.delete_mailbox()

    with pytest.raises(NotFound):
        service.mailbox()
    with pytest.raises(NotFound):
        service.delete_mailbox()


@pytest.mark.parametrize("kind", ["down", "500"])
def test_a_change_without_an_answer_is_unknown_and_no_refusal(service: Both, kind: str) -> None:
    service.aliases()
    service.sandbox.faults({"kind": kind, "when": "before"})

    with pytest.raises(Unreachable):
        service.add_alias("team", ALICE)

    service.sandbox.faults()
    assert listed(service) == []


def test_errors_hold_no_secret(service: Both) -> None:
    service.sandbox.faults({"kind": "500"})

    for act in (lambda: service.set_password(NEW), service.server.check):
        with pytest.raises((Unreachable, Refused)) as failed:
            act()
        assert NEW not in str(failed.value)
        assert service.sandbox.password not in str(failed.value)


def test_a_server_that_answers_tells_staff_a_sentence(service: Both) -> None:
    assert service.server.check()
