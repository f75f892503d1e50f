"""DKIM: read whatever a build tells; switched, rotated and verified, each step read back; what stands in the way."""

from collections.abc import Iterator

import pytest

from portal.mail import Dkim, DkimKey, NotFound, Refused, Unreachable
from portal.sandbox.dns.server import Dns, Fault
from portal.sandbox.smartermail.builds import BUILDS
from tests.dkim_world import publish
from tests.mail.log import operations

READ = "settings/sysadmin/domain-settings/alice.test"
ENABLE = "settings/domain/dkim-enable/false"
DISABLE = "settings/domain/dkim-disable"
CREATE = "settings/domain/dkim-create-rollover/2048"
VERIFY = "settings/domain/dkim-verify-rollover/false"
VERIFY_ACTIVE = "settings/domain/dkim-verify-active"
DROP = "settings/domain/dkim-delete-rollover"
OLD, NEW = DkimKey("OLD", "b2xk", 2048), DkimKey("NEW", "bmV3", 2048)
each_build = pytest.mark.parametrize("build", BUILDS)


@pytest.fixture
def dns(sandbox) -> Iterator[Dns]:
    """The DNS that the mail server sees."""
    with Dns() as running:
        sandbox.dns(resolver=running.address)
        yield running


@pytest.fixture
def on(sandbox, alice, dns) -> Dkim:
    """alice.test signs with a key that DNS has; the log of calls is empty."""
    publish(dns, alice.enable_dkim().keys)
    found = alice.verify_dkim()
    sandbox.clear_log()
    return found


@pytest.fixture
def rotating(sandbox, alice, on) -> Dkim:
    """The same with a new key that is in no DNS yet."""
    found = alice.start_dkim_rotation()
    sandbox.clear_log()
    return found


def told(sandbox) -> dict:
    return sandbox.state("alice.test")["settings"]


@each_build
def test_the_whole_life_of_dkim_goes_the_same_way_on_every_build(sandbox, server, alice, dns, build) -> None:
    sandbox.build(build)

    off = alice.dkim()
    waiting = alice.enable_dkim()
    publish(dns, waiting.keys)
    active = alice.verify_dkim()
    rotating = alice.start_dkim_rotation()
    publish(dns, rotating.keys)
    rotated = alice.verify_dkim()

    assert off.keys == ()
    assert (waiting.active, waiting.validated, waiting.pending.size) == (None, False, 2048)
    assert (active.active, active.pending, active.validated) == (waiting.pending, None, True)
    assert (rotating.active, rotating.validated) == (active.active, True)
    assert rotating.pending not in (None, active.active)
    assert (rotated.active, rotated.pending, rotated.validated) == (rotating.pending, None, True)
    assert rotated.signing in (True, None)
    assert told(sandbox)["enableDkimSigningDomainAdmin"] is True


@pytest.mark.parametrize("build", [name for name in BUILDS if name != "100.dkim-right"])
def test_disabling_keeps_the_active_key_and_drops_the_pending_one(sandbox, alice, rotating, build) -> None:
    sandbox.build(build)

    found = alice.disable_dkim()

    assert (found.active, found.pending) == (rotating.active, None)
    assert found.signing is (None if build == "100.dkim-no-flag" else False)
    assert told(sandbox)["enableDkimSigningDomainAdmin"] is False


def test_disabling_that_the_server_does_not_tell_to_have_worked_is_not_confirmed(sandbox, alice, on) -> None:
    sandbox.build("100.dkim-right")

    with pytest.raises(Unreachable):
        alice.disable_dkim()


def test_a_key_that_was_kept_is_signed_with_again(sandbox, alice, on) -> None:
    alice.disable_dkim()

    found = alice.enable_dkim()

    assert found == on


def test_enabling_what_is_on_sends_nothing_although_dns_fails_just_now(sandbox, alice, dns, on) -> None:
    dns.faults(Fault("alice.test", "servfail"))

    found = alice.enable_dkim()

    assert found == on
    assert operations(sandbox) == [READ]


def test_a_kept_key_that_dns_has_no_more_waits_again(alice, dns, on) -> None:
    alice.disable_dkim()
    publish(dns)

    found = alice.enable_dkim()

    assert (found.active, found.pending, found.validated) == (None, on.active, False)


def test_a_rotation_that_is_under_way_keeps_the_key_that_was_shown(sandbox, alice, rotating) -> None:
    found = alice.start_dkim_rotation()

    assert found == rotating
    assert operations(sandbox) == [READ]


