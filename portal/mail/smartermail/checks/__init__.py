"""Each assumption about a real SmarterMail as one named check: what is expected, what is seen, what it means.

`reading` changes nothing on the server. `writing` works on a domain that it makes and removes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import quote

from portal.mail import MailError, PasswordRules, Refused
from portal.mail.checked import Checked, Standing
from portal.mail.smartermail import answers
from portal.mail.smartermail.access import Access
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.mail.smartermail.wire import Answer, Call, get

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw."""

    standing: Standing
    text: str


def ok(text: str) -> Seen:
    return Seen(Standing.OK, text)


def noted(text: str) -> Seen:
    return Seen(Standing.NOTED, text)


def differs(text: str) -> Seen:
    return Seen(Standing.DIFFERS, text)


@dataclass(slots=True)
class Stage:
    """Where checks look. `policies`: what the plans of services on this server ask of passwords, by service."""

    access: Access
    username: str
    password: str = field(repr=False)
    domain: SmarterMailDomain
    policies: Mapping[str, PasswordRules] = field(default_factory=dict)
    session: Answer = field(default_factory=dict, repr=False)

    def as_system(self, call: Call) -> Answer:
        return self.access.as_system(call)

    def as_domain(self, call: Call) -> Answer:
        return self.access.as_domain(call, self.domain.name)

    def figures(self) -> Row:
        """`domainData`."""
        what = "read the domain's figures"
        answer = self.as_system(get(what, f"settings/sysadmin/domain/{self.segment}"))
        return answers.row(answer, "domainData", Row, what)

    def settings(self) -> Row:
        """`domainSettings`. They hold secrets: only names of fields, and what a check is about, may go on."""
        what = "read the domain's settings"
        answer = self.as_system(get(what, f"settings/sysadmin/domain-settings/{self.segment}"))
        return answers.row(answer, "domainSettings", Row, what)

    @property
    def segment(self) -> str:
        """The domain in a path."""
        return quote(self.domain.name, safe="")


S = TypeVar("S", bound=Stage)


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    name: str
    expected: str
    means: str
    look: Callable[[S], Seen]


def check(checks: list[Check[S]], name: str, *, expected: str, means: str) -> Callable[[Callable[[S], Seen]], None]:
    """Put the function into the list under that name."""
    return lambda look: checks.append(Check(name, expected, means, look))


def run(checks: Iterable[Check[S]], stage: S) -> Iterator[Checked]:
    for one in checks:
        try:
            seen = one.look(stage)
        except Refused as error:
            seen = differs(f"refused ({error})")
        except MailError as error:
            seen = Seen(Standing.UNKNOWN, f"no usable answer ({error})")
        yield Checked(one.name, seen.standing, one.expected, seen.text, one.means)


def variant(stage: Stage, operation: str, *names: str) -> Seen:
    """Which of the known forms of a call this server understood; the first is the one of the newest builds."""
    winner = stage.access.winner(operation)
    if winner is None:
        return differs("none of them")
    return ok(names[0]) if winner == 0 else noted(names[winner])


def lacking(found: Row, kinds: Mapping[str, type | tuple[type, ...]]) -> list[str]:
    """The fields that are not there, or not of their kind. A yes or no is no number."""
    return [
        name
        for name, kind in kinds.items()
        if not isinstance(found.get(name), kind) or (isinstance(found.get(name), bool) and not holds(kind, bool))
    ]


def holds(kind: type | tuple[type, ...], wanted: type) -> bool:
    return wanted in (kind if isinstance(kind, tuple) else (kind,))


def told(missing: Iterable[str]) -> Seen:
    """All of them, or which are lacking."""
    names = list(missing)
    return differs(f"lacking: {', '.join(names)}") if names else ok("all of them")
