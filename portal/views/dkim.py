"""The card of DKIM: the key that the mail server signs with, what DNS holds of it, and how it is replaced."""

from collections.abc import Callable

from flask import Response, abort
from flask_babel import gettext as _

from portal import current, deliverability, dkim, dkim_card, dns_cards, htmx
from portal.mail import Dkim, MailError, Refused, Unreachable
from portal.store.turns import Busy


def show() -> Response:
    return _card()


bp = dns_cards.blueprint("dkim", show)


@bp.post("/enable")
def enable() -> Response:
    return _act(dkim.enable, _("DKIM enabled."))


@bp.post("/disable")
def disable() -> Response:
    return _act(dkim.disable, _("DKIM disabled. Your messages are no longer signed."))


@bp.post("/rotate")
def rotate() -> Response:
    return _act(dkim.rotate, _("A new key was made."))


@bp.post("/rotate/cancel")
def cancel() -> Response:
    return _act(dkim.cancel_rotation, _("The old key stays in use."))


def _act(act: Callable[[], Dkim], said: str) -> Response:
    if dns_cards.place().is_alias:
        abort(404)  # there is nothing of its own to change
    try:
        act()
    except Busy:
        return _card("act-busy", 409)
    except Refused:
        return _card("act-refused", 422)
    except Unreachable:
        return _card("act-unknown", 503)
    htmx.say(said)
    return _card()


def _card(trouble: str = "", status: int = 200) -> Response:
    where = dns_cards.place()
    if where.is_alias:
        return dns_cards.answer("dkim", where, None, dkim_card.ALIAS, state="off")
    try:
        keys = current.dkim()
    except MailError:
        # After an act that got no answer the page still has to say so; a state is one of five that load by themselves.
        if not trouble and not dns_cards.is_state("dkim"):
            raise
        return dns_cards.answer("dkim", where, None, dkim_card.NOT_ANSWERED, trouble=trouble, status=status)
    looked = dns_cards.look(deliverability.of_keys(where.domain, keys))
    stand = dkim_card.stand(keys, looked.value) if looked else None
    return dns_cards.answer(
        "dkim",
        where,
        looked,
        stand.finding if stand else None,
        state=stand.state if stand else "",
        waits=stand is not None and stand.status is not None and stand.status.rotating,
        stand=stand.status if stand else None,
        trouble=trouble,
        status=status,
    )
