"""A copy of an SQLite database that is put back: all of it is there, and nothing that was used up is good again."""

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.fernet import Fernet

from portal import store
from portal.cli import database
from portal.store import backup, tenants
from portal.store.sessions import Session
from portal.store.tokens import SpentToken
from sso import envelope
from tests.world import Visitor, World


def command(world: World, *words: object) -> Result:
    result = world.app.test_cli_runner().invoke(args=["db", *map(str, words)])
    store.release()
    return result


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Path:
    """A backup made by the command."""
    (tmp_path / "backups").mkdir()
    return Path(command(world, "backup", tmp_path / "backups").stdout.strip())


def destroy(settings: dict[str, Any]) -> None:
    """What a broken disk leaves."""
    store.close()
    path = Path(settings["DATABASE_URL"].removeprefix("sqlite:///"))
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def test_a_restored_portal_works(world: World, settings: dict[str, Any], copy: Path) -> None:
    destroy(settings)

    restored = command(world, "restore", copy, "--wait=0")

    assert restored.exit_code == 0, restored.output
    page = world.visitor().get("usage")
    assert page.status_code == 200
    assert "alice.test" in page.text


def test_a_token_that_was_spent_before_the_backup_stays_spent(
    world: World, settings: dict[str, Any], tmp_path: Path
) -> None:
    token = world.token(world.claims())
    world.post_token(token)
    copy = Path(command(world, "backup", tmp_path).stdout.strip())
    destroy(settings)

    command(world, "restore", copy, "--wait=0")

    assert world.post_token(token).status_code == 403


def test_it_waits_until_no_token_that_was_spent_since_the_backup_is_good_any_more() -> None:
    assert database.TOKENS_LIVE >= envelope.OLDEST - envelope.NEWEST


def test_no_session_outlives_a_restoration(world: World, alice: Visitor, copy: Path) -> None:
    command(world, "restore", copy, "--wait=0")

    assert alice.get("usage").status_code == 401
    assert Session.select().count() == 0


def test_sessions_end_and_the_tokens_that_opened_them_stay_spent(world: World, alice: Visitor, tmp_path: Path) -> None:
    copy = Path(command(world, "backup", tmp_path).stdout.strip())

    command(world, "restore", copy, "--wait=0")

    assert SpentToken.select().count() == 1
    store.release()


def test_secrets_in_a_backup_are_encrypted_and_it_is_nobody_elses(world: World, copy: Path) -> None:
    content = copy.read_bytes()

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert world.mail.password.encode() not in content
    assert not any(key.encode() in content for key in world.keys.values())


def test_with_other_encryption_keys_nothing_secret_can_be_read(
    world: World, settings: dict[str, Any], copy: Path
) -> None:
    store.use(f"sqlite:///{copy}", [Fernet.generate_key().decode()])

    northwind = tenants.by_slug("northwind")
    assert northwind is not None
    with pytest.raises(store.secrets.WrongKey):
        tenants.keys(northwind)
    store.close()


def test_only_so_many_are_kept(world: World, tmp_path: Path) -> None:
    for day in range(1, 5):
        (tmp_path / f"portal-2026010{day}-000000.db").touch()

    newest = command(world, "backup", tmp_path, "--keep=2").stdout.strip()

    assert sorted(tmp_path.glob("portal-*.db")) == [tmp_path / "portal-20260104-000000.db", Path(newest)]


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0 and then nothing"])
def test_what_is_no_backup_replaces_nothing(world: World, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    result = command(world, "restore", tmp_path / "file", "--wait=0")

    assert result.exit_code == 1
    assert "Error: " in result.stderr
    assert tenants.by_slug("northwind") is not None
    store.release()


def test_another_programs_database_replaces_nothing(world: World, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE other (id INTEGER)")
    other.close()

    result = command(world, "restore", tmp_path / "other.db", "--wait=0")

    assert result.stderr == f"Error: {tmp_path / 'other.db'} is no whole backup of the portal\n"
    assert tenants.by_slug("northwind") is not None
    store.release()


def test_another_kind_of_database_is_not_copied(tmp_path: Path) -> None:
    store.connect("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(backup.NoBackup, match="pg_dump or mariadb-dump"):
        backup.save(tmp_path / "copy.db")
