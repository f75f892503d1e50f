"""The stand-in WHMCS over real sockets, with the module run by PHP and signed by Python."""

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests

from portal.sandbox.web import Web
from portal.sandbox.whmcs.api import ApiError
from portal.sandbox.whmcs.app import create_app
from portal.sandbox.whmcs.php_module import PhpModule
from portal.sandbox.whmcs.python_module import PythonModule
from portal.sandbox.whmcs.shop import SETTINGS, Shop, shops
from sso import envelope
from tests.missing import needs

KEY = "k" * 43
PORTAL = "http://portal.northwind.localhost:1"  # nothing listens there
PAGE = "/clientarea.php?action=productdetails&id="


class Whmcs:
    """A client of the stand-in: names under .localhost are for browsers, so the host goes in the header."""

    def __init__(self, web: Web, shops: list[Shop], registered: list[tuple[str, int, str]]) -> None:
        self.shops = {shop.slug: shop for shop in shops}
        self.registered = registered
        self._web = web
        self._session = requests.Session()

    def get(self, path: str, slug: str = "northwind") -> requests.Response:
        return self._send("GET", path, self.shops[slug].host)

    def post(self, path: str, **form: str) -> requests.Response:
        return self._send("POST", path, self.shops["northwind"].host, form)

    def of_host(self, host: str) -> requests.Response:
        return self._send("GET", "/clientarea.php", host)

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, host: str, form: dict[str, str] | None = None) -> requests.Response:
        headers = {"Host": f"{host}:{self._web.port}"}
        return self._session.request(
            method, self._web.url + path, headers=headers, data=form, allow_redirects=False, timeout=20
        )


@pytest.fixture(params=["php", "python"])
def module(request: pytest.FixtureRequest) -> PhpModule | PythonModule:
    if request.param == "python":
        return PythonModule()
    needs("php")
    needs("smarty4")
    return PhpModule()


def running(module: PhpModule | PythonModule) -> Iterator[Whmcs]:
    installations, registered = shops(), []

    def register(shop: Shop, service) -> None:
        if service.svc == 102:
            raise ApiError("PUT refused", "taken")
        registered.append((shop.slug, service.svc, service.status))

    with Web(create_app(installations, module, register)) as web:
        for shop in installations:
            shop.url, shop.portal, shop.key = f"http://{shop.host}:{web.port}", PORTAL, KEY
        whmcs = Whmcs(web, installations, registered)
        yield whmcs
        whmcs.close()


@pytest.fixture
def whmcs(module) -> Iterator[Whmcs]:
    yield from running(module)


@pytest.fixture
def pages() -> Iterator[Whmcs]:
    """For what does not concern the module."""
    yield from running(PythonModule())


def handed_over(token: str) -> dict:
    return envelope.unseal(token, [KEY], envelope.HANDOFF).payload


def token_in_page(answer: requests.Response) -> str:
    return re.search(r'name="token" value="([^"]+)"', answer.text)[1]


def token_in_link(link: str) -> str:
    assert link.startswith(f"{PORTAL}/sso/")
    return unescape(urlsplit(link).fragment)


def link_in_row(answer: requests.Response) -> str:
    return unescape(re.search(r'href="(http[^"]+#[^"]+)"', answer.text)[1])


def test_there_are_24_settings_in_the_order_of_the_module():
    assert len(SETTINGS) == 24
    assert list(SETTINGS)[-1] == "server"


def test_the_home_page_lists_the_services_of_the_signed_in_client(pages):
    northwind, harbour = pages.get("/clientarea.php"), pages.get("/clientarea.php", "harbour")

    assert all(name in northwind.text for name in ("alice.test", "alice-shop.test", "alice-archive.test"))
    assert "bob.test" not in northwind.text
    assert "bob.test" in harbour.text


def test_a_service_of_another_installation_does_not_exist(pages):
    assert pages.get(f"{PAGE}201").status_code == 404
    assert pages.get("/admin/clientsservices.php?id=201").status_code == 404


