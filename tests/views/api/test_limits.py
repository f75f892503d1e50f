"""What a reseller's staff get to know of the limits of a mail server that is lent to them; nothing is half-made."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from portal.sandbox.polarismail.control import PolarisMail
from portal.store import domain_aliases, loans, operations, servers, tenants
from tests.views.api.whmcs import OWN_PASSWORD, Whmcs, find, problem, registration
from tests.world import World

DOMAINS = (
    "You may have 1 domains on the mail server mail1, and have 1. Your provider sets this limit: ask them for more, or"
    " terminate a service that is not needed any more."
)


def lend(world: World, server: str = "mail1", **limits: int) -> None:
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert harbour is not None
        [record] = [known for known in servers.all_servers() if known.name == server]
        loans.lend(record, harbour, **limits)


def create(whmcs: Whmcs, svc: int = 900, name: str = "new.test") -> TestResponse:
    return whmcs.call("POST", f"/api/v1/services/{svc}/create", registration(name, status="Pending"))


def told(answer: TestResponse) -> str:
    return str(answer.get_json(force=True)["detail"])


def test_a_creation_beyond_the_limit_is_refused_with_the_limit_and_whom_to_ask(world: World, reseller: Whmcs) -> None:
    lend(world, domains=1)
    before = world.mail.domains()

    answer = create(reseller)

    assert problem(answer) == (409, "limit")
    assert told(answer) == DOMAINS
    assert world.mail.domains() == before
    assert find(world, "harbour", 900) is None


def test_a_domain_that_was_proved_is_not_taken_over_beyond_the_limit(world: World, reseller: Whmcs, taken: str) -> None:
    lend(world, domains=1)

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (409, "limit")
    assert find(world, "harbour", 900) is None


def test_what_is_there_can_be_changed_and_ended_beyond_a_lowered_limit(world: World, reseller: Whmcs) -> None:
    create(reseller)
    lend(world, domains=1)

    answers = [
        create(reseller),
        reseller.call("POST", "/api/v1/services/900/suspend", {}),
        reseller.call("POST", "/api/v1/services/900/unsuspend", {}),
        reseller.call("POST", "/api/v1/services/900/plan", {"plan": {"server": "mail1", "max_users": "3"}}),
        reseller.call("POST", "/api/v1/services/900/terminate", {}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert "new.test" not in world.mail.domains()


def test_what_was_refused_is_created_once_there_is_room(world: World, reseller: Whmcs) -> None:
    lend(world, domains=1)
    create(reseller)
    lend(world, domains=2)

    answer = create(reseller)

    assert answer.status_code == 200
    assert "new.test" in world.mail.domains()


def test_the_owner_has_no_limit_on_a_server_that_is_lent(world: World, owner: Whmcs) -> None:
    lend(world, domains=1)

    assert create(owner).status_code == 200


def test_on_a_server_that_was_taken_back_nothing_begins_and_nothing_stands_half_made(
    world: World, reseller: Whmcs
) -> None:
    reseller.put(900, "new.test", status="Pending")
    reseller.call("POST", "/api/v1/services/201/terminate", {})
    with world.app.app_context():
        harbour, [server] = tenants.by_slug("harbour"), servers.all_servers()
        assert harbour is not None
        loan = servers.loan(server, harbour)
        assert loan is not None
        loans.end(loan)

    answer = create(reseller)

    assert answer.status_code in (409, 422)
    assert "new.test" not in world.mail.domains()
    with world.app.app_context():
        service = find(world, "harbour", 900)
        assert service is not None
        assert operations.of(service) == []


@pytest.fixture
def shared(world: World) -> Iterator[PolarisMail]:
    """A mail server for single mailboxes, lent to harbour for one."""
    with PolarisMail("mail.test=0,0,0") as running:
        with world.app.app_context():
            servers.add(
                kind="polarismail",
                name="shared",
                url=f"{running.url}/admin/json.php",
                username=running.username,
                password=running.password,
                mail_host="mail.test",
            )
        lend(world, "shared", mailboxes=1)
        yield running


def test_single_mailboxes_are_limited_by_their_services(world: World, reseller: Whmcs, shared: PolarisMail) -> None:
    plan = {"server": "shared", "allowed_domains": "mail.test", "quota_gb": "1"}
    order = registration("", plan=plan, product="mailbox", status="Pending", password="Str0ng!Enough-Word")
    order = {name: value for name, value in order.items() if name not in ("name", "username")}

    answers = [
        reseller.call("POST", f"/api/v1/services/{svc}/create", order | {"handle": handle})
        for svc, handle in ((901, "bob"), (902, "carol"))
    ]

    assert answers[0].status_code == 200, answers[0].text
    assert problem(answers[1]) == (409, "limit")
    assert "may have 1 mailboxes on the mail server shared, and have 1" in told(answers[1])
    assert list(shared.state("mail.test")["mailboxes"]) == ["bob"]
    assert find(world, "harbour", 902) is None


@pytest.mark.parametrize("status", ["Active", "Suspended"])
@pytest.mark.parametrize("call", ["create", "put"])
def test_who_has_a_domain_is_told_to_no_other_tenant(
    world: World, reseller: Whmcs, owner: Whmcs, status: str, call: str
) -> None:
    """The sentence is the same for every tenant, and whatever the service is in."""
    world.register("northwind", 101, "alice.test", status=status)
    world.register("harbour", 202, "bob-studio.test", status=status)

    def ask(whmcs: Whmcs, name: str) -> TestResponse:
        return create(whmcs, 900, name) if call == "create" else whmcs.put(900, name, password="anything")

    answers = [ask(reseller, "alice.test"), ask(owner, "bob-studio.test"), ask(reseller, "bob-studio.test")]

    assert {problem(answer) for answer in answers} == {(409, "taken")}
    assert {told(answer) for answer in answers} == {"This domain is in use here already, by another service."}


@pytest.mark.parametrize("call", ["create", "put"])
def test_a_domain_alias_of_another_tenants_service_is_in_use_like_a_domain(
    world: World, reseller: Whmcs, taken: str, call: str
) -> None:
    """Also for whoever could prove the domain of that name on the mail server."""
    with world.app.app_context():
        domain_aliases.hold(world.service(), taken, present=(), at_most=3)

    answer = create(reseller, 900, taken) if call == "create" else reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (409, "taken")
    assert find(world, "harbour", 900) is None
