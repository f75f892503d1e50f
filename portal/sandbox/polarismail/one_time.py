"""Actions that give a one-time password or a link for webmail."""

from flask import request

from .access import has_build, here, proven
from .actions import admin
from .answers import Envelope, Parameters, done
from .signing_in import check_open
from .tokens import Pass


@admin.action("getOTPass", "username", "domain")
def get_ot_pass(given: Parameters) -> Envelope:
    return done(new_pass(given).password)


@admin.action("getOTPassAndToken", "username", "domain")
def get_ot_pass_and_token(given: Parameters) -> Envelope:
    """The link carries all it needs; how `otp` and `token` would be handed over otherwise is unknown."""
    made = new_pass(given)
    url = f"{request.host_url}webmail/sso?id={made.link}"
    return done(
        {
            "otp": made.password,
            "token": made.link,
            "url": request.host if has_build("webmail-bare-url") else url,
        }
    )


def new_pass(given: Parameters) -> Pass:
    domain = proven(given["domain"])
    box = domain.mailbox(given["username"])
    check_open(domain, box, one_time=True)
    return here().passes.give(domain.address(box.name))
