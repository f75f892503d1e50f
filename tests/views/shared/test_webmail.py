"""The one-time sign-in to webmail."""

import re

import pytest
import requests

from tests.shared_world import SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor

NORA = {"id": 7, "name": "Alice Martin", "email": "alice@example.test", "admin": {"id": 1, "name": "Nora Admin"}}


def test_the_button_leads_into_the_mailbox_and_only_once(alice: Visitor) -> None:
    answer = alice.post("webmail")

    link = answer.headers["Location"]
    assert answer.status_code == 303
    assert "Signed in as alice@mail.test" in requests.get(link, timeout=5).text
    assert "Signed in" not in requests.get(link, timeout=5).text


def test_the_link_is_kept_and_told_nowhere(alice: Visitor) -> None:
    answer = alice.post("webmail")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Location"] not in alice.get("history").text


def test_the_page_lets_its_form_lead_to_webmail_and_nowhere_else(world: SharedWorld, alice: Visitor) -> None:
    policy = alice.open("").headers["Content-Security-Policy"]

    [form_action] = re.findall(r"form-action ([^;]*)", policy)
    assert form_action.split() == ["'self'", world.mail.url, "https://*.emailarray.com"]


def test_a_get_signs_nobody_in(alice: Visitor) -> None:
    assert alice.get("webmail").status_code == 405


def test_somebody_who_may_only_look_is_not_signed_in(world: SharedWorld, reader: Visitor) -> None:
    world.mail.clear_log()

    answer = reader.post("webmail")

    assert answer.status_code == 403
    assert world.mail.calls() == []


def test_an_admins_sign_in_is_written_down_and_a_customers_is_not(world: SharedWorld, alice: Visitor) -> None:
    nora = visitor(world, "northwind", 301, "alice", role="admin", mode="top", user=NORA)

    alice.post("webmail")
    nora.post("webmail")

    text = alice.get("history").text
    assert text.count("Signed in to the webmail of alice@mail.test") == 1
    assert "Nora Admin (for Alice Martin)" in text


@pytest.mark.parametrize("kind", ["down", "html"])
def test_a_mail_server_that_does_not_answer_is_told(world: SharedWorld, alice: Visitor, kind: str) -> None:
    world.mail.faults({"action": "getOTPassAndToken", "kind": kind})

    answer = alice.post("webmail")

    assert answer.status_code == 503
    assert "The mail server did not answer" in answer.text
