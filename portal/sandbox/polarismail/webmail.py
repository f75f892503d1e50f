"""Where a one-time link and a password lead: stand-ins for the control panel's sign-in and for webmail."""

import base64
import binascii
from collections.abc import Callable

from flask import Blueprint, render_template_string, request

from ..played.answers import Refusal
from .signing_in import follow, let_in

routes = Blueprint("webmail", __name__)

PAGE = """<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Webmail</title>
{% if address %}
<h1>Signed in as {{ address }}</h1>
{% else %}
<h1>Webmail of the sandbox</h1>
<p role="alert">{{ refused }}</p>
<form method="post" action="/webmail/">
  <p><label>Address<br><input name="username" value="{{ request.form.username }}" autocomplete="username"></label></p>
  <p><label>Password<br><input name="password" type="password" autocomplete="current-password"></label></p>
  <p><button>Sign in</button></p>
</form>
{% endif %}
"""


@routes.get("/webmail/")
def show() -> str:
    return render_template_string(PAGE)


@routes.post("/webmail/")
def sign_in() -> tuple[str, int]:
    return opened(request.form.get("username", ""), request.form.get("password", ""))


@routes.get("/webmail/sso")
def follow_link() -> tuple[str, int]:
    return shown(lambda: follow(request.args.get("id", "")))


@routes.get("/processlogin.php")
def process_login() -> tuple[str, int]:
    """Address and password in base64; a "+" that was not percent-encoded has become a space by now."""
    try:
        address, password = [base64.b64decode(request.args.get(name, ""), validate=True).decode() for name in "up"]
    except (binascii.Error, UnicodeDecodeError):
        address, password = "", ""
    return opened(address, password)


def opened(address: str, password: str) -> tuple[str, int]:
    name, _, host = address.rpartition("@")
    return shown(lambda: let_in(name, host, password))


def shown(sign_in: Callable[[], str]) -> tuple[str, int]:
    try:
        return render_template_string(PAGE, address=sign_in()), 200
    except Refusal as refusal:
        return render_template_string(PAGE, refused=refusal.message), 403
