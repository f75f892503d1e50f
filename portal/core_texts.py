"""What the portal's core says to staff, in the reader's language.

The core, what it writes down and what the API answers speak English, one sentence for each thing: a record stays what
it was, whoever reads it later. A page finds the sentence again here, with the values that are in it. Which call to a
mail server failed, and how, is not here: that is for whoever looks for a fault.
"""

import re
from collections.abc import Iterator
from functools import cache

from flask import Flask
from flask_babel import gettext

from portal.languages import listed


def N_(text: str) -> str:
    """Marks a text for `make messages`."""
    return text


# In English as the core has them.
SENTENCES = (
    # What is not possible as things stand (portal.provisioning).
    N_("Something else is being done to this service at the moment. Try again in half a minute."),
    N_("The service is terminated. Create it anew."),
    N_("The service is on the mail server %(present)s. Move it to %(wanted)s first, then change the setting."),
    N_(
        "The setting domain_path is for the owner of the mail server alone. Leave it empty: the domain then lies beside"
        " the others."
    ),
    N_("The service has no mail server: its setting server names none of yours."),
    N_("The service has no mail server: its setting server names none of yours for mailboxes."),
    N_("The setting server names none of your mail servers."),
    N_("The service has no domain on the mail server yet. Create it first."),
    N_("The service has no mailbox on the mail server yet. Create it first."),
    N_("This domain is in use here already, by another service."),
    N_("This mailbox is in use here already, by another service."),
    N_("The service has the domain %(name)s on the mail server. Terminate it first."),
    N_("The service has the mailbox %(name)s on the mail server. Terminate it first."),
    N_(
        "The domain %(name)s exists on the mail server already, and nothing shows that it is this service's. It was"
        " left alone. If it is theirs, register it (“Register existing” in WHMCS) instead of creating it."
    ),
    N_(
        "The name %(name)s is in use on the mail server already, by a mailbox, alias or list that nothing shows to be"
        " this service's. It was left alone. Choose another name; or, if the mailbox is theirs, register it with its"
        " password."
    ),
    N_("The domain %(name)s is not on the mail server."),
    N_("The mailbox %(name)s is not on the mail server. Create it again, or terminate the service."),
    N_(
        "The domain %(name)s on the mail server has no admin %(admin)s, so it may be somebody else's. Nothing was"
        " deleted. If it is this service's, register its domain admin as the service's user name; else delete it on"
        " the mail server."
    ),
    N_(
        "The creation of %(name)s was never confirmed, so the mailbox of that name on the mail server may be somebody"
        " else's. Nothing was deleted. Create it again to find out, or delete it on the mail server."
    ),
    N_("The domain has no admin %(admin)s. Register the name of its domain admin as the service's user name."),
    N_("The mail platform's account has no domain %(domain)s. Add it there, or take it out of allowed_domains."),
    N_("The domain %(domain)s is switched off on the mail platform. Switch it on there, and repeat."),
    N_(
        "The domain %(domain)s still waits on the mail platform to be verified. Publish the TXT record that it asks"
        " for, and repeat."
    ),
    N_("The mailbox is not there yet, and the portal keeps no passwords. Create it again instead."),
    N_("The portal keeps no passwords: set it again where it was wanted."),
    N_("No mailbox name was given. Fill in the custom field Mailbox of the service: the part before the @."),
    N_("The mailbox name is longer than 64 characters. Shorten it in the custom field Mailbox."),
    N_(
        'The mailbox name "%(handle)s" holds other characters than a-z, 0-9, ".", "_" and "-". Correct it in the custom'
        " field Mailbox."
    ),
    N_(
        'The mailbox name "%(handle)s" has to start and end with a letter or digit. Correct it in the custom field'
        " Mailbox."
    ),
    N_('The mailbox name "%(handle)s" has two of ".", "_" and "-" in a row. Correct it in the custom field Mailbox.'),
    N_('The mailbox name "%(handle)s" is reserved and cannot be sold. Choose another one in the custom field Mailbox.'),
    N_(
        "No domain found. Enter the domain on the service, or allow one domain only in the product's setting"
        " allowed_domains."
    ),
    N_(
        "Domain not allowed: %(domain)s is not in the product's setting allowed_domains (%(allowed)s). Add it there, or"
        " choose one of them."
    ),
    N_(
        "The mail platform has no room for this: the account's mailboxes of that type, or its space, are used up. Order"
        " more from the vendor, or choose a smaller quota or another account type, and repeat."
    ),
    N_("The password does not do for the mail platform: it needs %(parts)s. Set another one and repeat."),
    N_(
        "The mail platform refused the password: it may be too weak, have been used before, or hold characters that it"
        " does not take. Set another one and repeat."
    ),
    # Where there is no room (portal.store).
    N_("The mail server %(server)s is not lent to you. Choose one that is, or ask whoever lends you mail servers."),
    N_(
        "You may have %(most)s domains on the mail server %(server)s, and have %(used)s. Your provider sets this limit:"
        " ask them for more, or terminate a service that is not needed any more."
    ),
    N_(
        "You may have %(most)s mailboxes on the mail server %(server)s, and have %(used)s. Your provider sets this"
        " limit: ask them for more, or terminate a service that is not needed any more."
    ),
    N_("All mailboxes that this seller may have on the mail server %(server)s are used: %(there)s of %(most)s."),
    # Settings without a meaning (portal.plan).
    N_('%(setting)s: "%(raw)s" is not %(expected)s.'),
    # Why usage was not read (portal.collection).
    N_("the mail server does not say how much disk space is used"),
    N_("the mailbox is not on the mail server"),
    N_("its registration changed meanwhile"),
    N_("not tried: its mail server does not answer"),
    # What the test of a mail server says (portal.mail).
    N_("Signed in as a system administrator; domains: %(count)s."),
    N_("Signed in as a system administrator at version %(version)s; domains: %(count)s."),
    N_("Signed in as an admin; domains: %(count)s."),
    N_(
        "Check the user name and the password of the server's entry, that the account is an admin's, and that it has no"
        " two-step verification."
    ),
    N_("The account lacks rights: give it all of an admin's, or enter another one that has them."),
    N_("Try again; if that stays so, look for a firewall that swallows what the portal's machine sends there."),
    N_("Check the address of the API, and that the portal's machine may connect to it (firewall, DNS)."),
    N_("The mail platform is at fault itself: try again later, or ask its vendor."),
    N_("Check that the account is an admin's with all rights."),
    N_(
        "What answers there is not the API, or turns the portal's machine away: check the address of the API, and with"
        " the vendor whether the account may be used from there."
    ),
)
# What the values `expected` and `parts` are made of.
PARTS = (
    N_("a whole number from %(least)s to %(most)s"),
    N_('a whole number from 0 (any number) to %(most)s, or "off"'),
    N_("on or off"),
    N_('a price like "2.00" or "CAD 2.00, USD 1.60"'),
    N_('"default" or an IP address'),
    N_("a host name"),
    N_('one SPF mechanism like "include:mail.example.com"'),
    N_("one or more e-mail addresses"),
    N_("none, quarantine or reject"),
    N_("one or more domains"),
    N_("Basic or Enhanced"),
    N_("a size in GB above 0"),
    N_("a time zone like America/Montreal"),
    N_("a date format like yyyy-mm-dd"),
    N_("one of %(choices)s"),
    N_("at least %(count)s characters"),
    N_("no spaces"),
    N_("a lower-case letter"),
    N_("an upper-case letter"),
    N_("a digit"),
    N_("a special character"),
)
PLACE = re.compile(r"%\((\w+)\)s")
# What a value looks like, where it must not be taken for the sentence after it too.
VALUES = {"least": r"\d+", "most": r"\d+", "choices": r"[\w, -]+"}
END = re.compile(r"(?<=[.!?]) ")


