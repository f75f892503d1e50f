"""Opens the mail server's own pages for an admin, signed in as a mailbox of the domain; each time is written down."""

from flask import Response

from portal import changes, current, htmx, security
from portal.mail import MailError


def opened(name: str, action: str, subject: str) -> Response:
    """Send the browser there, once; or say why not, with the page where people sign in by themselves.

    The customer reads `subject`, so it must not name the hidden admin.
    """
    try:
        with changes.recorded(action, subject):
            link = current.mail().sign_in_link(name)
    except MailError as error:
        return htmx.card("sign_on.html", 502, link="", error=str(error))
    if security.origin(link) not in security.mail_server_origins():
        # Browsers follow no form to a place that the page's policy does not name; a person follows a link.
        return htmx.card("sign_on.html", link=link, error="")
    return Response(status=303, headers={"Location": link})
