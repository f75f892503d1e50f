"""Checks that change something: on a domain that they make, and that is removed whatever happens."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from portal.mail import (
    AliasSettings,
    DomainSettings,
    Forwarding,
    LimitReached,
    MailError,
    NameTaken,
    NewDomain,
    NewMailbox,
    NotFound,
    PasswordRejected,
    Refused,
    Unreachable,
)
from portal.mail.checked import Checked, Standing
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import MEGABYTE, Row
from portal.mail.smartermail.checks import Check, Seen, Stage, check, differs, noted, ok, run_and_remove, variant
from portal.mail.smartermail.wire import Call, get

LIMIT = 7 * MEGABYTE
ELSEWHERE = "somebody@example.net"


def _password() -> str:
    """One that no policy refuses."""
    return f"aZ9!{secrets.token_urlsafe(18)}"


@dataclass(slots=True)
class Scratch(Stage):
    """`admin` has a name that nobody else gives: a domain with that admin is the one that was made here."""

    admin: str = field(default_factory=lambda: f"check{secrets.token_hex(8)}")
    admin_password: str = field(default_factory=_password, repr=False)


CHECKS: list[Check[Scratch]] = []
FIRST: list[Check[Scratch]] = []


def on_scratch(stage: Scratch) -> Iterator[Checked]:
    """All of them; the domain is gone afterwards, or the last one says that it is left. Raise Refused if it exists."""
    if stage.domain.name in stage.access.domain_names():
        raise Refused(f"{stage.domain.name} exists on this server: name a domain that does not")
    yield from run_and_remove(FIRST, CHECKS, stage, _removed)


def _removed(stage: Scratch) -> Checked:
    expected = "domain-delete removes the domain, and it is in no list afterwards"
    means = f"Remove {stage.domain.name} from the mail server by hand."
    try:
        if stage.domain.name not in stage.access.domain_names():
            return Checked("domain.delete", Standing.OK, expected, "there was nothing to remove", means)
        if str(stage.settings().get("mainDomainAdmin")).lower() != stage.admin:
            seen = "a domain of that name, made by somebody else meanwhile: it is left alone"
            return Checked("domain.delete", Standing.DIFFERS, expected, seen, means)
        # What was answered does not count: it is looked whether it is gone.
        with suppress(MailError):
            stage.domain.delete(files=True)
        if stage.domain.name in stage.access.domain_names():
            stage.domain.delete(files=True)
        left = stage.domain.name in stage.access.domain_names()
    except MailError as error:
        return Checked("domain.delete", Standing.DIFFERS, expected, f"IT MAY BE LEFT: {error}", means)
    if left:
        return Checked("domain.delete", Standing.DIFFERS, expected, "IT IS LEFT: it is in the list still", means)
    return Checked("domain.delete", Standing.OK, expected, "as expected", means)


def expect(error: type[Refused], act: Callable[[], object], otherwise: str) -> Seen:
    """That it is refused, and the reason understood."""
    try:
        act()
    except error as seen:
        return ok(str(seen))
    except Refused as seen:
        return noted(f"refused, for a reason that is not understood ({seen})")
    return differs(otherwise)


def agree(**pairs: tuple[object, object]) -> Seen:
    """Whether what was read back (first) is what was sent (second)."""
    wrong = [f"{name} {seen!r} instead of {sent!r}" for name, (seen, sent) in pairs.items() if seen != sent]
    return differs("; ".join(wrong)) if wrong else ok("as expected")


@check(
    FIRST,
    "domain.create",
    expected="domain-put makes the domain: name, path and userLimit are kept, and its admin is the one that was named",
    means="New services cannot be set up.",
)
def create(stage: Scratch) -> Seen:
    stage.domain.create(NewDomain(stage.admin, stage.admin_password, settings=DomainSettings(mailboxes=4)))
    found, configured = stage.figures(), stage.settings()
    path = str(found.get("path"))
    return agree(
        name=(str(found.get("name")).lower(), stage.domain.name),
        limit=(answers.number(found.get("userLimit")), 5),
        admin=(str(configured.get("mainDomainAdmin")).lower(), stage.admin),
        folder=(path.replace("\\", "/").rstrip("/").rpartition("/")[2].lower(), stage.domain.name),
    )


@check(
    CHECKS,
    "domain.taken",
    expected="to create it again is refused by a code with NAME_IN_USE",
    means="WHMCS staff would not be told that a domain exists already.",
)
def taken(stage: Scratch) -> Seen:
    return expect(NameTaken, lambda: stage.domain.create(NewDomain(stage.admin, _password())), "it was accepted")


@check(
    CHECKS,
    "domain.change-settings",
    expected="domain-settings changes what is sent, and leaves the rest",
    means="A change of plan would reset other settings of a domain, or not take effect.",
)
def change_settings(stage: Scratch) -> Seen:
    before = stage.settings()
    wanted = DomainSettings(mailboxes=4, domain_aliases=3)
    stage.domain.configure(wanted)
    after = stage.settings()
    sent: Row = {"maxUsers": 5, "maxDomainAliases": 3, "enableMailForwarding": True, "allowUserSizeChanging": True}
    sent |= {"enableActiveSyncAccountManagement": True, "enableMapiEwsAccountManagement": True, "outgoingIP": ""}
    # Of the rest only names: there are secrets among the values.
    reset = sorted(name for name in before if name not in sent and before[name] != after.get(name))
    wrong = sorted(name for name, value in sent.items() if after.get(name) != value)
    if reset or wrong:
        return differs(f"not changed: {', '.join(wrong) or 'none'}; changed besides: {', '.join(reset) or 'none'}")
    return ok("as expected")


@check(
    CHECKS,
    "domain.close",
    expected="isEnabled false closes the domain, true opens it",
    means="Services cannot be suspended.",
)
def close(stage: Scratch) -> Seen:
    stage.domain.set_open(False)
    closed = stage.settings().get("isEnabled")
    stage.domain.set_open(True)
    return agree(closed=(closed, False), opened=(stage.settings().get("isEnabled"), True))


@check(
    CHECKS,
    "domain.admin-sign-in",
    expected="the new domain's admin can sign in, and isDomainAdmin says so",
    means="Whoever moves a domain over cannot prove that it is theirs by its admin's password.",
)
def admin_sign_in(stage: Scratch) -> Seen:
    body = {"username": f"{stage.admin}@{stage.domain.name}", "password": stage.admin_password, "clientId": "check"}
    answer = stage.access.wire.send(Call("sign in as a domain administrator", "auth/authenticate-user", body))
    return agree(isDomainAdmin=(answer.get("isDomainAdmin"), True))


@check(
    CHECKS,
    "mailbox.create",
    expected="user-put makes a mailbox, its limit in bytes",
    means="Mailboxes cannot be made, or have another limit than was chosen.",
)
def create_mailbox(stage: Scratch) -> Seen:
    stage.domain.create_mailbox(NewMailbox("first", _password(), "First Mailbox", LIMIT))
    made = stage.domain.mailbox("first")
    return agree(limit=(made.limit, LIMIT), display_name=(made.display_name, "First Mailbox"))


@check(
    CHECKS,
    "mailbox.taken",
    expected="a second one of that name is refused by a code with NAME_IN_USE",
    means="Forms cannot say that a name is in use.",
)
def mailbox_taken(stage: Scratch) -> Seen:
    return expect(NameTaken, lambda: stage.domain.create_mailbox(NewMailbox("first", _password())), "it was accepted")


@check(
    CHECKS,
    "mailbox.weak-password",
    expected="a password of one letter is refused by a code with PASSWORD",
    means="Forms cannot say that it is the password that was refused.",
)
def weak_password(stage: Scratch) -> Seen:
    return expect(
        PasswordRejected,
        lambda: stage.domain.create_mailbox(NewMailbox("weak", "a")),
        "one letter is enough",
    )


@check(
    CHECKS,
    "mailbox.change",
    expected="settings/domain/post-user changes what is sent, and leaves the rest",
    means="Another form of the call is used; or changing a display name would reset a limit.",
)
def change_mailbox(stage: Scratch) -> Seen:
    stage.domain.change_mailbox("first", display_name="Changed")
    after = stage.domain.mailbox("first")
    seen = agree(
        limit=(after.limit, LIMIT), display_name=(after.display_name, "Changed"), enabled=(after.enabled, True)
    )
    return (
        seen if seen.standing is Standing.DIFFERS else variant(stage, "change a mailbox", "post-user", "user/{email}")
    )


@check(
    CHECKS,
    "mailbox.end-sessions",
    expected="kill-user-sessions and drop-user-connections are confirmed after a new password",
    means="Customers are told that devices may stay signed in for a while.",
)
def end_sessions(stage: Scratch) -> Seen:
    return ok("both") if stage.domain.set_password("first", _password()) else noted("not confirmed")


@check(
    CHECKS,
    "mailbox.disable",
    expected="users-disable switches a mailbox off and on",
    means="Admins cannot switch mailboxes off.",
)
def disable_mailbox(stage: Scratch) -> Seen:
    stage.domain.set_enabled("first", False)
    off = stage.domain.mailbox("first").enabled
    stage.domain.set_enabled("first", True)
    return agree(off=(off, False), on=(stage.domain.mailbox("first").enabled, True))


@check(
    CHECKS,
    "mailbox.hide",
    expected="hideFromGAL keeps a mailbox out of the list of addresses",
    means="Customers see the hidden admin in their address book.",
)
def hide(stage: Scratch) -> Seen:
    stage.domain.hide("first")
    return ok("accepted")


@check(
    CHECKS,
    "forwarding.write",
    expected="post-mailbox-forward-list replaces the list and both options",
    means="Forwarding cannot be set.",
)
def forwarding(stage: Scratch) -> Seen:
    wanted = Forwarding((ELSEWHERE,), delete_after=True, keep_sender=True)
    stage.domain.set_forwarding("first", wanted)
    so = stage.domain.forwarding("first")
    stage.domain.set_forwarding("first", Forwarding())
    return agree(set=(so, wanted), ended=(stage.domain.forwarding("first").destinations, ()))


@check(
    CHECKS,
    "alias.write",
    expected="alias-put, alias and alias-delete; what a change does not name stays",
    means="Aliases cannot be made, or lose what was set of them.",
)
def alias(stage: Scratch) -> Seen:
    home = f"first@{stage.domain.name}"
    stage.domain.create_alias(AliasSettings("second", (home,), may_send=True, hide_from_gal=True))
    stage.domain.change_alias("second", targets=[home, ELSEWHERE])
    wanted = AliasSettings("second", (home, ELSEWHERE), may_send=True, hide_from_gal=True)
    return agree(alias=(stage.domain.alias("second"), wanted))


@check(
    CHECKS,
    "alias.targets",
    expected="the list of aliases tells where each leads",
    means="The list is read one by one, which is bearable for up to a hundred.",
)
def alias_targets(stage: Scratch) -> Seen:
    what = "list the aliases"
    rows = answers.rows(stage.as_domain(get(what, "settings/domain/aliases")), "gridInfo", list[Row], what)
    return ok("as expected") if all(row.get("targets") for row in rows) else noted("without targets")


@check(
    CHECKS,
    "alias.taken",
    expected="an alias with the name of a mailbox is refused by a code with NAME_IN_USE",
    means="Forms cannot say that a name is in use.",
)
def alias_taken(stage: Scratch) -> Seen:
    return expect(NameTaken, lambda: stage.domain.create_alias(AliasSettings("first", (ELSEWHERE,))), "it was accepted")


@check(
    CHECKS,
    "alias.delete",
    expected="alias-delete removes the alias",
    means="Another form of the call is used.",
)
def delete_alias(stage: Scratch) -> Seen:
    stage.domain.delete_alias("second")
    gone = expect(NotFound, lambda: stage.domain.alias("second"), "it is there still")
    if gone.standing is Standing.DIFFERS:
        return gone
    return variant(stage, "delete an alias", "alias-delete", "account-list-delete")


def switched(stage: Scratch, switch: Callable[[str, bool], None], path: str, key: str) -> Seen:
    switch("first", True)
    switch("first", False)
    what = f"list {key}"
    rows = answers.rows(stage.as_domain(get(what, f"settings/domain/{path}")), key, list[Row], what)
    return noted("switched off, it stays listed with isActive false") if rows else ok("as expected")


@check(
    CHECKS,
    "activesync.switch",
    expected="active-sync-mailboxes-patch switches it, and the list shows it",
    means="ActiveSync cannot be sold: perhaps the licence lacks it.",
)
def activesync(stage: Scratch) -> Seen:
    return switched(stage, stage.domain.set_activesync, "active-sync-mailboxes", "activeSyncAccounts")


@check(
    CHECKS,
    "mapi.switch",
    expected="mapi-ews-mailboxes-patch switches it, and the list shows it",
    means="MAPI cannot be sold: perhaps the licence lacks it.",
)
def mapi(stage: Scratch) -> Seen:
    return switched(stage, stage.domain.set_mapi, "mapi-ews-mailboxes", "mapiEwsAccounts")


@check(
    CHECKS,
    "dkim.first-key",
    expected="dkim-enable makes a key where there is none",
    means="It is then made with dkim-create-rollover.",
)
def dkim_first(stage: Scratch) -> Seen:
    stage.as_domain(Call("enable DKIM", "settings/domain/dkim-enable/false"))
    by_itself = stage.domain.dkim().keys
    key = next(iter(stage.domain.enable_dkim().keys))
    text = f"selector {key.selector}, {key.size} bits"
    return ok(text) if by_itself else noted(f"it did not; made with dkim-create-rollover: {text}")


@check(
    CHECKS,
    "dkim.switch-off",
    expected="dkim-disable ends signing, and a field says so",
    means="Whether messages are still signed is not known after DKIM was switched off.",
)
def dkim_off(stage: Scratch) -> Seen:
    try:
        after = stage.domain.disable_dkim()
    except Unreachable as error:
        return noted(str(error))
    return ok("as expected") if after.signing is False else noted("nothing tells whether it signs")


@check(
    CHECKS,
    "domain-aliases.write",
    expected="domain-alias-put/{name}/false adds one without looking at its MX, with the token of the domain",
    means="Domain aliases cannot be added before their MX points here.",
)
def domain_alias(stage: Scratch) -> Seen:
    name = f"alias-of-{stage.domain.name}"
    stage.domain.add_domain_alias(name)
    added = name in stage.domain.domain_aliases()
    stage.domain.remove_domain_alias(name)
    return agree(added=(added, True), removed=(name in stage.domain.domain_aliases(), False))


@check(
    CHECKS,
    "mailbox.limit",
    expected="one mailbox more than maxUsers is refused by a code with LIMIT_EXCEEDED",
    means="Forms cannot say that the plan is full.",
)
def mailbox_limit(stage: Scratch) -> Seen:
    stage.domain.configure(DomainSettings(mailboxes=1, domain_aliases=3))
    return expect(
        LimitReached, lambda: stage.domain.create_mailbox(NewMailbox("beyond", _password())), "it was accepted"
    )


@check(
    CHECKS,
    "mailbox.delete",
    expected="settings/domain/account-list-delete removes a mailbox",
    means="Another form of the call is used.",
)
def delete_mailbox(stage: Scratch) -> Seen:
    stage.domain.delete_mailbox("first")
    gone = expect(NotFound, lambda: stage.domain.mailbox("first"), "it is there still")
    if gone.standing is Standing.DIFFERS:
        return gone
    return variant(stage, "delete a mailbox", "account-list-delete", "users-delete")
