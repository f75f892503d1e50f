import re
import time
from typing import Any

import pytest
import time_machine

from portal import store
from portal.store import database, services, tenants
from portal.store.sessions import Session
from portal.store.tokens import SpentToken
from sso import envelope
from tests.at_once import at_once
from tests.world import BASE, IN_A_WINDOW, WHMCS, World, new_mailbox, page_token

NOW = 1_800_000_000


def refused(kind: str) -> str:
    return f'data-refused="{kind}"'


def test_a_hand_off_is_answered_with_the_services_page_itself(world: World) -> None:
    page = world.post_token(world.token(world.claims()))

    assert page.status_code == 200
    assert "alice.test" in page.text
    assert 'data-address="/s/northwind-101/"' in page.text
    assert page_token(page)
    assert page.headers["Cache-Control"] == "no-store"


def test_a_get_shows_a_page_without_data_and_spends_nothing(world: World) -> None:
    token = world.token(world.claims(mode="top"))

    page = world.app.test_client().get("/sso/northwind", base_url=BASE)
    opened = world.post_token(token, **IN_A_WINDOW)

    assert page.status_code == 200
    assert "alice" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert opened.status_code == 200


def test_get_pages_of_known_and_unknown_tenants_are_alike(world: World) -> None:
    known, unknown = (
        world.app.test_client().get(f"/sso/{slug}", base_url=BASE).text for slug in ("harbour", "nobody-here")
    )

    def neutral(page: str) -> str:
        return re.sub(r"Harbour Mail|portal\.test|harbour|nobody-here|neutral|\?v=\w+", "", page)

    assert neutral(known) == neutral(unknown)


@pytest.mark.parametrize(("age", "status"), [(-31, 403), (-30, 200), (0, 200), (90, 200), (91, 403)])
def test_a_token_is_good_from_30_seconds_ahead_to_90_seconds_old(world: World, age: int, status: int) -> None:
    token = world.token(world.claims(), now=NOW)

    with time_machine.travel(NOW + age, tick=False):
        page = world.post_token(token)

    assert page.status_code == status
    if status == 403:
        assert refused("expired") in page.text


def test_a_spent_token_is_refused_with_one_sentence(world: World) -> None:
    token = world.token(world.claims())
    world.post_token(token)

    again = world.post_token(token)

    assert again.status_code == 403
    assert refused("expired") in again.text
    assert "Set-Cookie" not in again.headers


def test_a_spent_token_with_its_signature_spelt_differently_is_refused_as_spent(world: World) -> None:
    token = world.token(world.claims())
    world.post_token(token)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])

    spellings = [token[:-1] + alphabet[last - last % 4 + other] for other in range(4)]
    answers = [world.post_token(spelling) for spelling in spellings]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert all(refused("expired") in answer.text for answer in answers)


@pytest.mark.parametrize("ending", ["=", "**%%", "+", "/"])
def test_characters_outside_the_tokens_alphabet_are_malformed(world: World, ending: str) -> None:
    page = world.post_token(world.token(world.claims()) + ending)

    assert page.status_code == 400
    assert refused("malformed") in page.text


def test_the_browser_that_spent_a_token_sees_its_page_again(world: World) -> None:
    client = world.app.test_client()
    token = world.token(world.claims())
    world.post_token(token, client=client)

    again = world.post_token(token, client=client)

    assert again.status_code == 200
    assert page_token(again)
    with world.app.app_context():
        assert Session.select().count() == 1


def test_a_token_spent_by_one_browser_opens_nothing_in_another_that_has_a_session(world: World) -> None:
    theirs = world.app.test_client()
    world.post_token(world.token(world.claims()), client=theirs)
    token = world.token(world.claims())
    world.post_token(token)

    again = world.post_token(token, client=theirs)

    assert again.status_code == 403


