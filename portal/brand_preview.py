"""Real cards with made-up data, as customers would see them with a brand that is not published yet."""

import time
from datetime import UTC, datetime, timedelta

from flask import g, render_template, url_for
from flask_babel import gettext as _

from portal import listing
from portal.address_lines import choose, frame, lines
from portal.brand import Brand
from portal.mail import Alias, Figures, Mailbox
from portal.mail.directory import Snapshot
from portal.sections import Section

DOMAIN = "example.com"
GB = 2**30
# Local part, name, gigabytes of its limit, and days since the last sign-in.
PEOPLE = (("anna", "Anna Weber", 4.1, 5, 0), ("louis", "Louis Martin", 1.2, 5, 1), ("office", "", 0.3, 2, 12))


def documents(brand: Brand) -> dict[str, str]:
    """A page for each theme, by the theme's name. It has no script, and nothing on it leads anywhere."""
    here = g.where
    # The links have to be about some service.
    g.where = f"{g.tenant.slug}-1"
    try:
        return {theme: _document(brand, theme) for theme in ("light", "dark")}
    finally:
        g.where = here


def _document(brand: Brand, theme: str) -> str:
    snapshot, query, address = _snapshot(), listing.Query(), url_for("addresses.show")
    page = listing.page(snapshot, query, dict.fromkeys(snapshot.by_address, ()))
    rows = len(snapshot.entries)
    return render_template(
        "console/preview.html",
        layout="bare.html",
        flashes=[],
        theme=theme,
        brand=brand,
        embedded=False,
        console=False,
        acting_admin="",
        read_only=False,
        service_name=DOMAIN,
        sections=_sections(),
        snapshot=snapshot,
        figures=snapshot.figures,
        max_users=10,
        chart=None,
        months=[],
        growing=[],
        largest=[],
        query=query,
        page=page,
        all_rows=rows,
        read_at=snapshot.read_at,
        here=address,
        frame=frame(query, page, listing.counts(snapshot), rows, address),
        lines=lines(page.rows, query, address, waited=True),
        choose=choose,
        pending=False,
        mailboxes=len(snapshot.mailboxes),
        unsearched=0,
        walking=False,
    )


def _sections() -> list[Section]:
    return [
        Section("dashboard.show", _("Overview"), ("brand",)),
        Section("addresses.show", _("Addresses"), ()),
        Section("deliverability.show", _("DNS"), ()),
    ]


def _snapshot() -> Snapshot:
    now = datetime.now(UTC)
    mailboxes = tuple(
        Mailbox(f"{name}@{DOMAIN}", full_name, round(used * GB), limit * GB, now - timedelta(days=days), True, False)
        for name, full_name, used, limit, days in PEOPLE
    )
    addresses = frozenset(mailbox.address for mailbox in mailboxes)
    alias = Alias(f"hello@{DOMAIN}", (f"office@{DOMAIN}",))
    used = sum(mailbox.used or 0 for mailbox in mailboxes)
    figures = Figures(used, 12 * GB, len(mailboxes), 0, 1, 0)
    phones = frozenset({f"anna@{DOMAIN}"})
    return Snapshot(figures, mailboxes, addresses, (alias,), phones, phones, time.time())
