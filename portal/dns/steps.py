"""What a customer types into the form of the domain's DNS provider, record by record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.dns import Record
from portal.dns.providers import PANELS, Names, Provider, Service, Zone
from portal.dns.zone import Field, is_long, presented, quoted, relative

# The types of the records that a hint is about; of others it is about all, or asks more (`_concerns`).
HINT_TYPES = {
    "dns-only": ("A", "AAAA", "CNAME"),
    "mx-apart": ("MX",),
    "one-set": ("MX", "TXT"),
    "subdomain-first": ("CNAME",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is typed into a provider's form. A field with nothing in it is left empty.

    `replaces`: it takes the place of others of its name. `either`: `@` for a name is left out where it is
    refused. `apart`: what a form takes that has fields for service and protocol, and only the rest of the name in the
    field for names. `pieces`: a text in quoted pieces, for where it is refused as too long.
    """

    fields: tuple[Field, ...]
    replaces: bool = False
    either: bool = False
    apart: tuple[Field, ...] = ()
    pieces: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps at one provider, with an entry for each record. `hints`: those of the provider's that concern them."""

    provider: Provider
    zone: str
    entries: tuple[Entry, ...]
    hints: tuple[str, ...]


def guides(zone: Zone, records: Sequence[Record], replacing: Collection[Record] = ()) -> tuple[Guide, ...]:
    """What to do with these records at the zone's provider; at each control panel when it is not known.

    `replacing`: those of them that take the place of others.
    """
    providers = [zone.provider] if zone.provider else PANELS
    return tuple(_guide(provider, zone.name, records, replacing) for provider in providers)


def _guide(provider: Provider, zone: str, records: Sequence[Record], replacing: Collection[Record]) -> Guide:
    hints = tuple(hint for hint in provider.hints if any(_concerns(hint, record) for record in records))
    entries = (_entry(provider, zone, record, replaces=record in replacing) for record in records)
    return Guide(provider, zone, tuple(entries), hints)


def _concerns(hint: str, record: Record) -> bool:
    match hint:
        case "text-mode":
            return _is_long(record)
        case "remove-autodiscover":
            return record.host.startswith("autodiscover.")
        case _:
            return record.type in HINT_TYPES.get(hint, (record.type,))


def _entry(provider: Provider, zone: str, record: Record, *, replaces: bool) -> Entry:
    given = dict(presented(record, zone))
    kind, host, name = given.pop("type"), given.pop("host"), given.pop("name")
    apart = tuple(Field(code, given.pop(code)) for code in ("service", "protocol") if code in given)
    head = [Field("type", kind)]
    if apart and provider.service in (Service.APART, Service.BESIDE):
        head += apart
        name = relative(host.split(".", 2)[2], zone)
    if not (apart and provider.service == Service.APART and name == "@"):
        head.append(Field("name", _name(provider, name, host)))
    return Entry(
        (*head, *_rest(provider, record, given)),
        replaces=replaces,
        either=name == "@" and provider.names == Names.EITHER,
        apart=apart if provider.service == Service.UNKNOWN else (),
        pieces=quoted(record.value) if _is_long(record) and not provider.quotes else "",
    )


def _name(provider: Provider, name: str, host: str) -> str:
    if provider.names == Names.WHOLE:
        return host
    return "" if name == "@" and provider.names == Names.EMPTY else name


def _rest(provider: Provider, record: Record, given: dict[str, str]) -> list[Field]:
    """The fields of the data, as the form takes them."""
    if provider.final_dot and "target" in given:
        given["target"] += "."
    if provider.quotes and record.type == "TXT":
        given["value"] = quoted(record.value)
    if record.type in provider.joined:
        numbers = [given.pop(code) for code in ("priority", "weight", "port") if code in given]
        given["target"] = " ".join([*numbers, given["target"]])
    return [Field(code, value) for code, value in given.items()]


def _is_long(record: Record) -> bool:
    return record.type == "TXT" and is_long(record.value)
