"""What commands take as arguments, and how they name a service."""

import re
from typing import Any

import click

from portal.store import servers, services, tenants
from portal.store.loans import Use
from portal.store.servers import MailServer
from portal.store.services import Service
from portal.store.tenants import Tenant

WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


class Pattern(click.ParamType[str]):
    """A text that has to look like something."""

    def __init__(self, name: str, pattern: re.Pattern[str], hint: str) -> None:
        self.name = name
        self._pattern = pattern
        self._hint = hint

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not self._pattern.fullmatch(text):
            self.fail(self._hint, param, ctx)
        return text


URL = Pattern("url", WEB_ADDRESS, "write https://…")


class KnownTenant(click.ParamType[Tenant]):
    """The slug of a tenant."""

    name = "slug"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Tenant:
        if isinstance(value, Tenant):
            return value
        found = tenants.by_slug(value)
        if found is None:
            self.fail(f"there is no tenant {value}", param, ctx)
        return found


class KnownServer(click.ParamType[MailServer]):
    """The name of a mail server."""

    name = "server"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> MailServer:
        if isinstance(value, MailServer):
            return value
        found = next((known for known in servers.all_servers() if known.name == value), None)
        if found is None:
            self.fail(f"there is no mail server {value}", param, ctx)
        return found


class KnownService(click.ParamType[Service]):
    """A service as it is named in addresses: `<tenant>-<svc>`."""

    name = "tenant-svc"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Service:
        if isinstance(value, Service):
            return value
        slug, _dash, svc = str(value).rpartition("-")
        found = services.find(slug, int(svc)) if svc.isdecimal() else None
        if found is None:
            self.fail(f"there is no service {value}", param, ctx)
        return found


def used(use: Use) -> str:
    """What is used of each limit of a loan."""
    return ", ".join(f"{name} {getattr(use, name)}/{getattr(use.loan, name) or 'unlimited'}" for name in use.limited)


def place(service: Service) -> str:
    return f"{service.tenant.slug}-{service.svc}"
