"""What is owed for a window, line by line: the one computation behind the estimate, the API and the invoice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from portal.billing import Kind, Line, Protocol, Reading, Span, Stale, Statement, Terms, Use
from portal.billing.protocols import billable, by_mailbox, within
from portal.billing.rates import tiers
from portal.billing.windows import end, parts

FRESH = timedelta(hours=48)
# In the order of a mailbox's lines, with the protocols that each is for.
CHARGES = {
    Kind.COMBINED: (Protocol.EAS, Protocol.MAPI),
    Kind.EAS: (Protocol.EAS,),
    Kind.MAPI: (Protocol.MAPI,),
}


def has_statements(months: int) -> bool:
    """Whether a service with a cycle of so many months has any: free and one-time ones (0 months) have none."""
    return months > 0


def statement(window: Span, reading: Reading | None, uses: Iterable[Use], terms: Terms | Stale) -> Statement:
    """What is owed for the window: storage, then what each mailbox had, by address.

    `reading` is the newest one at the window's end. `terms` says why there are none. The order of `uses` is of no
    account, and neither is the length of the service's cycle.
    """
    return projection(window, end(window), reading, uses, terms)


def projection(
    window: Span, until: datetime, reading: Reading | None, uses: Iterable[Use], terms: Terms | Stale
) -> Statement:
    """The statement as it will be when the open window ends at `until`, if nothing changes from now on.

    That is: what is on stays on, and the space in use stays as it was read. Nothing else is assumed, so it is stale
    when the statement of today is. A window that ends later than `until` stays as it is.
    """
    whole = Span(window.since, max(end(window), until))
    if isinstance(terms, Stale):
        return Statement(whole, (), terms)
    if reading is None:
        return Statement(whole, (), Stale.NO_READING)
    if end(window) - reading.at > FRESH:
        return Statement(whole, (), Stale.OLD_READING)
    storage = Line(Kind.STORAGE, tiers(reading.used, terms.tier_gb), terms.storage)
    months = parts(whole)
    mailboxes = sorted(by_mailbox(uses).items())
    lines = (line for address, spans in mailboxes for line in _of_mailbox(address, spans, whole, months, terms))
    return Statement(whole, (storage, *lines))


def _of_mailbox(
    address: str, spans: Mapping[Protocol, tuple[Span, ...]], window: Span, months: Sequence[Span], terms: Terms
) -> Iterator[Line]:
    on = {protocol: within(spans.get(protocol, ()), window) for protocol in Protocol}
    eas, mapi = (billable(on[protocol], months, terms.activation_days) for protocol in (Protocol.EAS, Protocol.MAPI))
    both = eas & mapi if terms.combined else frozenset()
    quantities = {Kind.COMBINED: len(both), Kind.EAS: len(eas - both), Kind.MAPI: len(mapi - both)}
    prices = {Kind.COMBINED: terms.combined, Kind.EAS: terms.eas, Kind.MAPI: terms.mapi}
    for kind, protocols in CHARGES.items():
        if quantities[kind] and prices[kind]:
            dated = tuple(Use(address, protocol, on[protocol]) for protocol in protocols if on[protocol] != (window,))
            yield Line(kind, quantities[kind], prices[kind], address, dated)
