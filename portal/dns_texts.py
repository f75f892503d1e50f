"""The sentences for what the judges of DNS records found, and records as people read them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.dns import Note, Record, zone

# What is longer is cut where it is shown; whoever made the record knows its end.
LONGEST_SHOWN = 2000
LONGEST_NAMED = 200  # within a sentence
# Of these categories a character is shown by its number: it would be invisible, or turn its neighbours around.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A text with a count in it, for one and for several: the value called `by` chooses."""

    by: str
    one: str
    several: str

    def __mod__(self, values: Mapping[str, Any]) -> str:
        return str(ngettext(self.one, self.several, int(values[self.by]), **values))


def _n(one: str, several: str, by: str) -> Counted:
    """Marks both for `make messages`."""
    return Counted(by, one, several)


# By the record whose judge gives the code; "" holds those of all.
TEXTS: Mapping[str, Mapping[str, Any]] = {
    "": {
        "could-not-look": _l("DNS gave no usable answer about %(name)s, so nothing can be said just now."),
        "not-answered": _l("The mail server did not answer, so nothing can be said just now."),
        "not-asked": _l("This is not checked for your plan."),
        "not-configured": _l("A setting of this product is missing or wrong. Your hosting company has to correct it."),
    },
    "mx": {
        "mx-ours": _l("Your mail arrives here."),
        "mx-missing": _l("There is no MX record, so hardly any mail arrives."),
        "mx-no-such-domain": _l("DNS knows no such domain: it is not registered, or its registration has run out."),
        "mx-null": _l("The domain's record says that it takes no mail at all."),
        "mx-elsewhere": _l("Your mail goes to %(names)s and not to us."),
        "mx-not-first": _l("Your mail goes to %(names)s first. Our host has to come first, by the lowest number."),
        "mx-others-beside": _l("Part of your mail goes to %(names)s, which has the same number as our host."),
        "mx-not-expected": _l("No mail host is known for this service."),
        "mx-others-behind": _l(
            "%(names)s takes your mail whenever our host does not answer. Remove it unless you want that."
        ),
        "mx-by-address": _l(
            "%(names)s is another name of our host. Our own name keeps working when its address changes."
        ),
        "mx-alias": _l(
            "%(names)s is only a pointer (CNAME), which an MX record may not name: some senders do not follow it."
        ),
        "mx-no-address": _l("%(names)s has no address, so nothing can be delivered there."),
    },
    "spf": {
        "ok": _l("Our servers may send for your domain (%(mechanism)s)."),
        "no-record": _l("There is no SPF record."),
        "several-records": _n(
            "There is %(records)s SPF record, and receivers do not take it.",
            "There are %(records)s SPF records. Receivers take none of them: keep one.",
            "records",
        ),
        "syntax-mechanism": _l("The record has a mistake: nothing is called “%(term)s”."),
        "syntax-term": _l("The record has a mistake: in “%(term)s” something is missing or too much."),
        "syntax-network": _l("The record has a mistake: “%(term)s” holds no address or network."),
        "syntax-domain": _l("The record has a mistake: “%(term)s” names no domain."),
        "syntax-macro": _l("The record has a mistake: in “%(term)s” a percent sign stands for nothing."),
        "syntax-character": _l("The record has a mistake: “%(term)s” holds a character that no record may have."),
        "syntax-repeated": _l("The record has a mistake: “%(term)s” stands there for the second time."),
        "too-many-lookups": _n(
            "Receivers give up on the record: it takes at least %(lookups)s look-up in DNS, and they make %(limit)s.",
            "Receivers give up on the record: it takes at least %(lookups)s look-ups in DNS, and they make %(limit)s.",
            "lookups",
        ),
        "too-many-voids": _n(
            "Receivers give up on the record: for %(voids)s of its parts DNS has nothing, the last being “%(term)s”."
            " They allow %(limit)s.",
            "Receivers give up on the record: for %(voids)s of its parts DNS has nothing, the last being “%(term)s”."
            " They allow %(limit)s.",
            "voids",
        ),
        "mx-names": _n(
            "Receivers give up on the record: “%(term)s” stands for %(names)s host, and they look at 10.",
            "Receivers give up on the record: “%(term)s” stands for %(names)s hosts, and they look at 10.",
            "names",
        ),
        "broken-none": _l("Receivers give up on the record: “%(term)s” leads to a name without an SPF record."),
        "broken-several": _l("Receivers give up on the record: “%(term)s” leads to a name with several SPF records."),
        "broken-syntax": _l(
            "Receivers give up on the record: “%(term)s” leads to one with a mistake in it (“%(part)s”)."
        ),
        "broken-loop": _l("Receivers give up on the record: “%(term)s” leads back to where it came from."),
        "absent": _l("The record does not name our servers (%(mechanism)s)."),
        "after-all": _l("“%(term)s” stands behind “%(all)s”, where nobody reads on."),
        "wrong-qualifier": _l("“%(term)s” refuses our servers: the sign in front of it has to go."),
        "refused-before": _l("“%(term)s” refuses our servers before “%(mechanism)s” lets them pass."),
        "not-read": _l(
            "We could not see whether there is an SPF record already. If there is, do not add a second:"
            " put “%(mechanism)s” into it."
        ),
        "unreadable": _l("This record cannot be read and is not part of the new one: %(record)s"),
        "look-alike": _l("This text was meant as an SPF record and is none: %(record)s"),
        "merged-lookups": _n(
            "The new record takes at least %(lookups)s look-up in DNS, and receivers make only %(limit)s."
            " Take out of it what you do not send with any more.",
            "The new record takes at least %(lookups)s look-ups in DNS, and receivers make only %(limit)s."
            " Take out of it what you do not send with any more.",
            "lookups",
        ),
        "nearly-full": _n(
            "The record takes %(lookups)s of the %(limit)s look-ups that receivers make.",
            "The record takes %(lookups)s of the %(limit)s look-ups that receivers make.",
            "lookups",
        ),
        "plus-all": _l("“%(term)s” lets everybody send in your name. Most senders end with “~all”."),
        "ptr": _l("“%(term)s” is slow, and many receivers do not look at it any more."),
        "depends-on-message": _l(
            "“%(term)s” decides message by message, which cannot be seen from here. If our servers are listed there,"
            " all is well: ask whoever set it up."
        ),
        "redirect-ignored": _l("“%(term)s” has no effect, because the record has an “all”."),
        "long": _n(
            "The record is %(bytes)s byte long. Not every receiver reads one longer than 450.",
            "The record is %(bytes)s bytes long. Not every receiver reads one longer than 450.",
            "bytes",
        ),
    },
    "dkim": {
        "active": _l("Your messages are signed, and receivers find the key in DNS."),
        "off": _l("Your messages are not signed. Enable DKIM to make a key."),
        "disabled": _l("Your messages are not signed, because DKIM was disabled here."),
        "alias": _l("Messages from this domain alias are signed with the key of the main domain."),
        "not-noticed": _l(
            "The record is there. The mail server uses it as soon as it has seen it too; we have asked it to look."
        ),
        "new-key": _l("A new key waits: publish the record below. Until then the old key signs."),
        "keep-old": _l(
            "The key was replaced. Leave the record of the old one (%(selector)s) for some days,"
            " for messages on their way."
        ),
        "remove-old": _l("The key was replaced. The record of the old one (%(selector)s) can be deleted now."),
        "dkim-ours": _l("DNS holds the right key."),
        "dkim-missing": _l("The record below is not in DNS yet. As soon as it is, this turns to “Active” by itself."),
        "dkim-dangling": _l("There is a pointer (CNAME) to %(target)s, but no record there."),
        "dkim-malformed": _l("There is a text at this name, but no key in it."),
        "dkim-quoted": _l("The key is there, but quotation marks or backslashes came along when it was pasted."),
        "dkim-version": _l("The record has to begin with “v=DKIM1”."),
        "dkim-key-type": _l("The record says that the key is of the type %(type)s. Ours is of the type rsa."),
        "dkim-revoked": _l("The record says that the key is no longer valid: nothing stands behind “p=”."),
        "dkim-other-key": _l("DNS holds another key, so receivers find the signature wrong."),
        "dkim-cut-key": _n(
            "Only the beginning of the key is there: %(found)s of %(expected)s character. Some forms cut long texts.",
            "Only the beginning of the key is there: %(found)s of %(expected)s characters. Some forms cut long texts.",
            "expected",
        ),
        "dkim-hash": _l("The record allows %(hashes)s only, and not sha256, which we sign with."),
        "dkim-service": _l("The record is for %(services)s only, and not for e-mail."),
        "dkim-several": _n(
            "There is %(count)s text at this name, and it is not ours.",
            "There are %(count)s texts at this name. Receivers may take any of them: keep ours alone.",
            "count",
        ),
        "dkim-testing": _l(
            "The record says “t=y”, which is for tests: receivers act as if the signature were not there."
        ),
        "dkim-doubled-name": _l(
            "The record stands at %(name)s: your provider added the domain by itself. Enter only the part before it."
        ),
        "dkim-none-ours": _l("None of them is ours."),
    },
    "dmarc": {
        "dmarc-ok": _l("There is a DMARC record, and its policy is “%(policy)s”."),
        "dmarc-inherited": _l("The record of %(at)s holds for this domain too; its policy is “%(policy)s”."),
        "dmarc-missing": _l("There is no DMARC record."),
        "dmarc-unreadable": _l(
            "This was meant as a DMARC record and is none, because it does not begin with “v=DMARC1”: %(text)s"
        ),
        "dmarc-no-policy": _l("The record has no policy (“p”): receivers act as if none were asked."),
        "dmarc-bad-policy": _l("In “%(tag)s=%(value)s” the value is none of none, quarantine and reject."),
        "dmarc-repeated-tag": _l("“%(tag)s” stands there twice, and nobody can say which one counts."),
        "dmarc-several": _n(
            "There is %(count)s DMARC record, and receivers do not take it.",
            "There are %(count)s DMARC records. Receivers take none of them: keep one.",
            "count",
        ),
        "dmarc-watches": _l(
            "It only watches: nothing is done with forged messages. Once the reports look right, ask for more."
        ),
        "dmarc-testing": _l("“t=y” is for tests: receivers act one step more mildly than the policy says."),
        "dmarc-obsolete": _l("%(tags)s was taken out of the standard and can go."),
        "dmarc-ignored": _l("Receivers pass over %(tags)s, which is not as it has to be."),
        "dmarc-no-reports": _l("No address is given for reports (“rua”), so you do not see who writes in your name."),
        "dmarc-rua-not-mailto": _l("%(uri)s is no e-mail address; hardly anybody sends reports there."),
        "dmarc-rua-not-authorised": _l(
            "Reports to %(domain)s are not sent before its owner agrees, by a TXT record “%(value)s” at %(host)s."
        ),
        "dmarc-rua-unknown": _l("Whether %(domain)s agrees to take your reports could not be looked up."),
        "dmarc-inherited-broken": _l("The record of %(at)s would hold for this domain, but it is of no use."),
        "dmarc-doubled-name": _l(
            "The record stands at %(name)s: your provider added the domain by itself. Enter only the part before it."
        ),
    },
    "autodiscover": {
        "autodiscover-ours": _l("Mail programs find their settings."),
        "autodiscover-host-ok": _l("The host is right."),
        "autodiscover-host-missing": _l("The host is not there."),
        "autodiscover-host-elsewhere": _l("The host leads to %(target)s and not to us."),
        "autodiscover-srv-ok": _l("The SRV record is right."),
        "autodiscover-srv-missing": _l("The SRV record is not there."),
        "autodiscover-srv-elsewhere": _l("The SRV record leads to %(names)s and not to us."),
        "autodiscover-srv-port": _l("The SRV record names port %(port)s; it has to be %(expected)s."),
        "autodiscover-srv-refused": _l("The SRV record says that there is no such service."),
        "autodiscover-not-expected": _l("No mail host is known for this service."),
        "autodiscover-by-address": _l("It is given by address. A CNAME keeps working when our address changes."),
    },
}


