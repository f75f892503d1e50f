"""The store on SQLite, PostgreSQL and MariaDB: each test that asks for `store` runs on all three."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pymysql
import pytest
from cryptography.fernet import Fernet
from playhouse import db_url

from portal.store import (
    brands,
    collecting,
    connect,
    contacts,
    database,
    dns_answers,
    history,
    job_runs,
    loans,
    locks,
    mailbox_sizes,
    operations,
    own_hosts,
    owned,
    protocols,
    release,
    schema,
    secrets,
    servers,
    services,
    sessions,
    statements,
    tenants,
    tokens,
    turns,
    usage,
)
from portal.store.base import Table
from tests import services as programs

KINDS = ["sqlite", "postgresql", "mariadb"]
NOW = 1_800_000_000
# One for each thread of the largest race, and the test's own.
CONNECTIONS = 60
# Those that others refer to come first.
TABLES: list[type[Table]] = [
    tenants.Tenant,
    tenants.TenantKey,
    tenants.Origin,
    contacts.Contact,
    own_hosts.OwnHost,
    brands.BrandDraft,
    brands.Picture,
    servers.MailServer,
    servers.Loan,
    services.Service,
    services.DomainAlias,
    owned.Owned,
    turns.Turn,
    locks.Lock,
    sessions.Session,
    sessions.Grant,
    sessions.PageToken,
    tokens.SpentToken,
    history.History,
    operations.Operation,
    job_runs.JobRun,
    dns_answers.DnsAnswer,
    statements.Statement,
    usage.UsageSample,
    protocols.ProtocolEvent,
    protocols.ProtocolState,
    collecting.UsageCollection,
    mailbox_sizes.MailboxSizes,
]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with programs.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    with programs.mariadb() as url:
        yield url


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes an empty database of a kind, as an operator would, and answers its URL."""

    def make(kind: str) -> str:
        name = f"portal{next(_numbers)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp(name)}/portal.db"
        server = str(request.getfixturevalue(f"{kind}_server"))
        if kind == "postgresql":
            with psycopg.connect(f"{server}postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
        else:
            given = db_url.parse(server, unquote_password=True)
            given.pop("database")
            with pymysql.connect(**given) as connection, connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
        return f"{server}{name}"

    return make


@pytest.fixture(scope="session")
def migrated(new_database: Callable[[str], str]) -> Iterator[Callable[[str], Any]]:
    """The one database of each kind that the tests share."""
    databases: dict[str, Any] = {}

    def give(kind: str) -> Any:
        if kind not in databases:
            databases[kind] = connect(f"{new_database(kind)}?max_connections={CONNECTIONS}")
            schema.upgrade()
        return databases[kind]

    yield give
    for db in databases.values():
        db.close_all()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(kind: str, new_database: Callable[[str], str]) -> Iterator[Any]:
    """A database without tables."""
    db = connect(f"{new_database(kind)}?max_connections={CONNECTIONS}")
    yield db
    db.close_all()


@pytest.fixture
def store(kind: str, migrated: Callable[[str], Any]) -> Iterator[Any]:
    """A database with our tables and nothing in them."""
    secrets.use([Fernet.generate_key().decode()])
    db = migrated(kind)
    database.initialize(db)
    for table in reversed(TABLES):
        table.delete().execute()
    yield db
    db.close()


@pytest.fixture
def northwind(store: Any) -> tenants.Tenant:
    """The owner."""
    return tenants.add("northwind", name="Northwind", whmcs_url="https://whmcs.northwind.test", owner=True)[0]


@pytest.fixture
def harbour(store: Any) -> tenants.Tenant:
    """A reseller."""
    return tenants.add("harbour", name="Harbour", whmcs_url="https://billing.harbour.test")[0]


@pytest.fixture
def mail_server(northwind: tenants.Tenant) -> servers.MailServer:
    return servers.add(
        kind="smartermail",
        name="mail-one",
        url="https://mail.northwind.test",
        username="portal",
        password="the server's secret",
        mail_host="mx.northwind.test",
    )


@pytest.fixture
def registration(mail_server: servers.MailServer, harbour: tenants.Tenant) -> services.Registration:
    """What Northwind's WHMCS tells about Alice's service, on a mail server that is lent to Harbour too."""
    loans.lend(mail_server, harbour)
    return services.Registration(
        product="domain",
        name="alice.test",
        server=mail_server,
        proved=True,
        username="hidden-admin",
        plan={"tier_gb": "10", "max_users": "0"},
        plan_at=NOW,
        client=7,
        status="Active",
        billing={"cycle": "Monthly"},
        lang="fr-CA",
        currency={"code": "CAD"},
    )


@pytest.fixture
def alices(northwind: tenants.Tenant, registration: services.Registration) -> services.Service:
    """Alice's service."""
    return services.put(northwind, 101, registration)


@pytest.fixture
def session(northwind: tenants.Tenant) -> sessions.Session:
    """Alice's session."""
    return sessions.create(northwind, sessions.Identity("5", "Alice", "alice@home.test"), "cookie", NOW)


@pytest.fixture
def race() -> Callable[[int, Callable[[], Any]], list[Any]]:
    """Does the same in many threads at the same moment and answers what each got."""

    def run(threads: int, work: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(threads)

        def runner(_number: int) -> Any:
            # Connecting takes longer than most work: whoever connects after the start would come too late to race.
            database.connect()
            start.wait()
            try:
                return work()
            finally:
                release()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(runner, range(threads)))

    return run
