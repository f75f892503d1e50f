"""Actions for what a domain's messages and pages wear: DKIM signature, brand and footer."""

from .access import here
from .actions import admin
from .answers import Envelope, Parameters, done
from .state import Domain

BRAND = ("brandname", "supportemail", "brandcolor", "newlogo")


def dkim_record(domain: Domain) -> tuple[str, str]:
    return f"dkim._domainkey.{domain.name}", f"v=DKIM1; k=rsa; p={domain.dkim_key}"


@admin.action("getDKIM", "domain")
def get_dkim(given: Parameters) -> Envelope:
    domain = here().domain(given["domain"])
    host, key = dkim_record(domain)
    return done({"dkim_enabled": "1" if domain.dkim else "0", "dkim_host": host, "dkim_key": key})


@admin.action("enableDKIM", "domain")
def enable_dkim(given: Parameters) -> Envelope:
    domain = here().domain(given["domain"])
    domain.dkim = True
    host, key = dkim_record(domain)
    return done("DKIM enabled", dkimhost=host, dkimkey=key)


@admin.action("disableDKIM", "domain")
def disable_dkim(given: Parameters) -> Envelope:
    here().domain(given["domain"]).dkim = False
    return done("DKIM disabled")


@admin.action("getDomainBrandInfo", "domain")
def get_domain_brand_info(given: Parameters) -> Envelope:
    return done(dict.fromkeys(BRAND, "") | here().domain(given["domain"]).brand)


@admin.action("setDomainBrandingV2", "domain", optional=[f"brand[{name}]" for name in BRAND])
def set_domain_branding(given: Parameters) -> Envelope:
    brand = here().domain(given["domain"]).brand
    brand |= {name: given[f"brand[{name}]"] for name in BRAND if f"brand[{name}]" in given}
    return done("Brand saved")


@admin.action("resetDomainBranding", "domain")
def reset_domain_branding(given: Parameters) -> Envelope:
    here().domain(given["domain"]).brand.clear()
    return done("Brand reset")


@admin.action("getFooterDomain", "domain")
def get_footer_domain(given: Parameters) -> Envelope:
    return done(here().domain(given["domain"]).footer)


@admin.action("setFooterDomain", "domain", "footertxt")
def set_footer_domain(given: Parameters) -> Envelope:
    here().domain(given["domain"]).footer = given["footertxt"]
    return done("Footer saved")
