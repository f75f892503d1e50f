"""A reseller is set up by one command that can be repeated; a check goes all the way round, says what is missing."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal import reseller_check
from portal.sandbox.dns.server import Dns, Fault
from portal.store import contacts, loans, own_hosts, servers, tenants
from portal.store.tenants import Tenant
from tests.views.api.whmcs import Whmcs, registration
from tests.world import Visitor, World

KEY = re.compile(r"Password: ([A-Za-z0-9_-]{43})$", re.MULTILINE)
QUAY = [
    *("tenant", "set-up", "quay", "--name", "Quay Mail", "--whmcs-url", "https://my.quay.test/whmcs"),
    *("--lend", "mail1:domains=20,mailboxes=500", "--colour", "#AA2200", "--support", "https://quay.test/help"),
]
Flask = Callable[..., Result]


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The portal's own name and quay's: mail.quay.test leads to it, elsewhere.quay.test does not."""
    with Dns() as running:
        running.zones.put("portal.test", "@ A 127.0.0.1")
        running.zones.put("quay.test", "mail CNAME portal.test.\nelsewhere A 192.0.2.1")
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def flask(world: World) -> Flask:
    """Runs a command."""
    return lambda *words: world.app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def quay(world: World, flask: Flask) -> Tenant:
    """A reseller that was just set up, with its key known to the world."""
    found = KEY.search(flask(*QUAY).stdout)
    assert found is not None
    world.keys["quay"] = found[1]
    return kept()


def kept() -> Tenant:
    tenant = tenants.by_slug("quay")
    assert tenant is not None
    return tenant


def lines(result: Result) -> dict[str, str]:
    """The state by sentence."""
    return {line[8:]: line[:7].strip() for line in result.stdout.splitlines()}


def missing(result: Result) -> list[str]:
    return [sentence for sentence, state in lines(result).items() if state == "MISSING"]


def test_one_command_makes_all_of_it(world: World, flask: Flask) -> None:
    result = flask(*QUAY)

    assert result.exit_code == 0, result.output
    with world.app.app_context():
        tenant = kept()
        [use] = loans.all_of(tenant=tenant)
        assert (tenant.name, tenant.whmcs_url, tenant.owner) == ("Quay Mail", "https://my.quay.test/whmcs", False)
        assert tenant.brand == {"colour": "#aa2200", "support": "https://quay.test/help"}
        assert tenants.origins(tenant) == ["https://my.quay.test"]
        assert (use.server.name, use.loan.domains, use.loan.mailboxes) == ("mail1", 20, 500)


def test_it_prints_exactly_what_to_enter_in_the_resellers_whmcs(world: World, flask: Flask) -> None:
    printed = flask(*QUAY).stdout

    with world.app.app_context():
        [key] = tenants.keys(kept())
    for entry in (
        "Module: Mailporch",
        "Hostname: portal.test",
        "Username: quay",
        f"Password: {key}",
        "Secure: ticked",
        "Port: empty",
        "Module setting 24, Mail server: mail1, or empty",
        "Require Domain: ticked",
    ):
        assert f"  {entry}\n" in printed
    assert "Mailporch mailboxes" not in printed
    assert world.mail.password not in printed


def test_where_mailboxes_are_lent_their_module_and_field_are_told_too(world: World, flask: Flask) -> None:
    with world.app.app_context():
        servers.add(
            kind="polarismail", name="shared", url="https://s.test", username="a", password="b", mail_host="s.test"
        )

    printed = flask(*QUAY, "--lend", "shared:mailboxes=3").stdout

    assert "  Module: Mailporch mailboxes\n" in printed
    assert "  Custom field: named Mailbox: a text box, required, shown on the order form\n" in printed
    assert "lent: shared (mailboxes 0/3)\n" in printed


def test_a_second_run_shows_no_key_and_changes_nothing(world: World, flask: Flask, quay: Tenant) -> None:
    again = flask(*QUAY)

    assert again.exit_code == 0
    assert world.keys["quay"] not in again.stdout
    assert KEY.search(again.stdout) is None
    assert "its key is not shown again" in again.stdout
    assert tenants.keys(quay) == [world.keys["quay"]]


def test_a_second_run_completes_what_is_missing_and_says_what_it_left(flask: Flask, quay: Tenant) -> None:
    Tenant.update(brand={"colour": "#000000"}).execute()
    tenants.remove_origin(quay, "https://my.quay.test")
    loan = loans.all_of(tenant=quay)[0].loan
    loans.end(loan)

    again = flask(*QUAY, "--name", "Quay")

    tenant = kept()
    assert tenant.brand == {"colour": "#000000", "support": "https://quay.test/help"}
    assert tenants.origins(tenant) == ["https://my.quay.test"]
    assert len(loans.all_of(tenant=tenant)) == 1
    assert "name is another one, and was left as it is\n" in again.stdout
    assert "colour is another one, and was left as it is\n" in again.stdout


