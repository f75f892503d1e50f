"""What the cards of DNS records do alike: show what is known, look in the background, and look again when asked to."""

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint, Response, abort, current_app, g, request, url_for

from portal import current, deliverability, dkim_card, domain_aliases, domains, htmx
from portal.auth import for_readers
from portal.deliverability import Judge
from portal.dns import Finding, Verdict, providers
from portal.dns.lookup import Looked
from portal.dns.providers import Zone
from portal.dns.shares import Shares
from portal.dns.steps import guides
from portal.mail import Dkim, MailError
from portal.plan import NotConfigured
from portal.security import limiter

T = TypeVar("T")

# How long a card waits for DNS, in seconds. The dashboard does not.
PATIENCE = 0.2
# Whoever has just changed something waits for what came of it.
AFTER_AN_ACT = 2
# Longer than any look takes: for whoever asked for one, and for files.
LONGEST_LOOK = 10
# Requests of this process that may wait so long at a time, each with a thread, and how many of one client.
WAITING = Shares(10, 6)
# A card whose record is not as it should be looks again by itself for so many seconds.
LOOK_FOR = 600
# A card that is still being looked up asks for the end of it this often, so many times.
ASK_AGAIN = 1
ASKS = 20

SETTLED = (Verdict.OK, Verdict.OFF)
# Nothing is to be entered where DNS could not be asked what it holds.
NOTHING_TO_DO = (*SETTLED, Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Place:
    """The domain that a card is about, and those that it could be about. `domains` is None where they are not known."""

    domain: str
    is_alias: bool
    domains: Sequence[str] | None

    @property
    def query(self) -> dict[str, str]:
        """What picks it in an address."""
        return {"domain": self.domain} if self.is_alias else {}


class State(NamedTuple):
    """What is known of a record; `finding` is None while it is being looked up. `state`: of DKIM."""

    finding: Finding | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Where and when a card shows itself once more, in seconds."""

    url: str
    delay: int


def place() -> Place:
    """What `?domain=` picks: the service's own domain or one of its domain aliases. What is not theirs is a 404."""
    own = current.domain()
    wanted = request.values.get("domain", "")
    asked = domains.normal(wanted) if wanted else own
    names: list[str] | None = []
    if asked != own or domain_aliases.maximum():
        try:
            names = sorted(current.domain_aliases())
        except MailError:
            if asked != own:
                raise
            names = None
    if asked != own and asked not in (names or ()):
        abort(404)
    return Place(asked, asked != own, None if names is None else [own, *names])


def own_domain() -> Place:
    """The service's own domain, without asking anybody for the others."""
    return Place(current.domain(), False, [])


def blueprint(record: str, card: Callable[[], Response]) -> Blueprint:
    """The addresses of a record's card: its page, its state alone, and a check, each of which `card` answers."""
    bp = Blueprint(record, __name__, url_prefix=f"/{record}")
    bp.add_url_rule("", "show", card)
    bp.add_url_rule("/status", "status", card)

    @bp.post("/check")
    @for_readers
    def check() -> Response:
        with limited():
            return card()

    return bp


def by_plan(record: str) -> Response:
    """The card of a record that the plan alone decides."""
    where = place()
    looked = look(expected(record, where.domain))
    return answer(record, where, looked, looked.value if looked else None)


def expected(record: str, domain: str) -> Judge[Finding]:
    """Judges the record by this service's plan and mail server.

    Raise NotConfigured where a setting has no meaning; the state alone is unknown then.
    """
    plan, server = current.plan(), current.service().server
    if is_state(record):
        return deliverability.judges(domain, plan, server)[record]
    return deliverability.judge(record, domain, plan, server)


def look(judge: Judge[T], *, patience: float = PATIENCE) -> Looked[T] | None:
    """What `judge` says of what is known; None while that is being looked up. A check waits for a live look."""
    if (request.endpoint or "").endswith(".check"):
        looked = current.dns().look(judge, judge, patience=LONGEST_LOOK, since=time.time(), live=True, holder=client())
        return looked or abort(429)  # too much else is being looked up; what was seen before is no check
    # Who comes for the end of a look is given that one: it began with the turn.
    since = time.time() - look_again() + 1 - 2 * ASK_AGAIN * count("asked") if count("turn") else 0
    if request.method == "POST":
        patience = max(patience, AFTER_AN_ACT)
    return current.dns().look(judge, judge, patience=patience, since=since, holder=client())


def look_at_all(where: Place, *, patience: float = PATIENCE) -> Mapping[str, State]:
    """Every record of the domain at once."""
    judges = deliverability.judges(where.domain, current.plan(), current.service().server)
    keys = None
    if not where.is_alias:
        with suppress(MailError, NotConfigured):
            keys = current.dkim()
    of_keys = deliverability.of_keys(where.domain, keys or Dkim())
    looked = look(deliverability.together({**judges, "keys": of_keys}), patience=patience)
    states = {record: State(looked.value[record] if looked else None) for record in judges}
    if keys is None:
        states["dkim"] = State(dkim_card.ALIAS if where.is_alias else dkim_card.NOT_ANSWERED)
    else:
        stand = dkim_card.stand(keys, looked.value["keys"]) if looked else None
        states["dkim"] = State(stand.finding, stand.state) if stand else State(None)
    return {record: states[record] for record in deliverability.RECORDS}


def answer(
    record: str,
    where: Place,
    looked: Looked[Any] | None,
    finding: Finding | None,
    *,
    state: str = "",
    waits: bool = False,
    status: int = 200,
    **more: Any,
) -> Response:
    """The record's page, or its state alone where that was asked for.

    `state`: of DKIM. `waits`: a record has still to be published, even if the finding is good.
    """
    only_state = is_state(record)
    later = again(f"{record}.{'status' if only_state else 'show'}", where, [finding], settled=not waits)
    if later and finding is None and is_shown():
        return unchanged(later, f"state-{record}" if only_state else record)
    around = Zone(where.domain, None) if only_state else zone(where.domain)
    to_do = finding is not None and (waits or finding.verdict not in NOTHING_TO_DO)
    return htmx.card(
        "cards/dns_state.html" if only_state else f"cards/{record}.html",
        status,
        zone=around.name,
        record=record,
        where=where,
        finding=finding,
        state=state,
        looked_at=looked.looked_at if looked else None,
        again=later,
        guides=guides(around, finding.publish, finding.replacing) if finding and to_do and finding.publish else (),
        **more,
    )


def is_shown() -> bool:
    """Whether the card stands on the page already, with what was found before, and only looks again by itself."""
    return count("turn") > 0 and request.headers.get("X-Portal-Poll") == "1"


def unchanged(later: Again, target: str) -> Response:
    """The card stays as it is until something is found; it only asks again."""
    last = request.args.get("last", "")
    answer = htmx.card("cards/dns_again.html", again=later, target=target)
    return htmx.in_place_of(answer, f"#again-{last}") if last.isalnum() else answer


def is_state(record: str) -> bool:
    """Whether the record's state alone was asked for."""
    return request.endpoint == f"{record}.status"


def again(endpoint: str, where: Place, findings: Sequence[Finding | None], *, settled: bool = True) -> Again | None:
    """When a card shows itself once more: soon while something is looked up, later while something is not right."""
    turns, asks = count("turn"), count("asked")
    if None in findings:
        counts, delay, ends = {"turn": turns, "asked": asks + 1}, ASK_AGAIN, asks >= ASKS
    else:
        counts, delay, ends = {"turn": turns + 1}, look_again(), turns * look_again() >= LOOK_FOR
        ends = ends or (settled and all(finding and finding.verdict in SETTLED for finding in findings))
    values: dict[str, Any] = {**where.query, **counts, "last": g.request_id}
    return None if ends else Again(url_for(endpoint, **values), delay)


def zone(domain: str, *, patience: float = PATIENCE) -> Zone:
    """The zone that the domain's records lie in, and who runs it, as far as that is known."""
    judge = Judge(providers.judge, (domain,))
    looked = current.dns().look(judge, judge, patience=patience, holder=client())
    return looked.value if looked else Zone(domain, None)


@contextmanager
def limited() -> Iterator[None]:
    """So many live looks of a service are enough for anybody."""
    key = f"dns-check:{current.service().id}"
    with limiter.limit("60 per minute", key_func=lambda: key), waiting():
        yield


@contextmanager
def waiting() -> Iterator[None]:
    """Wait for DNS as long as a look takes: how long that is, is up to whoever runs the customer's name servers."""
    holder = client()
    if not WAITING.take(holder):
        abort(429)
    try:
        yield
    finally:
        WAITING.give_back(holder)


def client() -> Hashable:
    """Whose looks these are: a client of WHMCS, however many services they have."""
    return current.tenant().id, current.service().client


def look_again() -> int:
    """How often a card looks again by itself, in seconds."""
    seconds: int = current_app.config["PORTAL_DNS_LOOK_AGAIN"]
    return seconds


def count(name: str) -> int:
    """How often a card has asked for itself already, by what its address says."""
    return max(0, request.args.get(name, 0, type=int))
