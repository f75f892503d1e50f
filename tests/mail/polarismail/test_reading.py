"""What is read, however it is written; and that what could not be read is never taken for nothing."""

from datetime import UTC, datetime

import pytest

from portal.mail import NEVER, NotFound, Refused, Unreachable

GB = 2**30
ROWS = ["row-numbers", "row-booleans", "row-without-email", "usage-text", "no-meta"]
EMPTY = ["empty-text", "empty-object", "empty-refused"]
NONSENSE = ["html", "nonsense", "empty", "array", "no-code", "wrong-code", "wrong-type", "wrong-rows"]


@pytest.mark.parametrize("build", ["", *ROWS])
def test_a_mailbox_is_read_whatever_kinds_its_fields_are_of(sandbox, alice, build) -> None:
    sandbox.build(*filter(None, [build]))

    box = alice.mailbox()

    assert (box.address, box.name, box.display_name) == ("alice@mail.test", "alice", "Alice Martin")
    assert (box.enabled, box.account_type, box.last_login) == (True, "basic", NEVER)
    assert box.limit == 25 * GB
    assert box.used == pytest.approx(0.3 * GB, rel=0.03)


def test_half_a_gigabyte_is_not_500(bob) -> None:
    assert bob.mailbox().limit == GB // 2


def test_the_unit_of_quotas_can_be_the_other_one(sandbox, connect) -> None:
    sandbox.build("quota-1024")

    box = connect(options={"mb_per_gb": "1024"}).mailbox("alice@mail.test").mailbox()

    assert box.limit == 25 * GB


def test_a_disabled_enhanced_mailbox_with_a_sign_in_is_told_as_that(sandbox, server) -> None:
    sandbox.mailbox("mail.test", "Dora", account_type="2", disabled=True, last_login="2026-03-04 05:06:07")

    box = server.mailbox("dora@mail.test").mailbox()

    assert (box.enabled, box.account_type) == (False, "enhanced")
    assert box.last_login == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_a_mailbox_whose_name_is_a_number_is_found(sandbox, server) -> None:
    sandbox.mailbox("mail.test", "1234")

    assert server.mailbox("1234@mail.test").mailbox().name == "1234"


def test_part_of_a_name_is_another_name(sandbox, server) -> None:
    sandbox.mailbox("mail.test", "alice2")

    with pytest.raises(NotFound):
        server.mailbox("lice@mail.test").mailbox()


def test_of_all_ways_to_read_a_mailbox_the_one_that_works_is_remembered(alice, bob, asked) -> None:
    alice.mailbox()

    bob.mailbox()

    assert asked() == ["login", "searchUsers", "getAllUsersDomain", "getAllUsersDomain"]


def test_aliases_and_lists_are_everybodys(sandbox, alice) -> None:
    sandbox.alias("mail.test", "Sales-Team", "Alice@mail.test")
    sandbox.distribution_list("mail.test", "Crew", ["Alice@mail.test", "x@elsewhere.test"])

    aliases, lists = alice.aliases(), alice.lists()

    assert len(aliases) == 7
    assert ("sales-team@mail.test", ("alice@mail.test",)) in [(alias.address, alias.targets) for alias in aliases]
    assert len(lists) == 4
    assert "crew@mail.test" in lists
    assert alice.members("crew") == ("alice@mail.test", "x@elsewhere.test")


def test_a_list_is_known_by_its_address_too(sandbox, alice) -> None:
    sandbox.build("list-addresses")

    assert alice.lists() == {f"list0000{number}@mail.test" for number in (1, 2, 3)}


@pytest.mark.parametrize("build", ["", *EMPTY])
def test_none_is_read_however_it_is_written(sandbox, server, build) -> None:
    sandbox.domain("empty.test")
    sandbox.distribution_list("mail.test", "crew")
    sandbox.build(*filter(None, [build]))
    nobody = server.mailbox("nobody@empty.test")

    found = [nobody.aliases(), nobody.lists(), server.mailbox("alice@mail.test").members("crew")]

    assert [list(one) for one in found] == [[], [], []]
    with pytest.raises(NotFound):
        nobody.mailbox()


@pytest.mark.parametrize("build", ["", "empty-refused"])
def test_of_a_domain_that_is_not_there_nothing_is_told_to_be_empty(sandbox, server, build) -> None:
    sandbox.build(*filter(None, [build]))
    lost = server.mailbox("alice@gone.test")

    for read in (lost.aliases, lost.lists, lost.mailbox):
        with pytest.raises(NotFound):
            read()


def test_a_list_that_is_not_there_has_not_no_members(sandbox, alice) -> None:
    sandbox.build("empty-refused")

    with pytest.raises(NotFound):
        alice.members("nobody")


@pytest.mark.parametrize("kind", [*NONSENSE, "500", "403", "429", "down", "cut"])
@pytest.mark.parametrize("read", ["aliases", "lists", "mailbox"])
def test_an_answer_that_says_nothing_is_never_none(sandbox, alice, kind, read) -> None:
    alice.aliases()
    sandbox.faults({"kind": kind})

    with pytest.raises(Unreachable):
        getattr(alice, read)()


def test_a_refusal_to_read_is_never_none(sandbox, alice) -> None:
    sandbox.faults({"kind": "refuse", "message": "Permission denied", "action": "getAllAliasesDomain"})

    with pytest.raises(Refused):
        alice.aliases()


def test_a_domain_that_waits_to_be_verified_is_not_empty(sandbox, server) -> None:
    sandbox.domain("new.test", 2, 2, 2, pending="proof")

    with pytest.raises(Refused):
        server.mailbox("alice@new.test").aliases()


@pytest.mark.parametrize(
    ("name", "free"),
    [("free", True), ("alice", False), ("ALICE", False), ("alias00001", False), ("list00001", False)],
)
def test_a_name_is_free_when_no_mailbox_alias_or_list_has_it(alice, name, free) -> None:
    assert alice.is_free(name) == free


def test_whether_a_name_is_free_is_asked_at_once(sandbox, alice) -> None:
    alice.aliases()
    sandbox.clear_log()
    sandbox.latency(150)

    alice.is_free("free")

    calls = sandbox.calls()
    assert len(calls) == 3
    assert max(call["at"] for call in calls) - min(call["at"] for call in calls) < 0.1


@pytest.mark.parametrize(
    ("domain", "state"),
    [("mail.test", "ready"), ("gone.test", "missing"), ("off.test", "inactive"), ("new.test", "unverified")],
)
def test_a_domain_is_told_to_be_fit_for_mailboxes_or_why_not(sandbox, server, domain, state) -> None:
    sandbox.domain("off.test", active=False)
    sandbox.domain("new.test", pending="proof")

    assert server.domain_state(domain) == state


def test_a_check_signs_in_and_counts_domains(server) -> None:
    assert server.check() == "Signed in as an admin; domains: 1."


@pytest.mark.parametrize(
    "address", ["alice", "alice@mail", "a b@mail.test", "alice@mail.test\n", "é@mail.test", "@x.test"]
)
def test_what_is_no_address_is_not_asked_for(server, asked, address) -> None:
    with pytest.raises(Refused):
        server.mailbox(address)

    assert asked() == []
