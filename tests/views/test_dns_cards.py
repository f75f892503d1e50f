"""The cards of DNS records: what they show of what DNS holds, and when they look."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine

from portal.sandbox.dns.server import Dns, Fault
from tests.elsewhere import Elsewhere
from tests.views.pages import says, settled, text_of
from tests.world import Visitor, World

MX = "@ MX 10 mail.example.test."
SPF = '@ TXT "v=spf1 include:spf.example.test ~all"'
DMARC = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:reports@alice.test"'
AUTODISCOVER = "autodiscover CNAME mail.example.test.\n_autodiscover._tcp SRV 0 0 443 mail.example.test."
PLAN = {"spf_primary": "include:spf.example.test", "dmarc_rua": "reports@alice.test", "max_domain_aliases": "3"}
BY_PLAN = ("mx", "spf", "dmarc", "autodiscover")


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The DNS: all is well at alice.test, and somebody else has the mail of bob.test."""
    with Dns() as running:
        running.zones.put("example.test", 'mail A 192.0.2.25\nspf TXT "v=spf1 ip4:192.0.2.25 -all"')
        running.zones.put("alice.test", "\n".join([MX, SPF, DMARC, AUTODISCOVER]))
        running.zones.put("bob.test", '@ MX 10 mx.elsewhere.test.\n@ TXT "v=spf1 include:_spf.elsewhere.test -all"')
        running.zones.put("elsewhere.test", 'mx A 192.0.2.77\n_spf TXT "v=spf1 ip4:192.0.2.77 -all"')
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def alice(world: World) -> Visitor:
    return world.visitor(plan=PLAN)


@pytest.fixture
def bob(world: World) -> Visitor:
    return world.visitor(
        slug="harbour",
        svc=201,
        name="bob.test",
        plan=PLAN,
        user={"id": 7, "name": "Bob Stone", "email": "bob@example.test"},
    )


@pytest.mark.parametrize("record", BY_PLAN)
def test_a_record_that_is_as_it_should_be_is_configured(alice: Visitor, record: str) -> None:
    page = settled(alice, record)

    assert page.status_code == 200, page.text
    assert f'data-record="{record}" data-verdict="ok"' in page.text
    assert says(page, "Configured")


@pytest.mark.parametrize(
    ("record", "zone", "verdict", "sentence"),
    [
        ("mx", "", "missing", "There is no MX record"),
        ("mx", "@ MX 10 mx.elsewhere.test.", "wrong", "Your mail goes to mx.elsewhere.test and not to us."),
        ("spf", MX, "missing", "There is no SPF record."),
        ("spf", '@ TXT "v=spf1 a -all"', "wrong", "The record does not name our servers (include:spf.example.test)."),
        ("spf", f'{SPF}\n@ TXT "v=spf1 -all"', "conflict", "There are 2 SPF records."),
        ("dmarc", MX, "missing", "There is no DMARC record."),
        ("dmarc", '_dmarc TXT "v=DMARC1; rua=mailto:a@alice.test"', "wrong", "The record has no policy"),
        ("dmarc", f'{DMARC}\n_dmarc TXT "v=DMARC1; p=reject"', "conflict", "There are 2 DMARC records."),
        ("autodiscover", MX, "missing", "The host is not there."),
        ("autodiscover", AUTODISCOVER.replace("443", "80"), "wrong", "names port 80; it has to be 443."),
    ],
)
def test_what_is_not_right_is_said_with_its_reason(
    dns: Dns, alice: Visitor, record: str, zone: str, verdict: str, sentence: str
) -> None:
    dns.zones.put("alice.test", zone)

    page = settled(alice, record)

    assert f'data-record="{record}" data-verdict="{verdict}"' in page.text
    assert says(page, "Not configured")
    assert says(page, sentence)


@pytest.mark.parametrize("record", BY_PLAN)
@pytest.mark.parametrize("kind", ["servfail", "refused"])
def test_what_could_not_be_looked_at_is_never_called_missing(dns: Dns, alice: Visitor, record: str, kind: str) -> None:
    dns.faults(Fault("", kind))

    page = settled(alice, record)

    assert f'data-record="{record}" data-verdict="unknown"' in page.text
    assert says(page, "Could not look")
    assert not says(page, "Not configured")


