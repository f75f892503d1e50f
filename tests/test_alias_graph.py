"""The operations on aliases against a model of them: a dictionary of targets by name."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import alias_graph
from portal.mail import Alias, AliasSettings
from portal.mail.smartermail import SmarterMail
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.sandbox.control import Running

MAILBOXES = ("alice@alice.test", "carol@alice.test", "info@alice.test")
NAMES = ("sales", "team")
ELSEWHERE = "x@example.net"

Model = dict[str, set[str]]

steps = st.lists(
    st.tuples(st.sampled_from(["attach", "detach"]), st.sampled_from(NAMES), st.sampled_from(MAILBOXES)), max_size=8
)


@pytest.fixture
def domain(mail: Running) -> Iterator[SmarterMailDomain]:
    server = SmarterMail(mail.url, mail.username, mail.password)
    yield server.domain("alice.test")
    server.close()


def attach(model: Model, name: str, address: str) -> None:
    model.setdefault(name, set()).add(address)


def detach(model: Model, name: str, address: str) -> None:
    model.get(name, set()).discard(address)
    if not model.get(name, {ELSEWHERE}):
        del model[name]


def held(domain: SmarterMailDomain) -> Model:
    return {alias.name: set(alias.targets) for alias in domain.aliases()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, shared=st.booleans(), leaves=st.sampled_from(MAILBOXES))
def test_aliases_are_what_the_model_says_and_none_leads_nowhere(
    mail: Running, domain: SmarterMailDomain, steps: list[tuple[str, str, str]], shared: bool, leaves: str
) -> None:
    for alias in domain.aliases():
        domain.delete_alias(alias.name)
    model: Model = {"team": {ELSEWHERE}} if shared else {}
    if shared:
        domain.create_alias(AliasSettings("team", (ELSEWHERE,)))

    for operation, name, address in steps:
        {"attach": alias_graph.attach, "detach": alias_graph.detach}[operation](domain, name, address)
        {"attach": attach, "detach": detach}[operation](model, name, address)
    left = alias_graph.left_by(domain.aliases(), leaves)
    for name in (*left.go, *left.stay):
        alias_graph.detach(domain, name, leaves)
    for name in NAMES:
        detach(model, name, leaves)

    found = held(domain)
    assert found == model
    assert all(targets for targets in found.values())
    assert set(left.stay) <= found.keys()
    assert not set(left.go) & found.keys()


def test_each_operation_may_be_repeated(domain: SmarterMailDomain) -> None:
    for _time in range(2):
        alias_graph.attach(domain, "sales", MAILBOXES[0])
    once = held(domain)
    for _time in range(2):
        alias_graph.detach(domain, "sales", MAILBOXES[0])

    assert once == {"sales": {MAILBOXES[0]}}
    assert held(domain) == {}


def test_an_alias_to_everyone_stays_without_targets(domain: SmarterMailDomain) -> None:
    domain.create_alias(AliasSettings("all", (MAILBOXES[0],), everyone=True))

    alias_graph.detach(domain, "all", MAILBOXES[0])

    assert [(alias.name, alias.targets, alias.everyone) for alias in domain.aliases()] == [("all", (), True)]


def test_what_is_left_by_a_mailbox_is_told_beforehand() -> None:
    aliases = [
        Alias("sole@alice.test", (MAILBOXES[0],)),
        Alias("shared@alice.test", (MAILBOXES[0], ELSEWHERE)),
        Alias("all@alice.test", (MAILBOXES[0],), everyone=True),
        Alias("other@alice.test", (MAILBOXES[1],)),
    ]

    left = alias_graph.left_by(aliases, MAILBOXES[0])

    assert left == alias_graph.Left(go=("sole",), stay=("all", "shared"))
