"""`server`: mail servers, and whom they are lent to."""

import re
import sys
from collections.abc import Sequence
from typing import TextIO

import click
from flask.cli import AppGroup

from portal import connections
from portal.cli.arguments import URL, KnownServer, KnownTenant, Pattern, used
from portal.store import AlreadyExists, loans, servers
from portal.store.loans import InUse
from portal.store.servers import MailServer
from portal.store.tenants import Tenant

OPTION = re.compile(r"[a-z_]+=.*")

group = AppGroup("server", help="Mail servers.")


@group.command("add")
@click.argument("kind", type=click.Choice(connections.KINDS))
@click.argument("name")
@click.option("--url", type=URL, help="The address of its API; of polarismail the vendor's, unless told.")
@click.option("--username", required=True, help="An administrator there, best one of its own for the portal.")
@click.option("--password-file", type=click.File(), help="A file with the password; - reads the standard input.")
@click.option("--mail-host", required=True, help="Its public name: MX, IMAP, SMTP.")
@click.option("--mx-host", "mx_hosts", multiple=True, help="A name that counts as ours in MX records; may be repeated.")
@click.option("--webmail-url", default="", help="The address of its webmail page; of polarismail the vendor's.")
@click.option(
    "--option",
    "options",
    multiple=True,
    type=Pattern("name=value", OPTION, "write name=value"),
    help="What is otherwise with this polarismail server than we think; may be repeated.",
)
@click.option("--lend-to", "borrowers", multiple=True, type=KnownTenant(), help="A tenant; may be repeated.")
def add_server(
    kind: str,
    name: str,
    url: str | None,
    username: str,
    password_file: TextIO | None,
    mail_host: str,
    mx_hosts: Sequence[str],
    webmail_url: str,
    options: Sequence[str],
    borrowers: Sequence[Tenant],
) -> None:
    """Keep a mail server. Its password is asked for, or read from a file or the standard input."""
    usual_url, usual_webmail = connections.VENDORS.get(kind, ("", ""))
    url = (url or usual_url).rstrip("/")
    if not url:
        raise click.UsageError(f"--url is needed for {kind}")
    particular = dict(option.split("=", 1) for option in options)
    try:
        connections.check_options(kind, particular, url)
        servers.add(
            kind=kind,
            name=name,
            url=url,
            username=username,
            password=_password(password_file),
            mail_host=mail_host.lower(),
            mx_hosts=[host.lower() for host in mx_hosts],
            webmail_url=webmail_url or (usual_webmail if url == usual_url else ""),
            lend_to=borrowers,
            options=particular,
        )
    except (AlreadyExists, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"added {name}")


@group.command("list")
def list_servers() -> None:
    """List the mail servers and whom they are lent to, with what is used of each limit."""
    for known in servers.all_servers():
        lent = " ".join(f"{use.tenant.slug} ({used(use)})" for use in loans.all_of(server=known)) or "-"
        told = [known.name, known.kind, known.url, known.username, known.mail_host, f"lent to: {lent}"]
        told += [f"{name}={value}" for name, value in known.options.items()]
        click.echo("\t".join(told))


@group.command("lend")
@click.argument("server", metavar="NAME", type=KnownServer())
@click.argument("borrower", metavar="TENANT", type=KnownTenant())
@click.option(
    "--domains", type=click.IntRange(0, loans.LARGEST), default=0, help="How many domains at most; 0 for any."
)
@click.option("--mailboxes", type=click.IntRange(0, loans.LARGEST), default=0, help="The same of mailboxes.")
@click.option("--end", is_flag=True, help="Take it back; refused while services of the tenant are on it.")
def lend_server(server: MailServer, borrower: Tenant, domains: int, mailboxes: int, end: bool) -> None:
    """Let a tenant use a mail server, or change its limits. What is there stays, also where it is more."""
    try:
        if not end:
            lent = loans.lend(server, borrower, domains=domains, mailboxes=mailboxes)
            click.echo(f"{server.name} is lent to {borrower.slug}: {used(loans.used(lent))}")
            return
        present = servers.loan(server, borrower)
        if present is None:
            raise click.ClickException(f"{server.name} is not lent to {borrower.slug}")
        loans.end(present)
    except (ValueError, InUse) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{server.name} is not lent to {borrower.slug} any more")


def _password(file: TextIO | None) -> str:
    """The password, never from the command line: that is seen by everybody on the machine and kept by the shell."""
    if file is None and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    source = sys.stdin if file is None else file
    password = source.readline().rstrip("\r\n")
    if not password:
        raise click.ClickException("no password was given")
    return password
