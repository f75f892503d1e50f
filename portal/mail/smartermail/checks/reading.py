"""Checks of what is read of a domain: fields, units, which form of each call this build has."""

import secrets
from typing import Any

from portal.mail import PasswordRules, Refused
from portal.mail.smartermail import answers
from portal.mail.smartermail.aliases import MAX_SINGLE_READS
from portal.mail.smartermail.answers import MEGABYTE, Row
from portal.mail.smartermail.checks import Check, Seen, Stage, check, differs, lacking, noted, ok, told, variant
from portal.mail.smartermail.wire import get

NUMBER = (int, float, str)
COUNTS: dict[str, Any] = dict.fromkeys(("userCount", "userLimit", "aliasCount", "aliasLimit", "maxSize"), NUMBER)
SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("isEnabled", "enableMailForwarding", "allowUserSizeChanging"), bool),
    **dict.fromkeys(("enableActiveSyncAccountManagement", "enableMapiEwsAccountManagement"), bool),
    **dict.fromkeys(("maxUsers", "maxDomainAliases"), NUMBER),
    **dict.fromkeys(("outgoingIP", "mainDomainAdmin"), str),
}

CHECKS: list[Check[Stage]] = []


def a_mailbox(stage: Stage) -> str | None:
    return next((mailbox.name for mailbox in stage.domain.mailboxes()), None)


def in_words(rules: PasswordRules) -> str:
    wanted = [name for name in ("upper", "digit", "special") if getattr(rules, name)]
    return " ".join([f"{rules.min_length} characters", *wanted])


@check(
    CHECKS,
    "domain.figures",
    expected=f"domainData: name, path, {', '.join(COUNTS)}; size or sizeMb",
    means="Usage cannot be shown or billed, and where new domains are to lie is not known.",
)
def figures(stage: Stage) -> Seen:
    found = stage.figures()
    missing = lacking(found, COUNTS | {"name": str, "path": str})
    if answers.number(found.get("size")) is None:
        if answers.number(found.get("sizeMb")) is None:
            missing.append("size")
        elif not missing:
            return noted("no size; sizeMb is read instead")
    return told(missing)


@check(
    CHECKS,
    "domain.size-unit",
    expected="size is bytes: as much as sizeMb megabytes",
    means="What customers pay for storage would be wrong by the factor between the two.",
)
def size_unit(stage: Stage) -> Seen:
    found = stage.figures()
    size, megabytes = answers.number(found.get("size")), found.get("sizeMb")
    if not size or not isinstance(megabytes, int | float) or not megabytes:
        return noted("cannot be told: one of the two is missing or 0; look at a domain with mail in it")
    text = f"size {size}, sizeMb {megabytes}"
    return ok(text) if abs(size / MEGABYTE - megabytes) <= 1 + megabytes / 50 else differs(text)


@check(
    CHECKS,
    "domain.settings",
    expected=f"domainSettings: {', '.join(SETTINGS)}",
    means="What a plan allows cannot be set: new domains would not be as they were sold.",
)
def domain_settings(stage: Stage) -> Seen:
    return told(lacking(stage.settings(), SETTINGS))


@check(
    CHECKS,
    "domain.limits-agree",
    expected="maxUsers of the settings is userLimit of the figures",
    means="Another field holds the number of mailboxes than the one that is set when a plan changes.",
)
def limits_agree(stage: Stage) -> Seen:
    limit, most = answers.number(stage.figures().get("userLimit")), answers.number(stage.settings().get("maxUsers"))
    text = f"userLimit {limit}, maxUsers {most}"
    return ok(text) if limit == most else differs(text)


@check(
    CHECKS,
    "password.requirements",
    expected="password-requirements tells minLength, requireCapital, requireNumber, requireSymbol",
    means="Forms show the plan's rules alone; the mail server still has the last word.",
)
def requirements(stage: Stage) -> Seen:
    rules = stage.domain.password_rules()
    return ok(in_words(rules)) if rules is not None else noted("none of these fields")


@check(
    CHECKS,
    "password.plans",
    expected="settings 9–12 of every plan are what the mail server asks",
    means="Customers are shown the stricter of both. Set settings 9–12 to the mail server's own policy.",
)
def plans(stage: Stage) -> Seen:
    rules = stage.domain.password_rules()
    if rules is None:
        return noted("the mail server does not tell its rules")
    others = [f"{place}: {in_words(policy)}" for place, policy in stage.policies.items() if policy != rules]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        return noted(f"the server: {in_words(rules)}; {'; '.join(others[:3])}{more}")
    return ok(f"{len(stage.policies)} services")


@check(
    CHECKS,
    "mailboxes.list",
    expected="settings/domain/list-users",
    means="Another form of the call is used. account-search-quick does not tell administrators apart.",
)
def mailboxes(stage: Stage) -> Seen:
    stage.domain.mailboxes()
    return variant(stage, "list the mailboxes", "list-users", "account-search-quick", "sysadmin/list-users")


@check(
    CHECKS,
    "mailboxes.whole",
    expected="as many mailboxes in the list as userCount says",
    means="The list is cut off, or counts something else: addresses would be missing.",
)
def whole(stage: Stage) -> Seen:
    found, counted = len(stage.domain.mailboxes()), stage.domain.figures().mailboxes
    text = f"{found} listed, userCount {counted}"
    return ok(text) if found == counted else differs(text)


