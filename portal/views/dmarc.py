"""The DMARC card: what receivers are asked to do with forged messages, and the record for other wishes."""

from dataclasses import asdict
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from portal import current, dns_cards, htmx
from portal.dns import Record, dmarc_record
from portal.dns.dmarc_record import DmarcChoices
from portal.forms import DmarcForm


def show() -> Response:
    """The card. The form of the generator is filled from the record to publish, or from where a CNAME to it leads."""
    where = dns_cards.place()
    looked = dns_cards.look(dns_cards.expected("dmarc", where.domain))
    finding = looked.value if looked else None
    records = (*finding.publish, *finding.found) if finding else ()
    suggested = next((dmarc_record.read(record.value) for record in records if record.type == "TXT"), None)
    form = _form(**asdict(suggested) | _lists(suggested)) if suggested else None
    return dns_cards.answer("dmarc", where, looked, finding, form=form, wanted=None)


bp = dns_cards.blueprint("dmarc", show)


@bp.get("/record")
def record() -> Response:
    """The record for the choices in the address. Nothing is kept: the customer publishes it."""
    where = dns_cards.place()
    form = _form(request.args)
    valid = form.validate()
    wanted = Record(f"_dmarc.{where.domain}", "TXT", dmarc_record.write(_choices(form))) if valid else None
    zone = dns_cards.zone(where.domain).name
    return htmx.card("cards/dmarc_record.html", 200 if valid else 422, where=where, zone=zone, form=form, wanted=wanted)


def _form(sent: MultiDict[str, str] | None = None, **choices: Any) -> DmarcForm:
    form = DmarcForm(formdata=sent, **choices)
    form.rua.domain = form.ruf.domain = current.domain()
    return form


def _lists(choices: DmarcChoices) -> dict[str, list[str]]:
    return {"rua": list(choices.rua), "ruf": list(choices.ruf)}


def _choices(form: DmarcForm) -> DmarcChoices:
    return DmarcChoices(
        policy=form.policy.data,
        subdomains=form.subdomains.data,
        missing_subdomains=form.missing_subdomains.data,
        testing=bool(form.testing.data),
        strict_dkim=bool(form.strict_dkim.data),
        strict_spf=bool(form.strict_spf.data),
        rua=tuple(form.rua.data or ()),
        ruf=tuple(form.ruf.data or ()),
    )
