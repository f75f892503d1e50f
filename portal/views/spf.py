"""The card of SPF: which servers may send for the domain."""

from portal import dns_cards

bp = dns_cards.blueprint("spf", lambda: dns_cards.by_plan("spf"))
