"""Tenants' own host names: what a request for one of them gets, and what it never does."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.store import brands, loans, own_hosts, tenants
from portal.store.tenants import Tenant
from tests.views.api.whmcs import Whmcs
from tests.views.pages import says
from tests.world import BASE, IN_A_FRAME, IN_A_WINDOW, WHMCS, World, page_token

HOSTS = {"harbour": "mail.harbour.example.com", "lagoon": "post.lagoon.example.com"}
OURS, THEIRS = (f"https://{name}" for name in HOSTS.values())
NAMES = {"harbour": "Harbour Mail", "lagoon": "Lagoon Post", "northwind": "Northwind Hosting"}
WHMCS_LAGOON = "https://billing.lagoon.test"


class Drawn:
    data = b"<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>"
    mime = "image/svg+xml"
    width = height = 8


def tenant(slug: str) -> Tenant:
    found = tenants.by_slug(slug)
    assert found is not None
    return found


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Beside northwind, which owns the portal, two resellers with host names of their own: harbour and lagoon."""
    monkeypatch.setitem(WHMCS, "lagoon", WHMCS_LAGOON)
    with world.app.app_context():
        made, world.keys["lagoon"] = tenants.add("lagoon", name="Lagoon Post", whmcs_url=WHMCS_LAGOON)
        tenants.add_origin(made, WHMCS_LAGOON)
        assert world.server is not None
        loans.lend(world.server, made)
        for slug, host in HOSTS.items():
            own_hosts.put(tenant(slug), host)
            brands.publish(
                tenant(slug), {"colour": "#aa0000", "name": NAMES[slug]}, {"logo": Drawn(), "favicon": Drawn()}
            )
    world.register("lagoon", 301, "carol.test")
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.app.test_client()


def post(world: World, client: FlaskClient, host: str, claims: dict[str, Any]) -> TestResponse:
    headers = IN_A_FRAME if claims["mode"] == "embed" else IN_A_WINDOW
    data = {"token": world.token(claims)}
    return client.post(f"/sso/{claims['aud']}", data=data, base_url=host, headers=headers)


def bobs(world: World, **changed: Any) -> dict[str, Any]:
    return world.claims(**{"slug": "harbour", "svc": 201, "name": "bob.test"} | changed)


def hugos(world: World, slug: str = "harbour") -> dict[str, Any]:
    """A hand-off to a reseller's console."""
    links = {"service": f"{WHMCS[slug]}/admin/configservers.php"}
    return world.operator(aud=slug, origin=WHMCS[slug], links=links)


def assert_names_nobody_but(page: TestResponse, slug: str) -> None:
    others = [name for other, name in NAMES.items() if other != slug]
    assert [name for name in [*others, "Mailporch"] if name in page.text] == []


def test_a_hand_off_at_the_own_host_opens_the_service(world: World, client: FlaskClient) -> None:
    page = post(world, client, OURS, bobs(world))

    assert page.status_code == 200
    assert "bob.test" in page.text
    assert f"frame-ancestors {WHMCS['harbour']};" in page.headers["Content-Security-Policy"]
    assert_names_nobody_but(page, "harbour")


def test_there_it_goes_on_by_cookie_and_by_page_token(world: World, client: FlaskClient) -> None:
    token = page_token(post(world, client, OURS, bobs(world)))
    asking = {"HX-Request": "true", "X-Portal-Token": token, "Sec-Fetch-Site": "same-origin"}

    opened = client.get("/s/harbour-201/", base_url=OURS, headers={"Sec-Fetch-Dest": "iframe"})
    made = client.post(
        "/s/harbour-201/forwards/",
        base_url=OURS,
        data={"name": "sales", "destinations": "bob@bob.test"},
        headers=asking | {"Origin": OURS},
    )

    assert (opened.status_code, made.status_code) == (200, 200)


