"""The devices card: how phones and programs connect to one mailbox, and a profile that Apple's devices take."""

import plistlib
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import segno
from flask import Blueprint, Response, abort, make_response
from flask_babel import gettext as _

from portal import current, htmx
from portal.auth import for_readers
from portal.fields import has_unseen
from portal.store.servers import MailServer

bp = Blueprint("devices", __name__)

PROFILE_TYPE = "application/x-apple-aspen-config"
# TLS from the first byte on (RFC 8314), and where STARTTLS comes first.
IMAP_PORT, POP_PORT, SMTP_PORT, SUBMISSION_PORT = 993, 995, 465, 587


@bp.get("/devices/<address:address>")
def show(address: str) -> Response:
    found, server = _find(address)
    return htmx.card(
        "cards/devices.html",
        address=found,
        imap_port=IMAP_PORT,
        pop_port=POP_PORT,
        smtp_ports=(SMTP_PORT, SUBMISSION_PORT),
        protocols=_protocols(found),
        # The mail server answers both where it answers webmail.
        exchange_host=urlsplit(server.webmail_url).hostname or server.mail_host,
        qr=segno.make_qr(server.webmail_url).svg_data_uri(light="white", omitsize=True) if server.webmail_url else "",
    )


@bp.get("/mailboxes/<address:address>/profile.mobileconfig")
def profile(address: str) -> Response:
    found, server = _find(address)
    answer = make_response(plistlib.dumps(_profile(found, _display_name(found), server.mail_host)))
    answer.mimetype = PROFILE_TYPE
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found}.mobileconfig")
    return answer


@bp.post("/mailboxes/<address:address>/profile.mobileconfig")
@for_readers
def download_profile(address: str) -> Response:
    """The same for a browser that keeps no cookies: the page token comes in a form."""
    return profile(address)


def _find(address: str) -> tuple[str, MailServer]:
    """The address of one of the service's mailboxes, and the record of its mail server."""
    found, server = address.lower(), current.service().server
    # Of a domain's mailboxes the hidden admin is none.
    own = {current.service().name} if current.is_mailbox() else current.directory().by_address
    if found not in own or server is None:
        abort(404)
    return found, server


def _protocols(address: str) -> list[tuple[str, bool]]:
    """Those beside IMAP that the mailbox may have, and whether they are on."""
    if current.is_mailbox():
        return []
    plan, held = current.plan(), current.directory()
    protocols = (
        ("ActiveSync (EAS)", plan.offer_eas, held.activesync),
        ("MAPI", plan.offer_mapi, held.mapi),
    )
    return [(name, address in on) for name, offered, on in protocols if offered or address in on]


def _display_name(address: str) -> str:
    if current.is_mailbox():
        return current.mailbox().mailbox().display_name or ""
    return current.directory().by_address[address].display_name


def _profile(address: str, display_name: str, host: str) -> dict[str, Any]:
    """Apple's configuration profile with one IMAP account; the device asks for the password.

    The names are those of Apple's Device Management documentation, "Mail" and "TopLevel". The identifiers depend on
    the address alone, so that a profile that is installed again replaces the first one.
    """
    name = "" if has_unseen(display_name) else display_name.strip()
    identifier = ".".join((*reversed(current.domain().split(".")), "mail", address.rpartition("@")[0]))
    account = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{identifier}.account",
        "PayloadUUID": str(uuid5(NAMESPACE_URL, f"mailto:{address}#account")).upper(),
        "PayloadDisplayName": address,
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountDescription": address,
        "EmailAccountName": name or address,
        "EmailAddress": address,
        "OutgoingPasswordSameAsIncomingPassword": True,
    }
    for direction, port in (("Incoming", IMAP_PORT), ("Outgoing", SMTP_PORT)):
        account |= {
            f"{direction}MailServerAuthentication": "EmailAuthPassword",
            f"{direction}MailServerHostName": host,
            f"{direction}MailServerPortNumber": port,
            f"{direction}MailServerUseSSL": True,
            f"{direction}MailServerUsername": address,
        }
    return {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": str(uuid5(NAMESPACE_URL, f"mailto:{address}")).upper(),
        "PayloadDisplayName": address,
        "PayloadDescription": _("Sets up the mail account %(address)s.", address=address),
        "PayloadOrganization": current.brand().name,
        "PayloadContent": [account],
    }