def init_app(app: Flask) -> None:
    """Give templates the filter for what the core says."""
    app.add_template_filter(said)


def said(text: str) -> str:
    """One or several sentences of the core's in the reader's language; anything else as it is."""
    whole = _said(text, SENTENCES)
    if whole is not None:
        return whole
    parts = [(text[: end.start()], text[end.end() :]) for end in END.finditer(text)]
    for before, after in parts:
        first = _said(before, SENTENCES)
        if first is not None:
            return f"{first} {said(after)}"
    for before, after in parts:
        last = _said(after, SENTENCES)
        if last is not None:
            return f"{before} {last}"
    return text


def _said(text: str, known: tuple[str, ...]) -> str | None:
    for pattern, english in _patterns(known):
        found = pattern.fullmatch(text)
        values = found and {name: _value(name, value) for name, value in found.groupdict().items()}
        if values is not None and None not in values.values():
            return str(gettext(english)) % values
    return None


def _value(name: str, value: str) -> str | None:
    """None for one that is none: then the sentence is another one."""
    if name == "expected":
        return _said(value, PARTS)
    if name == "parts":
        return listed(_said(part, PARTS) or part for part in value.split(", "))
    return value


@cache
def _patterns(known: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    """The most particular first: a sentence with much text of its own before one that is mostly values."""
    by_text = sorted(known, key=lambda english: -len(PLACE.sub("", english)))
    return [(re.compile("".join(_pattern(english)), re.DOTALL), english) for english in by_text]


def _pattern(english: str) -> Iterator[str]:
    for number, part in enumerate(PLACE.split(english)):
        yield f"(?P<{part}>{VALUES.get(part, '.*?')})" if number % 2 else re.escape(part)
