"""What the sandbox's DNS holds at the start: the mail host, and domains set up well, badly or not at all."""

from collections.abc import Iterable

MAIL_HOST = "mail.mailhost.test"

MX = f"@ MX 10 {MAIL_HOST}."
SPF = '@ TXT "v=spf1 include:spf.mailhost.test ~all"'
DMARC = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@mailhost.test"'
AUTODISCOVER = f"autodiscover CNAME {MAIL_HOST}.\n_autodiscover._tcp SRV 0 0 443 {MAIL_HOST}."

NAME_SERVERS = [f"@ NS {name}.ns.cloudflare.com." for name in ("dora", "rob")]

ZONES = {
    # It takes DMARC reports about every domain.
    "mailhost.test": "\n".join(
        ["mail A 192.0.2.25", 'spf TXT "v=spf1 ip4:192.0.2.25 -all"', '*._report._dmarc TXT "v=DMARC1"']
    ),
    # All set up, but for DKIM, which has to be switched on first.
    "alice.test": "\n".join([MX, SPF, DMARC, AUTODISCOVER, *NAME_SERVERS]),
    # Mail arrives; the rest was never done.
    "alice-shop.test": MX,
    "alice-archive.test": MX,
    # Still with somebody else, whose SPF record has to stay.
    "bob.test": '@ MX 10 mx.elsewhere.test.\n@ TXT "v=spf1 include:_spf.elsewhere.test -all"',
    # Two SPF records and two DMARC records: both in conflict.
    "bob-studio.test": "\n".join(
        [MX, SPF, '@ TXT "v=spf1 a mx -all"', DMARC, '_dmarc TXT "v=DMARC1; p=reject"', AUTODISCOVER]
    ),
    # To try as domain aliases. Mail arrives here for the first two (the second is bücher-alice.test), not the third.
    "alice-mail.test": MX,
    "xn--bcher-alice-thb.test": MX,
    "alice-club.test": "@ MX 10 mx.elsewhere.test.",
    "elsewhere.test": 'mx A 192.0.2.77\n_spf TXT "v=spf1 ip4:192.0.2.77 -all"',
}


def zones(domains: Iterable[str]) -> dict[str, str]:
    """Master-file lines by zone. A domain that is not one of the demo's is set up like a new customer's: MX only."""
    return {**{domain: MX for domain in domains}, **ZONES}