def test_an_unknown_host_name_does_not_exist(pages):
    assert pages.of_host("portal.northwind.localhost").status_code == 404


def test_pages_are_kept_out_of_caches(pages):
    assert pages.get(f"{PAGE}101").headers["Cache-Control"] == "private, no-store"


def test_only_the_modules_assets_are_served(pages):
    script = pages.get("/modules/servers/mailporch/frame.js")

    assert script.status_code == 200
    assert "portal:height" in script.text
    assert pages.get("/modules/servers/mailporch/mailporch.php").status_code == 403
    assert pages.get("/modules/servers/mailporch/missing.js").status_code == 404


def test_the_service_page_posts_a_hand_off_into_its_frame(whmcs):
    page = whmcs.get(f"{PAGE}101")

    claims = handed_over(token_in_page(page))
    (frame,) = re.findall(r'<iframe name="([^"]+)"', page.text)
    assert f'<form action="{PORTAL}/sso/northwind" target="{frame}"' in page.text
    assert (claims["role"], claims["mode"], claims["svc"], claims["name"]) == ("customer", "embed", 101, "alice.test")
    assert claims["origin"] == whmcs.shops["northwind"].url


def test_without_php_the_page_says_who_signed_it(pages):
    assert "signed by Python" in pages.get(f"{PAGE}101").text


@pytest.mark.parametrize(("who", "role", "admin"), [("marc", "readonly", None), ("admin", "customer", "Nora Ward")])
def test_who_is_signed_in_is_chosen_in_the_address_and_remembered(whmcs, who, role, admin):
    chosen = handed_over(token_in_page(whmcs.get(f"{PAGE}101&as={who}")))
    remembered = handed_over(token_in_page(whmcs.get(f"{PAGE}101")))

    for claims in (chosen, remembered):
        assert claims["role"] == role
        assert claims["user"].get("admin", {}).get("name") == admin


def test_the_language_goes_into_the_hand_off(whmcs):
    page = whmcs.get(f"{PAGE}101&language=french")

    assert "Mes services" in page.text
    assert handed_over(token_in_page(page))["lang"] == "fr"


def test_single_sign_on_leads_to_the_portal_in_a_window_of_its_own(whmcs):
    answer = whmcs.get(f"{PAGE}101&dosinglesignon=1")

    claims = handed_over(token_in_link(answer.headers["Location"]))
    assert answer.status_code == 302
    assert (claims["role"], claims["mode"]) == ("customer", "top")


def test_the_admins_service_page_has_a_link_for_a_new_tab(whmcs):
    page = whmcs.get("/admin/clientsservices.php?id=101")

    claims = handed_over(token_in_link(link_in_row(page)))
    assert 'target="_blank"' in page.text
    assert (claims["role"], claims["mode"]) == ("admin", "top")
    assert claims["user"]["admin"] == {"id": 1, "name": "Nora Ward"}


def test_the_servers_page_signs_on_an_operator(whmcs):
    answer = whmcs.get("/admin/configservers.php/sign-on")

    claims = handed_over(token_in_link(answer.headers["Location"]))
    assert claims["role"] == "operator"
    assert set(claims) == {"v", "aud", "jti", "role", "user", "lang", "links", "mode", "origin"}


def test_a_portal_that_is_down_fails_the_connection_test(whmcs):
    answer = whmcs.post("/admin/configservers.php")

    assert "Connection failed" in answer.text


def test_a_changed_status_is_told_to_the_portal_and_shown(pages):
    changed = pages.post("/admin/clientsservices.php?id=101", status="Suspended")

    assert changed.status_code == 302
    assert pages.registered == [("northwind", 101, "Suspended")]
    assert handed_over(token_in_page(pages.get(f"{PAGE}101")))["billing"]["status"] == "Suspended"


