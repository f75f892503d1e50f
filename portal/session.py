"""Who is asking: the server-side session, found by its page token or its cookie.

The cookie opens pages, the page token performs actions: no unsafe request is ever authorised by a cookie, so a forged
one cannot act, and the portal works where all cookies are blocked. Both are 256 random bits, kept as SHA-256 only.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass

from flask import Response, current_app, g, request

from portal.store import database, sessions, tokens
from portal.store.sessions import PageToken, Session
from portal.store.tenants import Tenant

COOKIE = "__Host-portal"
HEADER = "X-Portal-Token"
FIELD = "portal_token"
POLL = "X-Portal-Poll"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EMBEDDED = frozenset({"iframe", "frame"})
NAVIGATIONS = EMBEDDED | {"document", "empty"}
TOUCH_EVERY = 30
# Seconds; no token is accepted for longer than two minutes.
FORGET_TOKENS_AFTER = 3600


@dataclass(slots=True)
class Visit:
    """One request's session. `mode` is `embed` or `top`; `token` is the raw page token once there is one."""

    session: Session
    mode: str
    token: str | None


def identify() -> Visit | None:
    """Find the live session of this request, or None. The page token wins over the cookie."""
    raw = request.headers.get(HEADER) or request.form.get(FIELD)
    now = int(time.time())
    if raw:
        page = sessions.by_page_token(_digest(raw))
        if page is None or not _alive(page.session, now):
            return None
        _touch(page.session, page, now)
        return Visit(page.session, page.mode, raw)
    if request.method not in SAFE_METHODS or "HX-Request" in request.headers or not _is_navigation():
        return None
    session = by_cookie()
    if session is None:
        return None
    _touch(session, None, now)
    return Visit(session, "embed" if request.headers.get("Sec-Fetch-Dest") in EMBEDDED else "top", None)


def by_cookie() -> Session | None:
    """The live session that this browser's cookie opens."""
    raw = request.cookies.get(COOKIE)
    session = sessions.by_cookie(_digest(raw)) if raw else None
    return session if session is not None and _alive(session, int(time.time())) else None


def start(tenant: Tenant, user: sessions.Identity, now: int) -> tuple[Session, str | None]:
    """The session for this person in this browser, and the value of its cookie when it is a new one.

    The same person keeps the session they have here (and gains the service) unless its last minutes have come; anyone
    else ends it. An id that came in is never given to somebody new.
    """
    config = current_app.config
    present = by_cookie()
    if present is not None and (present.tenant_id, sessions.identity(present)) == (tenant.id, user):
        if now - present.created < config["PORTAL_SESSION_ABSOLUTE"] - config["PORTAL_SESSION_IDLE"]:
            sessions.touch(present, None, now)
            return present, None
    elif present is not None:
        sessions.end(present, now)
    cookie = secrets.token_urlsafe(32)
    return sessions.create(tenant, user, _digest(cookie), now), cookie


def page_token() -> str:
    """The page token of the document being rendered: the one that asked for it, or a new one."""
    visit: Visit | None = g.get("visit")
    if visit is None:
        return ""
    if visit.token is None:
        visit.token = secrets.token_urlsafe(32)
        with database.atomic():
            sessions.issue_page_token(visit.session, _digest(visit.token), visit.mode, int(time.time()))
    return visit.token


def set_cookie(response: Response, value: str, mode: str) -> None:
    """Give the browser its session. Partitioned in a frame on another site, plain `Lax` everywhere else."""
    other_site = mode == "embed" and request.headers.get("Sec-Fetch-Site", "cross-site") == "cross-site"
    response.set_cookie(
        COOKIE,
        value,
        path="/",
        secure=True,
        httponly=True,
        samesite="None" if other_site else "Lax",
        partitioned=other_site,
    )


def forget_old(now: int) -> None:
    """Delete what can open nothing any more: sessions beyond their absolute age, and tokens long expired."""
    sessions.purge(now - int(current_app.config["PORTAL_SESSION_ABSOLUTE"]))
    tokens.purge(now - FORGET_TOKENS_AFTER)


def choose_language(language: str) -> None:
    """Remember the language this person picked, for the rest of the session."""
    visit: Visit = g.visit
    visit.session.lang = language
    visit.session.save(only=["lang"])


def _is_navigation() -> bool:
    """Whether a page is opened. An image or script of another page gets nothing, so it cannot use up page tokens."""
    return request.headers.get("Sec-Fetch-Dest", "document") in NAVIGATIONS


def _alive(session: Session, now: int) -> bool:
    config = current_app.config
    return (
        session.ended is None
        and now - session.seen < config["PORTAL_SESSION_IDLE"]
        and now - session.created < config["PORTAL_SESSION_ABSOLUTE"]
    )


def _touch(session: Session, page: PageToken | None, now: int) -> None:
    """Note that somebody was here. Polling is not a person: it never keeps a session alive."""
    last = session.seen if page is None else min(session.seen, page.seen)
    if POLL not in request.headers and now - last >= TOUCH_EVERY:
        sessions.touch(session, page.token_hash if page is not None else None, now)


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
