"""WHMCS's database, with the columns that its tables have, and what WHMCS does at its hook points."""

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from portal.sandbox.whmcs import php
from portal.sandbox.whmcs.database import TABLES
from tests.sso.people import FIRST_PASSWORD, IN_ADMIN_AREA, MAILBOX_SETTINGS, SETTINGS

TAX = Decimal("1.14975")
UNTOUCHED = {"subtotal": "1.00", "credit": "2.00", "tax": "3.00", "tax2": "4.00", "total": "5.00"}
COLUMNS = ("type", "relid", "description", "amount", "taxed", "duedate", "paymentmethod", "userid", "notes")

Line = tuple[str, int, str, str]


class Whmcs:
    """One installation: client 11 (Alice) pays in CAD, client 12 (Bob) in EUR and reads French.

    Product 1 is ours, product 2 another module's; server entry 1 is the portal.
    """

    def __init__(self, folder: Path, server: Mapping[str, Any]) -> None:
        self.server = dict(server)
        self.file = folder / "whmcs.sqlite"
        self.activity: list[str] = []
        self.module_calls: list[dict[str, Any]] = []
        self.mails: list[str] = []
        self._database = sqlite3.connect(self.file, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript(TABLES)
        self.insert(
            "tblservers",
            id=1,
            type="mailporch",
            hostname=server["serverhostname"],
            username=server["serverusername"],
            password=f"encrypted:{server['serverpassword']}",
            secure="",
            port=int(server["serverport"]),
        )
        options = {f"configoption{place}": value for place, value in enumerate(SETTINGS.values(), 1)}
        self.insert("tblproducts", id=1, servertype="mailporch", **options)
        self.insert("tblproducts", id=2, servertype="cpanel", **options)
        self.insert("tblclients", id=11, language="", currency=1)
        self.insert("tblclients", id=12, language="french", currency=2)

    def sell_mailboxes(self) -> None:
        """By product 3 and server entry 2 of the other module, with a custom field and two configurable options."""
        (entry,) = self.query("select * from tblservers where id = 1")
        self.insert("tblservers", **(entry | {"id": 2, "type": "mailporchbox"}))
        options = {f"configoption{place}": value for place, value in enumerate(MAILBOX_SETTINGS.values(), 1)}
        self.insert("tblproducts", id=3, servertype="mailporchbox", **options)
        self.insert("tblcustomfields", id=7, type="product", relid=3, fieldname="Mailbox|Your address")
        self.insert("tblcustomfields", id=8, type="product", relid=3, fieldname="Nickname")
        self.insert("tblcustomfields", id=9, type="product", relid=2, fieldname="Mailbox")
        self.insert("tblproductconfigoptions", id=5, optionname="Account Type|Type of mailbox", optiontype="1")
        self.insert("tblproductconfigoptions", id=6, optionname="Mailbox Quota (GB)", optiontype="4")
        self.insert("tblproductconfigoptionssub", id=51, configid=5, optionname="1|Basic")
        self.insert("tblproductconfigoptionssub", id=52, configid=5, optionname="2|Enhanced")

    def order_mailbox(self, svc: int, handle: str, **row: Any) -> None:
        """A paid order, with what WHMCS makes up for it."""
        made_up = {"packageid": 3, "server": 2, "username": "madeup", "password": f"encrypted:{FIRST_PASSWORD}"}
        self.add_service(svc, row.pop("domain", ""), **({"domainstatus": "Pending"} | made_up | row))
        self.insert("tblcustomfieldsvalues", fieldid=7, relid=svc, value=handle)

    def choose(self, svc: int, option: int, choice: int = 0, quantity: int = 0) -> None:
        """A configurable option of a service."""
        self.query("delete from tblhostingconfigoptions where relid = ? and configid = ?", svc, option)
        self.insert("tblhostingconfigoptions", relid=svc, configid=option, optionid=choice, qty=quantity)

    def close(self) -> None:
        self._database.close()

    def insert(self, table: str, **row: Any) -> int:
        places = ", ".join("?" * len(row))
        made = self._database.execute(f"insert into {table} ({', '.join(row)}) values ({places})", [*row.values()])
        return int(made.lastrowid or 0)

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._database.execute(sql, values)]

    def add_service(self, svc: int, name: str, client: int = 11, **row: Any) -> None:
        usual = {
            "id": svc,
            "userid": client,
            "packageid": 1,
            "server": 1,
            "domain": name,
            "username": "",
            "password": "",
            "regdate": "2026-01-05",
            "nextduedate": "2026-12-05",
            "billingcycle": "Monthly",
            "amount": "6.00",
            "domainstatus": "Active",
        }
        self.insert("tblhosting", **(usual | row))

    def add_invoice(self, number: int, *lines: Line, client: int = 11, taxed: int = 1) -> None:
        """An invoice as WHMCS has made it when the hook runs; the totals are nonsense that nobody may touch."""
        self.insert("tblinvoices", id=number, userid=client, status="Draft", duedate="2026-12-05", **UNTOUCHED)
        for kind, service, description, amount in lines:
            self.insert(
                "tblinvoiceitems",
                invoiceid=number,
                userid=client,
                type=kind,
                relid=service,
                description=description,
                amount=amount,
                taxed=taxed,
                duedate="2026-12-05",
                paymentmethod="stripe",
                notes="",
            )

    def create_invoice(self, number: int, *lines: Line, **facts: Any) -> None:
        """Make an invoice as WHMCS does: its lines, the hook, and then its totals."""
        self.add_invoice(number, *lines, **facts)
        self.invoice_hook(number)
        self.add_up(number)

    def add_up(self, number: int, *, taxes_included: bool = False) -> None:
        """Compute an invoice's totals, with 14.975 % on the lines that are taxed."""
        items = self.items(number)
        amount = sum((Decimal(item["amount"]) for item in items), Decimal(0))
        taxed = sum((Decimal(item["amount"]) for item in items if item["taxed"]), Decimal(0))
        tax = (taxed - taxed / TAX if taxes_included else taxed * TAX - taxed).quantize(Decimal("0.01"), ROUND_HALF_UP)
        subtotal = amount - tax if taxes_included else amount
        self.query(
            "update tblinvoices set subtotal = ?, tax = ?, tax2 = '0.00', total = ? where id = ?",
            *(str(subtotal), str(tax), str(subtotal + tax), number),
        )

    def invoice_hook(self, number: int) -> None:
        """The hook of the invoice run, which has no network."""
        variables = {"source": "autogen", "user": "system", "invoiceid": number, "status": "Unpaid"}
        self._reach("InvoiceCreation", variables, offline=True)

    def cancel(self, number: int) -> None:
        self.query("update tblinvoices set status = 'Cancelled' where id = ?", number)
        self._reach("InvoiceCancelled", {"invoiceid": number}, offline=True)

    def open_again(self, number: int) -> None:
        self.query("update tblinvoices set status = 'Unpaid' where id = ?", number)
        self._reach("InvoiceUnpaid", {"invoiceid": number}, offline=True)

    def cron(self, hook: str = "AfterCronJob", **context: Any) -> None:
        self._reach(hook, **context)

    def an_hour_passes(self) -> None:
        self.query("update mod_mailporch_portals set tried = tried - 3600")

    def figures_age(self, hours: float) -> None:
        self.query("update mod_mailporch_statements set as_of = as_of - ?", int(hours * 3600))

    def lines(self, number: int) -> list[tuple[str, str]]:
        """Text and amount of each line."""
        return [(row["description"], row["amount"]) for row in self.items(number)]

    def items(self, number: int) -> list[dict[str, Any]]:
        columns = ", ".join(COLUMNS)
        return self.query(f"select {columns} from tblinvoiceitems where invoiceid = ? order by id", number)

    def totals(self, number: int) -> dict[str, Any]:
        (row,) = self.query(f"select {', '.join(UNTOUCHED)} from tblinvoices where id = ?", number)
        return row

    def states(self) -> list[tuple[int, int, str]]:
        """Invoice, service and state of all that the module keeps of invoices."""
        rows = self.query("select * from mod_mailporch_invoiced order by invoice, service, statement")
        return [(row["invoice"], row["service"], row["state"]) for row in rows]

    def run(self, function: str, params: Mapping[str, Any], **context: Any) -> dict[str, Any]:
        return php.run(function, params, database=str(self.file), **context)

    def service(self, svc: int) -> dict[str, Any]:
        """WHMCS's row of it."""
        (row,) = self.query("select * from tblhosting where id = ?", svc)
        return row

    def params(self, svc: int) -> dict[str, Any]:
        """What WHMCS gives the functions that are about a service."""
        row = self.service(svc)
        (product,) = self.query("select * from tblproducts where id = ?", row["packageid"])
        fields = self.query(
            "select fieldname, value from tblcustomfieldsvalues v join tblcustomfields f on f.id = fieldid"
            " where v.relid = ?",
            svc,
        )
        options = self.query(
            "select o.optionname, optiontype, qty, s.optionname choice from tblhostingconfigoptions h"
            " join tblproductconfigoptions o on o.id = h.configid"
            " left join tblproductconfigoptionssub s on s.id = h.optionid where relid = ?",
            svc,
        )
        return self.server | {
            "serverid": row["server"],
            "customfields": {_key(field["fieldname"]): field["value"] for field in fields},
            "configoptions": {
                _key(option["optionname"]): option["qty"] if option["optiontype"] == "4" else _key(option["choice"])
                for option in options
            },
            "serviceid": svc,
            "userid": row["userid"],
            "domain": row["domain"],
            "username": row["username"],
            "password": row["password"].removeprefix("encrypted:"),
            "clientsdetails": {"owner_user_id": 21, "fullname": "Alice Martin", "email": "alice@customer.test"},
            **{name: value for name, value in product.items() if name.startswith("configoption")},
        }

    def call(self, function: str, svc: int, **context: Any) -> dict[str, Any]:
        """Nora, an admin, has a function called for a service."""
        row = self.service(svc)
        known = {
            "session": IN_ADMIN_AREA,
            "config": {"SystemURL": "https://billing.northwind.test/", "Language": "english"},
            "currency": {"id": 1, "code": "CAD", "prefix": "$", "suffix": " CAD", "rate": "1.00000"},
            "service": {
                "billingcycle": row["billingcycle"],
                "recurringamount": row["amount"],
                "nextduedate": row["nextduedate"],
                "regdate": row["regdate"],
                "status": row["domainstatus"],
            },
        }
        module = {"module": "mailporchbox"} if row["packageid"] == 3 else {}
        return self.run(function, self.params(svc), **(known | module | context))

    def reach(self, hook: str, variables: Mapping[str, Any] | None = None, **context: Any) -> Any:
        """What comes of a hook point on a page."""
        return self._reach(hook, variables, **context)["result"]

    def _reach(self, hook: str, variables: Mapping[str, Any] | None = None, **context: Any) -> dict[str, Any]:
        known = {"database": str(self.file), "config": {"Language": "english"}, "session": {"area": "client"}}
        answer = php.hook(hook, variables, **(known | context))
        self.activity += answer["activity"]
        self.module_calls += answer["module_calls"]
        self.mails += [mail["custommessage"] for mail in answer["mails"]]
        return answer


def _key(name: str) -> str:
    """What WHMCS gives to modules of a name that it shows by its label."""
    return name.partition("|")[0]


def hosting(svc: int, amount: str = "6.00", text: str = "E-mail (05/12/2026 - 04/01/2027)") -> Line:
    """The line that WHMCS makes for a service."""
    return ("Hosting", svc, text, amount)


def everything(database: Whmcs) -> Sequence[Mapping[str, Any]]:
    """All that the hook may have changed."""
    return [
        *database.query("select * from tblinvoiceitems"),
        *database.query("select * from tblinvoices"),
        *database.query("select * from mod_mailporch_invoiced"),
        *database.query("select * from mod_mailporch_statements"),
    ]
