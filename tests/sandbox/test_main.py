"""The whole sandbox as one command: what it prints, that its parts know each other, and that all of it stops."""

import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import dns.message
import dns.query
import pytest
import requests

from portal.sandbox.control import Running
from portal.sandbox.whmcs.api import ApiError, PortalApi
from tests.missing import needs

ROOT = Path(__file__).parents[2]
SECONDS_TO_STOP = 10


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, its temporary files in `folder`; killed if the test did not end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.sandbox", *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def stopped(address: str) -> bool:
    """Whether nothing listens there any more, within a few seconds."""
    place = urlsplit(address)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", place.port), timeout=1).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


def mail_servers(ready: dict) -> list[str]:
    return [ready[kind]["url"] for kind in ("smartermail", "polarismail")]


def addresses(ready: dict) -> list[str]:
    return [ready["portal"], *ready["whmcs"].values(), *mail_servers(ready), f"dns://{ready['dns']}"]


def get(url: str) -> requests.Response:
    """As a browser does, which finds names under .localhost without asking DNS."""
    place = urlsplit(url)
    loopback = place._replace(netloc=f"127.0.0.1:{place.port}").geturl()
    return requests.get(loopback, headers={"Host": place.netloc}, timeout=20)


def first_of_free_ports() -> int:
    """Of four in a row, below those that the system hands out by itself."""
    for base in range(random.randrange(20000, 30000), 32000, 4):
        try:
            for port in range(base, base + 4):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    seeds = ["--seed", "big.test=120,7", "--seed", "alice.test=4,2"]
    with started(tmp_path_factory.mktemp("sandbox"), "--json", *seeds) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(SECONDS_TO_STOP) == 0


def test_one_line_of_json_has_the_keys_of_the_contract(ready):
    assert set(ready) == {
        *("portal", "whmcs", "smartermail", "polarismail", "dns", "tenants", "services", "control"),
    }
    assert set(ready["smartermail"]) == set(ready["polarismail"]) == {"url", "username", "password"}
    assert ready["whmcs"].keys() == ready["tenants"].keys() == {"northwind", "harbour"}
    for slug, tenant in ready["tenants"].items():
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", tenant["key"])
        assert tenant["origin"] == ready["whmcs"][slug]


def named(ready: dict, product: str) -> dict[tuple[str, int], str]:
    """The services of a product."""
    return {
        (service["tenant"], service["svc"]): service["name"]
        for service in ready["services"]
        if service["product"] == product
    }


def test_each_tenant_has_two_services_of_each_product_and_the_owner_what_was_seeded(ready):
    assert named(ready, "mailbox") == {
        ("northwind", 121): "alice@mail.test",
        ("northwind", 122): "alice@post.test",
        ("harbour", 221): "bob@mail.test",
        ("harbour", 222): "bob-studio@mail.test",
    }
    assert named(ready, "domain") == {
        ("northwind", 101): "alice.test",
        ("northwind", 102): "alice-shop.test",
        ("northwind", 103): "alice-archive.test",
        ("northwind", 130): "big.test",
        ("harbour", 201): "bob.test",
        ("harbour", 202): "bob-studio.test",
    }


def test_the_mailboxes_are_on_the_shared_server_and_open(ready):
    for slug, svc in named(ready, "mailbox"):
        api = PortalApi(ready["portal"], slug, ready["tenants"][slug]["key"])

        told = api.call("GET", f"/api/v1/services/{svc}/summary")

        assert (told["status"], told["server"]) == ("active", "sharedhost")


def test_the_shared_domains_hold_what_other_customers_have(ready):
    for name in ("mail.test", "post.test"):
        domain = requests.get(f"{ready['control']['polarismail']}/domains/{name}", timeout=10).json()

        assert all(domain[kind] for kind in ("mailboxes", "aliases", "lists"))


def test_seeded_domains_have_the_size_that_was_asked_for(ready):
    for name, mailboxes, aliases in (("big.test", 120, 7), ("alice.test", 4, 2)):
        domain = requests.get(f"{ready['control']['smartermail']}/domains/{name}", timeout=10).json()

        assert len(domain["users"]) == mailboxes + 1  # the hidden admin
        assert len(domain["aliases"]) == aliases


def test_the_portal_answers_and_one_tenant_is_on_its_site(ready):
    hosts = {slug: urlsplit(url).hostname for slug, url in ready["whmcs"].items()}

    assert get(f"{ready['portal']}/healthz").status_code == 200
    assert urlsplit(ready["portal"]).hostname == "portal.northwind.localhost"
    assert hosts == {"northwind": "whmcs.northwind.localhost", "harbour": "billing.harbour.localhost"}


