"""`tenant`: installations of WHMCS, their keys, origins and own host names."""

import re
from collections.abc import Sequence

import click
from flask.cli import AppGroup

from portal.cli.arguments import URL, KnownTenant, Pattern
from portal.resellers import origin_of
from portal.store import AlreadyExists, database, own_hosts, tenants
from portal.store.tenants import Tenant

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
KEY_NOTE = "Copy the key now, it is not shown again. It is the password of the server entry in WHMCS:"

group = AppGroup("tenant", help="Tenants: one WHMCS installation each.")


@group.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="The seller's name, as customers see it.")
@click.option("--whmcs-url", required=True, type=URL)
@click.option("--owner", is_flag=True, help="The one tenant whose operators manage the mail servers.")
@click.option("--colour", type=Pattern("#rrggbb", COLOUR, "write #rrggbb"))
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="An origin whose pages may embed the portal, if not --whmcs-url's; may be repeated.",
)
def add_tenant(slug: str, name: str, whmcs_url: str, owner: bool, colour: str | None, origins: Sequence[str]) -> None:
    """Make a tenant and print its key, once."""
    try:
        with database.atomic():
            made, key = tenants.add(
                slug, name=name, whmcs_url=whmcs_url, owner=owner, brand={"colour": colour.lower()} if colour else {}
            )
            for origin in origins or (origin_of(whmcs_url),):
                tenants.add_origin(made, origin)
    except (ValueError, AlreadyExists) as error:
        raise click.ClickException(str(error)) from None
    click.echo(KEY_NOTE, err=True)
    click.echo(key)


@group.command("list")
def list_tenants() -> None:
    """List the tenants."""
    for known in tenants.all_tenants():
        mark = " (owner)" if known.owner else ""
        click.echo(f"{known.slug}{mark}\t{known.name}\t{known.whmcs_url}\t{' '.join(tenants.origins(known))}")


@group.command()
@click.argument("known", metavar="SLUG", type=KnownTenant())
@click.option(
    "--overlap", default=24, show_default=True, type=click.IntRange(0, 720), help="Hours the old key stays good."
)
def rotate(known: Tenant, overlap: int) -> None:
    """Make a new key and print it, once."""
    key = tenants.rotate(known, overlap * 3600)
    click.echo(f"The key before it stays good for {overlap} hours. {KEY_NOTE}", err=True)
    click.echo(key)


@group.command("origin")
@click.argument("known", metavar="SLUG", type=KnownTenant())
@click.argument("act", type=click.Choice(["add", "remove", "list"]), default="list")
@click.argument("origin", required=False)
def change_origins(known: Tenant, act: str, origin: str | None) -> None:
    """Add or remove an origin whose pages may embed the portal, then list them all."""
    if (act == "list") != (origin is None):
        raise click.UsageError("add and remove need an ORIGIN, list takes none")
    if origin is not None:
        _change_origin(known, act, origin)
    for allowed in tenants.origins(known):
        click.echo(allowed)


def _change_origin(known: Tenant, act: str, origin: str) -> None:
    if act == "remove":
        if not tenants.remove_origin(known, origin):
            raise click.ClickException(f"{origin} is not an origin of {known.slug}")
        return
    try:
        tenants.add_origin(known, origin)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@group.command("host")
@click.argument("known", metavar="SLUG", type=KnownTenant())
@click.option("--end", is_flag=True, help="Take it back, as from a tenant that entered another one's name.")
def own_host(known: Tenant, end: bool) -> None:
    """Print the tenant's own host name, which its operator enters in the console."""
    name = own_hosts.of(known)
    if end:
        own_hosts.put(known, "")
        click.echo(f"{known.slug} has no host name of its own any more", err=True)
    elif name:
        click.echo(name)
