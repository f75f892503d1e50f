import time

import pytest
import time_machine

from portal.store.sessions import PageToken, Session
from tests.at_once import at_once
from tests.world import BASE, Visitor, World, new_mailbox, page_token


def test_the_cookie_opens_pages(alice: Visitor) -> None:
    page = alice.open("addresses/")

    assert page.status_code == 200
    assert "alice@alice.test" in page.text


def test_a_write_that_carries_only_the_cookie_is_refused(alice: Visitor, world: World) -> None:
    answer = alice.client.post(f"{alice.home}/mailboxes/", base_url=BASE, data=new_mailbox("marie"))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Portal"
    assert "marie" not in world.mail.state("alice.test")["users"]


def test_the_page_token_performs_actions_without_any_cookie(alice: Visitor, world: World) -> None:
    alice.client.delete_cookie("__Host-portal", domain="portal.test")

    answer = alice.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 200
    assert "marie" in world.mail.state("alice.test")["users"]


def test_a_plain_form_brings_the_page_token_as_a_field(alice: Visitor, world: World) -> None:
    form = new_mailbox("marie") | {"portal_token": alice.token}

    answer = alice.client.post(f"{alice.home}/mailboxes/", base_url=BASE, data=form)

    assert answer.status_code == 200
    assert "<!doctype html>" in answer.text
    assert "marie" in world.mail.state("alice.test")["users"]


def test_the_cookies_value_is_no_page_token_and_the_page_token_no_cookie(alice: Visitor, world: World) -> None:
    cookie = alice.client.get_cookie("__Host-portal", domain="portal.test")
    assert cookie is not None
    stranger = world.app.test_client()
    stranger.set_cookie("__Host-portal", alice.token, domain="portal.test", secure=True)

    as_token = alice.get("usage", **{"X-Portal-Token": cookie.value})
    as_cookie = stranger.get(f"{alice.home}/usage", base_url=BASE)

    assert as_token.status_code == 401
    assert as_cookie.status_code == 401


def test_where_cookie_and_page_token_differ_the_page_token_wins(world: World) -> None:
    first = world.visitor()
    other = world.visitor(
        client=first.client, user={"id": 9, "name": "Omar", "email": "o@example.test"}, svc=102, name="alice-shop.test"
    )

    with_old_token = first.get("usage")
    with_new_token = other.get("usage")

    assert with_old_token.status_code == 401
    assert with_new_token.status_code == 200


def test_an_unknown_page_token_is_not_replaced_by_the_cookie(alice: Visitor) -> None:
    answer = alice.get("usage", **{"X-Portal-Token": "made-up"})

    assert answer.status_code == 401


def test_an_htmx_request_without_page_token_is_not_opened_by_the_cookie(alice: Visitor) -> None:
    answer = alice.client.get(f"{alice.home}/usage", base_url=BASE, headers={"HX-Request": "true"})

    assert answer.status_code == 401


def test_the_same_person_opens_several_services_in_several_tabs(world: World) -> None:
    tab_one = world.visitor()
    tab_two = world.visitor(client=tab_one.client, svc=102, name="alice-shop.test")

    in_one, in_two = tab_one.open("addresses/"), tab_two.open("addresses/")

    assert "alice@alice.test" in in_one.text
    assert "alice@alice.test" not in in_two.text
    assert "alice-shop.test" in in_two.text
    with world.app.app_context():
        assert Session.select().count() == 1


def test_a_role_is_held_per_service(world: World) -> None:
    writer = world.visitor()
    reader = world.visitor(client=writer.client, svc=102, name="alice-shop.test", role="readonly")

    at_first = writer.post("mailboxes/", new_mailbox("marie"))
    at_second = reader.post("mailboxes/", new_mailbox("marie"))

    assert at_first.status_code == 200
    assert at_second.status_code == 403


def test_another_person_in_the_same_browser_ends_the_first_ones_session(world: World) -> None:
    first = world.visitor()
    second = world.visitor(client=first.client, user={"id": 9, "name": "Omar", "email": "o@example.test"})

    left, here = first.get("usage"), second.get("usage")

    assert left.status_code == 401
    assert here.status_code == 200


def test_an_admin_acting_for_a_customer_is_another_person(world: World) -> None:
    customer = world.visitor()
    acting = world.visitor(
        client=customer.client,
        user={"id": 7, "name": "Alice Martin", "email": "a@example.test", "admin": {"id": 1, "name": "Nora Admin"}},
    )

    left, here = customer.get("usage"), acting.open("addresses/")

    assert left.status_code == 401
    assert "Nora Admin" in here.text


