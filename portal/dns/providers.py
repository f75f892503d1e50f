"""Who runs a domain's DNS, by the names of its name servers, and what that provider's form is like.

Words of a menu or a form are the vendor's own and are not translated. They stand here as the page named beside each
provider has them; what it leaves open is empty, and the general words are used for it. Hints are codes, for which the
templates have the sentences:

- `dns-only`: the record must not go through the provider's proxy
- `mx-apart`: MX records are entered in a section of their own
- `one-set`: values of one name and type are lines of one record
- `subdomain-first`: a CNAME is entered at a sub-domain that is made first
- `remove-autodiscover`: a record that the provider made stands in the way of ours
- `text-mode`: long texts are entered where the zone is edited as text
- `former-google`: domains of Google Domains have these name servers too, and are edited at Squarespace
- `apply`: nothing is published until the changes are applied
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from portal.dns import Answers, CouldNotLook, Question


class Names(StrEnum):
    """How a form takes the name of a record, and what it takes for the domain itself."""

    AT = "at"  # relative; @
    EMPTY = "empty"  # relative; nothing
    EITHER = "either"  # relative; @, or nothing where that is refused
    WHOLE = "whole"  # the whole host


class Service(StrEnum):
    """How a form takes the name of an SRV record."""

    UNKNOWN = ""
    NAME = "name"  # like any other name
    APART = "apart"  # service and protocol in fields of their own, in place of a name
    BESIDE = "beside"  # the same, beside a field for the rest of the name


@dataclass(frozen=True, slots=True)
class Provider:
    """A DNS provider, or a control panel. `path` is where to click once signed in, `add` and `save` name the buttons.

    `labels` are its names of fields, by the code of the field, and of the type before it where they differ ("MX
    target"). `final_dot`: hosts that a record leads to are entered with one. `quotes`: texts are entered in quotes.
    `joined`: of these types, the numbers stand in front of the target in one field.
    """

    code: str
    name: str
    servers: re.Pattern[str]
    login: str = ""
    help: str = ""
    path: tuple[str, ...] = ()
    add: str = ""
    save: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    names: Names = Names.EITHER
    service: Service = Service.UNKNOWN
    final_dot: bool = False
    quotes: bool = False
    joined: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def label(self, record_type: str, code: str) -> str:
        return self.labels.get(f"{record_type} {code}", self.labels.get(code, ""))


class Zone(NamedTuple):
    """The zone that a domain's records lie in, and the provider that runs it, where it is one of ours."""

    name: str
    provider: Provider | None


def _below(*domains: str) -> re.Pattern[str]:
    """Hosts below one of these domains."""
    return re.compile(rf"(?:[^.]+\.)+(?:{'|'.join(map(re.escape, domains))})")


PROVIDERS = (
    # developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records, …/dns/proxy-status
    Provider(
        "cloudflare",
        "Cloudflare",
        _below("ns.cloudflare.com"),
        login="https://dash.cloudflare.com/",
        help="https://developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records/",
        path=("DNS", "Records"),
        add="Add record",
        save="Save",
        labels={"name": "Name", "value": "Content", "target": "Target", "MX target": "Mail server"},
        names=Names.AT,
        hints=("dns-only",),
    ),
    # godaddy.com/help/add-a-txt-record-19232; SRV by Microsoft 365, "Create DNS records at GoDaddy"
    Provider(
        "godaddy",
        "GoDaddy",
        _below("domaincontrol.com"),
        login="https://account.godaddy.com/products/",
        help="https://www.godaddy.com/help/add-a-txt-record-19232",
        path=("Domain Portfolio", "DNS"),
        add="Add New Record",
        save="Save",
        labels={"name": "Name", "value": "Value"},
        names=Names.AT,
        service=Service.BESIDE,
    ),
    # Microsoft 365, "Create DNS records at Namecheap"
    Provider(
        "namecheap",
        "Namecheap",
        _below("registrar-servers.com"),
        login="https://www.namecheap.com/myaccount/login.aspx",
        help="https://www.namecheap.com/support/knowledgebase/article.aspx/317/2237/how-do-i-add-txtspfdkimdmarc-records-for-my-domain/",
        path=("Domain List", "Manage", "Advanced DNS"),
        add="Add New Record",
        save="Save Changes",
        labels={"name": "Host", "value": "Value", "target": "Value", "SRV target": "Target"},
        names=Names.AT,
        service=Service.APART,
        final_dot=True,
        hints=("mx-apart",),
    ),
    # ionos.it/aiuto/domini/…/name-server (name servers); Microsoft 365, "Connect your DNS records at IONOS" (2024)
    Provider(
        "ionos",
        "IONOS",
        _below("ui-dns.com", "ui-dns.de", "ui-dns.org", "ui-dns.biz"),
        login="https://login.ionos.com/",
        help="https://www.ionos.com/help/domains/configuring-txt-and-srv-records/adding-editing-or-removing-txt-records/",
        path=("Menu", "Domains and SSL", "DNS"),
        add="Add record",
        save="Save",
        labels={"name": "Host name", "value": "Value", "MX target": "Points to", "priority": "Priority"},
        hints=("subdomain-first",),
    ),
    # help.ovhcloud.com, KB0051682 "Editing an OVHcloud DNS zone"
    Provider(
        "ovhcloud",
        "OVHcloud",
        re.compile(r"(?!sdns)[^.]+\.(?:ovh\.net|ovh\.ca|anycast\.me)"),
        login="https://www.ovh.com/manager/",
        help="https://help.ovhcloud.com/csm/en-dns-edit-dns-zone?id=kb_article_view&sysparm_article=KB0051682",
        path=("Web Cloud", "Domain names", "DNS zone"),
        add="Add an entry",
        save="Confirm",
        labels={"name": "Sub-domain", "target": "Target"},
        names=Names.EMPTY,
        service=Service.NAME,
        final_dot=True,
        hints=("text-mode",),
    ),
    # docs.gandi.net, "Gérer les enregistrements DNS"
    Provider(
        "gandi",
        "Gandi",
        _below("gandi.net"),
        login="https://admin.gandi.net/",
        help="https://docs.gandi.net/en/domain_names/common_operations/dns_records.html",
        path=("DNS Records",),
        names=Names.AT,
        final_dot=True,
    ),
    # support.squarespace.com, article 360002101888; its name servers stand beside those of NS1 for older domains
    Provider(
        "squarespace",
        "Squarespace",
        _below("squarespacedns.com"),
        login="https://account.squarespace.com/domains",
        help="https://support.squarespace.com/hc/en-us/articles/360002101888",
        path=("Domains", "DNS", "Custom records"),
        names=Names.AT,
    ),
    # support.wix.com/en/article/managing-dns-records-in-your-wix-account
    Provider(
        "wix",
        "Wix",
        _below("wixdns.net"),
        login="https://manage.wix.com/account/domains",
        help="https://support.wix.com/en/article/managing-dns-records-in-your-wix-account",
        path=("Domains", "Manage DNS records"),
        add="+ Add record",
        labels={"name": "Host Name"},
        names=Names.EMPTY,
    ),
    # docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html
    Provider(
        "route53",
        "Amazon Route 53",
        re.compile(r"ns-\d+\.awsdns-\d+\.(?:com|net|org|co\.uk)"),
        login="https://console.aws.amazon.com/route53/home",
        help="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-creating.html",
        path=("Hosted zones",),
        add="Create record",
        labels={"name": "Record name", "value": "Value", "target": "Value"},
        names=Names.EMPTY,
        service=Service.NAME,
        final_dot=True,
        quotes=True,
        joined=("MX", "SRV"),
        hints=("one-set",),
    ),
    # Microsoft 365, "Create DNS records for Azure DNS zones"
    Provider(
        "azure",
        "Azure DNS",
        _below("azure-dns.com", "azure-dns.net", "azure-dns.org", "azure-dns.info"),
        login="https://portal.azure.com/",
        help="https://learn.microsoft.com/azure/dns/dns-getstarted-portal",
        path=("DNS zones",),
        add="+ Record set",
        labels={
            "name": "Name",
            "value": "Value",
            "priority": "Preference",
            "SRV priority": "Priority",
            "MX target": "Mail exchange",
            "CNAME target": "Alias",
            "SRV target": "Target",
        },
        names=Names.AT,
        service=Service.NAME,
        hints=("one-set",),
    ),
    # docs.cloud.google.com/dns/records
    Provider(
        "google",
        "Google Cloud DNS",
        re.compile(r"ns-cloud-[a-z]\d\.googledomains\.com"),
        login="https://console.cloud.google.com/net-services/dns/zones",
        help="https://docs.cloud.google.com/dns/records",
        path=("Zones",),
        add="Add standard",
        save="Create",
        labels={"name": "DNS name"},
        names=Names.EMPTY,
        service=Service.NAME,
        final_dot=True,
        hints=("former-google", "one-set"),
    ),
    # docs.digitalocean.com/products/networking/dns
    Provider(
        "digitalocean",
        "DigitalOcean",
        _below("digitalocean.com"),
        login="https://cloud.digitalocean.com/networking/domains",
        help="https://docs.digitalocean.com/products/networking/dns/how-to/manage-records/",
        path=("Networking", "Domains"),
        names=Names.AT,
        final_dot=True,
    ),
    # docs.hetzner.com/networking/dns; the final dot by wiki.hetzner.de, "DNS Administration"
    Provider(
        "hetzner",
        "Hetzner",
        _below("ns.hetzner.com", "ns.hetzner.de"),
        login="https://console.hetzner.com/",
        help="https://docs.hetzner.com/networking/dns/",
        path=("DNS",),
        names=Names.EITHER,
        final_dot=True,
    ),
    # support.hostinger.com, articles 1583249 (records), 1583673 (@), 8671230 (name servers)
    Provider(
        "hostinger",
        "Hostinger",
        _below("dns-parking.com"),
        login="https://hpanel.hostinger.com/",
        help="https://support.hostinger.com/en/articles/1583249-how-to-manage-dns-records-at-hostinger",
        path=("Domains", "Domain portfolio", "Manage", "DNS / Nameservers", "DNS records"),
        names=Names.AT,
    ),
    # kb.porkbun.com/article/231-how-to-add-dns-records-on-porkbun
    Provider(
        "porkbun",
        "Porkbun",
        _below("ns.porkbun.com"),
        login="https://porkbun.com/account",
        help="https://kb.porkbun.com/article/231-how-to-add-dns-records-on-porkbun",
        path=("Domain Management", "DNS"),
        labels={"name": "Host"},
        names=Names.EMPTY,
    ),
    # infomaniak.com/en/support/faq/admin2/domain
    Provider(
        "infomaniak",
        "Infomaniak",
        _below("infomaniak.com", "infomaniak.ch"),
        login="https://manager.infomaniak.com/",
        help="https://www.infomaniak.com/en/support/faq/admin2/domain",
        path=("Web & Domain", "Domains"),
    ),
    # strato.de/faq/domains/was-ist-der-txt-record-und-wie-kann-ich-ihn-verwenden
    Provider(
        "strato",
        "STRATO",
        _below("rzone.de"),
        login="https://www.strato.de/apps/CustomerService",
        help="https://www.strato.de/faq/domains/was-ist-der-txt-record-und-wie-kann-ich-ihn-verwenden/",
        path=("Domains", "Domainverwaltung", "verwalten", "DNS"),
        labels={"name": "Präfix", "value": "Wert"},
        names=Names.EMPTY,
    ),
    # Microsoft 365, "Create DNS records at name.com"
    Provider(
        "namecom",
        "Name.com",
        _below("name.com"),
        login="https://www.name.com/account/domain",
        path=("My Domains", "DNS Records"),
        add="Add Record",
        labels={"name": "Host", "value": "Answer", "target": "Answer", "SRV target": "Target", "priority": "Prio"},
        names=Names.EMPTY,
        service=Service.APART,
    ),
    # Microsoft 365, "Create DNS records at Bluehost"
    Provider(
        "bluehost",
        "Bluehost",
        _below("bluehost.com"),
        login="https://my.bluehost.com/",
        help="https://www.bluehost.com/help/article/dns-management-add-edit-or-delete-dns-entries",
        path=("Domains", "DNS Zone Editor", "Manage DNS records"),
        add="Add record",
        labels={"name": "Host Record", "value": "TXT Value", "target": "Points To"},
        names=Names.AT,
        service=Service.BESIDE,
        hints=("remove-autodiscover",),
    ),
    # Microsoft 365, "Create DNS records at Network Solutions"
    Provider(
        "networksolutions",
        "Network Solutions",
        _below("worldnic.com"),
        login="https://www.networksolutions.com/manage-it",
        path=("Edit DNS", "Manage Advanced DNS Records"),
        save="Save Changes",
        names=Names.AT,
        service=Service.APART,
        final_dot=True,
    ),
)

_NONE = re.compile(r"(?!)")

# For a domain at none of these: most web hosts have one of two control panels, registrars have forms of their own.
PANELS = (
    # docs.cpanel.net/cpanel/domains/zone-editor
    Provider(
        "cpanel",
        "cPanel",
        _NONE,
        help="https://docs.cpanel.net/cpanel/domains/zone-editor/",
        path=("Domains", "Zone Editor", "Manage"),
        add="Add Record",
        names=Names.WHOLE,
        service=Service.NAME,
    ),
    # docs.plesk.com, "Configuring DNS for a Domain"
    Provider(
        "plesk",
        "Plesk",
        _NONE,
        help="https://docs.plesk.com/en-US/obsidian/customer-guide/websites-and-domains/domains-and-dns/configuring-dns-for-a-domain.69433/",
        path=("Websites & Domains", "DNS Settings"),
        add="Add Record",
        names=Names.EMPTY,
        hints=("apply",),
    ),
    Provider("other", "", _NONE),
)

# Name servers that stand beside a provider's own at the same domain.
_BESIDE = {"squarespace": _below("nsone.net")}


def recognise(ns_hosts: Iterable[str]) -> Provider | None:
    """The provider that runs all of these name servers: where one is somebody else's, nobody can say where to click."""
    hosts = {host.lower().rstrip(".") for host in ns_hosts}
    for provider in PROVIDERS:
        own = {host for host in hosts if provider.servers.fullmatch(host)}
        beside = _BESIDE.get(provider.code, _NONE)
        if own and all(beside.fullmatch(host) for host in hosts - own):
            return provider
    return None


def judge(answers: Answers, domain: str) -> Zone:
    """The zone that the domain lies in, and who runs it; the domain itself and None when it could not be looked up."""
    labels = domain.lower().rstrip(".").split(".")
    # A zone begins at the domain or above it; nobody's own begins at a top-level domain.
    names = [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]
    answers.want(*(Question(name, "NS") for name in names))
    try:
        for name in names:
            found = answers.get(name, "NS")
            # What a CNAME led to are the name servers of another domain.
            if found.records and not found.chain:
                return Zone(name, recognise(map(str, found.records)))
    except CouldNotLook:
        pass
    return Zone(names[0], None)
