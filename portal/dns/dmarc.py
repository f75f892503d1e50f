"""Which DMARC policy holds for a domain: its own, or what it inherits from a domain above (RFC 9989).

Codes of the notes, besides those of ``judging``; `at` is the domain whose record holds, `policy` is none, quarantine or
reject:

- ok: ``dmarc-ok`` {policy}; ``dmarc-inherited`` {policy, at}
- missing: ``dmarc-missing``
- wrong: ``dmarc-unreadable`` {text} (meant as a DMARC record, yet none: it does not begin with `v=DMARC1;`);
  ``dmarc-no-policy`` (no `p`: receivers act as if none were asked); ``dmarc-bad-policy`` {tag, value} (`p`, `sp` or
  `np` is not one of the three); ``dmarc-repeated-tag`` {tag}
- conflict: ``dmarc-several`` {count} (receivers ignore them all)
- hints: ``dmarc-watches`` (the policy none: nothing is done with forged mail); ``dmarc-testing`` (`t=y`: receivers act
  one step more mildly); ``dmarc-obsolete`` {tags} (RFC 9989 removed these); ``dmarc-ignored`` {tags} (known tags whose
  value is not valid, and what is no tag at all); ``dmarc-no-reports`` (no `rua`); ``dmarc-rua-not-mailto`` {uri} (no
  e-mail address: hardly anybody sends reports there); ``dmarc-rua-not-authorised`` {domain, host, value} (the owner of
  `domain` has to publish the TXT record `value` at `host`; until then no reports come); ``dmarc-rua-unknown`` {domain}
  (whether it takes the reports could not be looked up); ``dmarc-inherited-broken`` {at} (there is a record above, but
  it is of no use); ``dmarc-doubled-name`` {name} (it stands there: the provider added the domain a second time)
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portal.dns import Answer, Answers, CouldNotLook, Finding, Note, Record, Verdict
from portal.dns.dmarc_record import (
    OBSOLETE,
    POLICIES,
    RULES,
    DmarcChoices,
    address,
    as_policy,
    boundary,
    is_record,
    read,
    tags,
    uris,
    write,
)
from portal.dns.judging import brief, could_not_look, found_texts, listed, peek, want

# The tree walk asks once for a domain, and then for what is left of it from this many labels on (RFC 9989 4.10).
MOST_PARENT_LABELS = 7
# Report destinations outside the domain that are looked at, the first ones.
MOST_DESTINATIONS = 5
POLICY_TAGS = ("p", "sp", "np")


def judge(answers: Answers, domain: str, rua: Sequence[str], policy: str) -> Finding:
    """`rua` (addresses) and `policy` are what the plan suggests to somebody who has no record."""
    host = f"_dmarc.{domain}"
    suggested = DmarcChoices(policy=policy, rua=tuple(rua))
    publish = (Record(host, "TXT", write(suggested)),)
    want(answers, ("TXT",), _policy_hosts(domain))
    try:
        answer = answers.get(host, "TXT")
        texts = [str(record) for record in answer.records]
        records = [text for text in texts if is_record(text)]
        meant = [text for text in texts if "dmarc1" in text.lower()]
        if not meant:
            return _inherited(answers, domain, suggested, publish)
    except CouldNotLook:
        return could_not_look(host, publish)
    found = found_texts(host, Answer(tuple(meant), chain=answer.chain))
    if not records:
        return Finding(Verdict.WRONG, Note("dmarc-unreadable", {"text": brief(meant[0])}), found, publish)
    if len(records) > 1:
        return Finding(Verdict.CONFLICT, Note("dmarc-several", {"count": len(records)}), found, publish)
    wrong = _wrong(records[0])
    if wrong:
        return Finding(Verdict.WRONG, wrong, found, (Record(host, "TXT", _mended(records[0], suggested)),))
    found = found_texts(host, Answer((records[0],), chain=answer.chain))
    reason = Note("dmarc-ok", {"policy": read(records[0]).policy})
    hints = (*_strength(reason, records[0]), *_syntax(records[0]), *_reports(answers, domain, records[0]))
    return Finding(Verdict.OK, reason, found, found[:1], hints)


def _inherited(answers: Answers, domain: str, suggested: DmarcChoices, publish: tuple[Record, ...]) -> Finding:
    """What holds for a domain without a record of its own. Raise CouldNotLook.

    Whoever publishes one nevertheless is not to ask for less than holds already.
    """
    above = dict(_climb(answers, domain))
    # Without a record at the organisational domain, that of a public suffix above it counts.
    at = next((name for name in (_organisation(answers, domain), *reversed(above)) if name in above), "")
    if not at or _wrong(above[at]):
        hints = (Note("dmarc-inherited-broken", {"at": brief(at)}),) if at else _doubled(answers, domain)
        return Finding(Verdict.MISSING, Note("dmarc-missing"), publish=publish, hints=hints)
    choices = read(above[at])
    policy = choices.subdomains or choices.policy
    reason = Note("dmarc-inherited", {"policy": policy, "at": brief(at)})
    found = found_texts(f"_dmarc.{at}", Answer((above[at],)))
    no_less = replace(suggested, policy=max(policy, suggested.policy, key=POLICIES.index))
    publish = (Record(f"_dmarc.{domain}", "TXT", write(no_less)),)
    return Finding(Verdict.OK, reason, found, publish, tuple(_strength(reason, above[at])))


def _doubled(answers: Answers, domain: str) -> tuple[Note, ...]:
    name = f"_dmarc.{domain}.{domain}"
    answer = peek(answers, name, "TXT")
    return (Note("dmarc-doubled-name", {"name": brief(name)}),) if answer and answer.records else ()


def _wrong(text: str) -> Note | None:
    """Why a record is of no use."""
    try:
        found = tags(text)
    except ValueError as error:
        return Note("dmarc-repeated-tag", {"tag": brief(str(error))})
    if "p" not in found:
        return Note("dmarc-no-policy")
    bad = next((tag for tag in POLICY_TAGS if tag in found and not as_policy(found[tag])), "")
    return Note("dmarc-bad-policy", {"tag": bad, "value": brief(found[bad])}) if bad else None


def _mended(text: str, suggested: DmarcChoices) -> str:
    """The record with what the customer chose as far as it can be read, the rest as the plan suggests."""
    try:
        return write(read(text, suggested))
    except ValueError:
        return write(suggested)


def _strength(reason: Note, text: str) -> Iterator[Note]:
    if reason.values["policy"] == "none":
        yield Note("dmarc-watches")
    elif read(text).testing:
        yield Note("dmarc-testing")


def _syntax(text: str) -> Iterator[Note]:
    found = tags(text)
    obsolete = [tag for tag in OBSOLETE if tag in found]
    ignored = [tag for tag, value in found.items() if (tag in RULES and not RULES[tag](value)) or not value]
    if obsolete:
        yield Note("dmarc-obsolete", {"tags": listed(obsolete)})
    if ignored:
        yield Note("dmarc-ignored", {"tags": listed(ignored)})


def _reports(answers: Answers, domain: str, text: str) -> Iterator[Note]:
    """What keeps reports from coming."""
    destinations = uris(tags(text).get("rua", ""))
    if not destinations:
        yield Note("dmarc-no-reports")
    if strange := [uri for uri in destinations if not address(uri)]:
        yield Note("dmarc-rua-not-mailto", {"uri": listed(strange)})
    hosts = dict.fromkeys(address(uri).rpartition("@")[2] for uri in destinations)
    others = [host for host in hosts if host not in ("", domain)][:MOST_DESTINATIONS]
    for other in others:
        want(answers, ("TXT",), [_permission(domain, other), *_policy_hosts(other)])
    for other in others:
        authorised = _authorised(answers, domain, other)
        if authorised is None:
            yield Note("dmarc-rua-unknown", {"domain": brief(other)})
        elif not authorised:
            permission = {"host": brief(_permission(domain, other)), "value": "v=DMARC1"}
            yield Note("dmarc-rua-not-authorised", {"domain": brief(other), **permission})


def _authorised(answers: Answers, domain: str, other: str) -> bool | None:
    """Whether reports about a domain may be sent to an address at another (RFC 9990 4); None when it is not known."""
    permission = peek(answers, _permission(domain, other), "TXT")
    if permission and any(is_record(str(text)) for text in permission.records):
        return True
    try:
        if _organisation(answers, domain) == _organisation(answers, other):
            return True
    except CouldNotLook:
        return None
    return None if permission is None else False


def _permission(domain: str, other: str) -> str:
    return f"{domain}._report._dmarc.{other}"


def _climb(answers: Answers, domain: str) -> Iterator[tuple[str, str]]:
    """The names at which the tree walk from a domain finds a record, the longest first, each with it."""
    for host in _policy_hosts(domain):
        records = [text for text in answers.texts(host) if is_record(text)]
        if len(records) == 1:
            yield host.removeprefix("_dmarc."), records[0]
            if boundary(records[0]) in ("y", "n"):
                return


def _organisation(answers: Answers, domain: str) -> str:
    """The organisational domain (RFC 9989 4.10.2). Raise CouldNotLook."""
    name, text = [(domain, ""), *_climb(answers, domain)][-1]
    below_name = domain.split(".")[-name.count(".") - 2 :]
    return ".".join(below_name) if boundary(text) == "y" else name


def _policy_hosts(domain: str) -> list[str]:
    """Where the tree walk looks, in its order: at most eight names."""
    labels = domain.split(".")
    parents = range(max(1, len(labels) - MOST_PARENT_LABELS), len(labels))
    return [f"_dmarc.{'.'.join(labels[start:])}" for start in (0, *parents)]
