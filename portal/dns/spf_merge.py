"""One SPF record out of those that a domain has and the mechanism that it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from portal.dns.spf_record import VERSION, SpfSyntaxError, Term, covers, in_order, parse, parse_term, same

MOST_LENIENT_FIRST = "+?~-"


@dataclass(frozen=True, slots=True)
class Merged:
    """The record in three parts, so that a page can mark what was added; `unread` are records it holds nothing of."""

    before: str
    added: str
    after: str
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(part for part in (self.before, self.added, self.after) if part)


def plain(mechanism: str) -> Merged:
    """The record for a domain that has none."""
    return Merged(VERSION, mechanism, "~all")


def merged(records: Sequence[str], mechanism: str) -> Merged:
    """The records as one that passes the senders of `mechanism`, in which merging it again changes nothing.

    The mechanism stands before `all` and before whatever does not pass, so that nothing can refuse its senders; else
    after the last mechanism. Where it stood without effect it is taken out. Else a single record stays as it is.

    Of several records, which make each other invalid, the mechanisms that pass come first, in the order of the records,
    then each record's others in theirs. Their ends become one: the most lenient `all`, so that no mail is refused that
    one of them let pass; a `redirect` beside another end becomes an `include`, which passes the same senders.

    An invalid record is repaired when that cannot change what it says: tabs for spaces, the same modifier twice, what
    cannot be read behind `all`. Else it is left out.
    """
    ours = parse_term(mechanism)
    understood = {record: _read(record) for record in records}
    read = [terms for terms in understood.values() if terms is not None]
    unread = tuple(record for record, terms in understood.items() if terms is None)
    if not read:
        return replace(plain(mechanism), unread=unread)
    version = records[0][: len(VERSION)] if len(records) == 1 else VERSION
    terms = read[0] if len(read) == 1 else _union(read)
    end = next((place for place, term in enumerate(terms) if _may_refuse(term)), None)
    if end is None:
        end = max((place for place, term in enumerate(terms, 1) if term.qualifier), default=0)
    kept = next((term for term in terms[:end] if term.qualifier and covers(term, ours)), None)
    before = " ".join([version, *(term.text for term in terms[:end] if term is kept or not same(term, ours))])
    after = " ".join(term.text for term in terms[end:] if not same(term, ours))
    return Merged(before, "" if kept else mechanism, after, unread)


def _may_refuse(term: Term) -> bool:
    return bool(term.qualifier) and (not term.passes or term.name == "all")


# For the same reason as there.
@lru_cache(maxsize=16)
def _read(record: str) -> tuple[Term, ...] | None:
    try:
        return parse(record)
    except SpfSyntaxError:
        pass
    terms: list[Term] = []
    once: set[Term] = set()
    ended = False
    for word in record.split()[1:]:
        try:
            term = parse_term(word)
        except SpfSyntaxError:
            if ended:
                continue
            return None
        ended = ended or term.name == "all"
        if term not in once:
            terms.append(term)
        if not term.qualifier:
            once.add(term)
    names = [term.name for term in terms]
    return None if max(names.count("redirect="), names.count("exp=")) > 1 else tuple(terms)


def _union(records: Sequence[tuple[Term, ...]]) -> tuple[Term, ...]:
    """The terms that several records say together. What stands behind an `all` says nothing."""
    decisive = [in_order(terms) for terms in records]
    alls = [term for terms in decisive for term in terms if term.name == "all"]
    redirects = {term.target: term for terms in decisive for term in terms if term.name == "redirect="}
    refuses = any(term.qualifier and not term.passes for terms in decisive for term in terms)
    only_redirect = tuple(redirects.values()) if len(redirects) == 1 and not alls and not refuses else ()
    if redirects and not only_redirect and not alls:
        alls = [parse_term("~all")]
    heads: list[Term] = []
    tails: list[Term] = []
    for terms in decisive:
        left = {"all", "redirect="} if only_redirect else {"all"}
        directives = [_as_directive(term) for term in terms if term.name not in left]
        head = list(takewhile(lambda term: term.passes, directives))
        heads += head
        tails += directives[len(head) :]
    end = min(alls, key=lambda term: MOST_LENIENT_FIRST.index(term.qualifier), default=None)
    return (*_once([*heads, *tails]), *((end,) if end else ()), *only_redirect, *_other_modifiers(records))


def _as_directive(term: Term) -> Term:
    return parse_term(f"include:{term.text.partition('=')[2]}") if term.name == "redirect=" else term


def _once(directives: Iterable[Term]) -> list[Term]:
    """Without those that stand behind the same: they never match."""
    found: dict[object, Term] = {}
    for term in directives:
        found.setdefault((term.name, term.target, term.network, term.prefixes), term)
    return list(found.values())


def _other_modifiers(records: Iterable[tuple[Term, ...]]) -> list[Term]:
    """All but `redirect`; of `exp` the first, for two are an error."""
    found: dict[str, Term] = {}
    for terms in records:
        for term in terms:
            if not term.qualifier and term.name != "redirect=":
                found.setdefault(term.name if term.name == "exp=" else term.text, term)
    return list(found.values())
