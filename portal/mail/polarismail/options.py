"""What no document tells of PolarisMail for sure: settings of a server's entry, with the likeliest as defaults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlsplit

VENDOR_URL = "https://cp.emailarray.com/admin/json.php"
VENDOR_SECOND_URL = "https://cfcp.emailarray.com/admin/json.php"
VENDOR_WEBMAIL = "https://al.emailarray.com/"

WEB_ADDRESS = re.compile(r"https?://[^\s/\\@]+/[!-~]*")
# What of a mailbox's settings has no name that is known for sure.
LOCALISED = ("language", "timezone", "date_format")
YES, NO = "yes", "no"
FIELD_NAME = re.compile(r"[A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Options:
    """The addresses beside that of the API, the names of some parameters (empty: do not send it), and a unit."""

    # Asked for reads when the first one fails with HTTP 500 or more; empty: nobody is.
    second_url: str
    # Of the API for mailbox users.
    user_url: str
    # Of webmail's page: where it is, a one-time sign-in may lead, besides the vendor's own hosts.
    webmail_url: str
    # The control panel's sign-in, where webmail has none that we know.
    panel_url: str
    # Where webmail signs in, with {url} {address} {otp} {token} in it; empty: at the address that the server gives.
    webmail_link: str = ""
    # Whether a token is good for one call alone.
    sign_in_each_time: str = NO
    # Quotas are written in GB and read in MB.
    mb_per_gb: int = 1000
    create_language: str = "user_language"
    create_timezone: str = "timezone"
    create_date_format: str = "dateformat"
    create_twofa: str = "twofa_allowed"
    update_language: str = "edituser_language"
    update_timezone: str = "edittimezone"
    update_date_format: str = "editdateformat"
    update_twofa: str = "edittwofa_allowed"

    @classmethod
    def read(cls, raw: Mapping[str, str], url: str, webmail_url: str = "") -> Self:
        """The options of the server whose API is at `url`. Raise ValueError with a sentence for who gave them."""
        site = urlsplit(url)
        given: dict[str, Any] = {
            "second_url": VENDOR_SECOND_URL if url == VENDOR_URL else "",
            "user_url": url.replace("/admin/json.php", "/json.php"),
            "webmail_url": webmail_url,
            "panel_url": f"{site.scheme}://{site.netloc}/processlogin.php",
        }
        known = {field.name for field in fields(cls)} - {"webmail_url"}
        for name, text in raw.items():
            if name not in known:
                raise ValueError(f"there is no option {name}, only {', '.join(sorted(known))}")
            given[name] = _value(name, text)
        return cls(**given)

    def created(self, name: str) -> str:
        """The parameter for one of LOCALISED or `twofa` when a mailbox is created, and when the server tells of it."""
        return str(getattr(self, f"create_{name}"))

    def updated(self, name: str) -> str:
        """The same when it is changed."""
        return str(getattr(self, f"update_{name}"))


def _value(name: str, text: str) -> str | int:
    if name == "mb_per_gb":
        if text not in ("1000", "1024"):
            raise ValueError(f"{name} is 1000 or 1024")
        return int(text)
    if name == "sign_in_each_time":
        if text not in (YES, NO):
            raise ValueError(f"{name} is {YES} or {NO}")
        return text
    if name.endswith(("_url", "_link")):
        if text and not WEB_ADDRESS.fullmatch(text):
            raise ValueError(f"{name} is a web address")
    elif not FIELD_NAME.fullmatch(text):
        raise ValueError(f"{name} is the name of a parameter")
    return text