def test_the_portal_knows_the_tenants_and_reaches_the_mail_server(ready):
    for slug, tenant in ready["tenants"].items():
        answer = PortalApi(ready["portal"], slug, tenant["key"]).call("GET", "/api/v1/ping")

        assert answer["tenant"] == slug
        assert [(server["kind"], server["ok"]) for server in answer["servers"]] == [
            ("smartermail", True),
            ("polarismail", True),
        ]


def test_services_are_registered_so_that_another_tenant_cannot_take_them(ready):
    harbour = PortalApi(ready["portal"], "harbour", ready["tenants"]["harbour"]["key"])
    body = {
        **{"product": "domain", "name": "alice.test", "username": "", "plan": {}, "client": 12},
        **{"status": "Active", "billing": {}, "lang": "en", "currency": {}},
    }

    with pytest.raises(ApiError) as refusal:
        harbour.call("PUT", "/api/v1/services/299", body)

    assert refusal.value.code in ("taken", "not-yours")


def test_the_whmcs_page_hands_over_to_the_portal(ready):
    page = get(f"{ready['whmcs']['northwind']}/clientarea.php?action=productdetails&id=101")
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]

    place = urlsplit(ready["portal"])
    opened = requests.post(
        f"http://127.0.0.1:{place.port}/sso/northwind",
        data={"token": token},
        headers={"Host": place.netloc, "Origin": ready["whmcs"]["northwind"], "Sec-Fetch-Dest": "iframe"},
        timeout=20,
    )

    assert opened.status_code == 200
    assert "alice.test" in opened.text


def test_staff_of_a_reseller_suspend_terminate_and_create_from_the_page_of_whmcs(ready):
    needs("php")
    page = f"{ready['whmcs']['harbour']}/admin/clientsservices.php"
    place = urlsplit(page)
    mail = Running()  # not started here: only its switches are used
    mail.control = ready["control"]["smartermail"]

    def press(function: str) -> str:
        url = f"http://127.0.0.1:{place.port}{place.path}/command?id=202"
        answer = requests.post(url, headers={"Host": place.netloc}, data={"function": function}, timeout=60)
        assert "The module did it." in answer.text, answer.text
        return answer.text

    assert "<strong>Suspended</strong>" in press("SuspendAccount")
    assert mail.state("bob-studio.test")["settings"]["isEnabled"] is False
    press("TerminateAccount")
    assert "bob-studio.test" not in mail.domains()
    shown = press("CreateAccount")
    assert mail.state("bob-studio.test")["settings"]["mainDomainAdmin"] in shown
    assert "Active (mailhost)" in shown


def test_every_service_has_a_year_of_samples_and_the_worker_adds_today(tmp_path):
    with started(tmp_path, "--json") as process:
        ready = json.loads(process.stdout.readline())
        [database] = tmp_path.glob("*/portal.db")
        days = wait_for_today(database)
        process.terminate()
        process.wait(SECONDS_TO_STOP)

    # Mailboxes have just been made.
    assert sorted(days.values())[: len(named(ready, "mailbox"))] == [1] * len(named(ready, "mailbox"))
    assert sum(360 <= count <= 366 for count in days.values()) == len(named(ready, "domain"))


