"""Actions for whole domains, all customers' objects on them included."""

import secrets
from typing import Any

from ..played.answers import Refusal
from .access import has_build, here, rows
from .actions import admin
from .answers import Envelope, Parameters, done, flag
from .state import Domain

ENHANCED_DOMAIN = "2"
CHANGES = ("editdomainactive", "editcatchall", "editdtzone", "editexchangeenabled")


@admin.action("getAllDomains")
def get_all_domains(_given: Parameters) -> Envelope:
    return done(rows([row(domain) for domain in here().domains.values()]))


def row(domain: Domain) -> dict[str, str]:
    return {
        "id": str(domain.number),
        "domain": domain.name,
        "isauditdomain": "0",
        "domaintype": ENHANCED_DOMAIN,
        "active": "1" if domain.active else "0",
    }


@admin.action("getDomainInfo", "domain")
def get_domain_info(given: Parameters) -> Envelope:
    """Numbers stand beside texts that are numbers, as they were seen."""
    domain = here().domain(given["domain"])
    told: dict[str, Any] = {
        "dtzone": domain.time_zone,
        "expiry_notifications": 0,
        "catchall": domain.catchall,
        "domaintype": ENHANCED_DOMAIN,
        "webmail": "",
        "vusers": len(domain.mailboxes),
        "aliases": len(domain.aliases),
        "lists": len(domain.lists),
        "active": "1" if domain.active else "0",
        "exchange_enabled": "1" if domain.exchange else "0",
        "audit_enabled": "0",
        "localdelivery": "1",
        "totalQuota": total_quota(domain),
        "homecountry": "CA",
    }
    return done(told)


def total_quota(domain: Domain) -> int:
    return int(sum(box.quota for box in domain.mailboxes.values()))


@admin.action("getDomainAssignedQuota", "domain")
def get_domain_assigned_quota(given: Parameters) -> Envelope:
    return done({"totalquota": str(total_quota(here().domain(given["domain"])))})


@admin.action("isDomainAvailable", "domain")
def is_domain_available(given: Parameters) -> Envelope:
    if given["domain"].lower() in here().domains:
        raise Refusal("Domain already exists")
    return done("Domain is available")


@admin.action("addDomain", "newdomain")
def add_domain(given: Parameters) -> Envelope:
    here().add_domain(given["newdomain"], pending=f"verify-{secrets.token_hex(8)}")
    return done("Domain added")


@admin.action("removeDomain", "domain")
def remove_domain(given: Parameters) -> Envelope:
    del here().domains[here().domain(given["domain"]).name]
    return done("Domain removed")


@admin.action("updateDomain", "domain", optional=CHANGES)
def update_domain(given: Parameters) -> Envelope:
    """Unlike a mailbox, a domain keeps what is left out."""
    domain = here().domain(given["domain"])
    if not given.keys() & set(CHANGES):
        raise Refusal("Missing parameter: editdomainactive")
    if "editdomainactive" in given:
        domain.active = flag(given, "editdomainactive")
    if "editexchangeenabled" in given:
        domain.exchange = flag(given, "editexchangeenabled")
    domain.catchall = given.get("editcatchall", domain.catchall)
    domain.time_zone = given.get("editdtzone", domain.time_zone)
    return done("Domain updated")


@admin.action("getDomainVerification", "domain")
def get_domain_verification(given: Parameters) -> Envelope:
    """The wrong way round: success says that the domain is still to be proven."""
    domain = here().domain(given["domain"])
    if not domain.pending:
        raise Refusal("Nothing to verify")
    value: Any = domain.pending
    if has_build("verification-object"):
        value = {"type": "TXT", "host": "mx-verification", "value": domain.pending}
    return done(value, message="Add this TXT record at mx-verification")


@admin.action("getAliasDomains", "domain")
def get_alias_domains(given: Parameters) -> Envelope:
    names = here().domain(given["domain"]).alias_domains
    return done(rows([{"alias_domain_id": number, "alias_domain": name} for name, number in names.items()]))


@admin.action("addAliasDomain", "domain", "adomain")
def add_alias_domain(given: Parameters) -> Envelope:
    domain, name = here().domain(given["domain"]), given["adomain"].lower()
    if name in here().domains or any(name in other.alias_domains for other in here().domains.values()):
        raise Refusal("Domain already exists")
    domain.alias_domains[name] = 1 + max(domain.alias_domains.values(), default=0)
    return done("Alias domain added")


@admin.action("removeAliasDomain", "domain", "adomain")
def remove_alias_domain(given: Parameters) -> Envelope:
    if here().domain(given["domain"]).alias_domains.pop(given["adomain"].lower(), None) is None:
        raise Refusal("Alias domain not found")
    return done("Alias domain removed")
