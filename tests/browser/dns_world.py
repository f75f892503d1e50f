"""Domains of Alice's for tests of DNS, what their zones hold when all is well, and what their cards say."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, expect

from portal.sandbox.dns.seeds import AUTODISCOVER, DMARC, MX, SPF
from portal.sandbox.world import FIRST_EXTRA_SVC
from tests.live import Live

# A page that waits looks again every second, and the machine may be slow.
SOON = 8_000
# All is well but for DKIM, whose key the mail server makes.
WELL = (MX, SPF, DMARC, AUTODISCOVER)
RECORDS = ("mx", "spf", "dkim", "dmarc", "autodiscover")
LONGEST_STRING = 255

FIELDS = """all => all.map(one => {
    const text = name => one.querySelector(`[id$="-${name}"]`)?.textContent;
    const numbers = ["priority", "weight", "port"].map(text).filter(number => number !== undefined);
    return {type: one.dataset.publish, host: text("full"), value: text("value"), numbers};
})"""


@dataclass(frozen=True)
class Domain:
    """A domain that is a service of Alice's, with an empty mail domain."""

    svc: int
    name: str

    @property
    def home(self) -> str:
        return f"/s/northwind-{self.svc}"

    def publish(self, live: Live, *records: str) -> None:
        """Make the zone hold these and nothing else."""
        live.publish(self.name, "\n".join(records))


NEW_DOMAINS = [Domain(FIRST_EXTRA_SVC + place, f"alice-new{place}.test") for place in range(32)]


def wanted(card: Locator) -> Iterator[str]:
    """The records that the card says to publish, as lines of a zone: what a customer enters who copies each field."""
    for record in card.locator("[data-publish]").evaluate_all(FIELDS):
        value = text_of(record["value"]) if record["type"] == "TXT" else f"{record['value']}."
        yield " ".join([f"{record['host']}.", record["type"], *record["numbers"], value])


def text_of(value: str) -> str:
    """A text in the strings of a TXT record."""
    return " ".join(f'"{value[at : at + LONGEST_STRING]}"' for at in range(0, len(value), LONGEST_STRING))


def tile(portal: Frame, record: str) -> Locator:
    return portal.locator(f"#state-{record}")


def becomes(card: Locator, verdict: str) -> None:
    """Wait until the card says so, without touching it."""
    expect(card).to_have_attribute("data-verdict", verdict, timeout=SOON)
