"""`tenant set-up` and `tenant check`: a reseller with all that belongs to it, and what is missing of it."""

import re
import sys
from collections.abc import Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import languages, reseller_check, reseller_texts, resellers
from portal.cli.arguments import URL, KnownServer, KnownTenant, Pattern, used
from portal.reseller_check import State
from portal.resellers import Lending, Made, Wanted
from portal.store import AlreadyExists
from portal.store.loans import LARGEST
from portal.store.tenants import Tenant

LEND = re.compile(r"(?P<name>[^:]+)(?::(?P<limits>(?:domains|mailboxes)=\d+(?:,(?:domains|mailboxes)=\d+)?))?")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LINK = re.compile(r"https://[^\s\"'<>]{1,200}")
MARKS = {State.OK: "ok     ", State.MISSING: "MISSING", State.LATER: "later  "}


class LendType(click.ParamType[Lending]):
    """A mail server by its name, with limits behind a colon."""

    name = "name[:domains=n,mailboxes=n]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Lending:
        found = LEND.fullmatch(str(value))
        if found is None:
            self.fail("write NAME, NAME:domains=20 or NAME:domains=20,mailboxes=500", param, ctx)
        server = KnownServer().convert(found["name"], param, ctx)
        limits = dict(limit.split("=") for limit in (found["limits"] or "").split(",") if limit)
        if any(int(limit) > LARGEST for limit in limits.values()):
            self.fail(f"a limit is {LARGEST} at most, and 0 is none", param, ctx)
        return Lending(server, **{name: int(limit) for name, limit in limits.items()})


@click.command("set-up")
@click.argument("slug")
@click.option("--name", required=True, help="The reseller's name, as its customers see it.")
@click.option("--whmcs-url", required=True, type=URL, help="Of the reseller's own WHMCS.")
@click.option(
    "--origin", "origins", multiple=True, help="If pages of another origin embed the portal; may be repeated."
)
@click.option("--lend", "lendings", multiple=True, type=LendType(), help="A mail server; may be repeated.")
@click.option("--colour", type=Pattern("#rrggbb", COLOUR, "write #rrggbb"))
@click.option("--support", type=Pattern("url", LINK, "write https://…"), help="Where customers find help.")
@click.option("--language", type=click.Choice(tuple(languages.LANGUAGES)), help="Where WHMCS tells none.")
@with_appcontext
def set_up(
    slug: str,
    name: str,
    whmcs_url: str,
    origins: Sequence[str],
    lendings: Sequence[Lending],
    colour: str | None,
    support: str | None,
    language: str | None,
) -> None:
    """Set a reseller up, and print what to enter in its WHMCS. The key is shown once.

    Repeated, it makes what is missing, changes the limits to those given, and leaves all else as it is.
    """
    brand = {"colour": colour.lower() if colour else None, "support": support, "language": language}
    begun = {name: value for name, value in brand.items() if value}
    try:
        made = resellers.set_up(Wanted(slug, name, whmcs_url, origins, begun, lendings))
    except (ValueError, AlreadyExists) as error:
        raise click.ClickException(str(error)) from None
    _tell(made)


@click.command("check")
@click.argument("known", metavar="SLUG", type=KnownTenant())
@with_appcontext
def check_tenant(known: Tenant) -> None:
    """Look at a tenant's set-up all the way round, and tell what is missing and what to do. Ends with 1 then."""
    mail, lookup = current_app.extensions["mail"], current_app.extensions["dns"]
    lines = reseller_check.check(known, mail, lookup, current_app.config["PORTAL_BASE_URL"])
    with languages.speaking("en"):
        for line in lines:
            click.echo(f"{MARKS[line.state]} {reseller_texts.sentence(line.code, line.facts)}")
    if any(line.state is State.MISSING for line in lines):
        sys.exit(1)


def _tell(made: Made) -> None:
    tenant = made.tenant
    click.echo(f"{tenant.slug} is set up: {tenant.name}, {tenant.whmcs_url}")
    if not made.key:
        click.echo(
            "It was there already; its key is not shown again. Make another one by: tenant rotate " + tenant.slug
        )
    for name in made.different:
        click.echo(f"{name} is another one, and was left as it is")
    for use in made.uses:
        click.echo(f"lent: {use.server.name} ({used(use)})")
    click.echo("\nTo enter in its WHMCS:")
    with languages.speaking("en"):
        for part in reseller_texts.entries(tenant, current_app.config["PORTAL_BASE_URL"], made.key):
            click.echo(f"\n{part.where}")
            for label, value in part.fields.items():
                click.echo(f"  {label}: {value}")
            for note in part.notes:
                click.echo(f"  {note}")
    click.echo(f"\nThen look whether all is there: tenant check {tenant.slug}")
