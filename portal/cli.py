"""The commands: `flask --app wsgi db|tenant|server|dns|usage|statement …` and `worker`."""

import json
import logging
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from portal import billing_texts, checking, collection, connections, jobs, statements, worker
from portal.billing.rates import amount
from portal.billing.windows import end
from portal.mail import Refused
from portal.mail.checked import Checked
from portal.store import AlreadyExists, backup, database, exclusive, release, schema, servers, services, tenants
from portal.store import statements as kept
from portal.store import usage as samples_of_services
from portal.store.services import Service
from portal.store.tenants import Tenant
from portal.store.usage import Sample

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
OPTION = re.compile(r"[a-z_]+=.*")
WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
# Seconds for which a signed token can be good: its age, and the clock of WHMCS being ahead.
TOKENS_LIVE = 120
KEY_NOTE = "Copy the key now, it is not shown again. It is the password of the server entry in WHMCS:"

db = AppGroup("db", help="The database.")
tenant = AppGroup("tenant", help="Tenants: one WHMCS installation each.")
server = AppGroup("server", help="Mail servers.")
statement = AppGroup("statement", help="What services owe.")
dns = AppGroup("dns", help="What DNS holds of the domains.")
usage = AppGroup("usage", help="What services use.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    for group in (db, tenant, server, dns, usage, statement):
        app.cli.add_command(group)
    app.cli.add_command(work)


class _Pattern(click.ParamType[str]):
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


URL = _Pattern("url", WEB_ADDRESS, "write https://…")


class _KnownTenant(click.ParamType[Tenant]):
    """The slug of a tenant."""

    name = "slug"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Tenant:
        if isinstance(value, Tenant):
            return value
        found = tenants.by_slug(value)
        if found is None:
            self.fail(f"there is no tenant {value}", param, ctx)
        return found


class _KnownService(click.ParamType[Service]):
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


@db.command()
def upgrade() -> None:
    """Bring the database to this version. Can be run again, also by several at once."""
    applied = schema.upgrade()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("nothing to do")


@db.command("backup")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))
@click.option("--keep", default=14, show_default=True, type=click.IntRange(1), help="Older ones beyond are removed.")
def back_up(folder: Path, keep: int) -> None:
    """Copy an SQLite database into FOLDER while the portal runs. Its encryption keys are not in it: keep them apart."""
    target = folder / f"portal-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    try:
        backup.save(target)
    except backup.NoBackup as error:
        raise click.ClickException(str(error)) from None
    for old in sorted(folder.glob("portal-*.db"))[:-keep]:
        old.unlink()
    click.echo(target)


@db.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--wait",
    default=TOKENS_LIVE,
    show_default=True,
    help="Seconds to wait, so that no token that was spent since the backup is still good when the portal starts.",
)
def bring_back(file: Path, wait: int) -> None:
    """Put a copy of an SQLite database back. Stop the portal and the worker before, start them when this has ended."""
    try:
        backup.restore(file)
    except backup.NoBackup as error:
        raise click.ClickException(str(error)) from None
    applied = schema.upgrade()
    click.echo(f"restored {file}, {len(applied)} migrations applied; waiting {wait} seconds for tokens to end")
    time.sleep(wait)


@tenant.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="The seller's name, as customers see it.")
@click.option("--whmcs-url", required=True, type=URL)
@click.option("--owner", is_flag=True, help="The one tenant whose operators manage the mail servers.")
@click.option("--colour", type=_Pattern("#rrggbb", COLOUR, "write #rrggbb"))
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
            for origin in origins or (_origin_of(whmcs_url),):
                tenants.add_origin(made, origin)
    except (ValueError, AlreadyExists) as error:
        raise click.ClickException(str(error)) from None
    click.echo(KEY_NOTE, err=True)
    click.echo(key)


@tenant.command("list")
def list_tenants() -> None:
    """List the tenants."""
    for known in tenants.all_tenants():
        mark = " (owner)" if known.owner else ""
        click.echo(f"{known.slug}{mark}\t{known.name}\t{known.whmcs_url}\t{' '.join(tenants.origins(known))}")


@tenant.command()
@click.argument("known", metavar="SLUG", type=_KnownTenant())
@click.option(
    "--overlap", default=24, show_default=True, type=click.IntRange(0, 720), help="Hours the old key stays good."
)
def rotate(known: Tenant, overlap: int) -> None:
    """Make a new key and print it, once."""
    key = tenants.rotate(known, overlap * 3600)
    click.echo(f"The key before it stays good for {overlap} hours. {KEY_NOTE}", err=True)
    click.echo(key)