@pytest.mark.parametrize(
    ("changed", "status", "kind"),
    [
        ({"aud": "harbour"}, 403, "not-valid"),
        ({"origin": "https://evil.test"}, 403, "not-valid"),
        ({"svc": 999}, 403, "not-known"),
        ({"svc": 101, "name": "bob.test"}, 403, "not-known"),
        ({"product": "mailbox"}, 403, "not-known"),
        ({"role": "owner"}, 400, "malformed"),
        ({"v": 2}, 400, "malformed"),
        ({"v": True}, 400, "malformed"),
        ({"jti": "short"}, 400, "malformed"),
        ({"extra": 1}, 400, "malformed"),
        ({"plan": {"server": "mail1"}}, 400, "malformed"),
        ({"plan": {"max_users": 5}}, 400, "malformed"),
        ({"plan": []}, 400, "malformed"),
        ({"links": {"service": "javascript:alert(1)", "support": "", "upgrade": ""}}, 400, "malformed"),
        ({"theme": "neon"}, 400, "malformed"),
        ({"role": "admin"}, 400, "malformed"),
    ],
)
def test_claims_that_are_wrong_open_nothing(world: World, changed: dict[str, Any], status: int, kind: str) -> None:
    token = world.token(world.claims(**changed), key=world.keys["northwind"])

    page = world.post_token(token)

    assert page.status_code == status
    assert refused(kind) in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("missing", ["jti", "role", "svc", "plan", "user", "links", "origin", "billing"])
def test_a_claim_too_few_is_malformed(world: World, missing: str) -> None:
    claims = world.claims()
    del claims[missing]

    page = world.post_token(envelope.seal(claims, [world.keys["northwind"]], envelope.HANDOFF))

    assert page.status_code == 400


def test_another_tenants_key_is_refused(world: World) -> None:
    page = world.post_token(world.token(world.claims(), key=world.keys["harbour"]))

    assert page.status_code == 403
    assert refused("not-valid") in page.text


def test_a_tenants_token_at_another_tenants_address_is_refused(world: World) -> None:
    page = world.post_token(world.token(world.claims()), slug="harbour")

    assert page.status_code == 403
    assert refused("not-valid") in page.text


def test_an_unknown_tenant_is_answered_like_a_wrong_signature(world: World) -> None:
    unknown = world.post_token(world.token(world.claims()), slug="nobody-here")
    wrong = world.post_token(world.token(world.claims(), key=envelope.new_key()))

    assert unknown.status_code == wrong.status_code == 403
    assert refused("not-valid") in unknown.text
    assert refused("not-valid") in wrong.text


def test_a_token_made_for_the_api_is_no_hand_off(world: World) -> None:
    token = envelope.seal(world.claims(), [world.keys["northwind"]], envelope.API)

    page = world.post_token(token)

    assert page.status_code == 403


@pytest.mark.parametrize("token", ["", "a", "a.b.c", b"\xff\xfe\x00", "x" * 5000, "a" * 200_000, "é" * 100])
def test_what_is_no_token_at_all_is_malformed(world: World, token: str | bytes) -> None:
    page = world.post_token(token)

    assert page.status_code == 400
    assert refused("malformed") in page.text


def test_a_body_beyond_all_measure_is_refused(world: World) -> None:
    page = world.post_token("a" * 1_000_000)

    assert page.status_code == 413
    assert "Nothing was changed" in page.text


def test_whmcss_own_form_token_beside_ours_does_no_harm(world: World) -> None:
    page = world.post_token(["a1b2c3d4e5f6", world.token(world.claims())])

    assert page.status_code == 200


