"""The card of MX: where the domain's mail arrives."""

from portal import dns_cards

bp = dns_cards.blueprint("mx", lambda: dns_cards.by_plan("mx"))
