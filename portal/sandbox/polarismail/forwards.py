"""Actions for the forwards of a mailbox, which it sets up itself; the admin sees those of a domain."""

from flask import g

from ..played.answers import Refusal
from .access import here, proven, rows
from .actions import admin, user
from .answers import Envelope, Parameters, address, done
from .signing_in import check_open
from .state import Mailbox


def own() -> Mailbox:
    """The mailbox whose token came along, while it is open."""
    name, _, host = g.holder.partition("@")
    domain = here().domain(host)
    box = domain.mailbox(name)
    check_open(domain, box, one_time=True)
    return box


@user.action("addForward", "newforward")
def add_forward(given: Parameters) -> Envelope:
    forward = address(given, "newforward")
    if forward in own().forwards:
        raise Refusal("Forward already exists")
    own().forwards.append(forward)
    return done("Forward added")


@user.action("removeForward", "forward")
def remove_forward(given: Parameters) -> Envelope:
    if given["forward"] not in own().forwards:
        raise Refusal("Forward not found")
    own().forwards.remove(given["forward"])
    return done("Forward removed")


@user.action("getForwards")
def get_forwards(_given: Parameters) -> Envelope:
    return done(rows([{"forward": forward} for forward in own().forwards]))


@admin.action("getAllForwardsDomain", "domain")
def get_all_forwards_domain(given: Parameters) -> Envelope:
    boxes = proven(given["domain"]).mailboxes.values()
    return done(rows([{"username": box.name, "forward": forward} for box in boxes for forward in box.forwards]))
