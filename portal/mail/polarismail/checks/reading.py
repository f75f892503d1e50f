"""Checks of the sign-in and of what is read: fields, units, and how what is not there is told."""

import secrets

from portal.mail import NotFound, Refused, Unreachable
from portal.mail.checks import Check, Seen, check, differs, noted, ok
from portal.mail.polarismail import answers
from portal.mail.polarismail.checks import Stage
from portal.mail.polarismail.options import LOCALISED, YES
from portal.mail.polarismail.reading import TOLD, WHOLE
from portal.mail.polarismail.wire import Call, Unauthorized, truth

CHECKS: list[Check[Stage]] = []
NO_MAILBOX = "cannot be told: there is no mailbox"


@check(
    CHECKS,
    "sign-in.account",
    expected="an admin's account without two-step verification, from this machine",
    means="The portal cannot sign in: check the address of the API, user name and password of the server's entry.",
)
def account(stage: Stage) -> Seen:
    return ok(f"domains: {len(stage.access.domains())}")


@check(
    CHECKS,
    "sign-in.token",
    expected="a token is good for more than one call",
    means="Add the server with the option sign_in_each_time=yes.",
)
def token(stage: Stage) -> Seen:
    if stage.access.options.sign_in_each_time == YES:
        return noted("the portal signs in for each call: sign_in_each_time=yes")
    call = Call("list the domains", "getAllDomains", read=True)
    text = str(stage.access.wire.send(stage.access.sign_in_call()).returndata)
    stage.access.wire.send(call, text)
    try:
        stage.access.wire.send(call, text)
    except Unauthorized as error:
        return differs(str(error))
    return ok("as expected")


@check(
    CHECKS,
    "domain.ready",
    expected="the domain is in the account, active, and verified",
    means="No mailbox can be made on it: add it, switch it on, or publish its TXT record.",
)
def ready(stage: Stage) -> Seen:
    row = next((row for row in stage.access.domains() if answers.text(row, "domain").lower() == stage.domain), None)
    if row is None:
        return differs("the account has not got it")
    if not truth(row.get("active")):
        return differs("it is not active")
    try:
        stage.ask("read the verification", "getDomainVerification")
    except (Refused, Unauthorized):
        return ok("as expected")
    return differs("its verification is pending")


@check(
    CHECKS,
    "mailboxes.fields",
    expected="username, uname, quota, usage, disabled, account_type",
    means="Without username or disabled nothing works; without the others they are shown as unknown.",
)
def fields(stage: Stage) -> Seen:
    rows = stage.mailboxes()
    if not rows:
        return noted(NO_MAILBOX)
    names = ("username", "disabled", "quota", "usage", "account_type", "uname")
    missing = [name for name in names if not all(name in row for row in rows)]
    if not missing:
        return ok(f"of all {len(rows)}")
    text = f"lacking: {', '.join(missing)}"
    return differs(text) if {"username", "disabled", "quota"} & set(missing) else noted(text)


@check(
    CHECKS,
    "mailboxes.whole",
    expected="the list tells how many there are, and has as many",
    means="A list that is cut off cannot be told from a whole one.",
)
def whole(stage: Stage) -> Seen:
    answer = stage.ask("list the mailboxes", "getAllUsersDomain", **WHOLE, **TOLD)
    total = answers.number(answer.meta.get("all")) if isinstance(answer.meta, dict) else None
    count = len(answers.rows(answer, "list the mailboxes"))
    return noted(f"{count} rows, and no number") if total is None else ok(f"{count} of {total}")


@check(
    CHECKS,
    "mailboxes.search",
    expected="searchUsers tells of a mailbox what the list tells",
    means="The whole list is read instead, which is slower.",
)
def search(stage: Stage) -> Seen:
    rows = stage.mailboxes()
    if not rows:
        return noted(NO_MAILBOX)
    name = answers.local_part(answers.text(rows[0], "username"))
    found = answers.rows(stage.ask("search", "searchUsers", search=name, **WHOLE), "search")
    mine = [row for row in found if answers.local_part(answers.text(row, "username")) == name]
    if not mine:
        return noted("it does not find it")
    return ok("as expected") if {"quota", "disabled"} <= mine[0].keys() else noted("without quota or disabled")


@check(
    CHECKS,
    "mailbox.settings",
    expected="getUserInfo tells language, time zone and date format",
    means="A plan's language, time zone and date format are sent, but nobody can tell whether they were taken.",
)
def settings(stage: Stage) -> Seen:
    rows = stage.mailboxes()
    if not rows:
        return noted(NO_MAILBOX)
    name = answers.local_part(answers.text(rows[0], "username"))
    try:
        answer = stage.ask("read a mailbox", "getUserInfo", username=name).returndata
    except Refused as error:
        return noted(str(error))
    told = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    untold = [one for one in LOCALISED if not isinstance(told, dict) or stage.access.options.created(one) not in told]
    return noted(f"not told: {', '.join(untold)}") if untold else ok("all of them")


@check(
    CHECKS,
    "mailbox.missing",
    expected="a mailbox that does not exist is told apart from an error",
    means="What was removed by hand is taken for a server that does not answer.",
)
def missing(stage: Stage) -> Seen:
    try:
        stage.mailbox(f"check{secrets.token_hex(8)}").mailbox()
    except NotFound as error:
        return ok(str(error))
    return differs("there is one")


@check(
    CHECKS,
    "mailbox.quota-unit",
    expected="a quota is read as 1000 MB for each GB (or as the option mb_per_gb says)",
    means="Quotas are shown wrong, and changes of them are taken for failed: set the option mb_per_gb.",
)
def unit(stage: Stage) -> Seen:
    wrong, right = [], 0
    for row in stage.mailboxes():
        address = f"{answers.local_part(answers.text(row, 'username'))}@{stage.domain}"
        megabytes = answers.number(row.get("quota"))
        if address not in stage.quotas or megabytes is None:
            continue
        exact = megabytes == stage.quotas[address] * stage.access.options.mb_per_gb
        right += exact
        wrong += [] if exact else [f"{megabytes} MB for {stage.quotas[address]} GB"]
    if wrong:
        return noted(f"{len(wrong)} differ: {wrong[0]}")
    return ok(f"{right} mailboxes") if right else noted("cannot be told: no mailbox here was sold by a plan")


@check(
    CHECKS,
    "mailbox.password",
    expected="a mailbox's password can be tried at the user API",
    means="A creation without an answer cannot be completed, and nobody can show by its password whose a mailbox is.",
)
def password(stage: Stage) -> Seen:
    try:
        opened = stage.mailbox(f"check{secrets.token_hex(8)}").opens(secrets.token_urlsafe(16))
    except Unreachable as error:
        return differs(str(error))
    return differs("any password is accepted") if opened else ok("as expected")


@check(
    CHECKS,
    "aliases.list",
    expected="getAllAliasesDomain tells alias and forward",
    means="Aliases cannot be shown or made.",
)
def aliases(stage: Stage) -> Seen:
    found = stage.mailbox("check").aliases()
    empty = sum(not alias.targets for alias in found)
    return differs(f"{empty} of {len(found)} lead nowhere") if empty else ok(f"{len(found)} aliases")


@check(
    CHECKS,
    "lists.members",
    expected="getAllListsDomain tells lname, getListMembers member",
    means="Distribution lists cannot be shown or made.",
)
def lists(stage: Stage) -> Seen:
    names = sorted(stage.mailbox("check").lists())
    if not names:
        return noted("cannot be told: there is no list")
    members = stage.mailbox("check").members(names[0].rpartition("@")[0])
    return ok(f"{len(names)} lists, {len(members)} members of the first")
