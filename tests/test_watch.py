"""The DNS watch: every active service looked at without anybody asking, each for itself."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from click.testing import Result

from portal import jobs
from portal.dns import CouldNotLook, Finding, Note, Verdict
from portal.dns.lookup import Lookup
from portal.jobs import Verdicts
from portal.mail import Dkim, DomainService
from portal.sandbox.control import Running
from portal.sandbox.dns.server import Dns, Fault
from portal.store import servers, tenants, turns
from portal.store.services import Service
from tests.at_once import at_once
from tests.dkim_world import publish
from tests.world import World

VERIFY = "settings/domain/dkim-verify-rollover"
READ = "settings/sysadmin/domain-settings"


@pytest.fixture
def dns(mail: Running) -> Iterator[Dns]:
    """The DNS that portal and mail server see."""
    with Dns() as running:
        mail.dns(resolver=running.address)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


def domain(world: World, name: str = "alice.test") -> DomainService:
    assert world.server is not None
    return world.app.extensions["mail"].to(world.server).domain(name)


def wait_for_dns(world: World, dns: Dns, name: str = "alice.test", *, published: bool = True) -> Dkim:
    """Switch DKIM on; the key waits, and DNS has it."""
    found = domain(world, name).enable_dkim()
    publish(dns, found.keys if published else (), name)
    return found


def watch(world: World, dns: Dns, verdicts: Verdicts = lambda service: {}, tenant: str = "") -> dict[str, list[str]]:
    """The lines of each domain, by a process that knows nothing yet."""
    with closing(Lookup([(dns.host, dns.port)], seconds=0.5)) as lookup:
        return lines_of(world, lookup, verdicts, tenant)


def lines_of(world: World, lookup: Lookup, verdicts: Verdicts, tenant: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with world.app.app_context():
        only = tenants.by_slug(tenant) if tenant else None
        for seen in jobs.watch(world.app.extensions["mail"], lookup, tenant=only, verdicts=verdicts):
            found.setdefault(seen.service.name, []).append(f"{seen.record} {seen.verdict} {seen.note}")
    return {name: sorted(lines) for name, lines in found.items()}


def test_a_published_key_is_used_without_anybody_asking(world: World, dns: Dns) -> None:
    waiting = wait_for_dns(world, dns)

    found = watch(world, dns)

    after = domain(world).dkim()
    assert (after.active, after.validated) == (waiting.pending, True)
    assert found["alice.test"] == ["dkim ok active: its key was just found by the mail server"]


def test_what_the_watch_did_is_recorded_as_done_by_nobody(world: World, dns: Dns) -> None:
    waiting = wait_for_dns(world, dns)

    watch(world, dns)
    watch(world, dns)

    [row] = world.recorded()
    assert (row.action, row.result, row.subject) == ("dkim.verify", "done", "alice.test")
    assert (row.actor_role, row.actor_name, row.session_id) == ("automatic", "", None)
    assert row.detail == {"selector": waiting.keys[0].selector}


def test_the_customer_reads_that_it_happened_by_itself(world: World, dns: Dns, alice: Any) -> None:
    wait_for_dns(world, dns)
    watch(world, dns)

    page = alice.get("history")

    assert "DKIM key of alice.test found in DNS and in use" in page.text
    assert "<bdi>automatic</bdi>" in page.text


def test_every_active_service_of_every_tenant_has_its_line(world: World, dns: Dns) -> None:
    wait_for_dns(world, dns, published=False)

    found = watch(world, dns)

    assert found == {
        "alice.test": ["dkim missing waiting"],
        "alice-shop.test": ["dkim off off"],
        "bob.test": ["dkim off off"],
    }


def test_one_tenant_can_be_watched_alone(world: World, dns: Dns) -> None:
    assert watch(world, dns, tenant="harbour") == {"bob.test": ["dkim off off"]}


@pytest.mark.parametrize("status", ["Suspended", "Terminated", "Pending"])
def test_a_service_that_is_not_active_is_left_alone(world: World, dns: Dns, status: str) -> None:
    waiting = wait_for_dns(world, dns)
    world.register("northwind", 101, "alice.test", status=status)

    found = watch(world, dns)

    assert "alice.test" not in found
    assert domain(world).dkim() == waiting


@pytest.mark.parametrize("lacking", [{"proved": False}, {"username": ""}, {"server": None}, {"product": "mailbox"}])
def test_a_service_whose_domain_we_may_not_manage_is_left_alone(
    world: World, dns: Dns, lacking: dict[str, Any]
) -> None:
    with world.app.app_context():
        Service.update(**lacking).where(Service.svc == 101).execute()

    assert sorted(watch(world, dns)) == ["alice-shop.test", "bob.test"]


@pytest.mark.parametrize("kind", ["down", "500", "html", "refuse"])
def test_a_domain_that_cannot_be_read_is_unknown_and_stops_no_other(world: World, dns: Dns, kind: str) -> None:
    waiting = wait_for_dns(world, dns, "bob.test")
    world.mail.faults({"path": f"{READ}/alice.test", "kind": kind})

    found = watch(world, dns)

    assert [line[:12] for line in found["alice.test"]] == ["dkim unknown"]
    assert domain(world, "bob.test").dkim().active == waiting.pending


def test_a_mail_server_that_says_no_is_told_of_and_stops_no_other(world: World, dns: Dns) -> None:
    for name in ("alice.test", "bob.test"):
        wait_for_dns(world, dns, name)
    world.mail.faults({"path": VERIFY, "kind": "refuse", "message": "NOT_NOW", "times": 1})

    found = watch(world, dns)

    lines = sorted(found["alice.test"] + found["bob.test"])
    assert lines == [
        "dkim missing waiting: verify the pending DKIM key: HTTP 200 NOT_NOW",
        "dkim ok active: its key was just found by the mail server",
    ]


@pytest.mark.parametrize(
    ("when", "then", "results"),
    [("before", ": its key was just found by the mail server", ["done", "unknown"]), ("after", "", ["done"])],
)
def test_an_answer_that_was_lost_is_finished_by_the_next_watch(
    world: World, dns: Dns, when: str, then: str, results: list[str]
) -> None:
    waiting = wait_for_dns(world, dns)
    world.mail.faults({"path": VERIFY, "kind": "down", "when": when, "times": 1})

    first, second = watch(world, dns), watch(world, dns)

    assert first["alice.test"][0].startswith("dkim missing waiting: ")
    assert second["alice.test"] == [f"dkim ok active{then}"]
    assert [row.result for row in world.recorded()] == results
    assert domain(world).dkim().active == waiting.pending


def test_a_dns_that_does_not_answer_is_unknown_and_nothing_is_sent(world: World, dns: Dns) -> None:
    waiting = wait_for_dns(world, dns)
    dns.faults(Fault("alice.test", "servfail"))

    found = watch(world, dns)

    assert found["alice.test"] == ["dkim unknown waiting"]
    assert domain(world).dkim() == waiting
    assert world.recorded() == []


def test_a_domain_that_somebody_is_changing_is_left_to_them(world: World, dns: Dns) -> None:
    waiting = wait_for_dns(world, dns)
    with world.app.app_context():
        assert turns.take(world.service(), "somebody", lasts=20)

    found = watch(world, dns)

    assert found["alice.test"] == ["dkim missing waiting: somebody else is changing it"]
    assert domain(world).dkim() == waiting


def test_two_watches_at_once_have_a_key_verified_once(world: World, dns: Dns) -> None:
    wait_for_dns(world, dns)
    world.mail.clear_log()

    at_once(2, lambda number: watch(world, dns))

    assert len([call for call in world.mail.calls() if call["path"].startswith(VERIFY)]) == 1
    assert domain(world).dkim().validated


def test_other_verdicts_can_be_plugged_in(world: World, dns: Dns) -> None:
    def verdicts(service: Service) -> Mapping[str, Finding]:
        if service.name == "bob.test":
            raise CouldNotLook("MX of bob.test: Timeout")
        return {"mx": Finding(Verdict.OK, Note("mx-ours")), "spf": Finding(Verdict.WRONG, Note("spf-no-all"))}

    found = watch(world, dns, verdicts)

    assert found["alice.test"] == ["dkim off off", "mx ok mx-ours", "spf wrong spf-no-all"]
    assert found["bob.test"] == ["dkim off off", "dns unknown MX of bob.test: Timeout"]


def test_a_fault_of_ours_in_one_service_stops_no_other(
    world: World, dns: Dns, caplog: pytest.LogCaptureFixture
) -> None:
    def verdicts(service: Service) -> Mapping[str, Finding]:
        return {"mx": Finding(Verdict.OK, Note("mx-ours"))} if service.name == "bob.test" else 1 / 0

    found = watch(world, dns, verdicts)

    assert found["alice.test"] == ["dkim off off", "dns unknown our fault: ZeroDivisionError"]
    assert found["bob.test"] == ["dkim off off", "mx ok mx-ours"]
    assert "alice.test" in caplog.text


def test_a_mail_server_is_asked_about_a_few_services_at_a_time(world: World, dns: Dns) -> None:
    for number in range(12):
        world.mail.domain(f"domain{number}.test")
        world.register("northwind", 300 + number, f"domain{number}.test")
    lock, running, most = threading.Lock(), 0, 0

    def verdicts(service: Service) -> Mapping[str, Finding]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return {}

    found = watch(world, dns, verdicts)

    assert len(found) == 15
    assert 1 < most <= jobs.AT_ONCE


def test_a_slow_mail_server_delays_no_other(world: World, dns: Dns) -> None:
    slow = [f"slow{number}.test" for number in range(2 * jobs.AT_ONCE)]
    with Running() as other, world.app.app_context():
        other.latency(200)
        fast = world.server
        world.server = servers.add(
            kind="smartermail",
            name="slow",
            url=other.url,
            username=other.username,
            password=other.password,
            mail_host="slow.example.test",
        )
        for number, name in enumerate(slow):
            other.domain(name)
            # They come first.
            world.register("northwind", 1 + number, name)
        world.server = fast
        lookup = world.app.extensions["dns"]

        order = [seen.service.name for seen in jobs.watch(world.app.extensions["mail"], lookup)]

    assert sorted(order[:3]) == ["alice-shop.test", "alice.test", "bob.test"]
    assert sorted(order[3:]) == slow


def test_a_look_costs_one_call_to_the_mail_server(world: World, dns: Dns) -> None:
    wait_for_dns(world, dns, published=False)
    world.mail.clear_log()

    watch(world, dns)

    assert sorted(call["path"].partition(READ)[2] for call in world.mail.calls()) == [
        "/alice-shop.test",
        "/alice.test",
        "/bob.test",
    ]


@pytest.fixture
def command(world: World) -> Callable[..., Result]:
    return lambda *words: world.app.test_cli_runner().invoke(args=["dns", "watch", *words])


def test_the_command_prints_a_line_per_service_and_record(
    world: World, dns: Dns, command: Callable[..., Result]
) -> None:
    wait_for_dns(world, dns)

    result = command()

    assert result.exit_code == 0, result.output
    assert sorted(line for line in result.stdout.splitlines() if line.startswith("northwind-101")) == [
        "northwind-101\talice.test\tautodiscover\tmissing\tautodiscover-host-missing",
        "northwind-101\talice.test\tdkim\tok\tactive: its key was just found by the mail server",
        "northwind-101\talice.test\tdmarc\tmissing\tdmarc-missing",
        "northwind-101\talice.test\tmx\tok\tmx-ours",
        "northwind-101\talice.test\tspf\toff\tnot-asked",
    ]
    assert len(result.stdout.splitlines()) == 15


def test_the_command_can_be_about_one_tenant(command: Callable[..., Result]) -> None:
    result = command("--tenant", "harbour")

    assert {line.split("\t")[0] for line in result.stdout.splitlines()} == {"harbour-201"}


def test_the_command_knows_no_other_tenant(command: Callable[..., Result]) -> None:
    result = command("--tenant", "nobody")

    assert result.exit_code == 2
    assert "there is no tenant nobody" in result.stderr


def test_no_key_is_printed(world: World, dns: Dns, command: Callable[..., Result]) -> None:
    waiting = wait_for_dns(world, dns)

    result = command()

    assert waiting.keys[0].public_key not in result.output
    assert "never-forward-this" not in result.output
