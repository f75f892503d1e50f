"""When EAS and MAPI were on, and in which parts of a window that is billable.

A mailbox is its address. One that is deleted and made again goes on where it was; one that is renamed is, to the lists
of a mail server, one that ends and another that begins. While a service is suspended its protocols count as off:
whoever records the spans ends them there.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from portal.billing import Protocol, Span, Use
from portal.billing.windows import end

NO_TIME = timedelta()

Spans = tuple[Span, ...]


def joined(spans: Iterable[Span]) -> Spans:
    """The same time in order and without overlaps. A span that ends before it begins holds none."""
    found: list[Span] = []
    for span in sorted(spans, key=attrgetter("since")):
        if span.until is not None and span.until <= span.since:
            continue
        before = found[-1] if found else None
        if before is None or (before.until is not None and before.until < span.since):
            found.append(span)
        elif before.until is not None and (span.until is None or span.until > before.until):
            found[-1] = Span(before.since, span.until)
    return tuple(found)


def by_mailbox(uses: Iterable[Use]) -> Iterator[tuple[str, Mapping[Protocol, Spans]]]:
    """When each protocol was on, by address, in order. A mailbox and protocol may have several uses; they add up."""
    address = attrgetter("address")
    for name, of_mailbox in groupby(sorted(uses, key=address), address):
        spans: dict[Protocol, Spans] = {}
        for _name, protocol, known in of_mailbox:
            spans[protocol] = joined(spans[protocol] + known) if protocol in spans else known
        yield name, spans


def within(spans: Iterable[Span], window: Span) -> Spans:
    """Spans in order, cut to the window; one that holds all of it is the window itself."""
    first, last = window.since, end(window)
    found = []
    for since, until in spans:
        if since <= first and (until is None or until >= last):
            return (window,)
        cut = Span(max(since, first), last if until is None else min(until, last))
        if cut.since < end(cut):
            found.append(cut)
    return tuple(found)


def on_times(spans: Iterable[Span], parts: Sequence[Span]) -> list[timedelta]:
    """How long it was on in each part, exactly; off and on adds up. The spans are in order and without overlaps."""
    found = [NO_TIME] * len(parts)
    last = end(parts[-1])
    for since, until in spans:
        ends = last if until is None else min(until, last)
        # From the part in which it begins to the one in which it ends: there are thousands of spans.
        begins_in = bisect_right(parts, since, key=end)
        for number, part in enumerate(parts[begins_in:], begins_in):
            if ends <= part.since:
                break
            found[number] += min(ends, part.until or last) - max(since, part.since)
    return found


def billable(spans: Sequence[Span], parts: Sequence[Span], activation_days: int) -> frozenset[int]:
    """The numbers of the parts in which the protocol is billable, from 0.

    It is in a part where it was on for `activation_days` × 24 hours or more; with 0 days, where it is on at the part's
    end. So in a part shorter than that, like a first window of 5 hours, it never is.
    """
    if activation_days == 0:
        return frozenset(number for number, part in enumerate(parts) if _is_on_at_end(spans, part))
    least = timedelta(days=activation_days)
    return frozenset(number for number, length in enumerate(on_times(spans, parts)) if length >= least)


def _is_on_at_end(spans: Iterable[Span], part: Span) -> bool:
    cut = within(spans, part)
    return bool(cut) and cut[-1].until == part.until
