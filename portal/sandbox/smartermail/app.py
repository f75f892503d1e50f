"""The application: all routes together, their one way to refuse, and where an automatic sign-in lands."""

from collections.abc import Sequence

from flask import Flask, Response, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from ..played.answers import Refusal
from . import aliases, dkim, domains, forwarding, listing, protocols, signing_in, switches, system, users, webmail
from .access import has_trait, here
from .answers import refused
from .seeds import Size, sow
from .server import MailServer

API = "/api/v1/"


def create_app(server: MailServer, sizes: Sequence[Size]) -> Flask:
    """`sizes` are the domains to start with, and to come back to at each reset."""
    app = Flask(__name__, static_folder=None)
    app.extensions["mail_server"] = server
    app.extensions["seeds"] = sizes
    sow(server, sizes)
    app.url_map.strict_slashes = False
    app.before_request(only_what_this_build_has)
    for module in (signing_in, system, listing, users, forwarding, protocols, aliases, domains, dkim, switches):
        app.register_blueprint(module.routes)
    app.register_blueprint(users.form_routes)
    app.register_blueprint(forwarding.own_routes)
    app.register_blueprint(dkim.system_routes)
    app.register_blueprint(webmail.routes)
    app.add_url_rule("/interface/autologin", view_func=automatic_sign_in)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    return app


def only_what_this_build_has() -> None:
    if request.url_rule is not None:
        route = f"{request.method} {request.url_rule.rule.removeprefix(API)}"
        if route in here().build.absent:
            raise Refusal("Not Found", 404)


def answer_refusal(refusal: Refusal) -> Response:
    if has_trait("polite") and refusal.status == 400:
        return refused(refusal.message, 200)
    return refused(refusal.message, refusal.status)


def answer_http(error: HTTPException) -> Response:
    return refused(error.name, error.code or 500)


def automatic_sign_in() -> Response:
    name = here().tokens.follow(request.args.get("autologin", ""))
    if name is None:
        return Response("This link was used already or is too old.", 403, mimetype="text/plain")
    return Response(
        f"<!doctype html><title>Webmail</title><link rel=icon href=data:,><p>Signed in as {escape(name)}.",
        mimetype="text/html",
    )