@tenant.command("origin")
@click.argument("known", metavar="SLUG", type=_KnownTenant())
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


def _origin_of(url: str) -> str:
    """The origin of a page, as browsers write it."""
    parts = urlsplit(url.lower())
    return f"{parts.scheme}://{parts.netloc}".removesuffix(":443")


def _change_origin(known: Tenant, act: str, origin: str) -> None:
    if act == "remove":
        if not tenants.remove_origin(known, origin):
            raise click.ClickException(f"{origin} is not an origin of {known.slug}")
        return
    try:
        tenants.add_origin(known, origin)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@server.command("add")
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
    type=_Pattern("name=value", OPTION, "write name=value"),
    help="What is otherwise with this polarismail server than we think; may be repeated.",
)
@click.option("--lend-to", "borrowers", multiple=True, type=_KnownTenant(), help="A tenant; may be repeated.")
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


@server.command("list")
def list_servers() -> None:
    """List the mail servers and whom they are lent to."""
    for known in servers.all_servers():
        lent = " ".join(borrower.slug for borrower in servers.borrowers(known)) or "-"
        told = [known.name, known.kind, known.url, known.username, known.mail_host, f"lent to: {lent}"]
        told += [f"{name}={value}" for name, value in known.options.items()]
        click.echo("\t".join(told))


