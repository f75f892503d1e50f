"""Which cards there are, under which address, and what every one of them answers when it cannot do its work."""

from urllib.parse import quote

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, Unauthorized

from portal import htmx
from portal.auth import Closed, ReadOnly
from portal.mail import Refused, Unreachable
from portal.plan import NotConfigured
from portal.security import OtherSite, place, tenant
from portal.store import Unavailable
from portal.views import (
    addresses,
    aliases,
    api,
    appearance,
    autodiscover,
    billing,
    console,
    dashboard,
    deliverability,
    devices,
    dkim,
    dmarc,
    domain_aliases,
    forwards,
    help,
    history,
    language,
    leave,
    lists,
    mailboxes,
    mx,
    password,
    plan,
    raw_state,
    spf,
    sso,
    staff,
    system,
    usage,
    webmail,
)

# The cards that services of both products have, and those of one.
SHARED = (dashboard, usage, aliases, devices, history, help, language, staff, plan, leave)
OF_DOMAINS = (
    *(addresses, mailboxes, forwards, domain_aliases),
    *(billing, deliverability, mx, spf, dkim, dmarc, autodiscover),
    raw_state,
)
OF_MAILBOXES = (password, webmail, lists)
CARDS = (*OF_DOMAINS, *OF_MAILBOXES, *SHARED)


def init_app(app: Flask) -> None:
    """Register every view and the answers for what goes wrong."""
    products = app.extensions["products"] = {}
    for names, cards in ((("domain", "mailbox"), SHARED), (("domain",), OF_DOMAINS), (("mailbox",), OF_MAILBOXES)):
        products.update({card.bp.name: names for card in cards})
    for card in CARDS:
        app.register_blueprint(card.bp, url_prefix=f"/s/<where:where>{card.bp.url_prefix or ''}")
    for page in (sso, api, system, appearance, *console.PAGES):
        app.register_blueprint(page.bp)
    app.register_error_handler(Unauthorized, _session_ended)
    app.register_error_handler(Closed, _closed)
    app.register_error_handler(ReadOnly, _read_only)
    app.register_error_handler(OtherSite, _other_site)
    app.register_error_handler(Unreachable, _unreachable)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotConfigured, _not_configured)
    for error in Unavailable:
        app.register_error_handler(error, _store_down)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _our_fault)


def problem(kind: str, status: int) -> Response:
    """A sentence in the place of the card, under the card's own id, with what can be done next."""
    answer = htmx.card("problem.html", status, kind=kind, card_id=request.blueprint or "problem", retry=_retry())
    if kind in ("ended", "closed"):
        htmx.retarget(answer, "#portal-main")
    return answer


def _retry() -> str:
    """The address of this request, encoded anew; "" where asking again is not for the browser to do by itself."""
    if request.endpoint is None or request.method != "GET":
        return ""
    query = request.query_string.decode("ascii", "replace")
    return quote(request.path, safe="/@") + (f"?{query}" if query else "")


def _session_ended(error: Unauthorized) -> Response:
    where, owner = place(), tenant()
    g.pop("visit", None)
    g.open_again = (
        f"{owner.whmcs_url}/clientarea.php?action=productdetails&id={where.svc}"
        if owner is not None and where and where.svc is not None
        else None
    )
    answer = problem("ended", 401)
    answer.headers["WWW-Authenticate"] = "Portal"
    return answer


def _closed(error: Closed) -> Response:
    """A notice, not an error, for whoever looks; a refusal for whoever tries to change something."""
    g.closed_status = error.status
    return problem("closed", 200 if request.method in ("GET", "HEAD") or request.endpoint == "sso.enter" else 403)


def _read_only(error: ReadOnly) -> Response:
    return problem("read-only", 403)


def _other_site(error: OtherSite) -> Response:
    return problem("other-site", 403)


def _unreachable(error: Unreachable) -> Response:
    _log_once("mail server: %s", error)
    return problem("unreachable", 503)


def _refused(error: Refused) -> Response:
    _log_once("mail server refused: %s", error)
    return problem("refused", 502)


def _not_configured(error: NotConfigured) -> Response:
    _log_once("not configured: %s", error)
    return problem("not-configured", 503)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return current_app.make_response(error.get_response())
    if request.path.startswith(f"{api.bp.url_prefix}/"):
        return api.http_problem(error)
    return problem({404: "missing", 413: "too-large", 429: "too-often"}.get(error.code, "wrong-request"), error.code)


def _store_down(error: Exception) -> Response:
    """Nothing is known of anybody, so the page is neutral."""
    current_app.logger.error("the store is unavailable: %s (request %s)", type(error).__name__, g.get("request_id"))
    for name in ("visit", "grant", "service"):
        g.pop(name, None)
    g.tenant = None
    return problem("ours", 503)


def _our_fault(error: Exception) -> Response:
    current_app.logger.exception("request %s failed", g.get("request_id"))
    return problem("ours", 500)


def _log_once(text: str, error: Exception) -> None:
    current_app.logger.warning(text + " (request %s)", error, g.get("request_id"))
