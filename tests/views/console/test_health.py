"""The health: what works, and what is asked for beside the page."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from portal.sandbox.dns.server import Dns, Fault
from portal.store import job_runs
from tests.views.pages import says
from tests.world import Visitor, World


@pytest.fixture
def dns() -> Iterator[Dns]:
    with Dns() as running:
        running.zones.put("mail.example.test", "@ A 192.0.2.1")
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


def test_a_worker_that_was_never_seen_is_missed(nora: Visitor) -> None:
    assert says(nora.get("health/"), "never seen")


def test_a_worker_that_ran_lately_is_well_and_one_that_did_not_is_late(world: World, nora: Visitor) -> None:
    with world.app.app_context():
        job_runs.begin("collect")
        job_runs.end("collect", "done")

    lately = nora.get("health/")
    with time_machine.travel(time.time() + 1600):
        late = nora.get("health/")

    assert says(lately, "seen")
    assert not says(lately, "It should run every ten minutes.")
    assert says(late, "It should run every ten minutes.")


def test_dns_is_asked_beside_the_page(nora: Visitor, dns: Dns) -> None:
    page = nora.get("health/")
    asked_by_the_page = dns.queries()
    well = nora.get("health/dns")

    assert 'hx-get="/console/health/dns"' in page.text
    assert asked_by_the_page == []
    assert says(well, "asked for mail.example.test")


def test_dns_that_gives_no_usable_answer_is_not_well(nora: Visitor, dns: Dns) -> None:
    dns.faults(Fault("mail.example.test", "servfail"))

    page = nora.get("health/dns")

    assert page.status_code == 200
    assert says(page, "does not answer")


def test_the_queue_is_counted(nora: Visitor) -> None:
    page = nora.get("health/")

    assert says(page, "0 waiting")
