"""The card of Autodiscover: how mail programs find their settings."""

from portal import dns_cards

bp = dns_cards.blueprint("autodiscover", lambda: dns_cards.by_plan("autodiscover"))