@pytest.mark.parametrize("host", [OURS, THEIRS])
def test_no_other_tenant_is_handed_over_there(world: World, client: FlaskClient, host: str) -> None:
    page = post(world, client, host, world.claims())

    assert page.status_code == 404
    assert "alice.test" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/sso/{slug}",
        "/s/{slug}-301/",
        "/s/{slug}-301/usage",
        "/s/{slug}-999/",
        "/s/{slug}-301/no-such-card",
        "/sso/{slug}/nowhere",
    ],
)
@pytest.mark.parametrize("slug", ["lagoon", "northwind", "nobody"])
def test_addresses_of_others_do_not_exist_there(client: FlaskClient, slug: str, path: str) -> None:
    page = client.get(path.format(slug=slug), base_url=OURS)

    assert page.status_code == 404
    assert_names_nobody_but(page, "harbour")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_session_of_another_tenant_is_none_there(world: World, client: FlaskClient) -> None:
    carols = world.claims(slug="lagoon", svc=301, name="carol.test")
    token = page_token(post(world, client, BASE, carols))
    headers = {"HX-Request": "true", "X-Portal-Token": token}

    for path in ("/s/harbour-201/usage", "/console/", "/console/audit/", "/s/lagoon-301/usage"):
        page = client.get(path, base_url=OURS, headers=headers)
        assert page.status_code == 404
        assert "carol" not in page.text
    assert client.get("/s/lagoon-301/history", base_url=THEIRS, headers=headers).status_code == 200


def test_an_operators_session_opens_no_console_under_another_name(world: World, client: FlaskClient) -> None:
    token = page_token(post(world, client, THEIRS, hugos(world, "lagoon")))
    headers = {"X-Portal-Token": token}

    there, here = (client.get("/console/", base_url=host, headers=headers) for host in (THEIRS, OURS))

    assert (there.status_code, here.status_code) == (200, 404)


def test_the_owners_session_opens_no_console_under_a_resellers_name(world: World, client: FlaskClient) -> None:
    token = page_token(post(world, client, BASE, world.operator()))

    page = client.get("/console/", base_url=OURS, headers={"X-Portal-Token": token})

    assert page.status_code == 404


def logo_of(world: World, slug: str) -> str:
    with world.app.app_context():
        return f"/brand/{slug}/{tenant(slug).brand['logo']['digest']}"


def test_a_picture_is_shown_under_its_own_tenants_name_alone(world: World, client: FlaskClient) -> None:
    ours, theirs = logo_of(world, "harbour"), logo_of(world, "lagoon")

    found = [client.get(path, base_url=host).status_code for host in (OURS, THEIRS, BASE) for path in (ours, theirs)]

    assert found == [200, 404, 404, 200, 200, 200]


def test_a_picture_can_do_nothing_when_it_is_opened(world: World, client: FlaskClient) -> None:
    answer = client.get(logo_of(world, "harbour"), base_url=OURS)

    assert answer.data == Drawn.data
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/brand/harbour/{}", "/brand/nobody/{}"])
def test_a_picture_that_there_is_none_of(client: FlaskClient, path: str) -> None:
    assert client.get(path.format("0" * 64), base_url=BASE).status_code == 404


@pytest.mark.parametrize("path", ["/", "/nowhere", "/console/", "/s/harbour-999/"])
def test_pages_about_nobody_have_the_hosts_brand(client: FlaskClient, path: str) -> None:
    page = client.get(path, base_url=OURS, headers={"Sec-Fetch-Dest": "document"})

    assert page.status_code in (401, 404)
    assert "<title>Harbour Mail</title>" in page.text
    assert 'href="/brand/aa0000.css"' in page.text
    assert '<link rel="icon" href="/brand/harbour/' in page.text
    assert 'alt="Harbour Mail"' in page.text


def test_a_refused_hand_off_has_the_hosts_brand(world: World, client: FlaskClient) -> None:
    page = client.post("/sso/harbour", data={"token": "nonsense.a.b"}, base_url=OURS, headers=IN_A_WINDOW)

    assert page.status_code == 400
    assert "<title>Harbour Mail</title>" in page.text
    assert_names_nobody_but(page, "harbour")


def test_on_the_portals_own_name_everybody_is_served(world: World) -> None:
    for claims in (world.claims(), bobs(world), world.claims(slug="lagoon", svc=301, name="carol.test")):
        assert post(world, world.app.test_client(), BASE, claims).status_code == 200


@pytest.mark.parametrize("host", ["https://unknown.example.com", "https://192.0.2.7", "https://[2001:db8::1]"])
def test_a_name_that_is_nobodys_serves_as_the_portals_own_does(world: World, client: FlaskClient, host: str) -> None:
    assert post(world, client, host, bobs(world)).status_code == 200
    assert "<title>Harbour" not in client.get("/nowhere", base_url=host).text


