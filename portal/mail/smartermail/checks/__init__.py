"""Each assumption about a real SmarterMail as one named check: what is expected, what is seen, what it means.

`reading` changes nothing on the server. `writing` works on a domain that it makes and removes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from portal.mail import PasswordRules
from portal.mail.checks import Check, Seen, check, differs, lacking, noted, ok, run, run_and_remove, told
from portal.mail.smartermail import answers
from portal.mail.smartermail.access import Access
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.mail.smartermail.wire import Answer, Call, get

__all__ = [
    "Check",
    "Seen",
    "Stage",
    "check",
    "differs",
    "lacking",
    "noted",
    "ok",
    "run",
    "run_and_remove",
    "told",
    "variant",
]


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


def variant(stage: Stage, operation: str, *names: str) -> Seen:
    """Which of the known forms of a call this server understood; the first is the one of the newest builds."""
    winner = stage.access.winner(operation)
    if winner is None:
        return differs("none of them")
    return ok(names[0]) if winner == 0 else noted(names[winner])
