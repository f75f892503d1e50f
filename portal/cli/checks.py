"""`server check`: whether a mail server is what the portal takes it for."""

import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import checking
from portal.connections import KIND_OF
from portal.mail import Refused
from portal.mail.checked import Checked
from portal.store import servers


@click.command("check")
@click.argument("name", required=False)
@click.option("--domain", help="The domain to look at; without it, that of the first service on the server.")
@click.option(
    "--scratch-domain",
    help="Also try what changes something: on this domain, made and removed for it; of polarismail on one there is.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
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
        promised = checking.quotas(sold) if record.kind == KIND_OF["mailbox"] else checking.policies(sold)
        with _undisturbed():
            if looked_at is not None:
                for checked in client.assumptions(looked_at, promised):
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