@pytest.mark.usefixtures("quay")
def test_an_address_of_whmcs_that_ends_in_a_slash_is_the_same_one(flask: Flask) -> None:
    again = flask(*QUAY, "--whmcs-url", "https://my.quay.test/whmcs/")
    flask("tenant", "add", "pier", "--name", "Pier", "--whmcs-url", "https://pier.test/")

    pier = tenants.by_slug("pier")
    assert "was left as it is" not in again.stdout
    assert pier is not None
    assert pier.whmcs_url == "https://pier.test"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (["--lend", "mail9"], "there is no mail server mail9"),
        (["--lend", "mail1:users=3"], "write NAME, NAME:domains=20"),
        (["--lend", "mail1:domains=99999999"], "a limit is 1000000 at most"),
        (["--origin", "http://my.quay.test"], "an origin is https://host"),
        (["--support", "javascript:alert(1)"], "write https://"),
        (["--colour", "red"], "write #rrggbb"),
        (["--language", "xx"], "'xx' is not one of"),
    ],
)
def test_what_cannot_be_makes_nothing(world: World, flask: Flask, changed: list[str], sentence: str) -> None:
    result = flask(*QUAY, *changed)

    assert result.exit_code != 0
    assert sentence in result.stderr
    with world.app.app_context():
        assert tenants.by_slug("quay") is None


def test_the_owner_is_no_reseller(flask: Flask) -> None:
    result = flask("tenant", "set-up", "northwind", "--name", "N", "--whmcs-url", "https://n.test")

    assert (result.exit_code, result.stderr) == (1, "Error: northwind is the portal's owner\n")


def test_a_new_reseller_is_told_what_is_missing_and_what_comes_later(flask: Flask, quay: Tenant) -> None:
    result = flask("tenant", "check", "quay")

    assert result.exit_code == 1
    assert lines(result) == {
        "It has a key.": "ok",
        "Pages of https://my.quay.test, its WHMCS, may embed the portal.": "ok",
        "Its WHMCS never tested the connection. Make the server entry there and press “Test Connection”.": "MISSING",
        "Its WHMCS has not called yet beyond the test. It does with the first order, or with its next cron.": "later",
        "The mail server mail1 answers.": "ok",
        "It has no service yet. Order the product there for a domain of its own, and accept the order.": "later",
        "No service was opened from its WHMCS yet. Open one as a customer.": "later",
        "Its brand has a support link.": "ok",
    }


def test_after_the_whole_way_nothing_is_missing(world: World, flask: Flask, quay: Tenant) -> None:
    whmcs = Whmcs(world, "quay")
    whmcs.call("GET", "/api/v1/ping")
    created = whmcs.call("POST", "/api/v1/services/900/create", order("new.test"))
    page = world.post_token(world.token(hand_off(world)), "quay")

    result = flask("tenant", "check", "quay")

    assert (created.status_code, page.status_code) == (200, 200)
    assert (result.exit_code, missing(result)) == (0, [])
    assert "It has registered services: 1, of which 1 can be opened." in lines(result)
    assert set(lines(result).values()) == {"ok"}


def no_key(_world: World, tenant: Tenant) -> None:
    tenants.TenantKey.update(retired=1).where(tenants.TenantKey.tenant == tenant).execute()


def no_origin(_world: World, tenant: Tenant) -> None:
    tenants.add_origin(tenant, "https://elsewhere.test")
    tenants.remove_origin(tenant, "https://my.quay.test")


def nothing_lent(_world: World, tenant: Tenant) -> None:
    loans.end(loans.all_of(tenant=tenant)[0].loan)


def silent_server(world: World, _tenant: Tenant) -> None:
    world.mail.faults({"path": "*", "kind": "down"})


def full(world: World, tenant: Tenant) -> None:
    world.register("harbour", 201, "bob.test")
    loans.lend(loans.all_of(tenant=tenant)[0].server, tenant, domains=1)
    Whmcs(world, "quay").call("POST", "/api/v1/services/900/create", order("new.test"))


def wrong_plan(world: World, _tenant: Tenant) -> None:
    body = order("new.test") | {"plan": {"server": "mail1", "max_users": "many"}}
    Whmcs(world, "quay").call("PUT", "/api/v1/services/900", body)


def old_module(world: World, _tenant: Tenant) -> None:
    whmcs = Whmcs(world, "quay")
    header = whmcs.header("GET", "/api/v1/ping", b"")
    whmcs.send("GET", "/api/v1/ping", b"", header, **{"User-Agent": "mailporch/0.0.9"})


