"""Mailporch: the customer portal for e-mail hosting sold through WHMCS. `create_app` wires it, nothing else."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

ROOT = Path(__file__).parent.parent


class WhereConverter(BaseConverter):
    """`<tenant>-<svc>` of a service's address."""

    regex = "[a-z0-9-]{2,32}-[0-9]{1,10}"


class SlugConverter(BaseConverter):
    """A tenant's name."""

    regex = "[a-z0-9-]{2,32}"


class ColoursConverter(BaseConverter):
    """The colours of a brand (`Brand.colours`)."""

    regex = "[0-9a-f]{6}(?:-[0-9a-f]{6})?"


class DigestConverter(BaseConverter):
    """The SHA-256 of what a picture holds."""

    regex = "[0-9a-f]{64}"


class AddressConverter(BaseConverter):
    """An e-mail address as databases can hold it: nothing longer, and no NUL, is one that exists."""

    regex = r"[^/\0]{1,320}"


def create_app(config: Mapping[str, Any]) -> Flask:
    """The portal with these settings (see `config.from_env`). Reads no environment."""
    from portal import access_log, auth, cli, htmx, languages, layout, security, store, views
    from portal.connections import Connections
    from portal.dns.lookup import Lookup
    from portal.store import dns_answers

    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.from_mapping(config, MAX_CONTENT_LENGTH=256 * 1024, MAX_FORM_MEMORY_SIZE=256 * 1024)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if config["PORTAL_TRUSTED_PROXIES"]:
        hops = config["PORTAL_TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    store.use(config["DATABASE_URL"], config["PORTAL_ENCRYPTION_KEYS"])
    app.teardown_appcontext(lambda _error: store.release())
    app.extensions["mail"] = Connections(config)
    app.extensions["dns"] = Lookup(config["PORTAL_DNS_RESOLVERS"], shared=dns_answers)
    app.url_map.converters |= {"where": WhereConverter, "slug": SlugConverter, "address": AddressConverter}
    app.url_map.converters |= {"colours": ColoursConverter, "digest": DigestConverter}
    _name_services_once(app)
    _bust_caches(app)
    for part in (access_log, languages, layout, htmx, security, auth, views):
        part.init_app(app)
    cli.init_app(app)
    return app


def _name_services_once(app: Flask) -> None:
    """The service is named by every address below `/s/`; views and templates need not repeat it."""

    @app.url_value_preprocessor
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.where = (values or {}).pop("where", None)

    @app.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        if "where" not in values and app.url_map.is_endpoint_expecting(endpoint, "where"):
            service = g.get("service")
            values["where"] = g.get("where") or (f"{service.tenant.slug}-{service.svc}" if service else None)


def _bust_caches(app: Flask) -> None:
    """Name each static file by its content, so that browsers may keep it for ever."""

    @cache
    def digest(filename: str) -> str:
        return hashlib.sha256((Path(str(app.static_folder)) / filename).read_bytes()).hexdigest()[:12]

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values["v"] = digest(values["filename"])
