"""What every page knows about its request: brand, theme, frame, person and service."""

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from portal import (
    brand,
    core_texts,
    current,
    dns_texts,
    domains,
    estimate,
    htmx,
    languages,
    sections,
    security,
    session,
)
from portal.auth import WRITERS
from portal.mail import NEVER, Refused
from portal.passwords import Policy
from portal.store.services import Service
from portal.store.sessions import Grant


def init_app(app: Flask) -> None:
    """Give templates these values and the filters that write numbers, dates and policies."""
    app.context_processor(_values)
    app.add_template_global(session.page_token)
    app.add_template_global(history)
    app.add_template_global(_picture_url, "picture_url")
    app.add_template_filter(_last_login, "lastlogin")
    app.add_template_filter(_isotime, "isotime")
    app.add_template_filter(_utctime, "utctime")
    app.add_template_filter(_policy_json, "policy_json")
    app.add_template_filter(domains.readable, "readable")
    app.add_template_filter(estimate.money, "money")
    app.add_template_filter(languages.day, "day")
    app.add_template_filter(languages.month, "month")
    core_texts.init_app(app)
    dns_texts.init_app(app)


def _last_login(moment: datetime | None) -> str:
    if moment is None:
        return str(_("not known"))
    return str(_("never") if moment == NEVER else languages.day(moment))


def _picture_url(image: brand.Image) -> str:
    """The address of a picture of the brand on this page."""
    return url_for("appearance.picture", slug=g.tenant.slug, digest=image.digest)


def _isotime(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _utctime(seconds: float) -> str:
    """We do not know where the reader is: the browser turns this into its own time (static/portal.js)."""
    return f"{languages.clock(datetime.fromtimestamp(seconds, UTC))} UTC"


def _values() -> dict[str, Any]:
    tenant, grant, service = security.tenant(), g.get("grant"), g.get("service")
    embedded = _embedded()
    claims = grant.claims if grant is not None else {}
    shown = brand.NEUTRAL if tenant is None else brand.of(tenant.brand, tenant.name)
    server = service.server if service is not None else None
    person = claims.get("user", {})
    if service is not None and not htmx.is_for_a_card():
        with suppress(Refused):
            g.webmail_origins = current.webmail_origins()
    return {
        "embedded": embedded,
        "theme": claims.get("theme", shown.theme if embedded else "auto"),
        "parents": " ".join(security.parents()) if embedded and not htmx.is_for_a_card() else "",
        "address": _address(service, grant),
        "brand": shown,
        "sections": sections.shown() if service is not None and not htmx.is_for_a_card() else [],
        "is_mailbox": service is not None and current.is_mailbox(),
        "service_name": service.name if service is not None else "",
        "mail_host": server.mail_host if server is not None else "",
        "webmail_url": server.webmail_url if server is not None else "",
        "support_link": shown.support or claims.get("links", {}).get("support", ""),
        "read_only": grant is not None and grant.role not in WRITERS,
        "console": grant is not None and grant.role == "operator",
        "is_admin": grant is not None and grant.role == "admin",
        "acting_admin": person.get("admin", {}).get("name", ""),
        "acting_for": person.get("name", ""),
        "flashes": g.get("flashes", []),
    }


def _address(service: Service | None, grant: Grant | None) -> str:
    """What the browser is to show as the address of a page that a hand-off opened."""
    if request.endpoint != "sso.enter" or grant is None:
        return ""
    return url_for("dashboard.show") if service is not None else url_for("services.index")


def _embedded() -> bool:
    """Whether the page is inside WHMCS's."""
    visit = g.get("visit")
    return visit.mode == "embed" if visit is not None else request.headers.get("Sec-Fetch-Dest") in session.EMBEDDED


def history() -> str:
    """What a move does to the address: in a frame it adds no history, so that Back leaves WHMCS's page at once."""
    return "replace" if _embedded() else "push"


def _policy_json(policy: Policy) -> str:
    """For the browser's side of the rules (static/passwords.js)."""
    values = asdict(policy).items()
    return "{" + ", ".join(f'"{name}": {str(value).lower()}' for name, value in values) + "}"
