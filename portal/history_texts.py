"""The history in words: what was changed, when, by whom and how it ended, as customers and staff read it."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import domains
from portal.languages import listed, size
from portal.store.history import AUTOMATIC, LONGEST_CHANGE, SELLER, History

MB = 2**20

# For each action what is said when it was done, and while it is not known to be.
SENTENCES = {
    "mailbox.create": (_l("Mailbox %(subject)s created"), _l("Create the mailbox %(subject)s")),
    "mailbox.change": (_l("Settings of %(subject)s changed"), _l("Change the settings of %(subject)s")),
    "mailbox.password": (_l("Password of %(subject)s changed"), _l("Change the password of %(subject)s")),
    "mailbox.aliases": (_l("Aliases of %(subject)s changed"), _l("Change the aliases of %(subject)s")),
    "mailbox.forwarding": (_l("Forwarding of %(subject)s changed"), _l("Change the forwarding of %(subject)s")),
    "mailbox.eas": (_l("ActiveSync of %(subject)s switched"), _l("Switch ActiveSync of %(subject)s")),
    "mailbox.mapi": (_l("MAPI of %(subject)s switched"), _l("Switch MAPI of %(subject)s")),
    "mailbox.enable": (_l("Sign-in to %(subject)s enabled"), _l("Enable sign-in to %(subject)s")),
    "mailbox.disable": (_l("Sign-in to %(subject)s disabled"), _l("Disable sign-in to %(subject)s")),
    "mailbox.delete": (_l("Mailbox %(subject)s deleted"), _l("Delete the mailbox %(subject)s")),
    "forward.create": (_l("Forward %(subject)s created"), _l("Create the forward %(subject)s")),
    "forward.change": (_l("Forward %(subject)s changed"), _l("Change the forward %(subject)s")),
    "forward.delete": (_l("Forward %(subject)s deleted"), _l("Delete the forward %(subject)s")),
    "alias.create": (_l("Alias %(subject)s created"), _l("Create the alias %(subject)s")),
    "alias.change": (_l("Alias %(subject)s changed"), _l("Change the alias %(subject)s")),
    "domain-alias.add": (_l("Domain alias %(subject)s added"), _l("Add the domain alias %(subject)s")),
    "domain-alias.remove": (_l("Domain alias %(subject)s removed"), _l("Remove the domain alias %(subject)s")),
    "dkim.enable": (_l("DKIM of %(subject)s enabled"), _l("Enable DKIM of %(subject)s")),
    "dkim.disable": (_l("DKIM of %(subject)s disabled"), _l("Disable DKIM of %(subject)s")),
    "dkim.rotate": (_l("New DKIM key for %(subject)s made"), _l("Make a new DKIM key for %(subject)s")),
    "dkim.rotate-cancel": (_l("New DKIM key of %(subject)s dropped"), _l("Drop the new DKIM key of %(subject)s")),
    "dkim.verify": (
        _l("DKIM key of %(subject)s found in DNS and in use"),
        _l("Look for the DKIM key of %(subject)s in DNS and use it"),
    ),
    "dkim.recheck": (
        _l("DKIM key of %(subject)s found in DNS again"),
        _l("Look for the DKIM key of %(subject)s in DNS again"),
    ),
    "admin.visit": (_l("Opened by an admin of your hosting company"), _l("Opened by an admin of your hosting company")),
    "admin.panel": (
        _l("Signed in to the mail server's own panel of %(subject)s"),
        _l("Sign in to the mail server's own panel of %(subject)s"),
    ),
    "mailbox.webmail": (_l("Signed in to the webmail of %(subject)s"), _l("Sign in to the webmail of %(subject)s")),
    "console.visit": (_l("Console opened"), _l("Open the console")),
    "server.add": (_l("Mail server %(subject)s added"), _l("Add the mail server %(subject)s")),
    "server.test": (_l("Sign-in to the mail server %(subject)s tested"), _l("Test the sign-in to %(subject)s")),
    "server.password": (
        _l("Password of the mail server %(subject)s replaced"),
        _l("Replace the password of the mail server %(subject)s"),
    ),
    "tenant.set-up": (_l("Tenant %(subject)s set up"), _l("Set up the tenant %(subject)s")),
    "loan.change": (
        _l("Mail server %(subject)s lent, with limits"),
        _l("Lend the mail server %(subject)s, with limits"),
    ),
    "loan.end": (_l("Mail server %(subject)s taken back"), _l("Take the mail server %(subject)s back")),
    "key.rotate": (_l("New key for %(subject)s made"), _l("Make a new key for %(subject)s")),
    "brand.draft": (_l("Draft of the brand of %(subject)s saved"), _l("Save a draft of the brand of %(subject)s")),
    "brand.publish": (_l("Brand of %(subject)s published"), _l("Publish the brand of %(subject)s")),
    "brand.discard": (
        _l("Draft of the brand of %(subject)s discarded"),
        _l("Discard the draft of the brand of %(subject)s"),
    ),
    "brand.host": (_l("Own host name changed: %(subject)s"), _l("Change the own host name: %(subject)s")),
    "origin.add": (_l("Origin %(subject)s added"), _l("Add the origin %(subject)s")),
    "origin.remove": (_l("Origin %(subject)s removed"), _l("Remove the origin %(subject)s")),
    "operation.finish": (_l("What had broken off was finished"), _l("Finish what had broken off")),
    "usage.retry": (_l("Usage to be read anew"), _l("Have the usage read anew")),
    "alias.restore": (_l("Alias %(subject)s created again"), _l("Create the alias %(subject)s again")),
    "list.create": (_l("List %(subject)s created"), _l("Create the list %(subject)s")),
    "list.delete": (_l("List %(subject)s deleted"), _l("Delete the list %(subject)s")),
    "list.add-member": (_l("Member added to %(subject)s"), _l("Add a member to %(subject)s")),
    "list.remove-member": (_l("Member removed from %(subject)s"), _l("Remove a member from %(subject)s")),
    "list.restore": (_l("List %(subject)s created again"), _l("Create the list %(subject)s again")),
    "alias.delete": (_l("Alias %(subject)s deleted"), _l("Delete the alias %(subject)s")),
    "service.create": (_l("E-mail for %(subject)s set up"), _l("Set up e-mail for %(subject)s")),
    "service.suspend": (_l("E-mail for %(subject)s suspended"), _l("Suspend e-mail for %(subject)s")),
    "service.unsuspend": (_l("E-mail for %(subject)s reactivated"), _l("Reactivate e-mail for %(subject)s")),
    "service.terminate": (_l("E-mail for %(subject)s ended"), _l("End e-mail for %(subject)s")),
    "service.plan": (_l("Plan of %(subject)s changed"), _l("Change the plan of %(subject)s")),
    "service.password": (
        _l("Administrative password of %(subject)s renewed"),
        _l("Renew the administrative password of %(subject)s"),
    ),
}

# What concerns staff is told to them in other words than to customers.
STAFF_SENTENCES = {"admin.visit": (_l("Opened by an admin"), _l("Opened by an admin"))}

# How it was shown that a domain is the customer's.
PROOFS = {
    "mx": _l("its mail comes here (MX record)"),
    "txt": _l("the TXT record we asked for was found"),
    "missing": _l("nothing in its DNS showed that it is yours"),
    "unknown": _l("its DNS could not be asked"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A change as it is shown. `at`: unix seconds; `when`: the same for who has no JavaScript."""

    what: str
    details: list[str]
    who: str
    at: int
    when: str
    result: str
    raw: str


