"""What an SPF record leads to: its includes and redirects, its lookups, and whether a mechanism is reached in it.

Hostile trees are bounded: no question is asked any more once `COUNTED` lookups are counted, ten of which look at
addresses, so that a walk asks about 25 questions at most, and a tree has no more than `COUNTED` nodes and loops end.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.dns import Answer, Answers, CouldNotLook, Note, Pending, Question
from portal.dns.spf_record import LOOKUP_TERMS, SpfSyntaxError, Term, covers, in_order, is_spf, parse

LOOKUPS = 10  # RFC 7208 4.6.4, and so the next two
VOID_LOOKUPS = 2
MX_NAMES = 10
COUNTED = 15  # so far lookups are counted exactly: beyond the limit, so that people see how many they have to save
SHOWN = 100  # characters of a term in a note; one can have 65,000


class Reached(NamedTuple):
    """What becomes of a mechanism's senders: the qualifier, empty when it is not known, and the term that decides."""

    qualifier: str
    by: Term | None = None


@dataclass(slots=True)
class Node:
    """A record in the tree. `inner` holds what includes and redirects lead to, as far as that is known."""

    domain: str
    terms: tuple[Term, ...]
    above: frozenset[str] = frozenset()
    inner: dict[Term, "Node"] = field(default_factory=dict)


class Walk:
    """A walk through a domain's record and all that it includes, level by level, as far as there are answers.

    Whatever stands before the first `all` counts, whoever sends: a receiver that gets so far meets it.
    """

    def __init__(self, answers: Answers, domain: str, terms: tuple[Term, ...]) -> None:
        self._answers = answers
        self.root = Node(domain, terms)
        self.lookups = 0
        self.problems: list[Note] = []  # permanent errors, in the order they were found
        self.unseen: list[str] = []  # names whose answers could add lookups or permanent errors
        self.void: list[str] = []  # terms for which DNS has nothing
        self.perhaps_void: list[str] = []  # those for which it could not be asked
        self.pending = False
        self._addresses: list[tuple[Term, str]] = []
        level = deque([self.root])
        while level and self.lookups <= COUNTED:
            level += self._visit(level.popleft())

    @property
    def too_many(self) -> bool:
        return self.lookups > LOOKUPS

    def look_for_voids(self) -> None:
        """Ask for what `a`, `mx` and `exists` name. Beyond the limit nothing depends on it any more."""
        if not self.too_many:
            for term, name in self._addresses:
                self._look_at(term, name)

    def reach(self, ours: Term, node: Node | None = None) -> Reached:
        """Which directive is the first to match the senders of `ours`; those of whom others know nothing are left out.

        The record that ours includes passes them.
        """
        node = node or self.root
        if ours.name == "include" and node.domain == ours.target:
            return Reached("+")
        perhaps: set[str] = set()
        for term in in_order(node.terms):
            inner = self.reach(ours, node.inner[term]) if term in node.inner else None
            if term.name == "redirect=":
                found = Reached("+" if covers(term, ours) else inner.qualifier if inner else "", term)
            elif _matches(term, ours, node.domain) or (inner is not None and inner.qualifier == "+"):
                found = Reached(term.qualifier, term)
            else:
                if term.name == "include" and not term.has_macro and (inner is None or not inner.qualifier):
                    perhaps.add(term.qualifier)
                continue
            return found if perhaps <= {found.qualifier} else Reached("")
        return Reached("?") if perhaps <= {"?"} else Reached("")

    def _visit(self, node: Node) -> list[Node]:
        """Count the record's lookups; what it includes and redirects to."""
        found = []
        for term in in_order(node.terms):
            self.lookups += term.name in LOOKUP_TERMS
            if self.lookups > COUNTED:
                break
            if term.has_macro:
                continue  # depends on the message
            if term.name in ("include", "redirect="):
                inner = self._follow(node, term)
                if inner is not None:
                    node.inner[term] = inner
                    found.append(inner)
            elif term.name in ("a", "mx", "exists"):
                self._addresses.append((term, term.target or node.domain))
        return found

    def _follow(self, node: Node, term: Term) -> Node | None:
        """The record that an include or a redirect leads to; None when there is none to visit, which is noted.

        A void lookup here is an error of its own.
        """
        above = node.above | {node.domain}
        if term.target in above:
            self._broken("loop", term)
            return None
        answer = self._get(term.target, "TXT", self.unseen)
        if answer is None:
            return None
        records = [text for text in map(str, answer.records) if is_spf(text)]
        if len(records) == 1:
            try:
                return Node(term.target, parse(records[0]), above)
            except SpfSyntaxError as error:
                self._broken("syntax", term, part=error.term)
        else:
            self._broken("several" if records else "none", term)
        return None

    def _broken(self, kind: str, term: Term, **values: str) -> None:
        self.problems.append(note(f"broken-{kind}", term=term.text, **values))

    def _look_at(self, term: Term, name: str) -> None:
        if term.name == "mx":
            answer = self._get(name, "MX", self.unseen)
            if answer is None:
                return
            if len(answer.records) > MX_NAMES:
                self.problems.append(note("mx-names", term=term.text, names=len(answer.records)))
            found = [answer]
        else:
            kinds = ("A", "AAAA") if term.name == "a" else ("A",)
            if is_name(name):
                self._answers.want(*(Question(name, kind) for kind in kinds))
            failed: list[str] = []
            found = [answer for kind in kinds if (answer := self._get(name, kind, failed)) is not None]
            if failed and not any(answer.records or not answer.exists for answer in found):
                self.perhaps_void.append(name)
                return
        if is_name(name) and found and not any(answer.records for answer in found):
            self.void.append(term.text)

    def _get(self, name: str, kind: str, failed: list[str]) -> Answer | None:
        """None when there is no answer yet, or none to be had: then the name is added to `failed`."""
        if not is_name(name):
            return Answer()
        try:
            return self._answers.get(name, kind)
        except Pending:
            self.pending = True
        except CouldNotLook:
            failed.append(name)
        return None


def _matches(term: Term, ours: Term, domain: str) -> bool:
    """Whether it lets all senders of `ours` pass, or stops some of them."""
    return covers(term, ours, domain) or (not term.passes and covers(ours, term, domain))


def is_name(name: str) -> bool:
    """Whether DNS can be asked for it; a domain-spec can be more than a name (4.3, 4.8)."""
    labels = name.split(".")
    return len(name) <= 253 and all(0 < len(label) <= 63 for label in labels) and "\\" not in name


def note(code: str, **values: str | int) -> Note:
    """A note whose texts are cut to what a page can show."""
    return Note(code, {key: _cut(value) if isinstance(value, str) else value for key, value in values.items()})


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
