"""The application: both endpoints with their one way to refuse, webmail, and the switches."""

from collections.abc import Sequence

from flask import Flask, Response, g, request

from ..played.answers import Refusal
from . import account, aliases, domains, dressing, forwards, listing, lists, mailboxes, one_time, switches, webmail
from .access import has_build, here
from .actions import Actions, admin, user
from .answers import Envelope, on_the_wire, refused
from .seeds import Size, sow
from .server import MailServer
from .tokens import Tokens

# Importing them gave the endpoints their actions.
ACTIONS = (account, aliases, domains, dressing, forwards, lists, listing, mailboxes, one_time)


def create_app(server: MailServer, sizes: Sequence[Size]) -> Flask:
    """`sizes` are the shared domains to start with, and to come back to at each reset."""
    app = Flask(__name__, static_folder=None)
    app.extensions["mail_server"] = server
    app.extensions["seeds"] = sizes
    sow(server, sizes)
    app.add_url_rule("/admin/json.php", view_func=admin_endpoint, methods=["GET", "POST"])
    app.add_url_rule("/json.php", view_func=user_endpoint, methods=["GET", "POST"])
    app.register_blueprint(webmail.routes)
    app.register_blueprint(switches.routes)
    return app


def admin_endpoint() -> Response:
    return answer(admin, here().admin_tokens)


def user_endpoint() -> Response:
    return answer(user, here().user_tokens)


def answer(actions: Actions, tokens: Tokens) -> Response:
    try:
        response = on_the_wire(run(actions, tokens))
    except Refusal as refusal:
        response = on_the_wire(refused(refusal.message, in_message=has_build("error-in-message")))
    if request.form.get("action") == "login":
        # Some clients want it; nothing needs it.
        response.set_cookie("PHPSESSID", "0123456789abcdef", path="/", httponly=True)
    return response


def run(actions: Actions, tokens: Tokens) -> Envelope:
    """Parameters count in a posted form only."""
    given = request.form.to_dict()
    name = given.pop("action", "")
    wanted = actions.named(name)
    if name != "login":
        g.holder = tokens.holder(given.pop("token", ""), spend=has_build("one-call-tokens"))
    return wanted.run(wanted.checked(given))
