"""`dns`: what DNS holds of the domains."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal import jobs
from portal.cli.arguments import KnownTenant, place
from portal.store.tenants import Tenant

group = AppGroup("dns", help="What DNS holds of the domains.")


@group.command()
@click.option("--tenant", "known", type=KnownTenant(), help="Only this tenant's services.")
def watch(known: Tenant | None) -> None:
    """Look at the DNS of every active service and have the mail servers use the keys that are published by now.

    Prints a line per service and record. Meant to be run every few minutes; can be run by several at once.
    """
    mail, lookup = current_app.extensions["mail"], current_app.extensions["dns"]
    for seen in jobs.watch(mail, lookup, tenant=known, verdicts=jobs.verdicts_of(lookup)):
        click.echo(f"{place(seen.service)}\t{seen.service.name}\t{seen.record}\t{seen.verdict}\t{seen.note}")
