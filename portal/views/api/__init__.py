"""The server-to-server calls of WHMCS (contract section 3): signed envelopes in, JSON or problem+json out."""

from portal.views.api import servers, services
from portal.views.api.calls import bp, http_problem

__all__ = ["bp", "http_problem", "servers", "services"]