@pytest.mark.parametrize("build", ["100.new", "100.polite"])
def test_a_pending_key_that_the_server_does_not_find_is_refused_and_stays(sandbox, alice, rotating, build) -> None:
    sandbox.build(build)

    with pytest.raises(Refused):
        alice.verify_dkim()

    assert alice.dkim() == rotating


def test_another_key_in_dns_does_not_verify_the_pending_one(alice, dns, rotating) -> None:
    publish(dns, [rotating.active, DkimKey(rotating.pending.selector, rotating.active.public_key, None)])

    with pytest.raises(Refused):
        alice.verify_dkim()

    assert alice.dkim() == rotating


def test_without_a_pending_key_the_active_one_is_looked_for_again(alice, dns, on) -> None:
    publish(dns)
    gone = alice.verify_dkim()
    publish(dns, on.keys)

    back = alice.verify_dkim()

    assert (gone.active, gone.validated) == (on.active, False)
    assert back == on


def test_without_any_key_there_is_nothing_to_verify(sandbox, alice) -> None:
    with pytest.raises(NotFound):
        alice.verify_dkim()

    assert operations(sandbox) == [READ]


def test_a_rotation_can_be_dropped_twice(alice, on, rotating) -> None:
    dropped = alice.drop_dkim_rotation()

    assert dropped == on
    assert alice.drop_dkim_rotation() == on


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda domain: domain.dkim(), [READ]),
        (lambda domain: domain.disable_dkim(), [DISABLE, READ]),
        (lambda domain: domain.drop_dkim_rotation(), [READ, DROP, READ]),
    ],
    ids=["read", "disable", "drop"],
)
def test_an_operation_on_dkim_costs_so_many_calls(sandbox, alice, rotating, act, expected) -> None:
    act(alice)

    assert operations(sandbox) == expected


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("100.new", [READ, ENABLE, READ]),
        ("100.dkim-inert", [READ, ENABLE, READ, CREATE, READ, ENABLE, READ]),
    ],
)
def test_enabling_costs_more_where_it_has_no_effect_at_first(sandbox, alice, build, expected) -> None:
    sandbox.build(build)

    alice.enable_dkim()

    assert operations(sandbox) == expected


CHANGES = {
    "enable": ("off", ENABLE, lambda domain: domain.enable_dkim(), lambda found: bool(found.pending)),
    "make a key": ("inert", CREATE, lambda domain: domain.enable_dkim(), lambda found: bool(found.pending)),
    "disable": ("rotating", DISABLE, lambda domain: domain.disable_dkim(), lambda found: found.signing is False),
    "rotate": ("on", CREATE, lambda domain: domain.start_dkim_rotation(), lambda found: bool(found.pending)),
    "drop": ("rotating", DROP, lambda domain: domain.drop_dkim_rotation(), lambda found: found.pending is None),
    "verify": ("published", VERIFY, lambda domain: domain.verify_dkim(), lambda found: found.pending is None),
}
each_change = pytest.mark.parametrize(("start", "path", "change", "took_effect"), CHANGES.values(), ids=CHANGES)


@pytest.fixture
def begin(sandbox, dns, request):
    """Bring alice.test to where a change starts."""

    def bring(start: str) -> None:
        if start == "inert":
            sandbox.build("100.dkim-inert")
        elif start != "off":
            request.getfixturevalue("on" if start == "on" else "rotating")
            if start == "published":
                publish(dns, request.getfixturevalue("rotating").keys)
        sandbox.clear_log()

    return bring


@each_change
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_change_of_dkim_whose_answer_was_lost_is_unknown_sent_once_and_done_when_repeated(
    sandbox, alice, begin, start, path, change, took_effect, kind, when
) -> None:
    begin(start)
    sandbox.faults({"path": path, "kind": kind, "when": when})

    with pytest.raises(Unreachable):
        change(alice)

    assert operations(sandbox).count(path) == 1
    sandbox.faults()
    assert took_effect(alice.dkim()) is (when == "after")
    if path != VERIFY or when == "before":
        assert took_effect(change(alice))


@each_change
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_change_of_dkim_is_refused(sandbox, alice, begin, start, path, change, took_effect, kind) -> None:
    begin(start)
    sandbox.faults({"path": path, "kind": kind, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        change(alice)

    sandbox.faults()
    assert not took_effect(alice.dkim())


@each_change
def test_a_change_that_no_build_has_is_unknown(sandbox, alice, begin, start, path, change, took_effect) -> None:
    begin(start)
    sandbox.faults({"path": path, "kind": "404"})

    with pytest.raises((Unreachable, NotFound)):
        change(alice)


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "401"])
def test_dkim_that_could_not_be_read_is_unknown_and_not_off(sandbox, alice, on, kind) -> None:
    sandbox.faults({"path": "settings/sysadmin", "kind": kind}, {"path": "settings/domain/domain", "kind": kind})

    with pytest.raises(Unreachable):
        alice.dkim()


