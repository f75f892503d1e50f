"""Whether the key that the mail server signs with is the one that DNS holds (RFC 6376 3.6.1).

Codes of the notes, besides those of ``judging``:

- ok: ``dkim-ours``
- missing: ``dkim-missing``
- wrong: ``dkim-dangling`` {target} (a CNAME that leads to no record); ``dkim-malformed`` (not a list of tags, or no
  key in it); ``dkim-quoted`` (ours, but with quotation marks or backslashes pasted into it); ``dkim-version`` (`v` is
  not DKIM1, or not first); ``dkim-key-type`` {type} (`k` is not rsa); ``dkim-revoked`` (an empty `p`);
  ``dkim-other-key``; ``dkim-cut-key`` {found, expected} (the beginning of ours: so many characters of so many);
  ``dkim-hash`` {hashes} (`h` leaves out sha256); ``dkim-service`` {services} (`s` leaves out e-mail)
- conflict: ``dkim-several`` {count} (several texts at the name: what receivers make of them is undefined, 3.6.2.2)
- hints: ``dkim-testing`` (`t=y`: receivers treat a bad signature like none);
  ``dkim-doubled-name`` {name} (it stands there: the provider added the domain a second time);
  ``dkim-none-ours`` (of several, none is right)
"""

import re

from portal.dns import Answers, CouldNotLook, Finding, Note, Record, Verdict
from portal.dns.judging import brief, could_not_look, found_texts, peek, want
from portal.dns.tags import FOLDING, pairs

TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PASTED = re.compile(r'["\\]')
OURS = Note("dkim-ours")


def judge(answers: Answers, domain: str, selector: str, public_key: str) -> Finding:
    host = f"{selector}._domainkey.{domain}"
    key = _unfolded(public_key)
    publish = (Record(host, "TXT", f"v=DKIM1; k=rsa; p={key}"),)
    try:
        answer = answers.get(host, "TXT")
    except CouldNotLook:
        return could_not_look(host, publish)
    texts = sorted(str(record) for record in answer.records)
    if not texts:
        return _missing(answers, host, domain, publish)
    found = found_texts(host, answer)
    reasons = [_reason(text, key) for text in texts]
    if len(texts) > 1:
        hints = () if OURS in reasons else (Note("dkim-none-ours"),)
        return Finding(Verdict.CONFLICT, Note("dkim-several", {"count": len(texts)}), found, publish, hints)
    if reasons[0] != OURS:
        return Finding(Verdict.WRONG, reasons[0], found, publish)
    testing = "y" in _items(_read(texts[0]).get("t", ""))
    return Finding(Verdict.OK, OURS, found, publish, (Note("dkim-testing"),) if testing else ())


def _missing(answers: Answers, host: str, domain: str, publish: tuple[Record, ...]) -> Finding:
    doubled = f"{host}.{domain}"
    want(answers, ["CNAME"], [host])
    want(answers, ["TXT"], [doubled])
    alias, elsewhere = peek(answers, host, "CNAME"), peek(answers, doubled, "TXT")
    if alias and alias.records:
        target = str(alias.records[0])
        reason = Note("dkim-dangling", {"target": brief(target)})
        return Finding(Verdict.WRONG, reason, (Record(host, "CNAME", target),), publish)
    hints = (Note("dkim-doubled-name", {"name": brief(doubled)}),) if elsewhere and elsewhere.records else ()
    return Finding(Verdict.MISSING, Note("dkim-missing"), publish=publish, hints=hints)


def _reason(text: str, key: str) -> Note:
    """What is to be said of one text; OURS when it is right."""
    note = _judge(text, key)
    return Note("dkim-quoted") if note != OURS and _judge(PASTED.sub("", text), key) == OURS else note


def _judge(text: str, key: str) -> Note:
    try:
        tags = _read(text)
    except ValueError:
        return Note("dkim-malformed")
    published = _unfolded(tags.get("p", ""))
    if "v" in tags and (next(iter(tags)) != "v" or tags["v"] != "DKIM1"):
        return Note("dkim-version")
    if "p" not in tags:
        return Note("dkim-malformed")
    if tags.get("k", "rsa") != "rsa":
        return Note("dkim-key-type", {"type": brief(tags["k"])})
    if not published:
        return Note("dkim-revoked")
    if published != key:
        if key.startswith(published):
            return Note("dkim-cut-key", {"found": len(published), "expected": len(key)})
        return Note("dkim-other-key")
    if "h" in tags and "sha256" not in _items(tags["h"]):
        return Note("dkim-hash", {"hashes": brief(tags["h"])})
    if "s" in tags and _items(tags["s"]).isdisjoint({"*", "email"}):
        return Note("dkim-service", {"services": brief(tags["s"])})
    return OURS


def _read(text: str) -> dict[str, str]:
    """The tags in order. ValueError when it is no tag list (RFC 6376 3.2)."""
    tags: dict[str, str] = {}
    for name, value in pairs(text):
        if value is None or name in tags or not TAG_NAME.fullmatch(name):
            raise ValueError(name)
        tags[name] = value
    return tags


def _items(value: str) -> set[str]:
    return {item.strip(FOLDING) for item in value.split(":")}


def _unfolded(value: str) -> str:
    return "".join(value.split())