def silent_whmcs(world: World, _tenant: Tenant) -> None:
    Whmcs(world, "quay").call("GET", "/api/v1/services")
    contacts.Contact.update(at=contacts.Contact.at - 100_000).execute()


def no_support(_world: World, tenant: Tenant) -> None:
    Tenant.update(brand={}).where(Tenant.id == tenant.id).execute()


def lost_host(_world: World, tenant: Tenant) -> None:
    own_hosts.put(tenant, "lost.quay.test")


def host_of_another(_world: World, tenant: Tenant) -> None:
    own_hosts.put(tenant, "elsewhere.quay.test")


def silent_host(_world: World, tenant: Tenant) -> None:
    own_hosts.put(tenant, "mail.quay.test")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (no_key, "It has no key that is good."),
        (no_origin, "Add the origin https://my.quay.test."),
        (nothing_lent, "No mail server is lent to it."),
        (silent_server, "The mail server mail1 does not answer as it should"),
        (full, "Of the mail server mail1 it has 1 domains and may have 1."),
        (wrong_plan, "The settings of service #900 (new.test) have no meaning"),
        (old_module, "Its module is version 0.0.9, the portal 0.1.0."),
        (silent_whmcs, "Look whether its cron runs"),
        (no_support, "Its brand has no support link"),
        (lost_host, "Its own host name lost.quay.test does not lead here. It needs a CNAME to portal.test in DNS."),
        (host_of_another, "Its own host name elsewhere.quay.test does not lead here."),
        (silent_host, "Nothing answers by https for its own host name mail.quay.test (ConnectionRefusedError)."),
    ],
)
def test_each_thing_that_can_be_missing_is_found(
    world: World, flask: Flask, quay: Tenant, break_it: Callable[[World, Tenant], None], sentence: str
) -> None:
    break_it(world, quay)

    result = flask("tenant", "check", "quay")

    assert result.exit_code == 1
    assert [line for line in missing(result) if sentence in line]


def test_a_host_name_that_could_not_be_looked_up_is_not_told_to_lead_elsewhere(
    flask: Flask, quay: Tenant, dns: Dns
) -> None:
    own_hosts.put(quay, "mail.quay.test")
    dns.faults(Fault("mail.quay.test", "servfail"))

    result = flask("tenant", "check", "quay")

    sentence = "Where its own host name mail.quay.test leads could not be looked up. Check again in a minute."
    assert lines(result)[sentence] == "later"


def test_a_certificate_that_no_browser_believes_is_told(world: World, quay: Tenant, tls: int) -> None:
    own_hosts.put(quay, "mail.quay.test")
    mail, lookup = world.app.extensions["mail"], world.app.extensions["dns"]

    found = reseller_check.check(quay, mail, lookup, f"https://portal.test:{tls}")

    assert [line.code for line in found if line.code.startswith("host")] == ["host-certificate"]


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[int]:
    """The port of a server with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.quay.test")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("mail.quay.test")]), critical=False)
    certificate = made.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path / "both.pem"
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                own.wrap_socket(listening.accept()[0], server_side=True)

        Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_the_check_of_a_tenant_tells_of_that_tenant_only(
    world: World, flask: Flask, quay: Tenant, bob: Visitor
) -> None:
    result = flask("tenant", "check", "quay")

    for text in ("bob.test", "harbour", "northwind", "Harbour", world.keys["quay"], world.mail.password):
        assert text not in result.stdout


def test_a_loan_is_made_changed_and_ended_by_commands(flask: Flask, quay: Tenant) -> None:
    lent = flask("server", "lend", "mail1", "quay", "--domains", "3")
    listed = flask("server", "list")
    ended = flask("server", "lend", "mail1", "quay", "--end")
    again = flask("server", "lend", "mail1", "quay", "--end")

    assert lent.stdout == "mail1 is lent to quay: domains 0/3, mailboxes 0/unlimited\n"
    assert "quay (domains 0/3, mailboxes 0/unlimited)" in listed.stdout
    assert ended.stdout == "mail1 is not lent to quay any more\n"
    assert (again.exit_code, again.stderr) == (1, "Error: mail1 is not lent to quay\n")


def test_a_loan_in_use_is_not_ended_by_the_command(world: World, flask: Flask) -> None:
    result = flask("server", "lend", "mail1", "harbour", "--end")

    assert (result.exit_code, result.stderr) == (1, "Error: services of harbour are on mail1: bob.test\n")


def order(name: str) -> dict[str, Any]:
    return registration(name, status="Pending")


def hand_off(world: World) -> dict[str, Any]:
    return world.claims("harbour", 900, "new.test") | {"aud": "quay", "origin": "https://my.quay.test"}
