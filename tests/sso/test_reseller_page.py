"""The page “Resellers” (docs/seller/reseller.md), followed from nothing in the demo, up to a customer's open page."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests

from portal import ROOT
from portal.sandbox.portal_process import PortalFailed
from portal.sandbox.web import Web
from portal.sandbox.whmcs import register
from portal.sandbox.whmcs.app import create_app
from portal.sandbox.whmcs.php_module import PhpModule
from portal.sandbox.whmcs.shop import Admin, Service, Shop, User, Visitor
from portal.sandbox.world import SERVER_NAME, Options, Sandbox
from portal.version import VERSION
from tests.missing import needs
from tests.world import IN_A_FRAME

PAGE = (ROOT / "docs/seller/reseller.md").read_text()
HOST = "my.quay.localhost"


@dataclass
class Quay:
    """A reseller's WHMCS that nobody has told the portal of, and the demo."""

    sandbox: Sandbox
    shop: Shop

    def command(self, beginning: str) -> str:
        """Run the page's command that begins so, with the demo's addresses in the place of its examples."""
        joined = PAGE.replace("\\\n", " ")
        [line] = re.findall(rf"^    flask --app wsgi ({beginning}[^\n]*)$", joined, re.MULTILINE)
        for example, real in (("https://my.quay.example", self.shop.url), ("mail1", SERVER_NAME)):
            line = line.replace(example, real)
        words = [word for word in shlex.split(line)]
        # Its support link has to be https, as customers of a trial have none.
        if "--support" in words:
            words[words.index("--support") + 1] = "https://my.quay.example/submitticket.php"
        return self.sandbox.command(*words)

    def post(self, path: str, **fields: str) -> str:
        return self._send("POST", path, fields)

    def get(self, path: str) -> str:
        return self._send("GET", path, {})

    def _send(self, method: str, path: str, fields: dict[str, str]) -> str:
        # Names under .localhost resolve in browsers only.
        at = f"http://127.0.0.1:{urlsplit(self.shop.url).port}{path}"
        answer = requests.request(method, at, data=fields, headers={"Host": urlsplit(self.shop.url).netloc}, timeout=60)
        answer.raise_for_status()
        return unescape(answer.text)


@pytest.fixture
def quay() -> Iterator[Quay]:
    needs("php")
    carla = User(41, "Carla", "Lopez", "carla@customer.test")
    shop = Shop(
        slug="",
        company="Quay Mail",
        host=HOST,
        colour="",
        admin=Admin(1, "Quentin", "Moss", "quentin@quay.test"),
        visitors={"carla": Visitor(carla, 14)},
        services=[Service(401, 14, "carla.test", "Pending"), Service(402, 14, "carla-shop.test", "Pending")],
    )
    with Sandbox(Options(worker=False)) as sandbox, Web(create_app([shop], PhpModule(), register.put)) as whmcs:
        shop.url, shop.portal = f"http://{HOST}:{whmcs.port}", sandbox.describe()["portal"]
        yield Quay(sandbox, shop)


def printed(text: str, field: str) -> str:
    found = re.search(rf"^  {re.escape(field)}: (.*)$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def test_a_reseller_is_set_up_by_the_page_from_nothing_to_its_customers_open_service(quay: Quay) -> None:
    told = quay.command("tenant set-up")
    assert printed(told, "Hostname") == urlsplit(quay.shop.portal).hostname
    assert printed(told, "Port") == str(urlsplit(quay.shop.portal).port)
    with pytest.raises(PortalFailed):
        quay.command("tenant check")

    quay.shop.slug, quay.shop.key = printed(told, "Username"), printed(told, "Password")
    tested = quay.post("/admin/configservers.php")
    settings = quay.shop.settings | {"server": printed(told, "Module setting 24, Mail server").partition(",")[0]}
    quay.post("/admin/configproducts.php", **settings)
    created = quay.post("/admin/clientsservices.php/command?id=401", function="CreateAccount")
    opened = quay.get("/clientarea.php?action=productdetails&id=401")
    page = open_frame(quay, opened)
    quay.post("/admin/cron")

    assert "Connection successful" in tested
    assert "The module did it." in created
    assert page.status_code == 200
    assert "carla.test" in page.text
    assert "0e7a4b" in page.text
    for others in ("Northwind", "Harbour", "alice.test", "bob.test", quay.shop.key):
        assert others not in page.text.replace(quay.shop.portal, "")
    checked = quay.command("tenant check")
    assert "MISSING" not in checked
    assert f"ok      Its module is version {VERSION}." in checked
    assert "ok      It has registered services: 1, of which 1 can be opened." in checked
    assert "ok      A service was last opened from its WHMCS on" in checked


def test_beyond_a_limit_of_the_page_its_staff_read_in_whmcs_whom_to_ask(quay: Quay) -> None:
    told = quay.command("tenant set-up")
    quay.shop.slug, quay.shop.key = printed(told, "Username"), printed(told, "Password")
    quay.sandbox.command("server", "lend", SERVER_NAME, "quay", "--domains", "1")
    quay.post("/admin/clientsservices.php/command?id=401", function="CreateAccount")

    refused = quay.post("/admin/clientsservices.php/command?id=402", function="CreateAccount")

    assert f"You may have 1 domains on the mail server {SERVER_NAME}, and have 1." in refused
    assert "Your provider sets this limit: ask them for more" in refused
    assert "quay (domains 1/1, mailboxes 0/unlimited)" in quay.sandbox.command("server", "list")


def open_frame(quay: Quay, page: str) -> requests.Response:
    """Post the hand-off of WHMCS's page into its frame, as a browser does."""
    form = re.search(r'<form[^>]*action="([^"]+/sso/quay)"', page)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert form is not None
    assert token is not None
    portal = urlsplit(form[1])
    headers = IN_A_FRAME | {"Host": portal.netloc, "Origin": quay.shop.url}
    at = f"http://127.0.0.1:{portal.port}{portal.path}"
    return requests.post(at, data={"token": token[1]}, headers=headers, timeout=30)
