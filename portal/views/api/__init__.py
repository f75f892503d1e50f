"""The server-to-server calls of WHMCS (sso/README.md): signed envelopes in, JSON or problem+json out."""

from portal.views.api import servers, services, statements, usage
from portal.views.api.calls import bp, http_problem

__all__ = ["bp", "http_problem", "servers", "services", "statements", "usage"]
