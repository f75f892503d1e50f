"""The disk use that WHMCS shows of each service."""

from typing import Any

import pytest

from tests.sso.billing_portal import BillingPortal
from tests.sso.whmcs import Whmcs

KNOWN = {"disk_mb": 23456, "disk_limit_mb": 51200, "as_of": "2026-11-21T09:30:00+00:00"}


def update(whmcs: Whmcs, portal: BillingPortal) -> str:
    return str(whmcs.run("UsageUpdate", portal.server)["result"])


def shown(whmcs: Whmcs, svc: int) -> tuple[Any, ...]:
    (row,) = whmcs.query("select diskusage, disklimit, lastupdate from tblhosting where id = ?", svc)
    return tuple(row.values())


@pytest.fixture(autouse=True)
def two_services(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    for svc, name in ((101, "alice.test"), (102, "alice-shop.test")):
        whmcs.add_service(svc, name, diskusage=5, disklimit=7, lastupdate="2026-11-01 00:00:00")
    billing_portal.disk = {101: KNOWN, 102: {"error": "unreachable"}}


def test_what_is_known_is_written_with_its_time(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    update(whmcs, billing_portal)

    assert shown(whmcs, 101) == (23456, 51200, "2026-11-21 09:30:00")


def test_what_is_not_known_stays_and_is_said(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    answer = update(whmcs, billing_portal)

    assert shown(whmcs, 102) == (5, 7, "2026-11-01 00:00:00")
    assert answer == "Service 102: unreachable."


@pytest.mark.parametrize(
    "strange", [{}, {"disk_mb": None}, {"disk_mb": "much"}, {"as_of": ""}, {"as_of": "some day"}, {"error": "stale"}]
)
def test_a_strange_answer_is_not_taken_for_zero(
    whmcs: Whmcs, billing_portal: BillingPortal, strange: dict[str, Any]
) -> None:
    billing_portal.disk[101] = KNOWN | strange if strange else {}

    update(whmcs, billing_portal)

    assert shown(whmcs, 101) == (5, 7, "2026-11-01 00:00:00")


def test_a_limit_that_is_not_known_stays(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.disk = {101: KNOWN | {"disk_limit_mb": None}, 102: KNOWN}

    answer = update(whmcs, billing_portal)

    assert answer == "success"
    assert shown(whmcs, 101) == (23456, 7, "2026-11-21 09:30:00")


def test_only_this_servers_services_of_this_module_are_asked_for(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(103, "another-module.test", packageid=2)
    whmcs.add_service(104, "another-server.test", server=2)
    whmcs.add_service(105, "gone.test", domainstatus="Terminated")

    update(whmcs, billing_portal)

    assert billing_portal.asked("/api/v1/usage") == [{"services": [101, 102]}]


def test_a_portal_that_is_down_changes_nothing(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.status = 500

    answer = update(whmcs, billing_portal)

    assert "a fault of its own (HTTP 500)" in answer
    assert shown(whmcs, 101) == (5, 7, "2026-11-01 00:00:00")