@check(
    CHECKS,
    "mailboxes.sizes",
    expected="the list tells each mailbox's size and limit in bytes, and its last sign-in",
    means="Sizes or last sign-ins are shown as unknown.",
)
def sizes(stage: Stage) -> Seen:
    found = stage.domain.mailboxes()
    unknown = [mailbox for mailbox in found if mailbox.used is None]
    if unknown:
        return differs(f"no size of {len(unknown)} in {len(found)}")
    silent = [mailbox for mailbox in found if mailbox.last_login is None]
    return noted(f"no last sign-in of {len(silent)} in {len(found)}") if silent else ok(f"of all {len(found)}")


@check(
    CHECKS,
    "mailbox.read",
    expected="settings/domain/get-user",
    means="Another form of the call is used.",
)
def mailbox(stage: Stage) -> Seen:
    name = a_mailbox(stage)
    if name is None:
        return noted("cannot be told: there is no mailbox")
    stage.domain.mailbox(name)
    return variant(stage, "read a mailbox", "get-user", "user/{email}")


@check(
    CHECKS,
    "mailbox.missing",
    expected="a mailbox that does not exist is told apart from an error",
    means="Pages of mailboxes that are gone say that the mail server does not answer.",
)
def missing(stage: Stage) -> Seen:
    try:
        stage.domain.mailbox(f"check-{secrets.token_hex(8)}")
    except Refused as error:
        return noted(str(error)) if "HTTP 200" in str(error) else ok(str(error))
    return differs("there is one")


@check(
    CHECKS,
    "forwarding.read",
    expected="settings/domain/mailbox-forward-list/{email}: forwardList, deleteOnForward, keepRecipients",
    means="Another form of the call is used; or where mailboxes forward to cannot be shown.",
)
def forwarding(stage: Stage) -> Seen:
    name = a_mailbox(stage)
    if name is None:
        return noted("cannot be told: there is no mailbox")
    stage.domain.forwarding(name)
    return variant(stage, "read a mailbox's forwarding", "mailbox-forward-list/{email}", "get-mailbox-forward-list")


@check(
    CHECKS,
    "aliases.targets",
    expected="the list of aliases tells where each leads",
    means=f"Up to {MAX_SINGLE_READS} are then read one by one; with more of them there is no list of addresses.",
)
def targets(stage: Stage) -> Seen:
    what = "list the aliases"
    rows = answers.rows(stage.as_domain(get(what, "settings/domain/aliases")), "gridInfo", list[Row], what)
    untold = sum(row.get("targets") is None and not row.get("includeAllDomainUsers") for row in rows)
    if untold:
        return (noted if untold <= MAX_SINGLE_READS else differs)(f"{untold} of {len(rows)} without targets")
    return ok(f"{len(rows)} aliases") if rows else noted("cannot be told: there is no alias")


def protocol(stage: Stage, path: str, key: str) -> Seen:
    what = f"list {key}"
    rows = answers.rows(stage.as_domain(get(what, f"settings/domain/{path}")), key, list[Row], what)
    if not all(isinstance(row.get("emailAddress"), str) for row in rows):
        return differs("entries without emailAddress")
    off = sum(row.get("isActive") is False for row in rows)
    return noted(f"{off} of {len(rows)} are listed and off") if off else ok(f"{len(rows)} mailboxes")


@check(
    CHECKS,
    "activesync.list",
    expected="activeSyncAccounts: emailAddress of every mailbox that has it on",
    means="Who has ActiveSync cannot be shown or billed. Entries that are off (isActive false) are not counted.",
)
def activesync(stage: Stage) -> Seen:
    return protocol(stage, "active-sync-mailboxes", "activeSyncAccounts")


@check(
    CHECKS,
    "mapi.list",
    expected="mapiEwsAccounts: emailAddress of every mailbox that has it on",
    means="Who has MAPI cannot be shown or billed. Entries that are off (isActive false) are not counted.",
)
def mapi(stage: Stage) -> Seen:
    return protocol(stage, "mapi-ews-mailboxes", "mapiEwsAccounts")


@check(
    CHECKS,
    "dkim.keys",
    expected="domainKeysSettings with selector, publicKey, isActive, and pending an object or null",
    means="false, or no pending at all, is taken for none.",
)
def dkim_keys(stage: Stage) -> Seen:
    stage.domain.dkim()
    keys = stage.settings().get("domainKeysSettings")
    if not isinstance(keys, dict):
        return noted("no domainKeysSettings: taken for no key")
    if missing := lacking(keys, {"selector": str, "publicKey": str, "isActive": bool}):
        return differs(f"lacking: {', '.join(missing)}")
    if "pending" not in keys or keys["pending"] is False:
        return noted("pending is false" if "pending" in keys else "pending is absent")
    return ok("as expected")


@check(
    CHECKS,
    "dkim.signing",
    expected="enableDkimSigning, or enableDkimSigningDomainAdmin, tells whether messages are signed",
    means="Whether messages are signed is then told by the key alone.",
)
def dkim_signing(stage: Stage) -> Seen:
    found = stage.settings()
    names = [
        name for name in ("enableDkimSigning", "enableDkimSigningDomainAdmin") if isinstance(found.get(name), bool)
    ]
    keys = found.get("domainKeysSettings")
    if isinstance(keys, dict) and isinstance(keys.get("enableDkimSigning"), bool):
        names.insert(0, "domainKeysSettings.enableDkimSigning")
    return ok(names[0]) if names else noted("neither")


@check(
    CHECKS,
    "domain-aliases.list",
    expected="domainAliasData: name of each domain alias",
    means="`data` is what builds before 2023 call it: the portal reads that too.",
)
def domain_aliases(stage: Stage) -> Seen:
    what = "list the domain aliases"
    answer = stage.as_domain(get(what, "settings/domain/domain-aliases"))
    found = answers.domain_aliases(answer, what)
    return ok(f"{len(found)} domain aliases") if "domainAliasData" in answer else noted("data")
