"""A stand-in for the webmail page: it lets somebody try an address and a password, and no more."""

from flask import Blueprint, render_template_string, request

from ..played.answers import Refusal
from .signing_in import known_as, user_identity

routes = Blueprint("webmail", __name__)

PAGE = """<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>Webmail</title>
{% if name %}
<h1>Signed in as {{ name }}</h1>
{% else %}
<h1>Webmail of the sandbox</h1>
<p role="alert">{{ refused }}</p>
<form method="post">
  <p><label>Address<br><input name="username" value="{{ request.form.username }}" autocomplete="username"></label></p>
  <p><label>Password<br><input name="password" type="password" autocomplete="current-password"></label></p>
  <p><button>Sign in</button></p>
</form>
{% endif %}
"""


@routes.get("/interface/root")
def show() -> str:
    return render_template_string(PAGE)


@routes.post("/interface/root")
def sign_in() -> tuple[str, int]:
    username = request.form.get("username", "")
    try:
        if "@" not in username:
            raise Refusal("USERNAME_OR_PASSWORD_INCORRECT", 401)
        identity = user_identity(known_as(username), request.form.get("password", ""))
    except Refusal as refusal:
        return render_template_string(PAGE, refused=refusal.message), 401
    return render_template_string(PAGE, name=identity.name), 200
