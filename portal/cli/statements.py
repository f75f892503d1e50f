"""`statement`: what services owe."""

import time

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal import billing_texts, statements
from portal.billing.rates import amount
from portal.billing.windows import end
from portal.cli.arguments import KnownService, place
from portal.store import statements as kept
from portal.store.services import Service

group = AppGroup("statement", help="What services owe.")


@group.command("show")
@click.argument("only", metavar="SERVICE", type=KnownService())
def show_statement(only: Service) -> None:
    """Print what the service owes as things stand, window by window, and what was put on invoices."""
    sold = statements.registered(only)
    if not statements.is_billed(only, sold):
        raise click.ClickException(f"{place(only)} is not billed by use: it is free, paid once, or not managed here")
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
