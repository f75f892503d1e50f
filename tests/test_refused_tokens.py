"""Tokens that are no hand-off, whatever signed them; and that a refusal leaves nothing in the log to replay."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from portal.store import database
from sso import envelope
from tests.world import BASE, World


def signed(
    world: World, payload: dict[str, Any] | bytes, *, salt: str = envelope.HANDOFF, key: str | None = None
) -> str:
    """A token made by the library alone, which signs what our own side would not."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signer = TimestampSigner(key or world.keys["northwind"], salt=salt.encode(), digest_method=hashlib.sha256)
    return signer.sign(base64.urlsafe_b64encode(raw).rstrip(b"=")).decode()


def says(answer: TestResponse, status: int, kind: str) -> bool:
    """Whether this is that refusal: one sentence, and nothing that opens a session."""
    one_sentence = answer.text.count("data-refused=") == 1 and f'data-refused="{kind}"' in answer.text
    return answer.status_code == status and one_sentence and "Set-Cookie" not in answer.headers


def padded(world: World, size: int) -> dict[str, Any]:
    """Good claims with so many more characters in them, in four of the plan's settings."""
    names = ("eas_price", "mapi_price", "combined_price", "dmarc_rua")
    return world.claims(plan={name: "x" * max(0, min(1000, size - 1000 * at)) for at, name in enumerate(names)})


def replayable(token: str, claims: dict[str, Any], log: str) -> list[str]:
    """What of a token the log holds: its identifier, its signature, or its payload as it was sent."""
    parts = [claims["jti"], token[-43:], token.strip(".").split(".")[0]]
    return [part for part in parts if part in log]


def test_what_the_library_alone_signs_for_our_purpose_is_a_hand_off(world: World) -> None:
    answer = world.post_token(signed(world, world.claims()))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "salt",
    [
        envelope.API,
        "portal.sso.v1",
        "itsdangerous",
        "itsdangerous.Signer",
        "cookie-session",
        "WHMCS-HANDOFF",
        "whmcs-handoff ",
        "",
    ],
)
def test_a_token_of_any_other_purpose_is_no_hand_off(world: World, salt: str) -> None:
    answer = world.post_token(signed(world, world.claims(), salt=salt))

    assert says(answer, 403, "not-valid")


def test_a_token_signed_with_the_portals_own_secret_is_no_hand_off(world: World) -> None:
    answer = world.post_token(signed(world, world.claims(), key=world.app.config["PORTAL_SECRET_KEYS"][0]))

    assert says(answer, 403, "not-valid")


def test_what_opens_a_session_is_no_hand_off_and_a_hand_off_opens_no_session(world: World) -> None:
    visitor = world.visitor()
    cookie = visitor.client.get_cookie("__Host-portal", domain="portal.test")
    assert cookie is not None
    token = world.token(world.claims())
    stranger = world.app.test_client()
    stranger.set_cookie("__Host-portal", token, domain="portal.test", secure=True)

    posted = [world.post_token(secret) for secret in (visitor.token, cookie.value)]
    as_page_token = visitor.get("usage", **{"X-Portal-Token": token})
    as_cookie = stranger.get(f"{visitor.home}/usage", base_url=BASE)

    assert all(says(answer, 400, "malformed") for answer in posted)
    assert (as_page_token.status_code, as_cookie.status_code) == (401, 401)


def test_a_good_token_of_more_than_4_kb_is_refused_for_its_length_alone(world: World) -> None:
    room = (envelope.LONGEST - len(signed(world, padded(world, 0)))) * 3 // 4
    longest, too_long = signed(world, padded(world, room)), signed(world, padded(world, room + 2))

    kept, refused = world.post_token(longest), world.post_token(too_long)

    assert len(longest) <= envelope.LONGEST < len(too_long)
    assert kept.status_code == 200
    assert says(refused, 400, "malformed")


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3\xa9", b"%FF", b"\x00", b"\xed\xa0\x80"], ids=repr)
def test_a_token_with_foreign_bytes_in_the_middle_is_malformed(world: World, bad: bytes) -> None:
    token = world.token(world.claims()).encode()

    answer = world.post_token(token[:40] + bad + token[40:])

    assert says(answer, 400, "malformed")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Alice Martin", "\xe9").encode("latin-1"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("Alice Martin", r"\ud800").encode(),
        lambda text: text.replace("Alice Martin", r"\u0000").encode(),
        lambda text: text.replace('"v": 1', '"v": NaN').encode(),
        lambda text: text.replace('"v": 1', '"v": 1, "v": 1').encode(),
        lambda text: f"[{text}]".encode(),
        lambda text: b"",
    ],
    ids=["latin-1", "utf-16", "half a surrogate pair", "nul", "nan", "a claim twice", "a list", "nothing"],
)
def test_a_signed_payload_that_is_no_plain_json_in_utf_8_is_malformed(
    world: World, change: Callable[[str], bytes]
) -> None:
    answer = world.post_token(signed(world, change(json.dumps(world.claims()))))

    assert says(answer, 400, "malformed")


@pytest.mark.parametrize(
    ("changed", "age", "headers"),
    [
        ({}, -40, {}),
        ({}, 100, {}),
        ({"svc": 999}, 0, {}),
        ({"extra": "claim"}, 0, {}),
        ({"plan": {"max_users": "5" * 1001}}, 0, {}),
        ({"origin": "https://evil.test"}, 0, {}),
        ({}, 0, {"Origin": "https://evil.test"}),
        ({"mode": "top"}, 0, {}),
        ({}, 0, {"Sec-Fetch-Dest": "document"}),
    ],
    ids=[
        *("not yet good", "too old", "unknown service", "a claim too many", "a claim too long", "unknown origin"),
        *("posted by another page", "for a window", "for a frame"),
    ],
)
def test_a_token_that_was_refused_and_may_still_be_good_elsewhere_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture, changed: dict[str, Any], age: int, headers: dict[str, str]
) -> None:
    claims = world.claims(**changed)
    token = world.token(claims, now=time.time() - age)

    answer = world.post_token(token, **headers)

    assert answer.status_code in (400, 403)
    assert "hand-off of northwind refused" in caplog.text
    assert replayable(token, claims, caplog.text) == []


def test_a_token_whose_single_use_cannot_be_proved_is_not_logged_for_it_is_still_good(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    claims = world.claims()
    token = world.token(claims)
    with world.app.app_context(), database.atomic():
        database.execute_sql("ALTER TABLE spent_token RENAME TO hidden")

    answer = world.post_token(token)

    assert answer.status_code == 503
    assert "single use cannot be proved" in caplog.text
    assert replayable(token, claims, caplog.text) == []


def test_a_token_that_came_too_often_is_not_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    claims = world.claims()
    token = world.token(claims)
    for _ in range(60):
        world.post_token("a.b.c")

    answer = world.post_token(token)

    assert answer.status_code == 429
    assert replayable(token, claims, caplog.text) == []
