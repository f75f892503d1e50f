"""`usage`: what services use."""

from datetime import UTC, datetime
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from portal import collection
from portal.cli.arguments import KnownService, KnownTenant, place
from portal.store import exclusive, services
from portal.store import usage as samples_of_services
from portal.store.services import Service
from portal.store.tenants import Tenant
from portal.store.usage import Sample

group = AppGroup("usage", help="What services use.")


@group.command()
@click.option("--tenant", "known", type=KnownTenant(), help="Only this tenant's services.")
@click.option("--service", "only", type=KnownService(), help="Only this one, as in northwind-101.")
def collect(known: Tenant | None, only: Service | None) -> None:
    """Read what every active or suspended service uses, now, and print a line for each.

    The worker does so several times a day by itself. Can be run by several at once.
    """
    chosen = services.collectable(known)
    if only is not None:
        chosen = chosen.where(Service.id == only.id)
    found = list(chosen.order_by(Service.id))
    if only is not None and not found:
        raise click.ClickException(f"nothing is read of {place(only)}: it is {only.status}, or not shown to be theirs")
    for collected in collection.now_of(current_app.extensions["mail"], found):
        words = [_figures(collected.sample)] if collected.sample is not None else []
        words += [f"events {collected.events}"] if collected.events else []
        words += [f"not read: {failure}" for failure in collected.failures]
        click.echo(f"{place(collected.service)}\t{collected.service.name}\t{'; '.join(words)}")


@group.command("import")
@click.argument("file", type=click.File(), default="-")
def bring(file: TextIO) -> None:
    """Take over samples from another record, for the charts; a day that has one keeps its own.

    Each line: service, date, bytes of disk space, mailboxes, aliases, mailboxes with EAS, with MAPI, as in
    northwind-101,2026-03-01,5368709120,12,3,4,1
    """
    found: dict[str, list[Sample]] = {}
    for number, line in enumerate(file, start=1):
        try:
            place, day, *figures = line.split(",")
            disk, mailboxes, aliases, eas, mapi = map(int, figures)
            at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        except ValueError:
            raise click.ClickException(f"line {number} is not like the one in --help") from None
        found.setdefault(place, []).append(Sample(int(at.timestamp()), disk, mailboxes, aliases, eas, mapi))
    of = {place: KnownService().convert(place, None, None) for place in found}
    for place, samples in found.items():
        with exclusive(of[place]):
            click.echo(f"{place}\t{samples_of_services.bring(of[place], samples)} days")


def _figures(sample: Sample) -> str:
    counts = {"mailboxes": sample.mailboxes, "aliases": sample.aliases, "EAS": sample.eas, "MAPI": sample.mapi}
    told = [f"{name} {count}" for name, count in counts.items() if count is not None]
    return ", ".join([f"disk {sample.disk}", *told])
