"""`db`: its tables, its backups."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.store import backup, schema

# Seconds for which a signed token can be good: its age, and the clock of WHMCS being ahead.
TOKENS_LIVE = 120

group = AppGroup("db", help="The database.")


@group.command()
def upgrade() -> None:
    """Bring the database to this version. Can be run again, also by several at once."""
    applied = schema.upgrade()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("nothing to do")


@group.command("backup")
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


@group.command("restore")
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
