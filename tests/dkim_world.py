"""The DNS of DKIM for tests: keys published in the zone of a domain, where portal and mail server look."""

from collections.abc import Iterable

from portal.mail import DkimKey
from portal.sandbox.dns.server import Dns


def publish(dns: Dns, keys: Iterable[DkimKey] = (), domain: str = "alice.test") -> None:
    """Make these the keys that DNS holds of the domain."""
    records = []
    for key in keys:
        text = f"v=DKIM1; k=rsa; p={key.public_key}"
        strings = " ".join(f'"{text[place : place + 200]}"' for place in range(0, len(text), 200))
        records.append(f"{key.selector}._domainkey TXT {strings}")
    dns.zones.put(domain, "\n".join(["@ MX 10 mail.example.test.", *records]))
