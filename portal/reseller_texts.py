"""What setting up a reseller says, alike in commands and in the console: the check, and what WHMCS is given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import core_texts
from portal.languages import listed
from portal.store import own_hosts, servers
from portal.store.tenants import Tenant

# By the code of a line of `reseller_check`; of what is missing also what to do.
SENTENCES = {
    "key": _l("It has a key."),
    "no-key": _l("It has no key that is good. Make a new one, and enter it in the reseller's WHMCS."),
    "origin": _l("Pages of %(origin)s, its WHMCS, may embed the portal."),
    "no-origin": _l("Pages of its WHMCS may not embed the portal. Add the origin %(origin)s."),
    "insecure-origin": _l("Its WHMCS is reached without https (%(origin)s), which browsers accept in trials alone."),
    "ping": _l("Its WHMCS has tested the connection, last on %(at)s."),
    "no-ping": _l("Its WHMCS never tested the connection. Make the server entry there and press “Test Connection”."),
    "module": _l("Its module is version %(module)s."),
    "other-module": _l("Its module is version %(module)s, the portal %(version)s. Copy sso/whmcs to that WHMCS again."),
    "call": _l("Its WHMCS was last heard of on %(at)s."),
    "no-call": _l("Its WHMCS has not called yet beyond the test. It does with the first order, or with its next cron."),
    "silent": _l("Its WHMCS was last heard of on %(at)s. Look whether its cron runs; it calls once an hour."),
    "no-server": _l("No mail server is lent to it. Lend one."),
    "server": _l("The mail server %(server)s answers."),
    "silent-server": _l("The mail server %(server)s does not answer as it should: %(said)s"),
    "full-domains": _l(
        "Of the mail server %(server)s it has %(there)s domains and may have %(most)s. Raise the limit to sell more."
    ),
    "full-mailboxes": _l(
        "Of the mail server %(server)s it has %(there)s mailboxes and may have %(most)s. Raise the limit to sell more."
    ),
    "services": _l("It has registered services: %(number)s, of which %(active)s can be opened."),
    "no-service": _l("It has no service yet. Order the product there for a domain of its own, and accept the order."),
    "plans": _l("The settings of its products have a meaning."),
    "plan": _l(
        "The settings of service #%(svc)s (%(name)s) have no meaning: %(errors)s Correct the product's settings there."
    ),
    "hand-off": _l("A service was last opened from its WHMCS on %(at)s."),
    "no-hand-off": _l("No service was opened from its WHMCS yet. Open one as a customer."),
    "host": _l("Its own host name %(host)s leads here."),
    "host-unknown": _l("Where its own host name %(host)s leads could not be looked up. Check again in a minute."),
    "host-silent": _l("Nothing answers by https for its own host name %(host)s (%(said)s). Look at the proxy."),
    "host-certificate": _l("The certificate of its own host name %(host)s is not one that browsers believe."),
    "host-elsewhere": _l("Its own host name %(host)s does not lead here. It needs a CNAME to %(portal)s in DNS."),
    "support": _l("Its brand has a support link."),
    "no-support": _l("Its brand has no support link, so customers are sent to WHMCS's tickets. Set one in its brand."),
}
MODULES = {"smartermail": "Mailporch", "polarismail": "Mailporch mailboxes"}
# The order in which a reseller sets things up.
KINDS = tuple(MODULES)


@dataclass(frozen=True, slots=True)
class Part:
    """Something to enter in WHMCS: where, in which fields, and what else is to be done there."""

    where: str
    fields: Mapping[str, str]
    notes: tuple[str, ...] = ()


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """What a line of the check says."""
    told = {name: TOLD[name](value) if name in TOLD else value for name, value in facts.items()}
    return str(SENTENCES[code]) % told


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


# How a fact of that name is told, where not as it is.
TOLD: Mapping[str, Callable[[Any], str]] = {"at": _moment, "errors": core_texts.said}


def entries(tenant: Tenant, base_url: str, key: str = "") -> Iterator[Part]:
    """All that is entered in the reseller's WHMCS, in order. Without the key itself where to have it from."""
    yield Part(
        _("Files"),
        {},
        (_("Copy what is in sso/whmcs over the root of WHMCS."), _("For WHMCS 8.0 or later on PHP 8.1.")),
    )
    for kind in KINDS:
        names = [server.name for server in servers.available_to(tenant) if server.kind == kind]
        if names:
            yield _server_entry(tenant, kind, base_url, key)
            yield _product(kind, names)
    yield Part(_("Cron"), {}, (_("WHMCS's own cron has to run every five minutes."),))


def _server_entry(tenant: Tenant, kind: str, base_url: str, key: str) -> Part:
    portal = urlsplit(base_url)
    fields = {
        _("Module"): MODULES[kind],
        _("Hostname"): own_hosts.of(tenant) or portal.hostname or "",
        _("Username"): tenant.slug,
        _("Password"): key or _("the key; if nobody has it any more, make a new one"),
        _("Secure"): _("ticked") if portal.scheme == "https" else _("not ticked"),
        _("Port"): str(portal.port or _("empty")),
    }
    group = _("Press “Test Connection”. Then press “Create New Group” and put the server into the group.")
    return Part(_("System Settings > Servers > Add New Server"), fields, (group,))


def _product(kind: str, names: list[str]) -> Part:
    where = _("System Settings > Products/Services > Create a New Product")
    own_server = _("%(server)s, or empty", server=names[0]) if len(names) == 1 else listed(names)
    fields = {_("Product Type"): "Other", _("Module Name"): MODULES[kind], _("Server Group"): _("the group from above")}
    saved = _("Press “Save Changes” on the tab “Module Settings”, also if nothing was changed there.")
    if kind == "smartermail":
        fields |= {_("Require Domain"): _("ticked"), _("Module setting 24, Mail server"): own_server}
        return Part(where, fields, (saved,))
    fields |= {
        _("Require Domain"): _("not ticked"),
        _("Module setting 1, Mail server"): own_server,
        _("Module setting 2, Allowed domains"): _("the shared domains to sell on"),
        _("Custom field"): _("named Mailbox: a text box, required, shown on the order form"),
    }
    return Part(where, fields, (saved,))