def test_no_private_key_comes_along(sandbox, alice, rotating) -> None:
    assert told(sandbox)["domainKeysSettings"]["privateKey"] == "never-forward-this"
    assert "never-forward-this" not in repr(rotating)


def settings(scripted, *, flag: object = True, **keys: object) -> None:
    """What the server tells from now on."""
    told = {"ldapPassword": "secret", "domainKeysSettings": keys}
    if flag is not None:
        told["enableDkimSigningDomainAdmin"] = flag
    scripted.answers[READ] = (200, {"success": True, "domainSettings": told})


def key(of: DkimKey) -> dict[str, object]:
    return {"selector": of.selector, "publicKey": of.public_key, "keySize": of.size, "privateKey": "secret"}


@pytest.mark.parametrize("none", [{"pending": None}, {"pending": False}, {}, {"pending": {}}], ids=str)
def test_none_pending_comes_in_several_ways(scripted, scripted_alice, none) -> None:
    settings(scripted, **key(OLD), isActive=True, **none)

    assert scripted_alice.dkim() == Dkim(OLD, None, True, True)


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_active_key_does_not_hide_a_pending_one(scripted, scripted_alice, empty) -> None:
    settings(scripted, selector=empty, publicKey=empty, keySize=0, isActive=False, pending=key(NEW))

    assert scripted_alice.dkim() == Dkim(None, NEW, False, True)


def test_a_key_that_is_not_there_is_not_validated(scripted, scripted_alice) -> None:
    settings(scripted, selector="", publicKey="", isActive=True)

    assert scripted_alice.dkim() == Dkim(signing=True)


def test_a_key_is_read_without_the_white_space_around_it_and_within(scripted, scripted_alice) -> None:
    settings(scripted, selector=" OLD\n", publicKey="b2\r\nxk ", keySize="2048", isActive=True)

    assert scripted_alice.dkim().active == OLD


@pytest.mark.parametrize("size", [None, 0, "large", True])
def test_a_size_that_is_none_is_not_told(scripted, scripted_alice, size) -> None:
    settings(scripted, selector="OLD", publicKey="b2xk", keySize=size)

    assert scripted_alice.dkim().active == DkimKey("OLD", "b2xk", None)


@pytest.mark.parametrize(
    "keys",
    [
        {"selector": "OLD"},
        {"publicKey": "b2xk"},
        {"selector": "OLD", "publicKey": ""},
        {"selector": "OLD", "publicKey": ["b2xk"]},
        {"pending": {"selector": "NEW"}},
        {"pending": {"selector": " ", "publicKey": "bmV3"}},
        {"pending": True},
        {"pending": "NEW"},
        {"pending": [1]},
    ],
    ids=str,
)
def test_half_a_key_is_unknown_and_not_none(scripted, scripted_alice, keys) -> None:
    settings(scripted, **keys)

    with pytest.raises(Unreachable):
        scripted_alice.dkim()


@pytest.mark.parametrize("told", [{}, {"domainKeysSettings": "none"}, {"domainKeysSettings": [1]}], ids=str)
def test_settings_that_tell_no_keys_are_unknown(scripted, scripted_alice, told) -> None:
    scripted.answers[READ] = (200, {"success": True, "domainSettings": told})

    with pytest.raises(Unreachable):
        scripted_alice.dkim()


def test_keys_that_are_null_are_none(scripted, scripted_alice) -> None:
    scripted.answers[READ] = (200, {"success": True, "domainSettings": {"domainKeysSettings": None}})

    assert scripted_alice.dkim() == Dkim()


@pytest.mark.parametrize(
    ("told", "signing"),
    [
        ({"enableDkimSigningDomainAdmin": True}, True),
        ({"enableDkimSigningDomainAdmin": False}, False),
        ({"enableDkimSigningDomainAdmin": "yes"}, None),
        ({}, None),
        ({"enableDkimSigningDomainAdmin": True, "enableDkimSigning": False}, False),
        ({"enableDkimSigningDomainAdmin": False, "domainKeysSettings": {"enableDkimSigning": True}}, True),
    ],
    ids=str,
)
def test_whether_it_signs_is_told_by_a_field_that_says_so(scripted, scripted_alice, told, signing) -> None:
    scripted.answers[READ] = (200, {"success": True, "domainSettings": {"domainKeysSettings": {}} | told})

    assert scripted_alice.dkim().signing is signing


