"""Setting a reseller up: the tenant with its key and origin, what is lent to it, and the beginning of its brand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from portal.store import database, loans, tenants
from portal.store.loans import Use
from portal.store.servers import MailServer
from portal.store.tenants import Tenant


@dataclass(frozen=True, slots=True)
class Lending:
    """A mail server to lend, and its limits; 0 for none."""

    server: MailServer
    domains: int = 0
    mailboxes: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reseller as it is to be. Without `origins` WHMCS's own is the one."""

    slug: str
    name: str
    whmcs_url: str
    origins: Sequence[str] = ()
    brand: Mapping[str, str] = field(default_factory=dict)
    lendings: Sequence[Lending] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it. `key` is "" where there was one before: it is never told again.

    `different`: what was wanted otherwise than it is, by its field's name; it was left as it is.
    """

    tenant: Tenant
    key: str
    uses: Sequence[Use]
    different: Sequence[str] = ()


def set_up(wanted: Wanted) -> Made:
    """Make what is missing; what is there stays as it is, but for the limits of what is lent.

    So it can be repeated, and one that broke off be completed. Raise ValueError with a sentence for what cannot be.
    """
    origins = wanted.origins or (origin_of(wanted.whmcs_url),)
    for origin in origins:
        tenants.check_origin(origin)
    for lending in wanted.lendings:
        loans.check_limits(lending.server, lending.domains, lending.mailboxes)
    known = tenants.by_slug(wanted.slug)
    if known is not None and known.owner:
        raise ValueError(f"{wanted.slug} is the portal's owner")
    with database.atomic():
        tenant, key = (known, "") if known else tenants.add(wanted.slug, name=wanted.name, whmcs_url=wanted.whmcs_url)
        tenants.complete_brand(tenant, wanted.brand)
        if known is None or not tenants.origins(tenant):
            for origin in origins:
                tenants.add_origin(tenant, origin)
    for lending in wanted.lendings:
        loans.lend(lending.server, tenant, domains=lending.domains, mailboxes=lending.mailboxes)
    return Made(tenant, key, loans.all_of(tenant=tenant), list(_different(tenant, wanted)))


def origin_of(url: str) -> str:
    """The origin of a page, as browsers write it."""
    parts = urlsplit(url.lower())
    return f"{parts.scheme}://{parts.netloc}".removesuffix(":443")


def _different(tenant: Tenant, wanted: Wanted) -> Sequence[str]:
    told = {"name": wanted.name, "whmcs_url": wanted.whmcs_url.rstrip("/")}
    different = [name for name, value in told.items() if getattr(tenant, name) != value]
    different += [name for name, value in wanted.brand.items() if tenant.brand.get(name) != value]
    present = tenants.origins(tenant)
    return different + (["origins"] if any(origin not in present for origin in wanted.origins) else [])