@pytest.mark.parametrize(
    "host",
    [
        "MAIL.Harbour.Example.Com",
        "mail.harbour.example.com.",
        "mail.harbour.example.com:8443",
    ],
)
def test_a_host_name_is_known_however_it_is_written(client: FlaskClient, host: str) -> None:
    assert client.get("/sso/lagoon", headers={"Host": host}).status_code == 404
    assert client.get("/sso/harbour", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "mail.harbour.example.com:",
        "mail.harbour.example.com..",
        "mail..example.com",
        "mail.harbour.example.com,portal.test",
        "mail.harbour.example.com@portal.test",
        "mail.harbour.example.com:443:1",
        f"{'x' * 64}.example.com",
        "",
    ],
)
def test_under_what_is_no_name_nobody_is_served(client: FlaskClient, host: str) -> None:
    for path in ("/sso/lagoon", "/sso/harbour", "/s/harbour-201/", "/console/"):
        answer = client.get(path, headers={"Host": host})

        assert answer.status_code == 400
        assert answer.text == "This request names no host.\n"


def test_another_origin_is_refused_there_also_the_portals_own(world: World, client: FlaskClient) -> None:
    token = page_token(post(world, client, OURS, bobs(world)))
    headers = {"HX-Request": "true", "X-Portal-Token": token}

    for origin in (BASE, THEIRS, WHMCS["harbour"]):
        answer = client.post("/s/harbour-201/language", base_url=OURS, headers=headers | {"Origin": origin})
        assert answer.status_code == 403


@pytest.fixture
def behind_a_proxy(settings: dict[str, Any]) -> None:
    settings["PORTAL_TRUSTED_PROXIES"] = 1


def test_behind_a_proxy_it_is_the_host_that_the_proxy_was_asked_for(behind_a_proxy: None, world: World) -> None:
    client = world.app.test_client()
    passed_on = {
        "X-Forwarded-Host": "mail.harbour.example.com",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.1",
    }
    claims = bobs(world)

    page = client.post(
        "/sso/harbour",
        data={"token": world.token(claims)},
        base_url="http://127.0.0.1:8000",
        headers=IN_A_FRAME | passed_on,
    )
    other = client.get("/sso/lagoon", base_url="http://127.0.0.1:8000", headers=passed_on)

    assert (page.status_code, other.status_code) == (200, 404)


def test_without_a_proxy_nobody_names_another_host(world: World, client: FlaskClient) -> None:
    page = client.get("/sso/harbour", base_url=THEIRS, headers={"X-Forwarded-Host": "mail.harbour.example.com"})

    assert page.status_code == 404


def called(world: World, at: str, signed_for: str) -> TestResponse:
    """Harbour's WHMCS asks for its mail servers."""
    header = Whmcs(world, "harbour").header("GET", "/api/v1/servers", b"", host=signed_for)
    client = world.app.test_client(use_cookies=False)
    return client.get("/api/v1/servers", base_url=at, headers={"Authorization": header})


def test_whmcs_calls_at_its_own_host(world: World) -> None:
    answer = called(world, OURS, "mail.harbour.example.com")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        (THEIRS, "post.lagoon.example.com"),
        (THEIRS, "mail.harbour.example.com"),
        (BASE, "post.lagoon.example.com"),
        (OURS, "post.lagoon.example.com"),
        (OURS, "mail.harbour.example.com:8443"),
        (OURS, ""),
    ],
)
def test_whmcs_is_refused_at_the_host_of_another_or_signing_for_it(world: World, base_url: str, host: str) -> None:
    answer = called(world, base_url, host)

    assert answer.status_code == 401
    assert_names_nobody_but(answer, "harbour")


def test_while_the_store_is_down_the_page_is_nobodys(world: World, client: FlaskClient, monkeypatch: Any) -> None:
    from peewee import OperationalError

    def down(_name: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(own_hosts, "tenant_of", down)

    page = client.get("/sso/harbour", base_url=OURS)

    assert page.status_code == 503
    assert not says(page, "Harbour")
    assert client.get("/healthz", base_url=OURS).status_code == 200
