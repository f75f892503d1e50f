"""Alice and Bob at random, by the pages of the portal: each has what a simple record says, and others keep theirs."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.at_once import at_once
from tests.shared_world import DOMAIN, PASSWORD, SharedWorld
from tests.views.pages import says
from tests.views.shared.people import visitor
from tests.world import Visitor

FREE = ["rosen", "tulpen", "iris-7", "nel.ke"]
# Of mailboxes, and of people whom no seller knows.
TAKEN = ["alice", "bob", "adele.arnaud", "alias00001", "list00001"]
NAMES = FREE + TAKEN
SPELLINGS: list[Callable[[str], str]] = [str, str.upper, lambda name: f" {name} ", lambda name: f"{name}@{DOMAIN}"]
AWAY = "x@elsewhere.test"
TARGETS = [f"alice@{DOMAIN}", f"bob@{DOMAIN}", f"rosen@{DOMAIN}", f"list00001@{DOMAIN}", AWAY]
ROOM = 2
WHO = {"alice": ("northwind", 301), "bob": ("harbour", 401)}
# Alice may lead mail anywhere and has two aliases at most, Bob stays in the domain and has two lists at most.
PLANS = {
    "alice": {"external_forwards": "on", "max_aliases": str(ROOM)},
    "bob": {"external_forwards": "off", "max_lists": str(ROOM)},
}
STEPS = 250
TOGETHER = 40


@dataclass
class Thing:
    """An alias or list: whose it is, where it leads, and whether somebody removed it in the vendor's panel."""

    whose: str
    kind: str
    leads_to: list[str]
    lost: bool = False


@dataclass
class Walk:
    world: SharedWorld
    people: dict[str, Visitor]
    dice: random.Random
    things: dict[str, Thing] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=lambda: dict.fromkeys(WHO, PASSWORD))

    def step(self) -> None:
        acts = [self.create, self.create, self.change, self.delete, self.add_member, self.remove_member]
        act = self.dice.choice([*acts, self.lose, self.mend, self.change_password, self.come_uninvited])
        act(self.dice.choice([*WHO]))

    def own(self, who: str, name: str, kind: str) -> Thing | None:
        thing = self.things.get(name)
        return thing if thing is not None and (thing.whose, thing.kind) == (who, kind) else None

    def may(self, who: str, target: str) -> bool:
        return target != AWAY or PLANS[who]["external_forwards"] == "on"

    def count(self, who: str, kind: str) -> int:
        return sum((thing.whose, thing.kind) == (who, kind) for thing in self.things.values())

    def has_room(self, who: str, kind: str) -> bool:
        most = int(PLANS[who].get("max_aliases" if kind == "aliases" else "max_lists", "0"))
        return most == 0 or self.count(who, kind) < most

    def create(self, who: str) -> None:
        name, target = self.dice.choice(NAMES), self.dice.choice(TARGETS)
        kind = self.dice.choice(["aliases", "lists"])
        leads_to = [target] if kind == "aliases" else []

        answer = self.people[who].post(f"{kind}/", {"name": self.dice.choice(SPELLINGS)(name), "destinations": target})

        mine, is_itself = self.own(who, name, kind), target == f"{name}@{DOMAIN}"
        if kind == "aliases" and (not self.may(who, target) or is_itself):
            assert answer.status_code == 422
        elif mine is not None and (kind == "lists" or mine.lost or mine.leads_to == leads_to):
            assert answer.status_code == 200
            mine.lost = False
            mine.leads_to = mine.leads_to if kind == "lists" else leads_to
        elif mine is not None or name == who or (name in self.things and self.things[name].whose == who):
            assert answer.status_code == 422
        elif not self.has_room(who, kind):
            assert answer.status_code == 422
            assert says(answer, "Your plan has no room for another one.")
        elif name in TAKEN or name in self.things:
            assert answer.status_code == 422
            assert says(answer, f"This name cannot be had at {DOMAIN}.")
        else:
            assert answer.status_code == 200
            self.things[name] = Thing(who, kind, leads_to)

    def change(self, who: str) -> None:
        name, target = self.dice.choice(NAMES), self.dice.choice(TARGETS)

        answer = self.people[who].post(f"aliases/{name}@{DOMAIN}", {"destinations": target})

        mine = self.own(who, name, "aliases")
        if mine is None:
            assert answer.status_code == 404
        elif mine.leads_to == [target]:
            assert answer.status_code == 200
        elif mine.lost or not self.may(who, target) or target == f"{name}@{DOMAIN}":
            assert answer.status_code == 422
        else:
            assert answer.status_code == 200
            mine.leads_to = [target]

    def delete(self, who: str) -> None:
        name, kind = self.dice.choice(NAMES), self.dice.choice(["aliases", "lists"])

        answer = self.people[who].post(f"{kind}/{name}@{DOMAIN}/delete")

        mine = self.own(who, name, kind)
        assert answer.status_code == (404 if mine is None else 200)
        if mine is not None:
            del self.things[name]

    def add_member(self, who: str) -> None:
        name, member = self.dice.choice(NAMES), self.dice.choice(TARGETS)

        answer = self.people[who].post(f"lists/{name}@{DOMAIN}/members", {"member": member})

        mine = self.own(who, name, "lists")
        if mine is None or mine.lost:
            assert answer.status_code == 404
        elif not self.may(who, member) or member == f"{name}@{DOMAIN}":
            assert answer.status_code == 422
        else:
            assert answer.status_code == 200
            mine.leads_to += [] if member in mine.leads_to else [member]

    def remove_member(self, who: str) -> None:
        name, member = self.dice.choice(NAMES), self.dice.choice(TARGETS)

        answer = self.people[who].post(f"lists/{name}@{DOMAIN}/members/{member}/delete")

        mine = self.own(who, name, "lists")
        assert answer.status_code == (404 if mine is None or mine.lost else 200)
        if mine is not None and not mine.lost and member in mine.leads_to:
            mine.leads_to.remove(member)

    def lose(self, who: str) -> None:
        held = [name for name, thing in self.things.items() if thing.whose == who and not thing.lost]
        if held:
            name = self.dice.choice(held)
            self.world.mail.remove(DOMAIN, name)
            self.things[name].lost = True

    def mend(self, who: str) -> None:
        answer = self.people[who].post(f"{self.dice.choice(['aliases', 'lists'])}/mend")

        assert answer.status_code == 200
        for thing in self.things.values():
            thing.lost = thing.lost and thing.whose != who

    def change_password(self, who: str) -> None:
        password = f"Str0ng!Word-{self.dice.randrange(10**9)}"

        answer = self.people[who].post("password", {"password": password, "password_again": password})

        assert answer.status_code == 200
        self.passwords[who] = password

    def come_uninvited(self, who: str) -> None:
        """To the other's own address, by the own session."""
        other = next(slug for name, slug in WHO.items() if name != who)
        path = self.dice.choice(["aliases/", "lists/", f"lists/{self.dice.choice(NAMES)}@{DOMAIN}", "history", ""])

        assert self.people[who].get(f"/s/{other[0]}-{other[1]}/{path}").status_code == 404

    def check(self) -> None:
        for who, person in self.people.items():
            for kind in ("aliases", "lists"):
                mine = {name for name in self.things if self.own(who, name, kind)}
                assert shown(person, kind) == mine
                for name in mine:
                    assert person.get(f"{kind}/{name}@{DOMAIN}").status_code == 200
            assert self.world.mail.lets_in(f"{who}@{DOMAIN}", self.passwords[who])
        state = self.world.everything
        there = {name: thing for name, thing in self.things.items() if not thing.lost}
        assert ours(state["aliases"]) == {
            name: thing.leads_to[0] for name, thing in there.items() if thing.kind == "aliases"
        }
        assert {name: sorted(members) for name, members in ours(state["lists"]).items()} == {
            name: sorted(thing.leads_to) for name, thing in there.items() if thing.kind == "lists"
        }


