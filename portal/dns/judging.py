"""What the judges share: how they ask, and how they tell what was found.

Code of a note that any of them may give:

- ``could-not-look`` {name}: DNS gave no usable answer about this name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.dns import Answer, Answers, CouldNotLook, Finding, Note, Question, Record, Verdict
from portal.dns.reading import plain

# Whoever writes a zone decides how much it holds; nobody reads more than this of it.
LONGEST_VALUE = 100
MOST_NAMES = 5
MOST_RECORDS = 20

ADDRESS_KINDS = ("A", "AAAA")


def want(answers: Answers, kinds: Iterable[str], names: Iterable[str]) -> None:
    """Ask for all these kinds of all these names beside one another."""
    names = list(names)
    answers.want(*(Question(plain(name), kind) for kind in kinds for name in names))


def peek(answers: Answers, name: str, kind: str) -> Answer | None:
    """The answer; None when no usable one came."""
    try:
        return answers.get(name, kind)
    except CouldNotLook:
        return None


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is known of the addresses of some names: `whole` when these are all. `chain` is where CNAMEs led to."""

    known: frozenset[str]
    whole: bool
    chain: tuple[str, ...]

    def within(self, ours: "Addresses") -> bool | None:
        """Whether there are any and all are among ours; None when that is not known."""
        if self.known - ours.known:
            return False if ours.whole else None
        return bool(self.known) if self.whole else None


def addresses(answers: Answers, names: Iterable[str]) -> Addresses:
    names = list(names)
    want(answers, ADDRESS_KINDS, names)
    answered = [peek(answers, name, kind) for name in names for kind in ADDRESS_KINDS]
    usable = [answer for answer in answered if answer]
    return Addresses(
        known=frozenset(str(record) for answer in usable for record in answer.records),
        whole=len(usable) == len(answered),
        chain=tuple(dict.fromkeys(name for answer in usable for name in answer.chain)),
    )


def could_not_look(name: str, publish: tuple[Record, ...]) -> Finding:
    return Finding(Verdict.UNKNOWN, Note("could-not-look", {"name": brief(name)}), publish=publish)


def brief(text: str) -> str:
    """A text fit for a sentence: not endless, and without anything that moves the text around it."""
    shown = text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in shown)


def listed(names: Iterable[str]) -> str:
    """Names fit for a sentence, each once and in order; a null host as the dot that stands for it."""
    each = list(dict.fromkeys(name or "." for name in names))
    return ", ".join([*(brief(name) for name in each[:MOST_NAMES]), *(["…"] if len(each) > MOST_NAMES else [])])


def found_texts(host: str, answer: Answer) -> tuple[Record, ...]:
    """The TXT records an answer holds, behind the CNAME that led to them if one did."""
    return tuple(_texts(host, answer))[:MOST_RECORDS]


def _texts(host: str, answer: Answer) -> Iterator[Record]:
    if answer.chain:
        yield Record(host, "CNAME", answer.chain[0])
    for text in sorted(str(record) for record in answer.records):
        yield Record(answer.chain[-1] if answer.chain else host, "TXT", text)