def test_every_flipped_byte_of_a_token_is_refused(world: World) -> None:
    token = world.token(world.claims())

    statuses = set()
    for at in range(0, len(token) - 1, 7):
        flipped = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        elsewhere = world.app.test_client()
        elsewhere.environ_base["REMOTE_ADDR"] = f"192.0.2.{at % 250}"
        statuses.add(world.post_token(flipped, client=elsewhere).status_code)

    assert statuses <= {400, 403}


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "https://whmcs.northwind.test:8443", "http://whmcs.northwind.test"]
)
def test_a_page_of_another_origin_cannot_post_a_hand_off(world: World, origin: str) -> None:
    page = world.post_token(world.token(world.claims()), Origin=origin)

    assert page.status_code == 403


@pytest.mark.parametrize("origin", [WHMCS["northwind"], "null", BASE])
def test_whmcs_its_privacy_settings_and_our_own_page_can_post_one(world: World, origin: str) -> None:
    page = world.post_token(world.token(world.claims()), Origin=origin)

    assert page.status_code == 200


@pytest.mark.parametrize(("mode", "dest"), [("embed", "document"), ("top", "iframe"), ("embed", "image")])
def test_a_token_for_a_frame_opens_no_window_nor_the_other_way_round(world: World, mode: str, dest: str) -> None:
    page = world.post_token(world.token(world.claims(mode=mode)), **{"Sec-Fetch-Dest": dest})

    assert page.status_code == 403
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_no_other_sites_page_can_sign_a_visitor_in_to_a_window(world: World, site: str) -> None:
    token = world.token(world.claims(mode="top"))

    page = world.post_token(token, **IN_A_WINDOW | {"Sec-Fetch-Site": site, "Origin": "null"})

    assert page.status_code == 403
    assert "Set-Cookie" not in page.headers


def test_an_older_hand_off_never_raises_a_role(world: World) -> None:
    now = time.time()
    reader = world.visitor(role="readonly")
    older = world.token(world.claims(), now=now - 60)

    page = world.post_token(older, client=reader.client)
    written = reader.post("mailboxes/", new_mailbox("marie"))

    assert page.status_code == 200
    assert written.status_code == 403


def test_a_service_registered_for_another_client_ends_what_was_opened_before(world: World) -> None:
    visitor = world.visitor()
    with time_machine.travel(time.time() + 5, tick=False):
        world.register("northwind", 101, "alice.test", client=99, age=0)
        cards = visitor.get("usage")

    assert cards.status_code == 401


def test_a_service_registered_under_another_name_ends_what_was_opened_before(world: World) -> None:
    world.mail.domain("zoe.test", admin="q7hidden")
    visitor = world.visitor()
    world.register("northwind", 101, "zoe.test")

    cards = visitor.get("usage")

    assert cards.status_code == 401


def test_a_line_break_in_a_tenants_name_reaches_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    page = world.post_token("a.b.c", slug="x%0Ahand-off%20accepted")

    assert page.status_code == 404
    assert "accepted" not in caplog.text


def test_rotation_keeps_the_old_key_for_a_while_and_then_drops_it(world: World) -> None:
    with world.app.app_context():
        tenant = tenants.by_slug("northwind")
        assert tenant is not None
        new = tenants.rotate(tenant, overlap=3600)

    with_new = world.post_token(world.token(world.claims(), key=new))
    with_old = world.post_token(world.token(world.claims()))
    with time_machine.travel(time.time() + 3700, tick=False):
        much_later = world.post_token(world.token(world.claims()))

    assert [with_new.status_code, with_old.status_code, much_later.status_code] == [200, 200, 403]


def test_of_24_who_post_a_token_at_once_one_gets_in(world: World) -> None:
    token = world.token(world.claims())

    def post(_number: int) -> int:
        try:
            return world.post_token(token).status_code
        finally:
            store.release()

    statuses = at_once(24, post)

    assert sorted(statuses) == [200] + [403] * 23


def test_without_the_store_single_use_cannot_be_proved_so_nothing_opens(world: World) -> None:
    token = world.token(world.claims())
    with world.app.app_context(), database.atomic():
        database.execute_sql("ALTER TABLE spent_token RENAME TO hidden")

    page = world.post_token(token)

    assert page.status_code == 503
    assert refused("try-again") in page.text
    with world.app.app_context():
        assert Session.select().count() == 0


