"""When EAS and MAPI were on, and in which parts of a window that is billable.

A mailbox is its address. One that is deleted and made again goes on where it was; one that is renamed is, to the lists
of a mail server, one that ends and another that begins. While a service is suspended its protocols count as off:
whoever records the spans ends them there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from portal.billing import Protocol, Span, Use
from portal.billing.windows import end

NO_TIME = timedelta()


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in order and without overlaps. A span that ends before it begins holds none."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.since):
        if span.until is not None and span.until <= span.since:
            continue
        before = found[-1] if found else None
        if before is None or (before.until is not None and before.until < span.since):
            found.append(span)
        elif before.until is not None and (span.until is None or span.until > before.until):
            found[-1] = Span(before.since, span.until)
    return tuple(found)


def by_mailbox(uses: Iterable[Use]) -> Mapping[str, Mapping[Protocol, tuple[Span, ...]]]:
    """When each protocol was on, by address. A mailbox and protocol may have several uses; they add up."""
    spans: defaultdict[str, defaultdict[Protocol, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for use in uses:
        spans[use.address][use.protocol] += use.spans
    return {
        address: {protocol: joined(known) for protocol, known in protocols.items()}
        for address, protocols in spans.items()
    }


def within(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """Spans in order, cut to the window."""
    until = end(window)
    cut = (Span(max(span.since, window.since), min(span.until or until, until)) for span in spans)
    return tuple(span for span in cut if span.since < end(span))


def on_time(spans: Iterable[Span], part: Span) -> timedelta:
    """How long it was on in the part, exactly; off and on adds up."""
    until = end(part)
    lengths = (min(span.until or until, until) - max(span.since, part.since) for span in spans)
    return sum((length for length in lengths if length > NO_TIME), NO_TIME)


def billable(spans: Sequence[Span], parts: Sequence[Span], activation_days: int) -> frozenset[int]:
    """The numbers of the parts in which the protocol is billable, from 0.

    It is in a part where it was on for `activation_days` × 24 hours or more; with 0 days, where it is on at the part's
    end. So in a part shorter than that, like a first window of 5 hours, it never is.
    """
    if activation_days == 0:
        return frozenset(number for number, part in enumerate(parts) if _is_on_at_end(spans, part))
    least = timedelta(days=activation_days)
    return frozenset(number for number, part in enumerate(parts) if on_time(spans, part) >= least)


def _is_on_at_end(spans: Iterable[Span], part: Span) -> bool:
    cut = within(spans, part)
    return bool(cut) and cut[-1].until == part.until
