"""The grammar of an SPF record (RFC 7208 4.5, 4.6.1, 7.1 and 12), and what two of its terms have in common."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

VERSION = "v=spf1"
WIDTHS = (32, 128)  # an `a` or `mx` without prefix lengths means single addresses
# Terms that cost one of the ten lookups (4.6.4).
LOOKUP_TERMS = frozenset({"include", "a", "mx", "ptr", "exists", "redirect="})

TERM = re.compile(r"([+\-~?]?)([A-Za-z][A-Za-z0-9._-]*)(?:([:/=])(.*))?")
VISIBLE = re.compile(r"[!-~]+")
MACRO_PIECE = re.compile(
    r"[!-$&-~]+|%[%_-]|%\{(?P<letter>[slodiphcrtv])(?:0*[1-9][0-9]*)?r?[.\-+,/_=]*\}", re.IGNORECASE
)
LABEL = re.compile(r"(?!-)[A-Za-z0-9-]+(?<!-)")
PREFIX = r"(0|[1-9][0-9]{0,2})"
WITH_PREFIXES = re.compile(rf"(.*?)(?:/{PREFIX})?(?://{PREFIX})?")
ADDRESS = re.compile(rf"([0-9A-Fa-f:.]+)(?:/{PREFIX})?")


class SpfSyntaxError(ValueError):
    """`kind` is the name of the mistake (`spf.REASONS` lists them), `term` what is mistaken."""

    def __init__(self, kind: str, term: str) -> None:
        super().__init__(f"{kind}: {term}")
        self.kind = kind
        self.term = term


@dataclass(frozen=True, slots=True)
class Term:
    """A directive or a modifier. `text` is as it is spelled, `qualifier` + when none is written, empty of a modifier.

    `name` is in lower case, that of a modifier with its =, for `all=` is not `all`. `target` is the domain-spec in
    lower case without a final dot, or another modifier's value; `network` that of ip4 and ip6, `prefixes` those of `a`
    and `mx` for IPv4 and IPv6.
    """

    text: str
    qualifier: str
    name: str
    target: str = ""
    network: IPv4Network | IPv6Network | None = None
    prefixes: tuple[int, int] = WIDTHS

    @property
    def passes(self) -> bool:
        return self.qualifier == "+"

    @property
    def has_macro(self) -> bool:
        return "%" in self.target


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record at all, right or wrong: v=spf10 is none (4.5)."""
    return text[:6].lower() == VERSION and text[6:7] in ("", " ")


def parse(record: str) -> tuple[Term, ...]:
    """The terms of a record for which `is_spf` holds. Raise SpfSyntaxError."""
    found = _parsed(record)
    if isinstance(found, SpfSyntaxError):
        raise SpfSyntaxError(found.kind, found.term)
    return found


# A judge is called again for each answer that arrives, and a record can be 65 kB long.
@lru_cache(maxsize=16)
def _parsed(record: str) -> tuple[Term, ...] | SpfSyntaxError:
    try:
        terms = tuple(parse_term(word) for word in record[6:].split(" ") if word)
    except SpfSyntaxError as error:
        return SpfSyntaxError(error.kind, error.term)
    seen = set()
    for term in terms:
        if term.name in ("redirect=", "exp="):
            if term.name in seen:
                return SpfSyntaxError("repeated", term.text)
            seen.add(term.name)
    return terms


def parse_term(text: str) -> Term:
    """Raise SpfSyntaxError."""
    if not VISIBLE.fullmatch(text):
        raise SpfSyntaxError("character", text)
    match = TERM.fullmatch(text)
    if match is None:
        raise SpfSyntaxError("term", text)
    qualifier, name, separator, rest = match.groups(default="")
    name = name.lower()
    if separator == "=":
        if qualifier:
            raise SpfSyntaxError("term", text)
        return Term(text, "", f"{name}=", _modifier(text, name, rest))
    argument = separator + rest
    qualifier = qualifier or "+"
    match name:
        case "all" if not argument:
            return Term(text, qualifier, name)
        case "include" | "exists" if separator == ":":
            return Term(text, qualifier, name, _domain_spec(text, rest))
        case "ptr" if separator in ("", ":"):
            return Term(text, qualifier, name, _domain_spec(text, rest) if separator else "")
        case "a" | "mx":
            return _address_term(text, qualifier, name, argument)
        case "ip4" | "ip6" if separator == ":":
            return Term(text, qualifier, name, network=_network(text, name, rest))
        case "all" | "include" | "exists" | "ptr" | "ip4" | "ip6":
            raise SpfSyntaxError("term", text)
        case _:
            raise SpfSyntaxError("mechanism", text)


