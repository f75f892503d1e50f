"""The deliverability card: a state for each DNS record, and all of them on one page, to print or as a zone file."""

from flask import Blueprint, Response, abort, make_response

from portal import dns_cards, htmx
from portal.auth import for_readers
from portal.dns import Verdict, zone

bp = Blueprint("deliverability", __name__)


@bp.get("/deliverability")
def show() -> Response:
    return htmx.card("cards/deliverability.html", where=dns_cards.place(), states={})


@bp.post("/deliverability/check")
@for_readers
def check() -> Response:
    where = dns_cards.place()
    with dns_cards.limited():
        states = dns_cards.look_at_all(where)
    return htmx.card("cards/deliverability.html", where=where, states=states)


@bp.get("/deliverability/records")
def records() -> Response:
    """Every record to publish, on one page."""
    where = dns_cards.place()
    states = dns_cards.look_at_all(where)
    again = dns_cards.again("deliverability.records", where, [state.finding for state in states.values()])
    if again and not all(state.finding for state in states.values()) and dns_cards.is_shown():
        return dns_cards.unchanged(again, "deliverability")
    zone = dns_cards.zone(where.domain).name
    return htmx.card("cards/dns_records.html", where=where, zone=zone, states=states, again=again)


@bp.get("/zone.txt")
def zone_file() -> Response:
    return _file()


@bp.post("/zone.txt")
@for_readers
def download() -> Response:
    """The same for a browser that keeps no cookies: the page token comes in a form."""
    return _file()


def _file() -> Response:
    """Every record to publish. Of what could not be looked at none: it might stand beside one that is there."""
    where = dns_cards.place()
    with dns_cards.waiting():
        dns_cards.zone(where.domain, patience=0)  # so that both are looked up at the same time
        states = dns_cards.look_at_all(where, patience=dns_cards.LONGEST_LOOK)
        around = dns_cards.zone(where.domain, patience=dns_cards.LONGEST_LOOK).name
    findings = {record: state.finding for record, state in states.items() if state.finding}
    if len(findings) < len(states):
        abort(429)  # too much else is being looked up
    unseen = [record for record, finding in findings.items() if finding.verdict is Verdict.UNKNOWN]
    known = [finding for record, finding in findings.items() if record not in unseen]
    text = zone.zone_file(
        around,
        [record for finding in known for record in finding.publish],
        replacing=[record for finding in known for record in finding.replacing],
        unseen=unseen,
    )
    answer = make_response(text)
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = f'attachment; filename="{where.domain}.zone.txt"'
    return answer