@pytest.mark.parametrize("record", BY_PLAN)
def test_nobody_is_told_to_enter_what_may_be_there_already(dns: Dns, alice: Visitor, record: str) -> None:
    dns.faults(Fault("", "servfail"))

    page = settled(alice, record)

    assert not says(page, "Step by step")
    assert record != "spf" or 'data-publish="' not in page.text


@pytest.mark.parametrize("record", [*BY_PLAN, "deliverability", "deliverability/records"])
def test_no_page_waits_for_resolvers_that_do_not_answer(dns: Dns, alice: Visitor, record: str) -> None:
    dns.faults(Fault("", "timeout"))
    began = time.monotonic()

    page = alice.get(record)

    assert page.status_code == 200
    assert time.monotonic() - began < 2
    assert record == "deliverability" or 'aria-busy="true"' in page.text


def test_the_dashboard_asks_dns_nothing(dns: Dns, alice: Visitor) -> None:
    dns.clear_queries()

    page = alice.open("")

    assert page.status_code == 200
    assert dns.queries() == []


@pytest.mark.parametrize("record", BY_PLAN)
def test_the_dashboard_is_given_each_state_by_itself(alice: Visitor, record: str) -> None:
    dashboard = alice.open("")

    state = settled(alice, f"{record}/status")

    assert f'hx-get="{alice.home}/{record}/status"' in dashboard.text
    assert f'id="state-{record}" data-record="{record}" data-verdict="ok"' in state.text


