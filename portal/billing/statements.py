"""What is owed for a window, line by line: the one computation behind the estimate, the API and the invoice."""

from collections.abc import Iterable, Iterator
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
    return Statement(whole, (storage, *_of_mailboxes(uses, whole, terms)))


def _of_mailboxes(uses: Iterable[Use], window: Span, terms: Terms) -> Iterator[Line]:
    prices = {Kind.COMBINED: terms.combined, Kind.EAS: terms.eas, Kind.MAPI: terms.mapi}
    throughout, months = (window,), parts(window)
    always, never = (billable(on, months, terms.activation_days) for on in (throughout, ()))
    for address, known in by_mailbox(uses):
        on = {protocol: within(spans, window) for protocol, spans in known.items()}
        billed = {
            # Of thousands of mailboxes most were on throughout.
            protocol: always if spans == throughout else billable(spans, months, terms.activation_days)
            for protocol, spans in on.items()
        }
        eas, mapi = (billed.get(protocol, never) for protocol in (Protocol.EAS, Protocol.MAPI))
        both = eas & mapi if terms.combined else never
        quantities = {Kind.COMBINED: len(both), Kind.EAS: len(eas - both), Kind.MAPI: len(mapi - both)}
        for kind, protocols in CHARGES.items():
            if quantities[kind] and prices[kind]:
                dated = [Use(address, protocol, on[protocol]) for protocol in protocols if on[protocol] != throughout]
                yield Line(kind, quantities[kind], prices[kind], address, tuple(dated))
