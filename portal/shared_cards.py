"""What the cards of aliases and of lists do alike for a mailbox on a shared domain.

What stands there and is another customer's is told apart neither from what nobody can have nor from what is not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from portal import current, htmx, listing, sections, shared_mailbox
from portal.fields import NAME_FAULTS
from portal.mail import LimitReached, MailError, NameTaken, Unreachable
from portal.shared_mailbox import BadAddress, BadName, External, PlanFull
from portal.store import owned
from portal.store.owned import ALIAS
from portal.store.turns import Busy

# What a change can end with that is not what was wanted.
TROUBLES = (MailError, Busy)


@dataclass(frozen=True, slots=True)
class Line:
    """An alias or list of the service. `is_missing`: it should be on the mail server and is not.

    `destinations` of an alias are what the server tells. Of what is missing they are what it is to be made with again.
    """

    address: str
    destinations: tuple[str, ...]
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """What the service has of a kind, by address, and how many places of its plan are taken."""

    by_address: Mapping[str, Line]
    used: int


def maximum(kind: str) -> int | None:
    """How many the plan allows: 0 any number, None none. Abort with 404 where the service has no such card."""
    if not sections.has(kind):
        abort(404)
    plan = current.mailbox_plan()
    return plan.max_aliases if kind == ALIAS else plan.max_lists


def lines(kind: str) -> Lines:
    found = current.found(kind)
    present = [Line(address, targets) for address, targets in found.present]
    missing = [Line(row.address, tuple(row.destinations), is_missing=True) for row in found.missing]
    every = sorted([*present, *missing], key=lambda line: line.address)
    return Lines({line.address: line for line in every}, found.used)


def line(kind: str, address: str) -> Line:
    """The service's own of that address; nothing else exists."""
    recorded(kind, address)
    return lines(kind).by_address.get(address.lower()) or abort(404)


def recorded(kind: str, address: str) -> Line:
    """The same by our own record, for when the mail server does not tell."""
    maximum(kind)
    row = owned.find(current.service(), kind, address.lower()) or abort(404)
    return Line(row.address, tuple(row.destinations))


def index(kind: str, template: str, trouble: str = "", status: int = 200) -> Response:
    most, found = maximum(kind), lines(kind)
    page = listing.cut(list(found.by_address.values()), listing.Query.parse(request.args).page)
    return htmx.card(
        template,
        status,
        page=page,
        used=found.used,
        maximum=most,
        has_room=most is not None and (most == 0 or found.used < most),
        missing=[line.address for line in found.by_address.values() if line.is_missing],
        own=current.service().name,
        trouble=trouble,
    )


def mend(index: Callable[[str, int], Response]) -> Response:
    """Create again what is missing, of both kinds; the card afterwards, which tells how that went."""
    try:
        made = shared_mailbox.mend(current.holder())
    except TROUBLES as error:
        return index(*explain(error))
    if any(made.values()):
        return htmx.announce(index("not-mended", 422), ["missing-restored"])
    if made:
        htmx.say(_("What was missing has been created again."))
    return htmx.announce(index("", 200), ["missing-restored"])


def is_valid(form: Any) -> bool:
    """Whether what was sent can be so by the rules of the domain and of the plan."""
    for field in form:
        field.domain = current.domain()
        field.anywhere = current.mailbox_plan().external_forwards
    return bool(form.validate())


def explain(error: Exception, form: Any = (), field: str = "") -> tuple[str, int]:
    """Say in the form what is about one of its fields. The trouble that is left to tell ("" for none); the status."""
    if isinstance(error, Busy):
        return "busy", 409
    if isinstance(error, Unreachable):
        return "unknown", 503
    place, text = _sentence(error, field)
    if place not in form:
        return "refused", 422
    form.refuse(place, text)
    return "", 422


def _sentence(error: Exception, field: str) -> tuple[str, str]:
    """The field that an error is about, and what to say there."""
    domain = current.domain()
    match error:
        case BadName():
            return "name", str(NAME_FAULTS[error.fault])
        case NameTaken():
            return "name", _("This name cannot be had at %(domain)s. Choose another one.", domain=domain)
        case PlanFull():
            return "name", _("Your plan has no room for another one. Delete one first, or choose a larger plan.")
        case LimitReached():
            return "name", _("The mail server has no room for another one. Ask your hosting company for more.")
        case External():
            return field, _("It has to be an address at %(domain)s: your plan allows no others.", domain=domain)
        case BadAddress():
            return field, _("This address cannot be used here.")
    return "", ""
