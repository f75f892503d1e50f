"""Checks that change something: a mailbox, an alias and a list of random names, which are removed whatever happens."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal

from portal.mail import MailError, NameTaken, NotFound, Refused
from portal.mail.checked import Checked, Standing
from portal.mail.checks import Check, Seen, check, differs, noted, ok, run_and_remove
from portal.mail.mailbox_service import MailboxChanges, NewSharedMailbox
from portal.mail.polarismail.checks import Stage
from portal.mail.polarismail.mailbox import PolarisMailbox

QUOTA = Decimal(1)


def _password() -> str:
    return f"aZ9!{secrets.token_urlsafe(18)}"


@dataclass(slots=True)
class Scratch(Stage):
    """`name` is one that nobody else gives; the alias and the list have it with an ending."""

    name: str = field(default_factory=lambda: f"check{secrets.token_hex(8)}")
    password: str = field(default_factory=_password, repr=False)

    @property
    def box(self) -> PolarisMailbox:
        return self.mailbox(self.name, QUOTA)


CHECKS: list[Check[Scratch]] = []
FIRST: list[Check[Scratch]] = []


def on_scratch(stage: Scratch) -> Iterator[Checked]:
    """All of them; what was made is gone afterwards, or the last one says that it is left."""
    if not stage.access.has_domain(stage.domain):
        raise Refused(f"{stage.domain} is not on this server: name a domain of the account to try mailboxes on")
    yield from run_and_remove(FIRST, CHECKS, stage, _removed)


def _removed(stage: Scratch) -> Checked:
    name, expected = "scratch.removed", "what was made is removed, and is in no list afterwards"
    means = f"Remove what is called {stage.name} on {stage.domain} by hand."
    with suppress(MailError):
        stage.box.delete_alias(f"{stage.name}-alias")
    with suppress(MailError):
        stage.box.delete_list(f"{stage.name}-list")
    with suppress(MailError):
        stage.box.delete_mailbox()
    try:
        stage.box.mailbox()
    except NotFound:
        try:
            left = [one for one in ("alias", "list") if not stage.box.is_free(f"{stage.name}-{one}")]
        except MailError as error:
            return Checked(name, Standing.DIFFERS, expected, f"IT MAY BE LEFT: {error}", means)
    except MailError as error:
        return Checked(name, Standing.DIFFERS, expected, f"IT MAY BE LEFT: {error}", means)
    else:
        left = ["mailbox"]
    if left:
        return Checked(name, Standing.DIFFERS, expected, f"LEFT: {', '.join(left)}", means)
    return Checked(name, Standing.OK, expected, "as expected", means)


@check(
    FIRST,
    "mailbox.create",
    expected="addUser makes a basic mailbox of 1 GB, which is read so",
    means="Mailboxes cannot be sold.",
)
def create(stage: Scratch) -> Seen:
    new = NewSharedMailbox(
        password=stage.password,
        account_type="basic",
        quota_gb=QUOTA,
        language="en",
        timezone="America/Montreal",
        date_format="yyyy-mm-dd",
    )
    made = stage.box.create_mailbox(new)
    wrong = [] if made.account_type == "basic" else [f"account type {made.account_type}"]
    wrong += [] if made.limit is not None and abs(made.limit / 2**30 - 1) < 0.05 else [f"quota {made.limit} bytes"]
    wrong += [] if made.enabled else ["disabled"]
    return differs(", ".join(wrong)) if wrong else ok("as expected")


@check(
    CHECKS,
    "mailbox.opens",
    expected="it opens by its password, and not by another one",
    means="Nobody can show by a password whose a mailbox is.",
)
def opens(stage: Scratch) -> Seen:
    right, wrong = stage.box.opens(stage.password), stage.box.opens(_password())
    return ok("as expected") if right and not wrong else differs(f"by its own: {right}, by another one: {wrong}")


@check(
    CHECKS,
    "mailbox.change",
    expected="updateUser changes quota, language and time zone, and tells them",
    means="Plans cannot be changed; noted: what is not told is sent without proof. See the options update_….",
)
def change(stage: Scratch) -> Seen:
    untold = stage.box.change_mailbox(
        MailboxChanges(quota_gb=Decimal(2), language="fr", timezone="Europe/Paris", date_format="dd-mm-yyyy")
    )
    return noted(f"not told: {', '.join(sorted(untold))}") if untold else ok("as expected")


@check(
    CHECKS,
    "mailbox.password-change",
    expected="updateUser sets a password, and leaves all else",
    means="Customers cannot change their password, or lose settings by it.",
)
def password(stage: Scratch) -> Seen:
    before, new = stage.box.mailbox(), _password()
    stage.box.set_password(new)
    after = stage.box.mailbox()
    if not stage.box.opens(new):
        return differs("the new one does not open it")
    same = (before.limit, before.account_type, before.enabled) == (after.limit, after.account_type, after.enabled)
    return ok("as expected") if same else differs(f"{before} became {after}")


@check(
    CHECKS,
    "mailbox.disable",
    expected="disableUser and enableUser, each of them twice",
    means="Services cannot be suspended.",
)
def disable(stage: Scratch) -> Seen:
    for on in (False, False, True, True):
        stage.box.set_enabled(on)
    return ok("as expected")


@check(
    CHECKS,
    "alias.life",
    expected="addAlias, getAllAliasesDomain and removeAlias",
    means="Customers cannot have aliases.",
)
def alias(stage: Scratch) -> Seen:
    name = f"{stage.name}-alias"
    stage.box.create_alias(name, stage.box.address)
    found = [one.targets for one in stage.box.aliases() if one.address == f"{name}@{stage.domain}"]
    try:
        stage.box.create_list(name)
    except NameTaken:
        clash = ok("as expected")
    except Refused as error:
        clash = noted(f"a clash of names is refused for a reason that is not understood ({error})")
    else:
        stage.box.delete_list(name)
        clash = differs("a list of the same name was made")
    stage.box.delete_alias(name)
    return clash if found == [(stage.box.address,)] else differs(f"it leads to {found}")


@check(
    CHECKS,
    "list.life",
    expected="addList, addListMember, getListMembers, removeListMember and removeList",
    means="Customers cannot have distribution lists.",
)
def lists(stage: Scratch) -> Seen:
    name = f"{stage.name}-list"
    stage.box.create_list(name)
    empty = stage.box.members(name)
    stage.box.add_member(name, stage.box.address)
    found = stage.box.members(name)
    stage.box.remove_member(name, stage.box.address)
    after = stage.box.members(name)
    stage.box.delete_list(name)
    wanted = ((), (stage.box.address,), ())
    return ok("as expected") if (empty, found, after) == wanted else differs(f"{empty}, {found}, {after}")