def test_a_portal_that_refuses_the_new_status_is_reported(pages):
    answer = pages.post("/admin/clientsservices.php?id=102", status="Suspended")

    assert answer.status_code == 502
    assert "The portal was not told" in answer.text


def test_a_status_that_whmcs_does_not_know_is_refused(pages):
    assert pages.post("/admin/clientsservices.php?id=101", status="Sleeping").status_code == 400


def test_the_admins_service_page_has_whmcs_commands_and_shows_what_became_of_one(whmcs):
    page = whmcs.get("/admin/clientsservices.php?id=101")
    answer = whmcs.post("/admin/clientsservices.php/command?id=101", function="SuspendAccount")

    assert 'value="SuspendAccount"' in page.text
    assert 'value="FinishSteps"' in page.text
    assert answer.status_code == 200
    assert "The module did it." not in answer.text
    assert whmcs.shops["northwind"].service(101).status == "Active"


def test_a_function_that_is_no_button_is_refused(whmcs):
    answer = whmcs.post("/admin/clientsservices.php/command?id=101", function="ClientArea")

    assert answer.status_code == 400


def test_the_cron_says_what_staff_get_to_read(whmcs):
    answer = whmcs.post("/admin/cron")

    assert "The cron ran." in answer.text
    assert "Nothing answers at" in answer.text or "needs PHP" in answer.text


def test_the_products_page_keeps_its_settings(whmcs):
    whmcs.post("/admin/configproducts.php", tier_gb="25", check_dmarc="on")

    page = whmcs.get("/admin/configproducts.php")
    assert re.search(r'name="tier_gb" value="25"', page.text)
    settings = whmcs.shops["northwind"].settings
    assert (settings["check_dmarc"], settings["offer_eas"]) == ("on", "")


@pytest.mark.parametrize(
    "path",
    [f"{PAGE}{svc}&dosinglesignon=1&as={who}" for svc in (101, 121) for who in ("alice", "marc", "admin")]
    + ["admin", "operator"],
)
def test_python_signs_the_same_claims_as_php(path):
    needs("php")

    def claims(module: PhpModule | PythonModule) -> dict:
        for whmcs in running(module):
            if path == "admin":
                link = link_in_row(whmcs.get("/admin/clientsservices.php?id=101"))
            else:
                address = "/admin/configservers.php/sign-on" if path == "operator" else path
                link = whmcs.get(address).headers["Location"]
        text = json.dumps(handed_over(token_in_link(link)) | {"jti": ""})
        return json.loads(re.sub(r"localhost:\d+", "localhost", text))

    assert claims(PythonModule()) == claims(PhpModule())


def test_a_mailbox_is_ordered_and_waits_to_be_accepted(whmcs):
    page = whmcs.post("/cart.php", handle="Carol", domain="mail.test")

    assert "Ordered as service #" in page.text
    made = whmcs.shops["northwind"].services[-1]
    assert (made.handle, made.name, made.status, made.product) == ("Carol", "mail.test", "Pending", "mailbox")


@pytest.mark.parametrize("module", ["php"], indirect=True)
def test_a_name_that_is_not_sold_stays_in_the_cart(whmcs):
    before = len(whmcs.shops["northwind"].services)

    page = whmcs.post("/cart.php", handle="postmaster", domain="")

    assert "reserved" in page.text
    assert len(whmcs.shops["northwind"].services) == before


@pytest.mark.parametrize(("product", "settings"), [("domain", 24), ("mailbox", 10)])
def test_each_product_has_its_settings(whmcs, product, settings):
    page = whmcs.get(f"/admin/configproducts.php?product={product}")

    assert page.text.count("<label") == settings


def test_a_mailboxs_page_hands_over_to_the_mailbox(whmcs):
    claims = handed_over(token_in_page(whmcs.get(f"{PAGE}121")))

    assert (claims["product"], claims["name"]) == ("mailbox", "alice@mail.test")