def init_app(app: Flask) -> None:
    """Give templates the filters for notes and records."""
    app.add_template_filter(sentence)
    app.add_template_filter(record_text)
    app.add_template_filter(visible)
    app.add_template_filter(short_host)


def sentence(note: Note, record: str) -> str:
    """What a note of this record's judge says, in the reader's language."""
    text = TEXTS[record].get(note.code) or TEXTS[""][note.code]
    values = {name: visible(str(value), LONGEST_NAMED) for name, value in note.values.items()}
    return text % values if isinstance(text, Counted) else str(text) % values


def record_text(record: Record) -> str:
    """A record's data as a zone file would show it, made safe to look at."""
    parts = (record.priority, record.weight, record.port, record.value)
    return visible(" ".join(str(part) for part in parts if part is not None))


def visible(text: str, longest: int = LONGEST_SHOWN) -> str:
    """The text with what cannot be seen made visible, and cut where it is longer than anybody reads."""
    shown = "".join(
        f"\\u{{{ord(letter):x}}}" if unicodedata.category(letter) in UNSEEN else letter for letter in text[:longest]
    )
    return shown if len(text) <= longest else f"{shown}… ({len(text)})"


def short_host(record: Record, zone_name: str) -> str:
    """The part of the host before the zone, as most DNS providers want it; `@` for the zone itself."""
    return zone.relative(record.host, zone_name)