def test_a_hand_off_never_registers_renames_or_rebinds_a_service(world: World) -> None:
    with world.app.app_context():
        before = services.find("northwind", 101)
    world.post_token(world.token(world.claims(name="other.test")))
    world.post_token(world.token(world.claims(svc=555)))

    with world.app.app_context():
        after = services.find("northwind", 101)
        unknown = services.find("northwind", 555)

    assert before is not None
    assert after is not None
    assert (after.name, after.server_id) == (before.name, before.server_id)
    assert unknown is None


@pytest.mark.parametrize(
    ("site", "dest", "mode", "expected"),
    [
        ("cross-site", "iframe", "embed", "SameSite=None; Partitioned"),
        ("same-site", "iframe", "embed", "SameSite=Lax"),
        ("same-origin", "document", "top", "SameSite=Lax"),
    ],
)
def test_the_cookie_is_partitioned_in_a_frame_on_another_site_and_lax_elsewhere(
    world: World, site: str, dest: str, mode: str, expected: str
) -> None:
    page = world.post_token(world.token(world.claims(mode=mode)), **{"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest})

    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal=")
    assert cookie.endswith(f"Secure; HttpOnly; Path=/; {expected}")


def test_nothing_that_could_be_replayed_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    claims = world.claims()
    good, bad = world.token(claims), world.token(world.claims(svc=999))

    world.post_token(good)
    world.post_token(good)
    world.post_token(bad)
    world.post_token(good[:-5] + "AAAAA")

    assert "refused" in caplog.text
    for secret in (claims["jti"], good[-43:], bad[-43:], good.split(".")[-3], world.keys["northwind"]):
        assert secret not in caplog.text


def test_the_database_holds_only_digests_of_what_opens_a_session(world: World) -> None:
    client = world.app.test_client()
    page = world.post_token(world.token(world.claims()), client=client)
    cookie = re.search(r"__Host-portal=([^;]+)", page.headers["Set-Cookie"])
    assert cookie is not None

    with world.app.app_context():
        dump = "".join(
            str(row) for table in database.get_tables() for row in database.execute_sql(f"SELECT * FROM {table}")
        )

    assert "Alice Martin" in dump
    assert cookie[1] not in dump
    assert page_token(page) not in dump
    assert world.keys["northwind"] not in dump
    assert cookie[1] != page_token(page)


def test_an_operator_sees_the_tenants_services_and_asks_no_mail_server_for_them(world: World) -> None:
    page = world.post_token(world.token(world.operator()), **IN_A_WINDOW)

    assert page.status_code == 200
    assert "Northwind Hosting" in page.text
    assert "alice.test" in page.text
    assert world.mail.calls() == []


def test_a_suspended_service_gets_a_notice_not_an_error(world: World) -> None:
    claims = world.claims()
    claims["billing"] |= {"status": "Suspended"}

    page = world.post_token(world.token(claims))

    assert page.status_code == 200
    assert "This service is suspended" in page.text
    assert "usage" not in page.text


def test_the_newer_of_registration_and_hand_off_tells_the_state(world: World) -> None:
    visitor = world.visitor()
    with time_machine.travel(time.time() + 5, tick=False):
        world.register("northwind", 101, "alice.test", status="Suspended", age=0)
        shown = visitor.get("usage")
        written = visitor.post("mailboxes/")

    assert shown.status_code == 200
    assert "This service is suspended" in shown.text
    assert written.status_code == 403


def test_spent_tokens_outlive_the_sessions_they_opened(world: World) -> None:
    token = world.token(world.claims())
    world.post_token(token)
    with world.app.app_context():
        Session.delete().execute()
        spent = SpentToken.select().count()

    again = world.post_token(token)

    assert spent == 1
    assert again.status_code == 403
