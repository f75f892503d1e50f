"""The operator's console: a module per page, each with its card's name."""

from portal.views.console import (
    audit,
    brand,
    health,
    jobs,
    keys,
    origins,
    own_host,
    servers,
    services,
    tenant,
    tenants,
    visit,
)

PAGES = (services, servers, tenants, tenant, brand, own_host, keys, origins, audit, health, jobs, visit)

__all__ = ["PAGES"]
