"""The verdict on a domain's SPF record (RFC 7208): whether mail from our servers passes, and the record to publish."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from portal.dns import Answers, CouldNotLook, Finding, Note, Pending, Question, Record, Verdict
from portal.dns.spf_merge import Merged, merged, plain
from portal.dns.spf_record import SpfSyntaxError, Term, covers, in_order, is_spf, parse, parse_term, same
from portal.dns.spf_walk import LOOKUPS, VOID_LOOKUPS, Reached, Walk, note

NEARLY = 9  # lookups from which on there is hardly room for another
LONG = 450  # bytes; beyond, an answer may not fit into one packet (RFC 7208 3.4)

# The codes of `Finding.reason`, and the names of their values. `term` is a part of the record as it is spelled.
REASONS: Mapping[str, tuple[str, ...]] = {
    # off
    "not-asked": (),  # the plan names no mechanism
    # ok
    "ok": ("mechanism",),  # mail that this mechanism of the plan stands for passes
    # unknown
    "could-not-look": ("name",),  # no usable answer for this name, on which the verdict depends
    # missing
    "no-record": (),
    # conflict
    "several-records": ("records",),  # how many; receivers take none of them
    # wrong: receivers cannot read the record
    "syntax-mechanism": ("term",),  # there is no such mechanism (ipv4:…)
    "syntax-term": ("term",),  # something is missing or too much (include, all:…, -redirect=…)
    "syntax-network": ("term",),  # no address, network or prefix length
    "syntax-domain": ("term",),  # no name with a dot in it, or it ends with a number
    "syntax-macro": ("term",),  # a % that begins no macro
    "syntax-character": ("term",),  # a character that no record may have
    "syntax-repeated": ("term",),  # `redirect` or `exp` a second time
    # wrong: receivers give up on the record
    "too-many-lookups": ("lookups", "limit"),  # `lookups` is exact up to 15; 16 means 16 or more
    "too-many-voids": ("voids", "limit", "term"),  # lookups for which DNS has nothing; the last of them
    "mx-names": ("term", "names"),  # an `mx` with more than 10 hosts
    "broken-none": ("term",),  # an include or redirect to a name without an SPF record
    "broken-several": ("term",),  # … with several
    "broken-syntax": ("term", "part"),  # … whose record has a mistake, in this part of it
    "broken-loop": ("term",),  # … back to where it came from
    # wrong: receivers read the record, and our servers do not pass
    "absent": ("mechanism",),
    "after-all": ("term", "all"),  # the mechanism stands behind `all`, where nobody looks
    "wrong-qualifier": ("term",),  # it is there, with -, ~ or ?
    "refused-before": ("term", "mechanism"),  # an earlier term refuses the same servers, or some of them
}

# The codes of `Finding.hints`. Those on lookups and length are about the record to publish.
HINTS: Mapping[str, tuple[str, ...]] = {
    "added": ("before", "added", "after"),  # the record to publish is new: its three parts, the middle one, which can
    # be empty, for our mechanism
    "not-read": ("mechanism",),  # we could not see whether there is a record: to an existing one, add this mechanism
    "unreadable": ("record",),  # the record to publish holds nothing of this one, which cannot be read
    "look-alike": ("record",),  # meant as an SPF record, which it is not (v=spf10, a space or quotes in front)
    "merged-lookups": ("lookups", "limit"),  # the record to publish needs more than receivers make
    "nearly-full": ("lookups", "limit"),  # 9 or 10 of 10
    "plus-all": ("term",),  # everybody may send in the domain's name
    "ptr": ("term",),  # slow, and many receivers do not look (RFC 7208 5.5)
    "depends-on-message": ("term",),  # a macro decides who passes: perhaps our servers do, which we cannot see
    "redirect-ignored": ("term",),  # because there is an `all`
    "long": ("bytes",),
}


def judge(answers: Answers, domain: str, primary: str, others: Sequence[str] = ()) -> Finding:
    """Whether mail from the senders of one of these mechanisms passes; `primary` is the one to publish.

    A mistake or a limit that other senders meet is wrong also when ours come before it: receivers need not be so
    patient, and the domain's other mail suffers.
    """
    domain = domain.lower().rstrip(".")
    wanted = [ours for text in (primary, *others) if (ours := _mechanism(text, domain)) is not None]
    if not wanted:
        return Finding(Verdict.OFF, Note("not-asked"))
    mechanism = wanted[0].text
    if wanted[0].name == "include" and not wanted[0].has_macro:
        answers.want(Question(wanted[0].target, "TXT"))  # to count the lookups of what we publish
    try:
        texts = answers.texts(domain)
    except CouldNotLook:
        # Nothing to publish: it would be a second record wherever there is one.
        hints = (note("not-read", mechanism=mechanism),)
        return Finding(Verdict.UNKNOWN, note("could-not-look", name=domain), hints=hints)
    records = [text for text in texts if is_spf(text)]
    if not records:
        return _missing(domain, mechanism, texts)
    new = merged(records, mechanism)
    after = Walk(answers, domain, parse(str(new)))
    verdict, reason, now = _verdict(answers, domain, records, wanted)
    if after.pending or (now is not None and now.pending):
        raise Pending(domain)
    if now is not None and verdict is Verdict.OK:
        new, after = Merged(records[0], "", ""), now
    return Finding(
        verdict,
        reason,
        found=tuple(Record(domain, "TXT", text) for text in records),
        publish=(Record(domain, "TXT", str(new)),),
        hints=tuple(_hints(records, new, after)),
    )


def _mechanism(text: str, domain: str) -> Term | None:
    """None when it names no senders. Of `a` and `mx` without a name those of the domain itself are meant."""
    try:
        term = parse_term(text.removeprefix("+"))
    except SpfSyntaxError:
        return None
    if term.name in ("a", "mx") and not term.target:
        return replace(term, target=domain)
    return term if term.passes else None


def _missing(domain: str, mechanism: str, texts: Sequence[str]) -> Finding:
    alike = [text for text in texts if text.lstrip(" \t\"'").lower().startswith("v=spf")]
    return Finding(
        Verdict.MISSING,
        Note("no-record"),
        found=tuple(Record(domain, "TXT", text) for text in alike),
        publish=(Record(domain, "TXT", str(plain(mechanism))),),
        hints=tuple(note("look-alike", record=text) for text in alike[:1]),
    )


def _verdict(
    answers: Answers, domain: str, records: Sequence[str], wanted: Sequence[Term]
) -> tuple[Verdict, Note, Walk | None]:
    """The verdict and its reason, which mean nothing while the walk is pending."""
    if len(records) > 1:
        return Verdict.CONFLICT, note("several-records", records=len(records)), None
    try:
        terms = parse(records[0])
    except SpfSyntaxError as error:
        return Verdict.WRONG, note(f"syntax-{error.kind}", term=error.term), None
    walk = Walk(answers, domain, terms)
    walk.look_for_voids()
    return *_judged(walk, wanted), walk


def _judged(walk: Walk, wanted: Sequence[Term]) -> tuple[Verdict, Note]:
    if walk.too_many:
        return Verdict.WRONG, note("too-many-lookups", lookups=walk.lookups, limit=LOOKUPS)
    if walk.problems:
        return Verdict.WRONG, walk.problems[0]
    if len(walk.void) > VOID_LOOKUPS:
        return Verdict.WRONG, note("too-many-voids", voids=len(walk.void), limit=VOID_LOOKUPS, term=walk.void[-1])
    reached = [(ours, walk.reach(ours)) for ours in wanted]
    passing = [ours for ours, found in reached if found.qualifier == "+"]
    unknown = list(walk.unseen)
    if len(walk.void) + len(walk.perhaps_void) > VOID_LOOKUPS:
        unknown += walk.perhaps_void
    if unknown and (passing or any(not found.qualifier for _, found in reached)):
        return Verdict.UNKNOWN, note("could-not-look", name=unknown[0])
    if passing:
        return Verdict.OK, note("ok", mechanism=passing[0].text)
    reasons = [_why_not(walk, ours, found) for ours, found in reached]
    return Verdict.WRONG, next((reason for reason in reasons if reason.code != "absent"), reasons[0])


def _why_not(walk: Walk, ours: Term, found: Reached) -> Note:
    terms, domain = walk.root.terms, walk.root.domain
    if found.by is not None and found.by.name not in ("all", "redirect="):
        if same(found.by, ours, domain):
            return note("wrong-qualifier", term=found.by.text)
        return note("refused-before", term=found.by.text, mechanism=ours.text)
    late = next((term for term in terms if term.name not in ("all", "redirect=") and covers(term, ours, domain)), None)
    if late is not None:  # before `all` it would have been found
        return note("after-all", term=late.text, all=in_order(terms)[-1].text)
    return note("absent", mechanism=ours.text)


def _hints(old: Sequence[str], new: Merged, walk: Walk) -> Iterator[Note]:
    """What is worth reading about the record to publish."""
    terms = walk.root.terms
    if [text.split() for text in old] != [str(new).split()]:
        # Whole, not cut: the page shows the record from them.
        yield Note("added", {"before": new.before, "added": new.added, "after": new.after})
    if new.added:
        macro = next(
            (term for term in terms if term.has_macro and term.name in ("include", "exists", "redirect=")), None
        )
        if macro is not None and macro.qualifier in ("", "+"):
            yield note("depends-on-message", term=macro.text)
    for record in new.unread:
        yield note("unreadable", record=record)
    if walk.too_many:
        yield note("merged-lookups", lookups=walk.lookups, limit=LOOKUPS)
    elif walk.lookups >= NEARLY:
        yield note("nearly-full", lookups=walk.lookups, limit=LOOKUPS)
    everybody = next((term for term in terms if term.name == "all"), None)
    if everybody is not None and everybody.passes:
        yield note("plus-all", term=everybody.text)
    for code, name in (("ptr", "ptr"), ("redirect-ignored", "redirect=")):
        term = next((term for term in terms if term.name == name), None)
        if term is not None and (name == "ptr" or everybody is not None):
            yield note(code, term=term.text)
    if len(str(new)) > LONG:
        yield note("long", bytes=len(str(new)))
