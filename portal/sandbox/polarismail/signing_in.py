"""Signing in: as the admin, and as a mailbox by its password or a one-time one."""

import hmac
import time

from ..played.answers import Refusal
from .access import has_build, here
from .actions import admin, user
from .answers import Envelope, Parameters, done
from .state import Domain, Mailbox

WRONG = "Invalid credentials"


@admin.action("login", "username", "password")
def admin_login(given: Parameters) -> Envelope:
    if given["username"] != here().username or not same(given["password"], here().password):
        raise Refusal(WRONG)
    return done(here().admin_tokens.issue(here().username, alone=has_build("one-token")))


@user.action("login", "username", "domain", "password")
def user_login(given: Parameters) -> Envelope:
    address = let_in(given["username"], given["domain"], given["password"])
    return done(here().user_tokens.issue(address, alone=has_build("one-token")))


def let_in(name: str, host: str, password: str) -> str:
    """The address that may come in. Raise Refusal when the password is neither its own nor a one-time one."""
    domain = here().domains.get(host.lower())
    box = domain.mailboxes.get(name.lower()) if domain else None
    if domain is None or box is None:
        raise Refusal(WRONG)
    address = domain.address(box.name)
    one_time = here().passes.spend_password(address, password)
    if not one_time and not same(password, box.password):
        raise Refusal(WRONG)
    check_open(domain, box, one_time)
    box.last_login = time.strftime("%Y-%m-%d %H:%M:%S")
    return address


def follow(link: str) -> str:
    """The address a one-time link opens. Raise Refusal when it was used, is too old, or leads nowhere now."""
    address = here().passes.spend_link(link)
    if address is None:
        raise Refusal("This link was used already or is too old")
    name, _, host = address.rpartition("@")
    check_open(here().domain(host), here().domain(host).mailbox(name), one_time=True)
    return address


def check_open(domain: Domain, box: Mailbox, one_time: bool) -> None:
    """Raise Refusal when nobody is let in here; a one-time password may open what is disabled."""
    if not domain.active:
        raise Refusal("Domain is disabled")
    if box.disabled and not (one_time and has_build("otp-for-disabled")):
        raise Refusal("Account is disabled")


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