def ours(objects: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in objects.items() if name not in TAKEN and not re.match("alias0|list0", name)}


def others(world: SharedWorld) -> Any:
    """What is Alice's or Bob's left out."""
    state = world.everything
    kinds = ("mailboxes", "aliases", "lists")
    return {kind: {name: held for name, held in state[kind].items() if name not in (*FREE, *WHO)} for kind in kinds}


def shown(person: Visitor, kind: str) -> set[str]:
    """The names on the card."""
    card = person.get(f"{kind}/")
    found = re.findall(r'<tr data-address="([^"@]*)@', card.text)
    assert f'data-used="{len(found)}"' in card.text
    return set(found)


@pytest.fixture
def people(world: SharedWorld) -> dict[str, Visitor]:
    made = {}
    for who, (slug, svc) in WHO.items():
        world.register(slug, svc, f"{who}@{DOMAIN}", **PLANS[who])
        person = {"id": 7, "name": f"{who.title()} Person", "email": f"{who}@example.test"}
        made[who] = visitor(world, slug, svc, who, user=person)
    return made


@pytest.mark.parametrize("seed", range(4))
def test_whatever_both_do_in_the_portal_each_has_their_own_and_others_keep_theirs(
    world: SharedWorld, people: dict[str, Visitor], seed: int
) -> None:
    walk, before = Walk(world, people, random.Random(seed)), others(world)

    for number in range(STEPS):
        walk.step()
        if number % 10 == 9:
            walk.check()

    assert walk.things
    assert others(world) == before
    for who, person in people.items():
        changes = person.get("history").text
        assert [f"{name.title()} Person" in changes for name in WHO] == [name == who for name in WHO]


def test_what_both_do_at_the_same_time_is_one_or_the_others(world: SharedWorld, people: dict[str, Visitor]) -> None:
    before = others(world)

    def act(number: int) -> set[int]:
        dice, person = random.Random(number), [*people.values()][number]
        statuses = set()
        for _ in range(TOGETHER):
            kind, name = dice.choice(["aliases", "lists"]), dice.choice(NAMES)
            path = dice.choice(
                [f"{kind}/", f"{kind}/", f"{kind}/{name}@{DOMAIN}/delete", f"lists/{name}@{DOMAIN}/members"]
            )
            form = {"name": name, "destinations": f"bob@{DOMAIN}", "member": f"alice@{DOMAIN}"}
            statuses.add(person.post(path, form).status_code)
        return statuses

    statuses = at_once(2, act)

    assert statuses[0] | statuses[1] <= {200, 404, 409, 422}
    state = world.everything
    for kind in ("aliases", "lists"):
        hers, his = (shown(person, kind) for person in people.values())
        assert not hers & his
        assert hers | his == ours(state[kind]).keys()
    assert others(world) == before