@server.command("check")
@click.argument("name", required=False)
@click.option("--domain", help="The domain to look at; without it, that of the first service on the server.")
@click.option(
    "--scratch-domain",
    help="Also try what changes something: on this domain, made and removed for it; of polarismail on one there is.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check_server(name: str | None, domain: str | None, scratch_domain: str | None, as_json: bool) -> None:
    """Try every assumption that the portal makes about a mail server, or about the only one, and tell what differs.

    It changes nothing, except with --scratch-domain. `noted` is what differs and the portal gets along with; it ends
    with 1 when something else differs.
    """
    known = [record for record in servers.all_servers() if name in (None, record.name)]
    if len(known) != 1:
        raise click.UsageError(f"there is no mail server {name}" if name else f"there are {len(known)}: name one")
    [record] = known
    sold = checking.on(record)
    looked_at = domain or next((service.name.rpartition("@")[2] for service in sold), None)
    if looked_at is None and scratch_domain is None:
        raise click.UsageError(f"no service is on {record.name} yet: name a domain of it with --domain")
    told: list[Checked] = []

    def tell(checked: Checked) -> None:
        told.append(checked)
        if not as_json:
            click.echo("\n".join(checking.lines(checked)))

    try:
        client = current_app.extensions["mail"].client(record)
        shared = record.kind == connections.KIND_OF["mailbox"]
        with _undisturbed():
            if looked_at is not None:
                for checked in client.assumptions(
                    looked_at, checking.quotas(sold) if shared else checking.policies(sold)
                ):
                    tell(checked)
            # More than the one about the sign-in: it was accepted.
            if scratch_domain is not None and len(told) != 1:
                for checked in client.writing_assumptions(scratch_domain):
                    tell(checked)
    except Refused as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps([checking.row(record.name, one) for one in told]) if as_json else checking.summary(told))
    if not all(one.good for one in told):
        sys.exit(1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What fails stands in the table, not in the log. TERM lets it remove its domain first, as an interrupt does."""
    log = logging.getLogger("portal.mail")
    level, before = log.level, signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
        signal.signal(signal.SIGTERM, before)


@dns.command()
@click.option("--tenant", "known", type=_KnownTenant(), help="Only this tenant's services.")
def watch(known: Tenant | None) -> None:
    """Look at the DNS of every active service and have the mail servers use the keys that are published by now.

    Prints a line per service and record. Meant to be run every few minutes; can be run by several at once.
    """
    mail, lookup = current_app.extensions["mail"], current_app.extensions["dns"]
    for seen in jobs.watch(mail, lookup, tenant=known, verdicts=jobs.verdicts_of(lookup)):
        click.echo(f"{_place(seen.service)}\t{seen.service.name}\t{seen.record}\t{seen.verdict}\t{seen.note}")


@usage.command()
@click.option("--tenant", "known", type=_KnownTenant(), help="Only this tenant's services.")
@click.option("--service", "only", type=_KnownService(), help="Only this one, as in northwind-101.")
def collect(known: Tenant | None, only: Service | None) -> None:
    """Read what every active or suspended service uses, now, and print a line for each.

    The worker does so several times a day by itself. Can be run by several at once.
    """
    chosen = services.collectable(known)
    if only is not None:
        chosen = chosen.where(Service.id == only.id)
    found = list(chosen.order_by(Service.id))
    if only is not None and not found:
        raise click.ClickException(f"nothing is read of {_place(only)}: it is {only.status}, or not shown to be theirs")
    for collected in collection.now_of(current_app.extensions["mail"], found):
        words = [_figures(collected.sample)] if collected.sample is not None else []
        words += [f"events {collected.events}"] if collected.events else []
        words += [f"not read: {failure}" for failure in collected.failures]
        click.echo(f"{_place(collected.service)}\t{collected.service.name}\t{'; '.join(words)}")


@usage.command("import")
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
    of = {place: _KnownService().convert(place, None, None) for place in found}
    for place, samples in found.items():
        with exclusive(of[place]):
            click.echo(f"{place}\t{samples_of_services.bring(of[place], samples)} days")


@statement.command("show")
@click.argument("only", metavar="SERVICE", type=_KnownService())
def show_statement(only: Service) -> None:
    """Print what the service owes as things stand, window by window, and what was put on invoices."""
    sold = statements.registered(only)
    if not statements.is_billed(only, sold):
        raise click.ClickException(f"{_place(only)} is not billed by use: it is free, paid once, or not managed here")
    with force_locale("en"):
        for window in statements.windows(only, int(time.time())):
            owed = statements.of_window(only, window, sold)
            click.echo(f"open\t{window.since:%F %T}\t{end(window):%F %T}\t{owed.statement.stale or 'ok'}")
            for line in owed.statement.lines:
                _say_line(line.quantity, line.unit_price, amount(line), billing_texts.described(line, owed))
    for row in kept.recent(only, 24):
        if row.state != kept.OFFERED:
            since, until = statements.moment(row.since), statements.moment(row.until)
            click.echo(f"{row.state}\t{since:%F %T}\t{until:%F %T}\tinvoice {row.invoice}\tstatement {row.id}")
            for told in row.lines:
                _say_line(told["quantity"], told["unit_price"], told["amount"], told["description"])
            if not row.basis:
                written = ", ".join(text or "-" for text in row.amounts)
                click.echo(f"\tsettled as WHMCS told: {written}; its lines are not known any more")
                continue
            again = statements.recomputed(row)
            click.echo(f"\tcomputed again: {'the same' if statements.agrees(row, again) else 'DIFFERENT'}")
            if not statements.agrees(row, again):
                for line in again.lines:
                    _say_line(line.quantity, line.unit_price, amount(line), f"{line.kind} {line.address}".strip())


def _say_line(quantity: int, price: object, owing: object, description: str) -> None:
    click.echo(f"\t{quantity} × {price or 'unknown'}\t{owing or 'unknown'}\t{description}")


def _figures(sample: Sample) -> str:
    counts = {"mailboxes": sample.mailboxes, "aliases": sample.aliases, "EAS": sample.eas, "MAPI": sample.mapi}
    told = [f"{name} {count}" for name, count in counts.items() if count is not None]
    return ", ".join([f"disk {sample.disk}", *told])


@click.command("worker")
@click.option("--schedule/--no-schedule", default=True, help="Of several workers one has the schedule.")
@with_appcontext
def work(schedule: bool) -> None:
    """Do what the portal does by itself, until it is ended (INT or TERM): collect usage, watch DNS, remove old rows.

    What it was doing when it ended or was killed is done by the next one.
    """
    mail, lookup = current_app.extensions["mail"], current_app.extensions["dns"]
    made = worker.consumer(worker.queue(current_app.config), mail, lookup, schedule=schedule)
    release()
    made.run()


def _place(service: Service) -> str:
    return f"{service.tenant.slug}-{service.svc}"


def _password(file: TextIO | None) -> str:
    """The password, never from the command line: that is seen by everybody on the machine and kept by the shell."""
    if file is None and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    source = sys.stdin if file is None else file
    password = source.readline().rstrip("\r\n")
    if not password:
        raise click.ClickException("no password was given")
    return password
