"""What the DNS of a domain is expected to hold for its mail: by the service's plan and its mail server's record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from portal.dkim_state import Findings
from portal.dkim_verification import judge_keys
from portal.dns import Answers, Finding, Note, Pending, Verdict, autodiscover, dmarc, mx, spf
from portal.mail import Dkim
from portal.plan import NotConfigured, Plan
from portal.store.servers import MailServer

T = TypeVar("T")

# The records besides DKIM, whose keys the mail server has to be asked for.
BY_PLAN = ("mx", "spf", "dmarc", "autodiscover")
RECORDS = ("mx", "spf", "dkim", "dmarc", "autodiscover")


@dataclass(frozen=True, slots=True)
class Judge(Generic[T]):
    """A judge with all that it expects. Equal ones say the same of the same answers."""

    function: Callable[..., T]
    expected: tuple[Any, ...]

    def __call__(self, answers: Answers) -> T:
        return self.function(answers, *self.expected)


def judge(record: str, domain: str, plan: Plan, server: MailServer | None) -> Judge[Finding]:
    """Judges one of `BY_PLAN`. Raise NotConfigured when the setting it needs has no meaning."""
    if server is None:
        raise NotConfigured("server", "", "a mail server")
    match record:
        case "mx":
            return Judge(mx.judge, (domain, tuple(server.mx_hosts)))
        case "spf":
            return Judge(spf.judge, (domain, plan.spf_primary, plan.spf_secondary))
        case "dmarc":
            if not plan.check_dmarc:
                return Judge(_certain, (Verdict.OFF, "not-asked"))
            return Judge(dmarc.judge, (domain, plan.dmarc_rua, plan.dmarc_policy))
        case "autodiscover":
            host, srv_host = plan.autodiscover_host or server.mail_host, plan.autodiscover_srv or server.mail_host
            return Judge(autodiscover.judge, (domain, host, srv_host))
    raise ValueError(record)


def judges(domain: str, plan: Plan, server: MailServer | None) -> Mapping[str, Judge[Finding]]:
    """Judges all of `BY_PLAN`; of what the seller has to put right first, that record alone is unknown."""
    found = {}
    for record in BY_PLAN:
        try:
            found[record] = judge(record, domain, plan, server)
        except NotConfigured:
            found[record] = Judge(_certain, (Verdict.UNKNOWN, "not-configured"))
    return found


def of_keys(domain: str, dkim: Dkim) -> Judge[Findings]:
    """Judges the DKIM keys of a domain."""
    return Judge(judge_keys, (domain, dkim))


def together(judges: Mapping[str, Judge[Any]]) -> Judge[Mapping[str, Any]]:
    """One judge for several, which look beside one another."""
    return Judge(_all, tuple(judges.items()))


def _all(answers: Answers, *judges: tuple[str, Judge[Any]]) -> Mapping[str, Any]:
    found, pending = {}, None
    for name, judge in judges:
        try:
            found[name] = judge(answers)
        except Pending as error:
            pending = error
    if pending is not None:
        raise pending
    return found


def _certain(_answers: Answers, verdict: Verdict, code: str) -> Finding:
    return Finding(verdict, Note(code))
