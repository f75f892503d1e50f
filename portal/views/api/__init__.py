"""The server-to-server calls of WHMCS (sso/README.md): signed envelopes in, JSON or problem+json out."""

from portal.views.api import lifecycle, listing, servers, services, statements, summary, usage
from portal.views.api.calls import bp, http_problem

__all__ = [
    "bp",
    "http_problem",
    "lifecycle",
    "listing",
    "servers",
    "services",
    "statements",
    "summary",
    "usage",
]
