"""The text of a DMARC record: read, and written from a customer's choices (RFC 9989 4.7 and 4.8)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from portal.dns.tags import pairs

POLICIES = ("none", "quarantine", "reject")
# Removed by RFC 9989; older receivers may still read them.
OBSOLETE = ("pct", "rf", "ri")

VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|\Z)")
# A report address as a URI: commas, semicolons and exclamation marks in it are encoded, so that a bare exclamation mark
# begins the size that RFC 7489 had.
MAILTO = re.compile(r"mailto:([^\s@?!]+)@((?:[a-z0-9_-]+\.)+[a-z0-9-]+)(\?[^!]*)?(![0-9]+[kmgt]?)?", re.IGNORECASE)

RULES: Mapping[str, Callable[[str], object]] = {
    "adkim": re.compile("[rs]", re.IGNORECASE).fullmatch,
    "aspf": re.compile("[rs]", re.IGNORECASE).fullmatch,
    "fo": re.compile("[01ds](:[01ds])*", re.IGNORECASE).fullmatch,
    "psd": re.compile("[ynu]", re.IGNORECASE).fullmatch,
    "t": re.compile("[yn]", re.IGNORECASE).fullmatch,
}


@dataclass(frozen=True, slots=True)
class DmarcChoices:
    """What a record asks for. `subdomains` and `missing_subdomains` (`sp`, `np`) are empty to be as `policy`.

    `rua` and `ruf` are e-mail addresses. `failures` (`fo`) and `boundary` (`psd`) are kept as the customer has them.
    """

    policy: str = "none"
    subdomains: str = ""
    missing_subdomains: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    rua: tuple[str, ...] = ()
    ruf: tuple[str, ...] = ()
    testing: bool = False
    failures: str = ""
    boundary: str = ""


def is_record(text: str) -> bool:
    return VERSION.match(text) is not None


def tags(text: str) -> dict[str, str]:
    """The tags of a record by name in lower case; a part that is no tag has an empty value.

    ValueError, with its name, for a tag that stands twice: nobody says which one counts.
    """
    found: dict[str, str] = {}
    for name, value in pairs(text):
        if value is not None and name.lower() in found:
            raise ValueError(name)
        if name:
            found[name.lower()] = value or ""
    return found


def boundary(text: str) -> str:
    """What a record says of where an organisation begins (`psd`): y, n, u, or nothing."""
    try:
        return read(text).boundary
    except ValueError:
        return ""


def as_policy(value: str) -> str:
    """The policy that a value stands for; empty when it is none."""
    return value.lower() if value.lower() in POLICIES else ""


def uris(value: str) -> list[str]:
    """The report destinations that a `rua` or `ruf` lists."""
    return [uri for part in value.split(",") if (uri := part.strip())]


def address(uri: str) -> str:
    """The e-mail address that a destination stands for; empty when it is none."""
    match = MAILTO.fullmatch(uri)
    return f"{unquote(match[1])}@{match[2].lower()}" if match else ""


def read(text: str, otherwise: DmarcChoices | None = None) -> DmarcChoices:
    """The choices that a record stands for; without a valid policy in it, `otherwise` has the policy."""
    found = tags(text)
    otherwise = otherwise or DmarcChoices()
    valid = {name: value.lower() for name, value in found.items() if name in RULES and RULES[name](value)}
    return DmarcChoices(
        policy=as_policy(found.get("p", "")) or otherwise.policy,
        subdomains=as_policy(found.get("sp", "")),
        missing_subdomains=as_policy(found.get("np", "")),
        strict_dkim=valid.get("adkim") == "s",
        strict_spf=valid.get("aspf") == "s",
        rua=_addresses(found.get("rua", "")),
        ruf=_addresses(found.get("ruf", "")),
        testing=valid.get("t") == "y",
        failures=valid.get("fo", ""),
        boundary=valid.get("psd", ""),
    )


def write(choices: DmarcChoices) -> str:
    """The record. What is the default is left out, and so is what RFC 9989 removed."""
    written = {
        "v": "DMARC1",
        "p": choices.policy,
        "sp": choices.subdomains,
        "np": choices.missing_subdomains,
        "adkim": "s" if choices.strict_dkim else "",
        "aspf": "s" if choices.strict_spf else "",
        "rua": ",".join(map(_uri, choices.rua)),
        "ruf": ",".join(map(_uri, choices.ruf)),
        "fo": choices.failures,
        "psd": choices.boundary,
        "t": "y" if choices.testing else "",
    }
    return "; ".join(f"{name}={value}" for name, value in written.items() if value)


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for uri in uris(value) if (found := address(uri))))


def _uri(address: str) -> str:
    """RFC 6068: in an address all but a few characters are encoded; of the domain no character needs to be."""
    local, _, domain = address.rpartition("@")
    return f"mailto:{quote(local, safe='+$*')}@{quote(domain.lower(), safe='')}"
