"""The line of navigation: which sections a service has."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal import current
from portal.store import owned


@dataclass(frozen=True, slots=True)
class Section:
    """A link: the view that it opens, and the cards that are in the section."""

    endpoint: str
    text: str
    cards: tuple[str, ...]


def shown() -> list[Section]:
    """The sections of this request's service."""
    overview = ("dashboard", "usage", "domain-aliases", "sso", "language", "password", "webmail")
    history = Section("history.show", _("History"), ("history",))
    aliases = Section("aliases.index", _("Aliases"), ("aliases",))
    staff = [Section("staff.show", _("Staff"), ("staff", "plan", "raw-state"))] if current.role() == "admin" else []
    if current.is_mailbox():
        lists = Section("lists.index", _("Lists"), ("lists",))
        return [
            Section("dashboard.show", _("Overview"), (*overview, "devices")),
            *([aliases] if has(owned.ALIAS) else []),
            *([lists] if has(owned.LIST) else []),
            history,
            *staff,
        ]
    return [
        Section("dashboard.show", _("Overview"), overview),
        Section("addresses.show", _("Addresses"), ("addresses", "mailboxes", "devices", "forwards")),
        aliases,
        Section("deliverability.show", _("DNS"), ("deliverability", "mx", "spf", "dkim", "dmarc", "autodiscover")),
        Section("billing.show", _("Billing"), ("billing",)),
        history,
        *staff,
    ]


def has(kind: str) -> bool:
    """Whether a mailbox has that card: its plan offers it, or it has some left from a plan that did."""
    plan = current.mailbox_plan()
    setting = f"max_{'aliases' if kind == owned.ALIAS else 'lists'}"
    # Where the plan cannot be read, the card itself says so.
    return setting in plan.errors or getattr(plan, setting) is not None or bool(owned.of(current.service(), kind))
