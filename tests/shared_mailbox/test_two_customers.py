"""Alice and Bob on one shared domain: whatever both do, each has what a simple record says, and others keep theirs."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal import shared_mailbox
from portal.mail import Refused
from portal.shared_mailbox import Holder, mending
from tests.shared_world import DOMAIN, SharedWorld

NAMES = ["one", "two", "three", "alias00001", "list00001"]
TAKEN = {"alias00001", "list00001"}
TARGETS = [f"alice@{DOMAIN}", f"bob@{DOMAIN}", "x@elsewhere.test"]
ROOM = 2
WHO = {"alice": ("northwind", 301), "bob": ("harbour", 401)}
# Alice may lead mail anywhere, Bob may not.
PLANS = {
    "alice": {"external_forwards": "on", "max_aliases": str(ROOM), "max_lists": "0"},
    "bob": {"external_forwards": "off", "max_aliases": "0", "max_lists": str(ROOM)},
}

who, names, targets = st.sampled_from([*WHO]), st.sampled_from(NAMES), st.sampled_from(TARGETS)


class TwoCustomers(RuleBasedStateMachine):
    """`aliases` and `lists` are the record: by name whose it is, and where it leads."""

    world: SharedWorld

    @initialize()
    def begin(self) -> None:
        for slug, svc in WHO.values():
            holder = self.world.holder(slug, svc)
            mending.remove_all(holder.mail, holder.service, "alias")
            mending.remove_all(holder.mail, holder.service, "list")
        self.aliases: dict[str, tuple[str, str]] = {}
        self.lists: dict[str, tuple[str, list[str]]] = {}
        self.others = self._others()

    def _others(self) -> Any:
        state = self.world.everything
        mine = set(NAMES) - TAKEN
        return {
            kind: {name: held for name, held in state[kind].items() if name not in mine}
            for kind in ("mailboxes", "aliases", "lists")
        }

    def holder(self, whose: str) -> Holder:
        return self.world.holder(*WHO[whose], **PLANS[whose])

    def said(self, act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as error:
            return type(error).__name__
        return "done"

    def refusal(self, whose: str, target: str | None) -> str | None:
        return "External" if target and target.endswith("elsewhere.test") and whose == "bob" else None

    def is_taken(self, name: str) -> bool:
        return name in TAKEN or name in self.aliases or name in self.lists

    def count(self, kind: dict[str, Any], whose: str) -> int:
        return sum(held[0] == whose for held in kind.values())

    @rule(whose=who, name=names, to=targets)
    def add_alias(self, whose: str, name: str, to: str) -> None:
        said = self.said(lambda: shared_mailbox.add_alias(self.holder(whose), name, to))

        if refusal := self.refusal(whose, to):
            assert said == refusal
        elif self.aliases.get(name) == (whose, to):
            assert said == "done"
        elif self.aliases.get(name, ("",))[0] == whose or self.lists.get(name, ("",))[0] == whose:
            assert said == "NameTaken"
        elif whose == "alice" and self.count(self.aliases, whose) >= ROOM:
            assert said in ("PlanFull", "NameTaken")
        elif self.is_taken(name):
            assert said == "NameTaken"
        else:
            assert said == "done"
            self.aliases[name] = (whose, to)

    @rule(whose=who, name=names, to=targets)
    def change_alias(self, whose: str, name: str, to: str) -> None:
        said = self.said(lambda: shared_mailbox.change_alias(self.holder(whose), name, to))

        if refusal := self.refusal(whose, to):
            assert said == refusal
        elif self.aliases.get(name, ("",))[0] != whose:
            assert said == "NotFound"
        else:
            assert said == "done"
            self.aliases[name] = (whose, to)

    @rule(whose=who, name=names)
    def remove_alias(self, whose: str, name: str) -> None:
        said = self.said(lambda: shared_mailbox.remove_alias(self.holder(whose), name))

        mine = self.aliases.get(name, ("",))[0] == whose
        assert said == ("done" if mine else "NotFound")
        if mine:
            del self.aliases[name]

    @rule(whose=who, name=names)
    def create_list(self, whose: str, name: str) -> None:
        said = self.said(lambda: shared_mailbox.create_list(self.holder(whose), name))

        if self.lists.get(name, ("",))[0] == whose:
            assert said == "done"
        elif self.aliases.get(name, ("",))[0] == whose:
            assert said == "NameTaken"
        elif whose == "bob" and self.count(self.lists, whose) >= ROOM:
            assert said in ("PlanFull", "NameTaken")
        elif self.is_taken(name):
            assert said == "NameTaken"
        else:
            assert said == "done"
            self.lists[name] = (whose, [])

    @rule(whose=who, name=names)
    def delete_list(self, whose: str, name: str) -> None:
        said = self.said(lambda: shared_mailbox.delete_list(self.holder(whose), name))

        mine = self.lists.get(name, ("",))[0] == whose
        assert said == ("done" if mine else "NotFound")
        if mine:
            del self.lists[name]

    @rule(whose=who, name=names, member=targets)
    def add_member(self, whose: str, name: str, member: str) -> None:
        said = self.said(lambda: shared_mailbox.add_member(self.holder(whose), name, member))

        if self.lists.get(name, ("",))[0] != whose:
            assert said == "NotFound"
        elif refusal := self.refusal(whose, member):
            assert said == refusal
        else:
            assert said == "done"
            members = self.lists[name][1]
            members += [] if member in members else [member]

    @rule(whose=who, name=names, member=targets)
    def remove_member(self, whose: str, name: str, member: str) -> None:
        said = self.said(lambda: shared_mailbox.remove_member(self.holder(whose), name, member))

        mine = self.lists.get(name, ("",))[0] == whose
        assert said == ("done" if mine else "NotFound")
        if mine and member in self.lists[name][1]:
            self.lists[name][1].remove(member)

    @rule(whose=who, name=names)
    def lose_and_mend(self, whose: str, name: str) -> None:
        """Somebody removes it in the vendor's panel, and its customer has it made again."""
        held = self.aliases.get(name) or self.lists.get(name)
        if held is None or held[0] != whose:
            return
        self.world.mail.remove(DOMAIN, name)

        done = shared_mailbox.mend(self.holder(whose))

        assert done == {f"{name}@{DOMAIN}": None}

    @rule(whose=who)
    def suspend_and_unsuspend(self, whose: str) -> None:
        holder = self.holder(whose)
        mending.park(holder.mail, holder.service)
        left = {**self.world.aliases, **{name: ",".join(members) for name, members in self.world.lists.items()}}

        mending.restore(holder.mail, holder.service)

        mine = [name for held in (self.aliases, self.lists) for name, one in held.items() if one[0] == whose]
        assert not any("elsewhere" in left.get(name, "") for name in mine)

    @invariant()
    def each_sees_their_own_as_it_is(self) -> None:
        for whose in WHO:
            holder = self.holder(whose)
            aliases, lists = shared_mailbox.aliases(holder), shared_mailbox.lists(holder)
            mine = {f"{name}@{DOMAIN}": target for name, (one, target) in self.aliases.items() if one == whose}
            assert {alias.address: alias.targets[0] for alias in aliases.present} == mine
            assert set(lists.present) == {f"{name}@{DOMAIN}" for name, (one, _m) in self.lists.items() if one == whose}
            assert (list(aliases.missing), list(lists.missing)) == ([], [])
        for name, (_one, members) in self.lists.items():
            assert sorted(self.world.lists[name]) == sorted(members)

    @invariant()
    def what_others_have_is_as_it_was(self) -> None:
        assert self._others() == self.others


def test_whatever_both_do_each_has_their_own_and_others_keep_theirs(world: SharedWorld) -> None:
    class Both(TwoCustomers):
        pass

    Both.world = world

    run_state_machine_as_test(
        Both,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=[*HealthCheck],
        ),
    )