def test_a_record_that_is_not_right_is_looked_at_again_by_itself(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", MX)

    page = settled(alice, "spf")

    assert re.search(r'hx-get="/s/northwind-101/spf\?turn=1&amp;last=\w+" hx-trigger="load delay:15s"', page.text)


@pytest.mark.parametrize("page", ["spf", "spf/status", "deliverability/records"])
def test_while_a_card_looks_again_by_itself_it_stays_as_it_is(dns: Dns, alice: Visitor, page: str) -> None:
    dns.zones.put("alice.test", MX)
    settled(alice, page)
    dns.faults(Fault("", "timeout"))

    with time_machine.travel(time.time() + 20):
        answer = alice.get(f"{page}?turn=1&last=0123456789ab", **{"X-Portal-Poll": "1"})

    assert answer.headers["HX-Retarget"] == "#again-0123456789ab"
    assert 'hx-trigger="load delay:1s"' in answer.text
    assert "data-verdict" not in answer.text
    assert "HX-Retarget" not in alice.get(page).headers


def test_a_record_that_is_right_is_left_alone(alice: Visitor) -> None:
    page = settled(alice, "spf")

    assert "hx-trigger" not in page.text


def test_looking_again_by_itself_comes_to_an_end(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", MX)

    page = settled(alice, "spf?turn=40")

    assert 'data-verdict="missing"' in page.text
    assert "hx-trigger" not in page.text


def test_a_check_sees_what_was_changed_a_moment_ago(dns: Dns, alice: Visitor) -> None:
    settled(alice, "spf")
    dns.zones.put("alice.test", MX)

    remembered, checked = alice.get("spf"), alice.post("spf/check")

    assert 'data-verdict="ok"' in remembered.text
    assert 'data-verdict="missing"' in checked.text
    assert says(checked, "Looked at")


def test_what_a_check_saw_is_what_everybody_sees_afterwards(dns: Dns, alice: Visitor, world: World) -> None:
    settled(alice, "spf")
    dns.zones.put("alice.test", MX)
    alice.post("spf/check")

    page = world.visitor(plan=PLAN, user={"id": 9, "name": "Omar", "email": "omar@example.test"}).get("spf/status")

    assert 'data-verdict="missing"' in page.text


def test_all_records_are_checked_at_once(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", "\n".join([MX, DMARC]))

    page = alice.post("deliverability/check")

    found = re.findall(r'data-record="(\w+)" data-verdict="(\w+)"', page.text)
    assert found == [("mx", "ok"), ("spf", "missing"), ("dkim", "off"), ("dmarc", "ok"), ("autodiscover", "missing")]


def test_checks_are_limited(alice: Visitor) -> None:
    statuses = [alice.post("mx/check").status_code for _ in range(61)]

    assert statuses == [200] * 60 + [429]


def test_one_clients_slow_name_servers_keep_nobody_else_waiting(dns: Dns, alice: Visitor, bob: Visitor) -> None:
    dns.faults(Fault("alice.test", "timeout"))
    paths = [alice.get, alice.post]
    with ThreadPoolExecutor(20) as pool:
        hers = [pool.submit(paths[number % 2], "zone.txt") for number in range(20)]
        time.sleep(0.5)
        began = time.monotonic()

        checked = bob.post("mx/check")

        took = time.monotonic() - began
    refused = [answer.result().status_code for answer in hers].count(429)
    assert 'data-verdict="wrong"' in checked.text
    assert took < 2
    assert refused >= 14


def test_the_zone_file_comes_as_soon_as_resolvers_are_known_to_be_dead(dns: Dns, alice: Visitor) -> None:
    dns.faults(Fault("", "timeout"))
    began = time.monotonic()

    answer = alice.get("zone.txt")

    assert "Not here, because they could not be looked at: mx, spf, dmarc, autodiscover" in answer.text
    assert time.monotonic() - began < 7


def test_whoever_waited_leaves_room_for_the_next(alice: Visitor) -> None:
    statuses = [alice.get("zone.txt").status_code for _ in range(12)]

    assert statuses == [200] * 12


def test_a_read_only_user_may_check(world: World) -> None:
    rita = world.visitor(role="readonly", plan=PLAN, user={"id": 8, "name": "Rita", "email": "rita@example.test"})

    page = rita.post("spf/check")

    assert page.status_code == 200
    assert 'data-verdict="ok"' in page.text


def test_nobody_looks_at_a_domain_of_somebody_else(bob: Visitor) -> None:
    answers = [bob.get(f"{page}?domain=alice.test").status_code for page in (*BY_PLAN, "dkim", "deliverability")]

    assert answers == [404] * 6


@pytest.mark.parametrize("name", ["alice", "alice test", "_dmarc.alice.test", "192.0.2.1", "a" * 64 + ".test"])
def test_what_is_no_domain_is_not_taken_for_the_own_one(alice: Visitor, name: str) -> None:
    answers = [alice.get(f"{page}?domain={name}").status_code for page in ("mx", "dmarc", "deliverability", "zone.txt")]

    assert answers == [404] * 4


def test_a_domain_is_the_same_however_it_is_written(alice: Visitor) -> None:
    page = alice.get("mx?domain=ALICE.test.")

    assert page.status_code == 200
    assert 'data-domain="alice.test"' in page.text


def test_a_domain_alias_has_records_of_its_own(dns: Dns, world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    dns.zones.put("alice-club.test", MX)
    elsewhere.domain_alias("alice.test", "alice-club.test")

    mx, spf = (settled(alice, f"{record}?domain=alice-club.test") for record in ("mx", "spf"))

    assert 'data-verdict="ok" data-domain="alice-club.test"' in mx.text
    assert 'data-verdict="missing" data-domain="alice-club.test"' in spf.text


def test_a_domain_alias_is_signed_with_the_main_domains_key(dns: Dns, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.domain_alias("alice.test", "alice-club.test")

    page = settled(alice, "dkim?domain=alice-club.test")

    assert 'data-record="dkim" data-verdict="off" data-state="off" data-domain="alice-club.test"' in page.text
    assert says(page, "signed with the key of the main domain")


def test_the_new_spf_record_shows_what_is_added_to_the_old_one(dns: Dns, bob: Visitor) -> None:
    page = settled(bob, "spf")

    assert says(page, "Replace your present SPF record by this one. Do not add a second")
    assert text_of(page.text.partition("<dt>New</dt>")[2].partition("</dl>")[0]) == (
        "v=spf1 include:_spf.elsewhere.test added: include:spf.example.test -all"
    )
    assert 'id="spf-1-value">v=spf1 include:_spf.elsewhere.test include:spf.example.test -all<' in page.text


def test_the_generator_begins_with_the_record_that_a_cname_leads_to(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", "_dmarc CNAME dmarc.elsewhere.test.")
    dns.zones.put("elsewhere.test", 'dmarc TXT "v=DMARC1; p=reject; rua=mailto:a@alice.test"')

    page = settled(alice, "dmarc")

    assert 'data-verdict="ok"' in page.text
    assert re.search(r'<input checked[^>]* value="reject">', page.text)


def test_a_record_that_nobody_asked_for_is_not_judged(dns: Dns, world: World) -> None:
    dns.zones.put("alice.test", MX)

    page = world.visitor(plan=PLAN | {"check_dmarc": ""}).get("dmarc")

    assert 'data-record="dmarc" data-verdict="off"' in page.text
    assert says(page, "Not checked")


def test_a_setting_without_meaning_stops_its_own_card_alone(world: World) -> None:
    alice = world.visitor(plan=PLAN | {"spf_primary": "include"})

    answers = {path: alice.get(path).status_code for path in ("spf", "mx", "spf/status", "deliverability/records")}
    state = settled(alice, "spf/status")

    assert answers == {"spf": 503, "mx": 200, "spf/status": 200, "deliverability/records": 200}
    assert 'data-record="spf" data-verdict="unknown"' in state.text


def test_all_records_stand_on_one_page(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", MX)

    page = settled(alice, "deliverability/records")

    assert [name for name in ("MX ·", "SPF ·", "DKIM ·", "DMARC ·", "Autodiscover ·") if says(page, name)] != []
    assert page.text.count('data-publish="') == 5


def test_the_zone_file_holds_every_record_to_publish(dns: Dns, bob: Visitor) -> None:
    answer = bob.post("zone.txt")

    assert answer.mimetype == "text/plain"
    assert 'filename="bob.test.zone.txt"' in answer.headers["Content-Disposition"]
    lines = [line for line in answer.text.splitlines() if " IN " in line]
    assert lines == [
        "@ IN MX 10 mail.example.test.",
        '@ IN TXT "v=spf1 include:_spf.elsewhere.test include:spf.example.test -all"',
        '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:reports@alice.test"',
        "autodiscover IN CNAME mail.example.test.",
        "_autodiscover._tcp IN SRV 0 0 443 mail.example.test.",
    ]


def test_the_zone_file_leaves_out_what_could_not_be_looked_at(dns: Dns, bob: Visitor) -> None:
    dns.faults(Fault("bob.test", "servfail", "TXT"))

    answer = bob.get("zone.txt")

    assert "v=spf1" not in answer.text
    assert "IN MX" in answer.text
    assert "; Not here, because they could not be looked at: spf, dmarc\n" in answer.text


def test_the_steps_are_those_of_the_provider_of_the_dns(dns: Dns, alice: Visitor) -> None:
    dns.zones.put("alice.test", f"{MX}\n@ NS dora.ns.cloudflare.com.\n@ NS rob.ns.cloudflare.com.")

    page = settled(alice, "spf")

    assert says(page, "The DNS of your domain is at Cloudflare.")


@pytest.mark.parametrize(
    ("zone", "step"),
    [
        (MX, "Add a record of type TXT"),
        ('@ TXT "v=spf1 a -all"', "Put this record of type TXT in the place of what DNS holds now"),
        ('@ TXT "v=spf1 a -all"\n@ TXT "v=spf1 mx -all"', "Put this record of type TXT in the place of"),
    ],
)
def test_the_steps_never_lead_to_a_second_spf_record(dns: Dns, alice: Visitor, zone: str, step: str) -> None:
    dns.zones.put("alice.test", zone)

    page = settled(alice, "spf")

    assert says(page, step)
    assert says(page, "Add a record") == step.startswith("Add")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a\\000b", "x\u202ey", '\\"quoted\\"'])
def test_what_somebody_wrote_into_dns_is_shown_and_does_nothing(dns: Dns, alice: Visitor, text: str) -> None:
    dns.zones.put("alice.test", f'@ TXT "v=spf1 include:{text} -all"')

    page = settled(alice, "spf")

    assert 'data-verdict="wrong"' in page.text
    assert "<script>alert" not in page.text
    assert not [letter for letter in page.text if letter in "\0\N{RIGHT-TO-LEFT OVERRIDE}"]
