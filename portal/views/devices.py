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
from portal.mail import Mailbox
from portal.store.servers import MailServer

bp = Blueprint("devices", __name__)

PROFILE_TYPE = "application/x-apple-aspen-config"
# TLS from the first byte on (RFC 8314), and where STARTTLS comes first.
IMAP_PORT, POP_PORT, SMTP_PORT, SUBMISSION_PORT = 993, 995, 465, 587


@bp.get("/devices/<address:address>")
def show(address: str) -> Response:
    mailbox, server = _find(address)
    plan, held = current.plan(), current.directory()
    return htmx.card(
        "cards/devices.html",
        address=mailbox.address,
        imap_port=IMAP_PORT,
        pop_port=POP_PORT,
        smtp_ports=(SMTP_PORT, SUBMISSION_PORT),
        protocols=[
            (name, mailbox.address in switched_on)
            for name, offered, switched_on in (
                ("ActiveSync (EAS)", plan.offer_eas, held.activesync),
                ("MAPI", plan.offer_mapi, held.mapi),
            )
            if offered or mailbox.address in switched_on
        ],
        # The mail server answers both where it answers webmail.
        exchange_host=urlsplit(server.webmail_url).hostname or server.mail_host,
        qr=segno.make_qr(server.webmail_url).svg_data_uri(light="white", omitsize=True) if server.webmail_url else "",
    )


@bp.get("/mailboxes/<address:address>/profile.mobileconfig")
def profile(address: str) -> Response:
    mailbox, server = _find(address)
    answer = make_response(plistlib.dumps(_profile(mailbox, server.mail_host)))
    answer.mimetype = PROFILE_TYPE
    answer.headers.set("Content-Disposition", "attachment", filename=f"{mailbox.address}.mobileconfig")
    return answer


@bp.post("/mailboxes/<address:address>/profile.mobileconfig")
@for_readers
def download_profile(address: str) -> Response:
    """The same for a browser that keeps no cookies: the page token comes in a form."""
    return profile(address)


def _find(address: str) -> tuple[Mailbox, MailServer]:
    """One of the domain's mailboxes, of which the hidden admin is none, and the record of its mail server."""
    mailbox, server = current.directory().by_address.get(address.lower()), current.service().server
    if mailbox is None or server is None:
        abort(404)
    return mailbox, server


def _profile(mailbox: Mailbox, host: str) -> dict[str, Any]:
    """Apple's configuration profile with one IMAP account; the device asks for the password.

    The names are those of Apple's Device Management documentation, "Mail" and "TopLevel". The identifiers depend on
    the address alone, so that a profile that is installed again replaces the first one.
    """
    address = mailbox.address
    name = "" if has_unseen(mailbox.display_name) else mailbox.display_name.strip()
    identifier = ".".join((*reversed(current.domain().split(".")), "mail", mailbox.name))
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
        "PayloadOrganization": current.tenant().name,
        "PayloadContent": [account],
    }
