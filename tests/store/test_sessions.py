import pytest

from portal.store import database, exclusive, services, sessions
from portal.store.sessions import Grant, Identity, PageToken, Session
from tests.store.conftest import NOW

ALICE = Identity("5", "Alice", "alice@home.test")


def issue(session, count, start=NOW):
    for number in range(count):
        with database.atomic():
            sessions.issue_page_token(session, f"token-{number}", "embed", start + number)


def grant(session, service, role="customer", claims=None, signed_at=NOW):
    with exclusive(session.tenant):
        return sessions.grant(session, service, role, claims or {}, signed_at)


def test_a_cookie_opens_its_session_with_its_tenant(session):
    found = sessions.by_cookie("cookie")

    assert (found.id, found.tenant.slug) == (session.id, "northwind")


def test_an_unknown_cookie_opens_nothing(session):
    assert sessions.by_cookie("Cookie") is None


def test_a_page_token_opens_its_session(session):
    issue(session, 1)

    page = sessions.by_page_token("token-0")

    assert (page.session.id, page.session.tenant.slug, page.mode) == (session.id, "northwind", "embed")


def test_a_cookie_is_no_page_token_and_a_page_token_no_cookie(session):
    issue(session, 1)

    assert sessions.by_page_token("cookie") is None
    assert sessions.by_cookie("token-0") is None


def test_the_21st_page_token_drives_out_the_one_seen_longest_ago(session):
    issue(session, 20)
    sessions.touch(session, "token-0", NOW + 100)

    with database.atomic():
        sessions.issue_page_token(session, "another", "embed", NOW + 200)

    assert sessions.by_page_token("token-1") is None
    assert PageToken.select().count() == 20
    assert sessions.by_page_token("token-0") is not None
    assert sessions.by_page_token("another") is not None


def test_the_newest_page_token_stays_whatever_the_clock_says(session):
    issue(session, 20)

    with database.atomic():
        sessions.issue_page_token(session, "another", "embed", NOW - 500)

    assert sessions.by_page_token("another") is not None


def test_page_tokens_of_other_sessions_stay(northwind, session):
    issue(session, 20)
    other = sessions.create(northwind, ALICE, "other", NOW)

    with database.atomic():
        sessions.issue_page_token(other, "another", "top", NOW + 200)

    assert PageToken.select().count() == 21


def test_a_touch_without_a_page_touches_the_session_alone(session):
    issue(session, 1)

    sessions.touch(session, None, NOW + 60)

    assert sessions.by_page_token("token-0").seen == NOW
    assert sessions.by_cookie("cookie").seen == NOW + 60


def test_a_session_ends_once(session):
    sessions.end(session, NOW + 10)

    sessions.end(session, NOW + 20)

    assert sessions.by_cookie("cookie").ended == NOW + 10


def test_a_logout_ends_all_sessions_of_the_user_in_that_tenant(northwind, harbour, session):
    sessions.create(northwind, ALICE, "second", NOW)
    sessions.create(northwind, Identity("6", "Bob", ""), "bob", NOW)
    sessions.create(harbour, ALICE, "elsewhere", NOW)

    ended = sessions.end_of_user(northwind, "5", NOW + 10)

    assert ended == 2
    assert sorted(row.cookie_hash for row in Session.select().where(Session.ended.is_null())) == ["bob", "elsewhere"]


def test_a_logout_ends_the_sessions_of_an_admin_acting_for_others(northwind):
    sessions.create(northwind, Identity("6", "Bob", "", admin_id="3", admin_name="Ada"), "masked", NOW)

    assert sessions.end_of_user(northwind, "3", NOW) == 1


def test_a_purge_takes_old_sessions_with_all_that_hangs_on_them(northwind, alices, session):
    issue(session, 2)
    grant(session, alices)
    sessions.create(northwind, ALICE, "young", NOW + 10)

    purged = sessions.purge(NOW + 10)

    assert purged == 1
    assert [row.cookie_hash for row in Session.select()] == ["young"]
    assert PageToken.select().count() == Grant.select().count() == 0


def test_a_person_is_the_same_under_another_name(session):
    assert sessions.identity(session) == Identity("5", "Alice Liddell", "new@home.test")


@pytest.mark.parametrize("other", [Identity("6", "Alice", "alice@home.test"), Identity("5", "Alice", "", admin_id="3")])
def test_another_user_or_an_admin_acting_for_them_is_somebody_else(session, other):
    assert sessions.identity(session) != other


def test_a_session_holds_a_role_per_service(northwind, alices, registration, session):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    grant(session, alices, "customer")
    grant(session, shop, "readonly")

    assert sessions.granted(session, "northwind", 101)[1].role == "customer"
    assert sessions.granted(session, "northwind", 102)[1].role == "readonly"


def test_a_granted_service_comes_whole(alices, session):
    grant(session, alices, claims={"plan": {"max_users": "5"}})

    service, held = sessions.granted(session, "northwind", 101)

    assert (service.id, service.tenant.slug, service.server.name) == (alices.id, "northwind", "mail-one")
    assert held.claims == {"plan": {"max_users": "5"}}


def test_a_granted_service_without_a_server_comes_too(northwind, registration, session):
    bare = services.put(northwind, 101, {**registration, "server": None})
    grant(session, bare)

    service, _held = sessions.granted(session, "northwind", 101)

    assert service.server is None


@pytest.mark.parametrize(("slug", "svc"), [("northwind", 102), ("harbour", 101), ("northwind", 10**30)])
def test_what_was_not_granted_does_not_exist(harbour, alices, session, slug, svc):
    grant(session, alices)

    assert sessions.granted(session, slug, svc) is None


def test_a_grant_is_not_another_sessions(northwind, alices, session):
    grant(session, alices)
    bobs = sessions.create(northwind, Identity("6", "Bob", ""), "bob", NOW)

    assert sessions.granted(bobs, "northwind", 101) is None


def test_a_second_hand_off_replaces_the_role(alices, session):
    grant(session, alices, "customer", signed_at=NOW)

    grant(session, alices, "readonly", {"lang": "fr"}, NOW + 5)

    held = sessions.grant_for(session, alices)
    assert (held.role, held.claims, held.signed_at) == ("readonly", {"lang": "fr"}, NOW + 5)
    assert Grant.select().count() == 1


def test_the_console_is_granted_apart_from_services(alices, session):
    grant(session, alices)
    before = sessions.console_grant(session)

    grant(session, None, "operator")

    assert before is None
    assert sessions.console_grant(session).role == "operator"
    assert sessions.granted(session, "northwind", 101)[1].role == "customer"


def test_the_console_is_granted_once_however_many_ask(session, race):
    race(12, lambda: grant(session, None, "operator"))

    assert Grant.select().count() == 1
