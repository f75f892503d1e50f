"""The module's billing with the portal itself: the same calls, over a socket, from registration to settlement."""

import json
import time

import pytest
import time_machine

from portal.store import exclusive, protocols, services, statements, usage
from portal.store.usage import Sample
from tests.sso.whmcs import Whmcs, hosting
from tests.world import World

GB = 2**30
MONTH = 31 * 86400


@pytest.fixture
def whmcs(beside_portal: Whmcs) -> Whmcs:
    return beside_portal


@pytest.fixture(autouse=True)
def used(world: World) -> None:
    """A month ago the services were registered; alice.test uses 23.4 GB, and alice@ has ActiveSync since."""
    registered = int(time.time()) - MONTH
    with world.app.app_context():
        services.Service.update(created=registered).execute()
        service = services.find("northwind", 101)
        assert service is not None
        with exclusive(service):
            usage.keep(service, Sample(int(time.time()) - 3600, int(23.4 * GB), 3, 1))
        with time_machine.travel(registered, tick=False):
            protocols.switched(service, "alice@alice.test", "eas", True)


def test_what_was_used_is_on_the_invoice_and_settled(whmcs: Whmcs, world: World) -> None:
    whmcs.cron("PreCronJob")
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()

    (storage, eas) = whmcs.items(1001)
    assert storage["amount"] == "18.00"
    assert "23.4" in storage["description"]
    assert eas["amount"] == "2.00"
    assert "alice@alice.test" in eas["description"]
    assert whmcs.activity == []
    with world.app.app_context():
        (row,) = statements.Statement.select().where(statements.Statement.state == "settled")
        assert (row.invoice, row.amounts) == (1001, ["18.00", "2.00"])


def test_a_cancelled_invoice_opens_the_window_again(whmcs: Whmcs) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.cancel(1001)
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))
    whmcs.cron()

    assert [amount for _, amount in whmcs.lines(1002)] == ["18.00", "2.00"]
    assert whmcs.states() == [(1001, 101, "released"), (1002, 101, "settled")]


def test_after_a_restored_backup_of_the_portal_nothing_is_billed_twice(whmcs: Whmcs, world: World) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    with world.app.app_context():
        statements.Statement.delete().execute()
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))
    whmcs.cron()

    assert [amount for _, amount in whmcs.lines(1002)] == ["6.00"]
    assert "is on invoice #1001 already" in whmcs.activity[0]
    assert whmcs.states() == [(1001, 101, "settled"), (1002, 101, "left")]
    with world.app.app_context():
        (row,) = statements.Statement.select().where(statements.Statement.state == "settled")
        assert (row.invoice, row.amounts) == (1001, ["18.00", "2.00"])


@pytest.mark.parametrize(
    ("currency", "why"),
    [(1, "its disk use was never read."), (2, "a price is listed for other currencies than the client's.")],
)
def test_a_service_that_cannot_be_billed_is_left_and_told(whmcs: Whmcs, currency: int, why: str) -> None:
    whmcs.query("update tblclients set currency = ? where id = 12", currency)
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(102), client=12)

    assert [amount for _, amount in whmcs.lines(1001)] == ["6.00"]
    assert whmcs.activity[0].endswith(why)


def test_the_disk_use_in_whmcs_is_what_was_read(whmcs: Whmcs) -> None:
    answer = whmcs.run("UsageUpdate", whmcs.server)

    shown = whmcs.query("select diskusage, disklimit from tblhosting order by id")
    assert [tuple(row.values()) for row in shown] == [(23962, 0), (0, 0)]
    assert answer["result"] == "Service 102: not-read."


def test_a_registration_by_the_cron_has_the_settings_of_the_product(whmcs: Whmcs, world: World) -> None:
    whmcs.cron()

    service = world.service(svc=102)
    assert (service.lang, service.currency["code"], service.billing["unit_price"]) == ("fr", "EUR", "6.00")
    assert service.plan["tier_gb"] == "10"
    assert json.dumps(service.plan).count("mail1") == 1