def wait_for_today(database: Path) -> dict[int, int]:
    """How many samples each service has, once the worker has read them all."""
    deadline = time.monotonic() + SECONDS_TO_STOP
    with closing(sqlite3.connect(database)) as db:
        while time.monotonic() < deadline:
            counts = db.execute(
                "SELECT service_id, COUNT(*), MAX(day) FROM usage_sample GROUP BY service_id"
            ).fetchall()
            if all(day >= int(time.time()) // 86_400 for _service, _count, day in counts):
                break
            time.sleep(0.1)
    return {service: count for service, count, day in counts if day >= int(time.time()) // 86_400}


def test_dns_knows_the_domains_and_can_be_switched(ready):
    host, port = ready["dns"].split(":")

    def asked(name: str) -> list[str]:
        answer = dns.query.udp(dns.message.make_query(name, "MX"), host, port=int(port), timeout=5)
        return [str(record) for rrset in answer.answer for record in rrset]

    put = requests.put(f"{ready['control']['dns']}/zones/new.test", json={"records": "@ MX 5 mx.new.test."}, timeout=5)

    assert asked("alice.test") == asked("big.test") == ["10 mail.mailhost.test."]
    assert put.status_code == 204
    assert asked("new.test") == ["5 mx.new.test."]


def test_the_mail_server_sees_the_dkim_keys_that_are_in_the_dns(ready):
    mail, dns = ready["smartermail"], ready["control"]["dns"]
    body = {"username": mail["username"], "password": mail["password"], "clientId": "tests"}
    token = requests.post(f"{mail['url']}/api/v1/auth/authenticate-user", json=body, timeout=10).json()["accessToken"]
    headers = {"Authorization": f"Bearer {token}", "X-SmarterMailDomain": "big.test"}

    def call(path):
        return requests.post(f"{mail['url']}/api/v1/settings/domain/{path}", json={}, headers=headers, timeout=10)

    key = call("dkim-create-rollover/1024").json()
    record = f'{key["selector"]}._domainkey TXT "v=DKIM1; p={key["publicKey"]}"'
    early = call("dkim-verify-rollover/false")
    requests.put(f"{dns}/zones/big.test", json={"records": record}, timeout=10).raise_for_status()

    late = call("dkim-verify-rollover/false")

    assert (early.status_code, late.status_code) == (400, 200)


def test_the_demo_prints_where_to_click_and_ctrl_c_stops_everything(tmp_path):
    base = first_of_free_ports()
    with started(tmp_path, "--port-base", str(base)) as process:
        guide = ""
        for line in process.stdout:
            guide += line
            if "Ctrl-C" in line:
                break
        links = re.findall(r"http://\S+", guide)
        statuses = {link: get(link).status_code for link in links if "localhost" in link}
        process.send_signal(signal.SIGINT)
        code = process.wait(SECONDS_TO_STOP)

    assert f"http://whmcs.northwind.localhost:{base + 1}/clientarea.php?action=productdetails&id=101" in links
    assert f"http://billing.harbour.localhost:{base + 1}/clientarea.php?action=productdetails&id=201" in links
    assert set(statuses.values()) == {200}
    assert code == 0
    assert all(stopped(link) for link in links)
    assert list(tmp_path.iterdir()) == []


def test_nothing_outlives_a_sandbox_that_was_killed(tmp_path):
    with started(tmp_path, "--json", "--workers", "2") as process:
        ready = json.loads(process.stdout.readline())
        process.kill()

        assert all(stopped(address) for address in addresses(ready))


def test_the_sandbox_ends_and_says_why_when_its_portal_is_gone(tmp_path):
    with started(tmp_path, "--json") as process:
        ready = json.loads(process.stdout.readline())
        (portal,) = children_running(process.pid, "gunicorn")
        os.kill(portal, signal.SIGKILL)

        assert process.wait(SECONDS_TO_STOP) == 1
        assert "the portal ended" in process.stderr.read()
        assert all(stopped(address) for address in addresses(ready))


def children_running(parent: int, program: str) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in children if program in Path(f"/proc/{child}/cmdline").read_text()]


def test_another_mail_server_and_resolver_take_the_place_of_ours(tmp_path):
    with Running("alice.test=2,0", "bob.test=1,0") as other:
        shared = {"url": "http://127.0.0.1:5398", "username": "reseller", "password": "Shared-Pass-1"}
        account = ["--dns", "127.0.0.1:5399"]
        account += ["--mail-url", f"smartermail={other.url}", "--mail-url", f"polarismail={shared['url']}"]
        account += ["--mail-user", other.username, "--mail-user", shared["username"]]
        account += ["--mail-password", other.password, "--mail-password", shared["password"]]
        with started(tmp_path, "--json", *account) as process:
            ready = json.loads(process.stdout.readline())
            process.terminate()
            process.wait(SECONDS_TO_STOP)
            said = process.stderr.read()
        called = {call["path"] for call in other.calls()}

    assert ready["smartermail"] == {"url": other.url, "username": other.username, "password": other.password}
    assert ready["polarismail"] == shared
    assert ready["dns"] == "127.0.0.1:5399"
    assert ready["control"] == {}
    # Harbour cannot prove that a domain which exists there is theirs; the owner need not.
    assert "bob.test left out" in said
    assert {service["svc"] for service in ready["services"]} == {101, 102, 103, 202}
    assert "alice@mail.test left out" in said
    assert "auth/authenticate-user" in called


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seed", "alice.test"],
        ["--mail-url", "otherserver=http://127.0.0.1"],
        ["--mail-url", "smartermail=x"],
        ["--mail-url", "polarismail=x"],
        ["--set", "x"],
    ],
)
def test_arguments_that_mean_nothing_are_refused(tmp_path, arguments):
    with started(tmp_path, "--json", *arguments) as process:
        _, said = process.communicate(timeout=SECONDS_TO_STOP)

    assert process.returncode == 2
    assert arguments[0] in said


def test_a_port_that_is_taken_is_named(tmp_path):
    base = first_of_free_ports()
    with (
        socket.create_server(("127.0.0.1", base)),
        started(tmp_path, "--json", "--port-base", str(base)) as process,
    ):
        _, said = process.communicate(timeout=SECONDS_TO_STOP)

    assert process.returncode == 1
    assert str(base) in said
