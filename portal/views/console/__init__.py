"""The operator's console: a module per page, each with its card's name."""

from portal.views.console import audit, health, jobs, keys, origins, servers, services, tenant, tenants, visit

PAGES = (services, servers, tenants, tenant, keys, origins, audit, health, jobs, visit)

__all__ = ["PAGES"]
