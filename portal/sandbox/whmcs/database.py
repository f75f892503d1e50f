"""WHMCS's database for the module: the columns its tables have, and what a shop's records are in them."""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .shop import Service, Shop

# Amounts are text, as MySQL's decimals are for PHP.
TABLES = """
create table tblservers (id integer primary key, type text, hostname text, username text, password text, secure text,
    port integer, disabled integer default 0);
create table tblcurrencies (id integer primary key, code text, prefix text, suffix text);
create table tblclients (id integer primary key, language text, currency integer);
create table tblproducts (id integer primary key, servertype text, {options});
create table tblhosting (id integer primary key, userid integer, packageid integer, server integer, domain text,
    username text, password text, regdate text, nextduedate text, billingcycle text, amount text, domainstatus text,
    diskusage integer default 0, disklimit integer default 0, lastupdate text default '0000-00-00 00:00:00');
create table tblcustomfields (id integer primary key, type text, relid integer, fieldname text);
create table tblcustomfieldsvalues (id integer primary key, fieldid integer, relid integer, value text);
create table tblproductconfigoptions (id integer primary key, gid integer, optionname text, optiontype text);
create table tblproductconfigoptionssub (id integer primary key, configid integer, optionname text);
create table tblhostingconfigoptions (id integer primary key, relid integer, configid integer, optionid integer,
    qty integer);
create table tblinvoices (id integer primary key, userid integer, status text, duedate text, subtotal text,
    credit text, tax text, tax2 text, total text, taxrate text, taxrate2 text);
create table tblinvoiceitems (id integer primary key autoincrement, invoiceid integer, userid integer, type text,
    relid integer, description text, amount text, taxed integer, duedate text, paymentmethod text, notes text);
create table tblconfiguration (setting text, value text);
insert into tblcurrencies values (1, 'CAD', '$', ' CAD'), (2, 'EUR', '', ' €');
""".format(options=", ".join(f"configoption{place} text" for place in range(1, 25)))

# The module of each product, and the number of its server entry and of the product itself.
MODULES = {"domain": "mailporch", "mailbox": "mailporchbox"}
NUMBERS = {"domain": 1, "mailbox": 2}
MAILBOX_FIELD = 1


class Database:
    """A shop's, in a file that lives as long as this object, so that the module keeps its own tables in it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        folder = tempfile.mkdtemp(prefix="mailporch-whmcs-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.file = Path(folder) / "whmcs.sqlite"
        with self._open() as database:
            database.executescript(TABLES)

    def refresh(self) -> None:
        """Bring the records up to what the shop holds."""
        shop, portal = self._shop, urlsplit(self._shop.portal)
        with self._open() as database:
            for product, number in NUMBERS.items():
                _put(
                    database,
                    "tblservers",
                    id=number,
                    type=MODULES[product],
                    hostname=portal.hostname,
                    username=shop.slug,
                    password=f"encrypted:{shop.key}",
                    secure="",
                    port=portal.port,
                )
                values = shop.settings_for(product).values()
                options = {f"configoption{place}": value for place, value in enumerate(values, 1)}
                _put(database, "tblproducts", id=number, servertype=MODULES[product], **options)
            of_mailboxes = {"type": "product", "relid": NUMBERS["mailbox"], "fieldname": "Mailbox"}
            _put(database, "tblcustomfields", id=MAILBOX_FIELD, **of_mailboxes)
            for service in shop.services:
                billing = service.billing()
                typed = {"fieldid": MAILBOX_FIELD, "relid": service.svc, "value": service.handle}
                _put(database, "tblcustomfieldsvalues", id=service.svc, **typed)
                _put(database, "tblclients", id=service.client, language="", currency=1)
                _put(
                    database,
                    "tblhosting",
                    id=service.svc,
                    userid=service.client,
                    packageid=NUMBERS[service.product],
                    server=NUMBERS[service.product],
                    domain=service.name,
                    username=service.username,
                    password=f"encrypted:{service.password}",
                    regdate=billing["since"],
                    nextduedate=billing["next_due"],
                    billingcycle=billing["cycle"],
                    amount=billing["unit_price"],
                    domainstatus=service.status,
                )

    def read_back(self, service: Service) -> None:
        """Take over what the module had WHMCS keep of a service."""
        with self._open() as database:
            query = "select domain, username, password, diskusage, disklimit from tblhosting where id = ?"
            row = database.execute(query, (service.svc,)).fetchone()
        service.name, service.username, password, service.disk_mb, service.disk_limit_mb = row
        service.password = password.removeprefix("encrypted:")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file)) as database, database:
            yield database


def _put(database: sqlite3.Connection, table: str, **row: Any) -> None:
    """Insert a row, or change the columns named of the one with its id."""
    places = ", ".join("?" * len(row))
    changes = ", ".join(f"{column} = excluded.{column}" for column in row if column != "id")
    database.execute(
        f"insert into {table} ({', '.join(row)}) values ({places}) on conflict (id) do update set {changes}",
        [*row.values()],
    )
