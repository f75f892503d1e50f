"""The operator's console: a module per page, each with its card's name."""

from portal.views.console import audit, health, jobs, keys, origins, servers, services, visit

PAGES = (services, servers, keys, origins, audit, health, jobs, visit)

__all__ = ["PAGES"]