def accepted(scripted, *paths: str) -> None:
    """These calls succeed, and nothing changes."""
    for path in paths:
        scripted.answers[path] = (200, {"success": True})


def test_enabling_without_effect_is_no_success_because_of_an_old_key(scripted, scripted_alice) -> None:
    settings(scripted, flag=False, **key(OLD), isActive=True)
    accepted(scripted, ENABLE)

    with pytest.raises(Refused):
        scripted_alice.enable_dkim()


@pytest.mark.parametrize("flag", [True, False, None])
def test_enabling_that_makes_no_key_is_no_success(scripted, scripted_alice, flag) -> None:
    settings(scripted, flag=flag, selector="", publicKey="")
    accepted(scripted, ENABLE, CREATE)

    with pytest.raises(Refused):
        scripted_alice.enable_dkim()


@pytest.mark.parametrize(
    ("path", "pending", "change"),
    [
        (CREATE, None, lambda domain: domain.start_dkim_rotation()),
        (VERIFY, key(NEW), lambda domain: domain.verify_dkim()),
        (DROP, key(NEW), lambda domain: domain.drop_dkim_rotation()),
    ],
    ids=["rotate", "verify", "drop"],
)
def test_a_step_of_a_rotation_without_effect_is_no_success(scripted, scripted_alice, path, pending, change) -> None:
    settings(scripted, **key(OLD), isActive=True, pending=pending)
    accepted(scripted, path)

    with pytest.raises(Refused):
        change(scripted_alice)


@pytest.mark.parametrize(
    ("path", "pending", "change"),
    [
        (ENABLE, None, lambda domain: domain.enable_dkim()),
        (DISABLE, None, lambda domain: domain.disable_dkim()),
        (CREATE, None, lambda domain: domain.start_dkim_rotation()),
        (VERIFY, key(NEW), lambda domain: domain.verify_dkim()),
        (DROP, key(NEW), lambda domain: domain.drop_dkim_rotation()),
    ],
    ids=["enable", "disable", "rotate", "verify", "drop"],
)
@pytest.mark.parametrize("unread", [(500, {}), (400, {"success": False, "message": "NO"})], ids=["fails", "refused"])
def test_a_change_of_dkim_that_cannot_be_read_back_is_not_confirmed(
    scripted, scripted_alice, path, pending, change, unread
) -> None:
    settings(scripted, flag=False, **key(OLD), isActive=True, pending=pending)
    accepted(scripted, path)
    first = scripted.answers[READ]
    scripted.answers[READ] = lambda: unread if path in scripted.paths() else first
    scripted.answers["settings/domain/domain"] = unread

    with pytest.raises(Unreachable):
        change(scripted_alice)

    assert path in scripted.paths()


def test_a_first_key_that_was_found_is_signed_with_where_that_was_not_possible_before(scripted, scripted_alice) -> None:
    settings(scripted, flag=False, selector="", publicKey="", pending=key(NEW))
    waiting = scripted.answers[READ]
    settings(scripted, flag=False, **key(NEW), isActive=True)
    found = scripted.answers[READ]
    settings(scripted, flag=True, **key(NEW), isActive=True)
    signing = scripted.answers[READ]
    scripted.answers[READ] = lambda: (
        signing if ENABLE in scripted.paths() else found if VERIFY in scripted.paths() else waiting
    )
    accepted(scripted, VERIFY, ENABLE)

    assert scripted_alice.verify_dkim() == Dkim(NEW, None, True, True)


def test_a_rotation_that_somebody_else_dropped_in_the_same_moment_is_dropped(scripted, scripted_alice) -> None:
    settings(scripted, **key(OLD), isActive=True)
    dropped = scripted.answers[READ]
    settings(scripted, **key(OLD), isActive=True, pending=key(NEW))
    rotating = scripted.answers[READ]
    scripted.answers[READ] = lambda: dropped if DROP in scripted.paths() else rotating
    scripted.answers[DROP] = (400, {"success": False, "message": "No pending DKIM key"})

    assert scripted_alice.drop_dkim_rotation() == Dkim(OLD, None, True, True)


def test_dkim_is_changed_with_the_domains_own_token(scripted, scripted_alice) -> None:
    settings(scripted, flag=False, **key(OLD), isActive=True)
    accepted(scripted, DISABLE)

    scripted_alice.disable_dkim()

    tokens = {path: headers.get("Authorization") for path, headers, _ in scripted.seen}
    assert tokens[DISABLE] == "Bearer entered"
