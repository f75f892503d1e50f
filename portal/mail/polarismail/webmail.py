"""How a one-time password is handed over to webmail: no document tells, so all of it is in this module."""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from portal.mail import Unreachable
from portal.mail.polarismail.options import Options

# Nothing that browsers read in another way than we do: backslashes, spaces, user names, dots that end a host.
ADDRESS = re.compile(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?/[!#-\[\]-~]*\?[!#-\[\]-~]+")
VENDOR = ".emailarray.com"


def link(address: str, told: Mapping[str, Any], options: Options) -> str:
    """The address that signs in once, as the entry of the server says, else as webmail does, else of the control panel.

    `told` is the answer: `otp`, `token` and `url`. Only hosts of the vendor's or of the entry's are led to.
    """
    otp, token, url = (str(told.get(key) or "") for key in ("otp", "token", "url"))
    if options.webmail_link:
        values = {"url": url, "address": address, "otp": otp, "token": token}
        return re.sub(r"\{(\w+)\}", lambda name: quote(values.get(name[1], ""), safe=""), options.webmail_link)
    if is_trusted(url, options.webmail_url):
        return url
    if not otp:
        raise Unreachable("sign into webmail: the answer holds neither an address of webmail nor a one-time password")
    return f"{options.panel_url}?u={_base64(address)}&p={_base64(otp)}"


def origins(options: Options) -> frozenset[str]:
    """Where `link` may lead, as sources of a content security policy."""
    own = [urlsplit(url) for url in (options.webmail_url, options.panel_url, options.webmail_link)]
    found = {f"{url.scheme}://{url.netloc}" for url in own if url.netloc and "{" not in url.netloc}
    return frozenset({f"https://*{VENDOR}", *found})


def is_trusted(url: str, webmail_url: str) -> bool:
    """Whether it is a whole address of webmail with something in it that signs in."""
    parts = ADDRESS.fullmatch(url)
    if parts is None:
        return False
    scheme, host, port = parts.groups()
    if scheme == "https" and host.endswith(VENDOR) and port in (None, "443"):
        return True
    own = urlsplit(webmail_url)
    return (scheme, f"{host}:{port}" if port else host) == (own.scheme, own.netloc.lower())


def _base64(text: str) -> str:
    """A bare + would be read as a space."""
    return quote(b64encode(text.encode()).decode(), safe="")