def in_order(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms that can decide, in the order in which they do: up to the first `all`, else with `redirect` last."""
    directives = [term for term in terms if term.qualifier]
    for position, term in enumerate(directives):
        if term.name == "all":
            return tuple(directives[: position + 1])
    return (*directives, *(term for term in terms if term.name == "redirect="))


def covers(term: Term, ours: Term, domain: str = "") -> bool:
    """Whether a term of `domain`'s record matches every sender that `ours` does, as far as these two tell."""
    if term.name == "all":
        return True
    if term.name == "redirect=":
        return ours.name == "include" and term.target == ours.target
    if term.name != ours.name:
        return False
    if term.network is not None and ours.network is not None:
        return _within(ours.network, term.network)
    narrower = all(mine >= theirs for mine, theirs in zip(ours.prefixes, term.prefixes, strict=True))
    return (term.target or domain) == (ours.target or domain) and narrower


def same(term: Term, ours: Term, domain: str = "") -> bool:
    """Whether they are the same mechanism, whatever their qualifiers."""
    return term.name == ours.name and covers(term, ours, domain) and covers(ours, term, domain)


def _within(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    return inner.version == outer.version and inner.network_address in outer and inner.prefixlen >= outer.prefixlen


def _modifier(text: str, name: str, value: str) -> str:
    if name not in ("redirect", "exp"):
        _macro_pieces(text, value)
        return value
    # `exp` may be a text's address with the letters that only explanations may have: a mistake there costs the
    # explanation, not the record (6.2).
    return _domain_spec(text, value, explains=name == "exp")


def _address_term(text: str, qualifier: str, name: str, argument: str) -> Term:
    match = WITH_PREFIXES.fullmatch(argument)
    assert match is not None  # its first group takes anything
    spec, four, six = match.groups()
    prefixes = int(four or WIDTHS[0]), int(six or WIDTHS[1])
    if prefixes[0] > WIDTHS[0] or prefixes[1] > WIDTHS[1] or spec[:1] not in ("", ":"):
        raise SpfSyntaxError("network", text)
    return Term(text, qualifier, name, _domain_spec(text, spec[1:]) if spec else "", prefixes=prefixes)


def _network(text: str, name: str, value: str) -> IPv4Network | IPv6Network:
    if not ADDRESS.fullmatch(value):
        raise SpfSyntaxError("network", text)
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise SpfSyntaxError("network", text) from None
    if f"ip{network.version}" != name:
        raise SpfSyntaxError("network", text)
    return network


def _domain_spec(text: str, spec: str, *, explains: bool = False) -> str:
    """A name with at least two labels of which the last is no number, or one that ends with a macro."""
    pieces = _macro_pieces(text, spec, explains=explains)
    if not pieces:
        raise SpfSyntaxError("domain", text)
    if not pieces[-1].startswith("%"):
        _, dot, label = pieces[-1].removesuffix(".").rpartition(".")
        if not dot or not LABEL.fullmatch(label) or label.isdigit():
            raise SpfSyntaxError("domain", text)
    return spec.lower().removesuffix(".")


def _macro_pieces(text: str, value: str, *, explains: bool = True) -> list[str]:
    pieces, end = [], 0
    for match in MACRO_PIECE.finditer(value):
        if match.start() != end or (not explains and (match["letter"] or "").lower() in ("c", "r", "t")):
            break
        pieces.append(match[0])
        end = match.end()
    if end != len(value):
        raise SpfSyntaxError("macro", text)
    return pieces
