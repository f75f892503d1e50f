"""The operations on aliases: what they keep, what they never touch, and what each kind of failure makes of them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from portal.mail import AliasSettings, LimitReached, NameTaken, NotFound, Refused, Unreachable
from portal.sandbox.smartermail.builds import BUILDS
from tests.mail.log import operations

ADELE = "adele.arnaud@alice.test"
SALES = AliasSettings(
    "sales", (ADELE, "x@example.net"), may_send=True, hide_from_gal=True, internal_only=True, everyone=True
)
PLAIN = AliasSettings("sales", (ADELE,))
# What the server holds of an alias and the portal knows nothing of, or does not set.
UNSEEN = {
    "displayName": "<b>\"Sales\"</b> & 'Co'",
    "description": "made in 2019",
    "enableForXmpp": True,
    "isEnabled": False,
    "includeAllDomainUsers": True,
}
READ = "settings/domain/alias/"
CREATE = "settings/domain/alias-put"
CHANGE = "settings/domain/alias"
DELETE = "settings/domain/alias-delete"
DELETE_ANY = "settings/domain/account-list-delete"
OPTIONS = {"may_send": "allowSending", "hide_from_gal": "hideFromGAL", "internal_only": "internalOnly"}
CHANGES = {
    "create": (CREATE, lambda domain: domain.create_alias(replace(PLAIN, name="support"))),
    "change": (CHANGE, lambda domain: domain.change_alias("sales", may_send=True)),
    "delete": (DELETE, lambda domain: domain.delete_alias("sales")),
}
each_build = pytest.mark.parametrize("build", BUILDS)
each_change = pytest.mark.parametrize(("path", "change"), CHANGES.values(), ids=CHANGES)


@pytest.fixture
def sales(sandbox, elsewhere) -> None:
    """The alias `sales` leads to Adele; the log of calls is empty."""
    elsewhere.alias("sales@alice.test", ADELE)
    sandbox.clear_log()


def held(sandbox, name: str = "sales") -> dict[str, Any]:
    return sandbox.state("alice.test")["aliases"][name]


def is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def break_at(sandbox, path: str, kind: str, when: str = "before", message: str = "") -> None:
    """Until told otherwise, there alone: a path that is the beginning of others must not break those."""
    whole = [READ, CREATE, DELETE] if path == CHANGE else []
    spared = [{"path": longer, "kind": "slow", "when": when} for longer in whole]
    sandbox.faults(*spared, {"path": path, "kind": kind, "when": when, "message": message})


@each_build
def test_an_alias_lives_its_whole_life_on_every_build(sandbox, alice, build) -> None:
    sandbox.build(build)

    alice.create_alias(SALES)
    made = alice.alias("sales")
    alice.change_alias("sales", targets=["y@example.net"], may_send=False, hide_from_gal=False, internal_only=False)
    changed = alice.alias("sales")
    listed = {alias.name for alias in alice.aliases() if alias.everyone}
    alice.delete_alias("sales")

    assert made == SALES
    assert changed == AliasSettings("sales", ("y@example.net",), everyone=True)
    assert listed == {"sales"}
    assert "sales" not in {alias.name for alias in alice.aliases()}


@pytest.mark.parametrize("option", [*OPTIONS, "everyone"])
def test_each_option_is_set_alone_when_an_alias_is_created(alice, option) -> None:
    wanted = replace(PLAIN, **{option: True})

    alice.create_alias(wanted)

    assert alice.alias("sales") == wanted


def test_an_alias_can_be_created_disabled(alice) -> None:
    alice.create_alias(replace(PLAIN, enabled=False))

    assert alice.alias("sales").enabled is False


def test_an_alias_to_everyone_needs_no_targets(alice) -> None:
    alice.create_alias(AliasSettings("all", (), everyone=True))

    assert alice.alias("all") == AliasSettings("all", (), everyone=True)


def test_an_alias_without_targets_is_refused(alice) -> None:
    with pytest.raises(Refused):
        alice.create_alias(AliasSettings("sales", ()))


def test_an_alias_is_created_in_lower_case(sandbox, alice) -> None:
    alice.create_alias(replace(PLAIN, name="SALES"))

    assert held(sandbox)["name"] == "sales"


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("before", [False, True])
def test_a_change_of_one_option_leaves_all_the_rest_alone(sandbox, alice, elsewhere, option, before) -> None:
    elsewhere.alias(
        "Sales@alice.test", "Adele.Arnaud", "X@Example.NET", **UNSEEN | dict.fromkeys(OPTIONS.values(), before)
    )
    original = held(sandbox)

    alice.change_alias("sales", **{option: not before})

    assert held(sandbox) == original | {OPTIONS[option]: not before}


def test_a_change_of_the_targets_leaves_all_the_rest_alone(sandbox, alice, elsewhere) -> None:
    elsewhere.alias("Sales@alice.test", ADELE, **UNSEEN | dict.fromkeys(OPTIONS.values(), True))
    original = held(sandbox)

    alice.change_alias("sales", targets=("y@example.net", ADELE))

    assert held(sandbox) == original | {"aliasTargetList": ["y@example.net", ADELE]}


def test_targets_can_be_emptied_where_an_alias_leads_to_everyone(alice, elsewhere) -> None:
    elsewhere.alias("all@alice.test", ADELE, everyone=True)

    alice.change_alias("all", targets=[])

    assert alice.alias("all") == AliasSettings("all", (), everyone=True)


@pytest.mark.usefixtures("sales")
def test_the_last_target_is_not_taken_away(alice) -> None:
    with pytest.raises(Refused):
        alice.change_alias("sales", targets=[])

    assert alice.alias("sales") == PLAIN


@pytest.mark.usefixtures("sales")
def test_changing_nothing_of_an_alias_asks_nothing(sandbox, alice) -> None:
    alice.change_alias("sales")

    assert sandbox.calls() == []


@pytest.mark.parametrize("written", ["sales", "Sales", "SALES"])
def test_the_case_of_a_name_makes_no_difference(sandbox, alice, elsewhere, written) -> None:
    elsewhere.alias("SaleS@alice.test", ADELE)

    read = alice.alias(written)
    alice.change_alias(written, may_send=True)
    changed = held(sandbox)
    alice.delete_alias(written)

    assert read == PLAIN
    assert (changed["name"], changed["allowSending"]) == ("SaleS", True)
    assert "sales" not in sandbox.state("alice.test")["aliases"]


def test_targets_are_whole_in_lower_case_and_named_once(alice, elsewhere) -> None:
    elsewhere.alias("sales@alice.test", "Adele.Arnaud", "X@Example.NET", ADELE, " x@example.net ")

    assert alice.alias("sales").targets == (ADELE, "x@example.net")


@pytest.mark.parametrize("name", ["o'brien", "r&d", "news+paris", "100%", "a#b", "s=t", "n" * 64, "a.b-c_d"])
def test_a_name_with_unusual_characters_lives_its_whole_life(alice, name) -> None:
    alice.create_alias(replace(SALES, name=name))
    alice.change_alias(name, may_send=False)
    changed = alice.alias(name)
    alice.delete_alias(name)

    assert changed == replace(SALES, name=name, may_send=False)
    with pytest.raises(NotFound):
        alice.alias(name)


@pytest.mark.parametrize("name", ['a"b', "<b>", "two words", "n" * 65, ""])
def test_a_name_that_cannot_be_is_refused(sandbox, alice, name) -> None:
    with pytest.raises(Refused):
        alice.create_alias(replace(PLAIN, name=name))

    assert len(sandbox.state("alice.test")["aliases"]) == 2


@pytest.mark.parametrize("target", ["o'brien+news@example.net", '"<b>&"@example.net', "münchen@exämple.net"])
def test_a_target_with_unusual_characters_is_not_mangled(alice, target) -> None:
    alice.create_alias(replace(PLAIN, targets=(target,)))

    assert alice.alias("sales").targets == (target,)


def test_a_name_that_begins_or_ends_another_is_never_mistaken_for_it(sandbox, alice, elsewhere) -> None:
    for number, name in enumerate(("my-info", "info-paris", "info", "infos")):
        elsewhere.alias(f"{name}@alice.test", f"{number}@example.net")

    read = alice.alias("info")
    alice.change_alias("info", targets=["new@example.net"])
    alice.delete_alias("info")

    left = {name: alias["aliasTargetList"] for name, alias in sandbox.state("alice.test")["aliases"].items()}
    assert read.targets == ("2@example.net",)
    assert left.keys() >= {"my-info", "info-paris", "infos"}
    assert ["new@example.net"] not in left.values()
    with pytest.raises(NotFound):
        alice.alias("inf")


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
@pytest.mark.parametrize("name", ["adele.arnaud", "Adele.ARNAUD", "sales", "SALES"])
def test_the_name_of_a_mailbox_or_an_alias_is_taken(sandbox, alice, build, name) -> None:
    sandbox.build(build)

    with pytest.raises(NameTaken):
        alice.create_alias(AliasSettings(name, ("x@example.net",)))

    assert held(sandbox)["aliasTargetList"] == [ADELE]


def test_the_servers_limit_of_aliases_is_told_apart(alice, elsewhere) -> None:
    elsewhere.settings("alice.test", maxAliases=2)

    with pytest.raises(LimitReached):
        alice.create_alias(PLAIN)


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
def test_a_missing_alias_is_not_found_by_any_operation(sandbox, alice, build) -> None:
    sandbox.build(build)

    for operation in (
        lambda: alice.alias("nobody"),
        lambda: alice.change_alias("nobody", may_send=True),
        lambda: alice.delete_alias("nobody"),
    ):
        with pytest.raises(NotFound):
            operation()


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
@pytest.mark.parametrize("lacks", ["nothing", DELETE])
def test_deleting_an_alias_never_takes_a_mailbox_of_that_name(sandbox, alice, build, lacks) -> None:
    sandbox.build(build)
    sandbox.faults({"path": lacks, "kind": "404"})

    with pytest.raises(NotFound):
        alice.delete_alias("adele.arnaud")

    assert "adele.arnaud" in sandbox.state("alice.test")["users"]
    assert not [path for path in operations(sandbox) if is_at(path, DELETE) or is_at(path, DELETE_ANY)]


@pytest.mark.usefixtures("sales")
def test_a_build_without_the_alias_deletion_deletes_by_the_other_call(sandbox, alice) -> None:
    break_at(sandbox, DELETE, "404")

    alice.delete_alias("sales")

    assert "sales" not in sandbox.state("alice.test")["aliases"]


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "404"])
@pytest.mark.parametrize("ask", [CHANGES["change"][1], CHANGES["delete"][1]], ids=["change", "delete"])
def test_nothing_is_changed_over_an_alias_that_could_not_be_read(sandbox, alice, kind, ask) -> None:
    break_at(sandbox, READ, kind)

    with pytest.raises(Unreachable):
        ask(alice)

    assert {path.removesuffix("sales") for path in operations(sandbox)} == {READ}


@pytest.mark.usefixtures("sales")
def test_a_deletion_whose_answer_was_lost_is_found_done_when_repeated(sandbox, alice) -> None:
    sandbox.faults({"path": DELETE, "kind": "down", "when": "after", "times": 1})
    with pytest.raises(Unreachable):
        alice.delete_alias("sales")

    with pytest.raises(NotFound):
        alice.delete_alias("sales")


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "401"])
def test_an_alias_that_could_not_be_read_is_unknown(sandbox, alice, kind) -> None:
    break_at(sandbox, READ, kind)

    with pytest.raises(Unreachable):
        alice.alias("sales")


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_an_alias_that_may_not_be_read_is_refused(sandbox, alice, kind) -> None:
    break_at(sandbox, READ, kind)

    with pytest.raises(Refused):
        alice.alias("sales")


@pytest.mark.usefixtures("sales")
def test_an_alias_is_read_although_the_first_answer_was_lost(sandbox, alice) -> None:
    sandbox.faults({"path": READ, "kind": "down", "times": 1})

    assert alice.alias("sales") == PLAIN


@pytest.mark.usefixtures("sales")
@each_change
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_change_of_an_alias_whose_answer_was_lost_is_unknown_and_sent_once(
    sandbox, alice, path, change, kind, when
) -> None:
    break_at(sandbox, path, kind, when)
    before = sandbox.state("alice.test")["aliases"]

    with pytest.raises(Unreachable):
        change(alice)

    assert len([asked for asked in operations(sandbox) if is_at(asked, path) and not asked.startswith(READ)]) == 1
    assert (sandbox.state("alice.test")["aliases"] == before) is (when == "before")


@pytest.mark.usefixtures("sales")
@each_change
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_change_of_an_alias_is_refused(sandbox, alice, path, change, kind) -> None:
    break_at(sandbox, path, kind, message="NOT_NOW")

    with pytest.raises(Refused):
        change(alice)


@pytest.mark.usefixtures("sales")
@each_change
def test_a_change_of_an_alias_over_an_ended_token_is_done(sandbox, alice, path, change) -> None:
    alice.change_alias("sales", hide_from_gal=True)
    before = sandbox.state("alice.test")["aliases"]
    sandbox.expire_tokens()

    change(alice)

    assert sandbox.state("alice.test")["aliases"] != before


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda domain: domain.alias("sales"), [f"{READ}sales"]),
        (CHANGES["create"][1], [CREATE]),
        (CHANGES["change"][1], [f"{READ}sales", CHANGE]),
        (CHANGES["delete"][1], [f"{READ}sales", f"{DELETE}/sales"]),
    ],
    ids=["read", "create", "change", "delete"],
)
def test_an_operation_on_an_alias_costs_these_calls(sandbox, alice, ask, expected) -> None:
    ask(alice)

    assert operations(sandbox) == expected


def script(scripted, name: str = "sales", **alias: Any) -> None:
    """The answer to a read of `sales`; changes succeed."""
    scripted.answers[f"{READ}sales"] = (200, {"success": True, "alias": {"name": name, **alias}})
    for path in (CHANGE, f"{DELETE}/sales"):
        scripted.answers[path] = (200, {"success": True})


def sent(scripted) -> list[Any]:
    return [json.loads(body)["alias"] for path, _, body in scripted.seen if path == CHANGE]


def test_null_targets_of_an_alias_are_none(scripted, scripted_alice) -> None:
    script(scripted, aliasTargetList=None)

    assert scripted_alice.alias("sales") == AliasSettings("sales", ())


def test_empty_and_null_entries_are_no_targets(scripted, scripted_alice) -> None:
    script(scripted, aliasTargetList=["", None, ADELE])

    assert scripted_alice.alias("sales").targets == (ADELE,)


def test_an_alias_to_everyone_is_read_without_targets(scripted, scripted_alice) -> None:
    script(scripted, includeAllDomainUsers=True)

    assert scripted_alice.alias("sales") == AliasSettings("sales", (), everyone=True)


@pytest.mark.parametrize("targets", [{}, {"aliasTargetList": ADELE}, {"aliasTargetList": {}}])
def test_an_alias_whose_targets_are_not_told_is_neither_shown_nor_overwritten(
    scripted, scripted_alice, targets
) -> None:
    script(scripted, **targets)

    with pytest.raises(Unreachable):
        scripted_alice.alias("sales")
    with pytest.raises(Unreachable):
        scripted_alice.change_alias("sales", may_send=True)
    assert sent(scripted) == []


@pytest.mark.parametrize("name", ["sales-paris", "sales@bob.test", "", None])
@pytest.mark.parametrize("operation", ["alias", "change_alias", "delete_alias"])
def test_an_answer_about_another_alias_is_believed_by_no_operation(scripted, scripted_alice, name, operation) -> None:
    script(scripted, name, aliasTargetList=[ADELE])
    given = {"may_send": True} if operation == "change_alias" else {}

    with pytest.raises(Unreachable):
        getattr(scripted_alice, operation)("sales", **given)

    assert scripted.paths()[-1] == f"{READ}sales"


def test_fields_of_a_later_build_are_sent_back_as_they_came(scripted, scripted_alice) -> None:
    later = {"autoReply": {"on": True, "texts": ["<é>", None]}, "quota": 1.5}
    script(scripted, aliasTargetList=None, **later)

    scripted_alice.change_alias("sales", targets=[ADELE])

    assert sent(scripted) == [{"name": "sales", "aliasTargetList": [ADELE], **later}]


@pytest.mark.parametrize("operation", ["change_alias", "delete_alias"])
def test_what_a_change_reads_first_it_reads_with_the_domains_own_token(scripted, scripted_alice, operation) -> None:
    script(scripted, aliasTargetList=[ADELE])
    given = {"may_send": True} if operation == "change_alias" else {}

    getattr(scripted_alice, operation)("sales", **given)

    tokens = {headers["Authorization"] for path, headers, _ in scripted.seen if path.startswith(CHANGE)}
    assert tokens == {"Bearer entered"}
