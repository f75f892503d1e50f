"""`worker`: what the portal does by itself."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import worker
from portal.store import release


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
