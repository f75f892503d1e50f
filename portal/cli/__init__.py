"""The commands: `flask --app wsgi db|tenant|server|dns|usage|statement …` and `worker`."""

from flask import Flask

from portal.cli import database, dns, servers, statements, tenants, usage
from portal.cli.checks import check_server
from portal.cli.resellers import check_tenant, set_up
from portal.cli.work import work


def init_app(app: Flask) -> None:
    """Add the commands."""
    servers.group.add_command(check_server)
    tenants.group.add_command(set_up)
    tenants.group.add_command(check_tenant)
    for module in (database, tenants, servers, dns, usage, statements):
        app.cli.add_command(module.group)
    app.cli.add_command(work)