def line(row: History, *, for_staff: bool) -> Line:
    """The change in words; for staff in theirs, and also as it is kept."""
    result = row.result
    # The process that tried it is gone, and nobody will write down any more how it ended.
    if result == "started" and row.at < time.time() - LONGEST_CHANGE:
        result = "unknown"
    return Line(
        what=_sentence(row.action, row.subject, done=result == "done", for_staff=for_staff),
        details=list(_details(row.detail)),
        who="WHMCS" if for_staff and _by_seller(row) else _who(row),
        at=row.at,
        when=f"{format_datetime(datetime.fromtimestamp(row.at, UTC), 'medium')} UTC",
        result=result,
        raw=_raw(row) if for_staff else "",
    )


def _raw(row: History) -> str:
    """The record as it is kept, which only staff read."""
    return json.dumps({"action": row.action, "subject": row.subject, "result": row.result} | row.detail, indent=1)


def _sentence(action: str, subject: str, *, done: bool, for_staff: bool) -> str:
    told = (STAFF_SENTENCES.get(action) if for_staff else None) or SENTENCES.get(action)
    if told is None:
        return f"{action} {subject}"
    was_done, tried = told
    if action.startswith(("domain-alias.", "dkim.", "service.", "admin.")):
        subject = domains.readable(subject)
    return str(was_done if done else tried) % {"subject": subject}


def _by_seller(row: History) -> bool:
    """Whether WHMCS asked for it by itself: no admin is known who had it do so."""
    return row.actor_role == SELLER.role and not row.admin_name


def _who(row: History) -> str:
    if row.actor_role == AUTOMATIC.role:
        return str(_("automatic"))
    if _by_seller(row) or (row.actor_role == "operator" and not row.actor_name):
        return str(_("your provider"))
    if row.actor_role == SELLER.role:
        return str(row.admin_name)
    if row.actor_role == "operator":
        return str(_("%(admin)s (admin)", admin=row.actor_name))
    if row.admin_name:
        return str(_("%(admin)s (for %(customer)s)", admin=row.admin_name, customer=row.actor_name))
    return str(row.actor_name)


def _details(detail: Mapping[str, Any]) -> Iterator[str]:
    """What helps a customer of what was written down with a change; the rest is for us."""
    # Of a creation that was tried again, what the last attempt asked for.
    display_name, limit = detail["tried"][-1] if "tried" in detail else (None, None)
    display_name = detail.get("display_name", display_name)
    limit = detail["limit_mb"] * MB if "limit_mb" in detail else limit
    if display_name:
        yield _("display name: %(name)s", name=display_name)
    elif "display_name" in detail:
        yield _("display name removed")
    if limit is not None:
        yield _("disk space limit: %(limit)s", limit=size(limit)) if limit else _("no disk space limit of its own")
    if detail.get("added"):
        yield _("added: %(names)s", names=listed(detail["added"]))
    if detail.get("removed"):
        yield _("removed: %(names)s", names=listed(detail["removed"]))
    if "on" in detail:
        yield _("on") if detail["on"] else _("off")
    if detail.get("targets"):
        yield _("leads to %(addresses)s", addresses=listed(detail["targets"]))
    if detail.get("destinations"):
        yield _("leads to %(addresses)s", addresses=listed(detail["destinations"]))
    if "member" in detail:
        yield str(detail["member"])
    if detail.get("proof") in PROOFS:
        yield str(PROOFS[detail["proof"]])
    if detail.get("selector"):
        yield _("key: %(selector)s", selector=detail["selector"])
    if detail.get("replaced"):
        yield _("instead of: %(selector)s", selector=detail["replaced"])
    if "sessions_ended" in detail:
        yield _("all its devices were signed out") if detail["sessions_ended"] else _("devices may still be signed in")