def test_an_incoming_cookie_never_becomes_somebodys_session(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie("__Host-portal", "planted", domain="portal.test", secure=True)

    visitor = world.visitor(client=client)

    cookie = visitor.client.get_cookie("__Host-portal", domain="portal.test")
    assert cookie is not None
    assert cookie.value != "planted"


def test_half_an_hour_without_a_person_ends_a_session(alice: Visitor) -> None:
    start = time.time()

    with time_machine.travel(start + 29 * 60, tick=False):
        in_time = alice.get("mailboxes/new")
    with time_machine.travel(start + 29 * 60 + 31 * 60, tick=False):
        too_late = alice.get("mailboxes/new")

    assert in_time.status_code == 200
    assert too_late.status_code == 401


def test_polling_is_not_a_person(alice: Visitor) -> None:
    start = time.time()
    for minute in range(1, 30):
        with time_machine.travel(start + minute * 60, tick=False):
            alice.get("mailboxes/new", **{"X-Portal-Poll": "1"})

    with time_machine.travel(start + 31 * 60, tick=False):
        answer = alice.get("mailboxes/new")

    assert answer.status_code == 401


def test_eight_hours_end_a_session_whatever_is_done_in_it(alice: Visitor) -> None:
    start = time.time()
    statuses = []
    for quarter in range(1, 33):
        with time_machine.travel(start + quarter * 15 * 60, tick=False):
            statuses.append(alice.get("mailboxes/new").status_code)

    assert statuses == [200] * 31 + [401]


def test_a_session_keeps_twenty_pages_and_forgets_the_one_seen_longest_ago(alice: Visitor, world: World) -> None:
    start = time.time()
    for minute in range(1, 21):
        with time_machine.travel(start + minute, tick=False):
            latest = page_token(alice.open("mailboxes/new"))

    with time_machine.travel(start + 22, tick=False):
        oldest_page = alice.get("mailboxes/new")
        newest_page = alice.get("mailboxes/new", **{"X-Portal-Token": latest})

    assert oldest_page.status_code == 401
    assert newest_page.status_code == 200
    with world.app.app_context():
        assert PageToken.select().count() == 20


def test_images_on_other_pages_use_up_no_page_tokens(alice: Visitor, world: World) -> None:
    statuses = {alice.open("mailboxes/new", **{"Sec-Fetch-Dest": "image"}).status_code for _ in range(25)}

    still = alice.get("mailboxes/new")

    assert statuses == {401}
    assert still.status_code == 200


def test_a_hand_off_into_a_session_about_to_end_brings_a_new_one(world: World) -> None:
    start = time.time()
    old = world.visitor()
    for quarter in range(1, 31):
        with time_machine.travel(start + quarter * 15 * 60, tick=False):
            old.get("mailboxes/new")

    with time_machine.travel(start + 7.8 * 3600, tick=False):
        new = world.visitor(client=old.client)
    with time_machine.travel(start + 8.1 * 3600, tick=False):
        answer = new.get("mailboxes/new")

    assert answer.status_code == 200


def test_a_hand_off_wakes_an_idle_session_of_the_same_person(world: World) -> None:
    start = time.time()
    visitor = world.visitor()

    with time_machine.travel(start + 29 * 60, tick=False):
        again = world.visitor(client=visitor.client)
    with time_machine.travel(start + 40 * 60, tick=False):
        answer = again.get("mailboxes/new")

    assert answer.status_code == 200


def test_a_swapped_card_keeps_the_pages_token(alice: Visitor) -> None:
    form = alice.get("mailboxes/new")

    assert f'name="portal_token" value="{alice.token}"' in form.text


def test_an_ended_session_gets_one_sentence_and_one_button_in_place_of_the_page(alice: Visitor) -> None:
    answer = alice.get("usage", **{"X-Portal-Token": "gone"})

    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#portal-main"
    assert answer.text.count('class="btn') == 1
    assert 'target="_top"' in answer.text
    assert "https://whmcs.northwind.test/clientarea.php?action=productdetails&amp;id=101" in answer.text
    assert "Location" not in answer.headers
    assert "HX-Redirect" not in answer.headers


def test_the_button_of_an_ended_session_ignores_what_the_request_says(alice: Visitor) -> None:
    answer = alice.get("usage?next=https://evil.test", **{"X-Portal-Token": "gone", "Referer": "https://evil.test/"})

    assert "evil.test" not in answer.text


def test_a_choice_of_language_lasts_for_the_session(alice: Visitor) -> None:
    alice.post("language", {"lang": "fr"})

    page = alice.open("addresses/")

    assert '<html lang="fr"' in page.text


def test_requests_at_once_share_one_session_without_harm(world: World) -> None:
    visitor = world.visitor()

    def look(_number: int) -> int:
        client = world.app.test_client()
        answer = client.get(f"{visitor.home}/mailboxes/new", base_url=BASE, headers={"X-Portal-Token": visitor.token})
        return answer.status_code

    with time_machine.travel(time.time() + 60, tick=True):
        statuses = at_once(16, look)

    assert statuses == [200] * 16


@pytest.mark.parametrize("path", ["usage", "addresses/", "mailboxes/new", "mailboxes/alice@alice.test", "nothing-here"])
def test_without_a_session_every_address_of_a_service_says_the_same(world: World, path: str) -> None:
    client = world.app.test_client()

    known = client.get(f"/s/northwind-101/{path}", base_url=BASE)
    unknown = client.get(f"/s/northwind-999/{path}", base_url=BASE)

    assert known.status_code == unknown.status_code
    assert known.text.replace("id=101", "").replace("-101", "") == unknown.text.replace("id=999", "").replace(
        "-999", ""
    )
