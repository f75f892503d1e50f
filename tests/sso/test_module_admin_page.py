"""The module's rows and buttons on the admin's service page, with the portal itself."""

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest

from portal.store import exclusive, services, usage
from portal.store.usage import Sample
from tests.sso.people import IN_ADMIN_AREA, NORA
from tests.sso.whmcs import Whmcs
from tests.world import World

GB = 2**30
FRENCH = {"area": "admin", "admin": NORA, "language": "french"}


@pytest.fixture
def whmcs(beside_portal: Whmcs) -> Whmcs:
    beside_portal.cron()
    return beside_portal


def rows(whmcs: Whmcs, svc: int = 101, **context: Any) -> dict[str, str]:
    found: dict[str, str] = whmcs.call("AdminServicesTabFields", svc, **context)["result"]
    return found


def read(world: World, **facts: Any) -> None:
    with world.app.app_context():
        service = services.find("northwind", 101)
        assert service is not None
        with exclusive(service):
            usage.keep(service, Sample(int(time.time()), int(23.4 * GB), 18, 6, **facts))


def test_a_service_that_is_well_has_a_link_its_state_its_dns_and_nothing_to_look_at(whmcs: Whmcs, world: World) -> None:
    read(world, eas=3, mapi=0, disk_limit=50 * GB)

    found = rows(whmcs)

    assert list(found) == ["E-mail portal", "State", "Usage", "DNS"]
    assert found["State"] == "Active (mail1)"
    assert re.fullmatch(
        r"23\.40 GB / 50\.00 GB, mailboxes: 18, aliases: 6, ActiveSync: 3, MAPI: 0 \(\d{4}-\d\d-\d\d \d\d:\d\d\)",
        found["Usage"],
    )
    assert found["DNS"].startswith("MX: ")


def test_a_use_that_was_never_read_is_not_shown_as_none(whmcs: Whmcs) -> None:
    assert rows(whmcs)["Usage"].startswith("Not read yet.")


def test_a_count_that_could_not_be_read_is_left_out(whmcs: Whmcs, world: World) -> None:
    read(world, eas=None, mapi=2)

    shown = rows(whmcs)["Usage"]

    assert "MAPI: 2" in shown
    assert "ActiveSync" not in shown


def test_the_page_speaks_the_admins_language(whmcs: Whmcs) -> None:
    found = rows(whmcs, session=FRENCH)
    buttons = whmcs.call("AdminCustomButtonArray", 101, session=FRENCH)["result"]

    assert found["État"] == "Actif (mail1)"
    assert "Open" not in found["Portail de courriel"]
    assert next(iter(buttons)) == "Actualiser l’utilisation"


def test_the_buttons_are_the_four_of_staff_and_each_can_be_called(whmcs: Whmcs) -> None:
    buttons = whmcs.call("AdminCustomButtonArray", 101)["result"]

    assert buttons == {
        "Refresh usage": "RefreshUsage",
        "Finish failed steps": "FinishSteps",
        "Register existing": "RegisterExisting",
        "New password for the hidden admin": "NewAdminPassword",
    }


def test_hooks_that_whmcs_has_not_found_are_said_with_what_to_do(whmcs: Whmcs) -> None:
    assert "Press &quot;Save Changes&quot; once" in rows(whmcs, active=[])["To look at"]


def test_a_cron_that_was_never_seen_is_said(beside_portal: Whmcs) -> None:
    assert "cron was never seen" in rows(beside_portal, 101)["To look at"]


def test_a_cron_that_has_not_run_for_hours_is_said(whmcs: Whmcs) -> None:
    for _ in range(4):
        whmcs.an_hour_passes()

    assert "was last seen on" in rows(whmcs)["To look at"]


def test_settings_without_a_meaning_and_doubtful_prices_are_said(whmcs: Whmcs) -> None:
    whmcs.query("update tblproducts set configoption7 = 'many', configoption4 = '1.00'")
    whmcs.an_hour_passes()
    whmcs.cron()

    found = rows(whmcs)["To look at"]

    assert "max_users: &quot;many&quot; is not a whole number" in found
    assert "combined_price is below a single price" in found
    assert any('max_users: "many" is not' in line for line in whmcs.activity)


def test_a_step_that_failed_is_said_with_what_goes_on_with_it(whmcs: Whmcs, world: World) -> None:
    world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "when": "before"})
    whmcs.call("SuspendAccount", 101)
    world.mail.faults()

    found = rows(whmcs)

    assert "Finish failed steps" in found["Last error"]
    assert "Nora Ward" in found["Last activity"]


def test_what_an_ended_service_used_and_nobody_pays_is_said(whmcs: Whmcs, world: World) -> None:
    with world.app.app_context():
        services.Service.update(created=int(time.time()) - 10 * 86400).execute()
    whmcs.call("TerminateAccount", 101)

    found = rows(whmcs)

    assert found["State"].startswith("Terminated")
    assert re.search(r"What was used from \S+ \S+ to \S+ \S+ is on no invoice", found["To look at"])


def test_a_service_that_the_portal_does_not_know_is_said_with_what_to_do(whmcs: Whmcs) -> None:
    whmcs.add_service(110, "new.test", domainstatus="Pending")

    assert "Register existing" in rows(whmcs, 110)["State"]


def test_without_the_portal_the_page_still_opens_with_the_reason(whmcs: Whmcs) -> None:
    whmcs.server["serverport"] = "1"

    found = rows(whmcs)

    assert "Nothing answers at http://localhost:1" in found["State"]
    assert "Open as admin" in found["E-mail portal"]


def test_nothing_that_the_portal_tells_becomes_markup(whmcs: Whmcs, world: World) -> None:
    whmcs.query("update tblproducts set configoption7 = '<script>alert(1)</script>'")
    whmcs.an_hour_passes()
    whmcs.cron()
    tags: set[str] = set()

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            tags.add(tag)

    Parser().feed("".join(rows(whmcs).values()))

    assert tags == {"a", "ul", "li"}


def test_the_server_entry_has_a_link_to_the_console(whmcs: Whmcs) -> None:
    context = {"session": IN_ADMIN_AREA, "config": {"SystemURL": "https://billing.northwind.test/"}}

    html = whmcs.run("AdminLink", whmcs.server, **context)["result"]

    assert re.search(r'href="http://localhost:\d+/sso/northwind#[\w.-]+"', html)
    assert whmcs.server["serverpassword"] not in html


def test_the_customers_own_action_signs_them_on(whmcs: Whmcs) -> None:
    client = {"area": "client", "user": {"id": 21, "fullName": "Alice Martin", "email": "alice@customer.test"}}

    (action,) = whmcs.call("CustomActions", 101, session=client)["result"]

    assert (action["identifier"], action["permissions"], action["active"]) == ("open", ["productsso"], True)
    assert action["display"] == "Open the e-mail settings"
    assert action["answer"]["success"] is True
    assert "/sso/northwind#" in action["answer"]["redirectTo"]


def test_a_name_that_a_customer_typed_is_no_markup_in_the_activity_log(whmcs: Whmcs) -> None:
    whmcs.query("update tblhosting set domain = '&lt;b&gt;alice' where id = 101")
    whmcs.an_hour_passes()

    whmcs.cron()

    assert any("(&lt;b&gt;alice)" in line for line in whmcs.activity)
    assert not any("<b>" in line for line in whmcs.activity)
