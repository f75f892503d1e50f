import pytest
from cryptography.fernet import Fernet

from portal.store import database, secrets, servers, tenants

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def stored(table, column):
    """What a dump of the database would show."""
    return database.execute_sql(f"SELECT {column} FROM {table}").fetchone()[0]


def test_a_tenants_key_is_not_readable_in_the_database(store):
    _tenant, key = tenants.add("northwind", name="Northwind", whmcs_url="https://whmcs.northwind.test")

    assert key not in stored("tenant_key", "secret")


def test_a_mail_servers_password_is_not_readable_in_the_database(mail_server):
    assert "the server's secret" not in stored("mail_server", "password")


def test_a_mail_servers_password_comes_back_as_it_was(northwind, mail_server):
    assert servers.named(northwind, "mail-one").password == "the server's secret"


def test_what_the_old_key_sealed_opens_after_a_new_one_was_added():
    secrets.use([OLD])
    sealed = secrets.encrypt("text")

    secrets.use([OLD, NEW])

    assert secrets.decrypt(sealed) == "text"


def test_the_newest_key_seals():
    secrets.use([OLD, NEW])
    sealed = secrets.encrypt("text")

    secrets.use([NEW])

    assert secrets.decrypt(sealed) == "text"


def test_without_its_key_a_secret_stays_closed_and_the_setting_is_named():
    secrets.use([OLD])
    sealed = secrets.encrypt("text")
    secrets.use([NEW])

    with pytest.raises(secrets.WrongKey, match="PORTAL_ENCRYPTION_KEYS"):
        secrets.decrypt(sealed)
