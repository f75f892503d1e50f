"""What each kind of answer, and none, means; on real connections."""

import string
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from portal.mail import LimitReached, MailError, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.smartermail.wire import (
    Call,
    NoPermission,
    NoRoute,
    Outcome,
    Unauthorized,
    Wire,
    code_of,
    get,
    refusal,
    search,
)

READ = get("look", "thing")
WRITE = Call("change", "thing", {"password": "canary"})
GOOD = {"success": True, "value": 1}


class Thing(Struct):
    name: str


class Things(Outcome, total=False):
    things: list[Thing] | None


SHAPED = get("look", "thing", Things)


@pytest.fixture
def wire(scripted) -> Iterator[Wire]:
    wire = Wire(scripted.url, connect_timeout=1, timeout=0.3, pool=4)
    yield wire
    wire.close()


def test_a_success_is_its_answer(scripted, wire) -> None:
    scripted.answers["thing"] = (200, GOOD)

    assert wire.send(READ) == GOOD


def test_a_refusal_under_http_200_is_a_refusal(scripted, wire) -> None:
    scripted.answers["thing"] = (200, {"success": False, "message": "USER_ADD_ERROR_NAME_IN_USE"})

    with pytest.raises(NameTaken):
        wire.send(WRITE)


def test_a_change_that_was_not_said_to_have_succeeded_is_unknown(scripted, wire) -> None:
    scripted.answers["thing"] = (200, {})

    with pytest.raises(Unreachable):
        wire.send(WRITE)


def test_a_read_without_the_word_success_is_judged_by_what_it_holds(scripted, wire) -> None:
    scripted.answers["thing"] = (200, {"value": 1})

    assert wire.send(READ) == {"value": 1}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_answer_has_the_shape_that_was_asked_for(scripted, wire, mark) -> None:
    scripted.answers["thing"] = (200, mark + b'{"success": true, "new": [1], "things": [{"name": "a", "new": {}}]}')

    assert wire.send(SHAPED) == {"success": True, "things": [Thing("a")]}


@pytest.mark.parametrize("things", [[1], [{"name": 1}], {}, "none"])
def test_an_answer_of_another_shape_comes_as_it_is(scripted, wire, things) -> None:
    scripted.answers["thing"] = (200, {"success": True, "things": things})

    assert wire.send(SHAPED) == {"success": True, "things": things}


@pytest.mark.parametrize("things", [None, [], [1]])
def test_a_refusal_is_one_in_any_shape(scripted, wire, things) -> None:
    scripted.answers["thing"] = (200, {"success": False, "message": "USER_NOT_FOUND", "things": things})

    with pytest.raises(NotFound):
        wire.send(SHAPED)


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"", b"[1, 2]", b'{"things": [{"name": "a"}'])
def test_what_is_no_answer_is_none_in_any_shape(scripted, wire, body) -> None:
    scripted.answers["thing"] = (200, body)

    with pytest.raises(Unreachable):
        wire.send(SHAPED)


@pytest.mark.parametrize("status", [400, 403, 409])
def test_json_under_a_4xx_is_a_refusal(scripted, wire, status) -> None:
    scripted.answers["thing"] = (status, {"success": False, "message": "NO_WAY|because"})

    with pytest.raises(Refused, match=f"^change: HTTP {status} "):
        wire.send(WRITE)


@pytest.mark.parametrize("status", [400, 403, 408, 429, 500, 502, 503])
@pytest.mark.parametrize("body", [b"<html>down for maintenance</html>", b"", b"[1, 2]", b"\xff\xfe"])
def test_what_is_no_answer_of_the_api_is_unreachable(scripted, wire, status, body) -> None:
    scripted.answers["thing"] = (status, body)

    with pytest.raises(Unreachable):
        wire.send(WRITE)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_server_error_with_a_reason_is_still_no_refusal(scripted, wire, status) -> None:
    scripted.answers["thing"] = (status, {"success": False, "message": "USER_ADD_ERROR_NAME_IN_USE"})

    with pytest.raises(Unreachable):
        wire.send(WRITE)


def test_html_under_http_200_is_unreachable(scripted, wire) -> None:
    scripted.answers["thing"] = (200, b"<html>welcome</html>")

    with pytest.raises(Unreachable):
        wire.send(READ)


def test_a_redirect_is_not_followed(scripted, wire) -> None:
    scripted.answers |= {"thing": (302, GOOD), "elsewhere": (200, GOOD)}
    scripted.headers["Location"] = "/api/v1/elsewhere"

    with pytest.raises(Unreachable):
        wire.send(READ, token="canary")

    assert "elsewhere" not in scripted.paths()


def test_cookies_are_not_kept(scripted, wire) -> None:
    scripted.answers["thing"] = (200, GOOD)
    scripted.headers["Set-Cookie"] = "session=1; Path=/"
    wire.send(READ)

    wire.send(READ)

    assert all("Cookie" not in headers for _, headers, _ in scripted.seen)


def test_connections_are_kept_alive(scripted, wire) -> None:
    scripted.answers["thing"] = (200, GOOD)

    for _ in range(10):
        wire.send(WRITE)

    assert scripted.connections == 1


def test_an_empty_post_carries_an_empty_object(scripted, wire) -> None:
    scripted.answers["thing"] = (200, GOOD)

    wire.send(Call("change", "thing"))

    assert scripted.seen[0][2] == b"{}"


def test_a_404_tells_nothing_by_itself(scripted, wire) -> None:
    scripted.answers["thing"] = (404, b"<html>not found</html>")

    with pytest.raises(NoRoute):
        wire.send(WRITE)


def test_a_404_that_names_what_is_missing_is_an_answer(scripted, wire) -> None:
    scripted.answers["thing"] = (404, {"success": False, "message": "User does not exist."})

    with pytest.raises(NotFound) as caught:
        wire.send(WRITE)

    assert not isinstance(caught.value, NoRoute)


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("message", ["GEHEIM_2026", "GEHEIM_2026|not accepted", "ERROR_PASSWORD_GEHEIM_2026"])
def test_a_password_that_looks_like_a_code_is_in_no_error_text(scripted, wire, status, message) -> None:
    scripted.answers["thing"] = (status, {"success": False, "message": message})

    with pytest.raises(MailError) as caught:
        wire.send(Call("change", "thing", {"user": {"password": "GEHEIM_2026"}}))

    assert "GEHEIM" not in str(caught.value)


def test_a_401_tells_its_code(scripted, wire) -> None:
    scripted.answers["thing"] = (401, {"success": False, "message": "USERNAME_OR_PASSWORD_INCORRECT|x"})

    with pytest.raises(Unauthorized) as caught:
        wire.send(READ)

    assert caught.value.code == "USERNAME_OR_PASSWORD_INCORRECT"


@pytest.mark.parametrize("call", [READ, search("look", "thing", {})])
def test_a_read_that_failed_is_repeated_once(scripted, wire, call) -> None:
    scripted.answers["thing"] = lambda: (503, b"") if len(scripted.seen) == 1 else (200, GOOD)

    assert wire.send(call) == GOOD


def test_a_read_is_repeated_only_once(scripted, wire) -> None:
    scripted.answers["thing"] = (503, b"")

    with pytest.raises(Unreachable):
        wire.send(READ)

    assert len(scripted.seen) == 2


def test_a_change_is_never_repeated(scripted, wire) -> None:
    scripted.answers["thing"] = (503, b"")

    with pytest.raises(Unreachable):
        wire.send(WRITE)

    assert len(scripted.seen) == 1


def test_a_read_that_took_too_long_is_not_repeated(scripted, wire) -> None:
    def late():
        time.sleep(0.5)
        return 200, GOOD

    scripted.answers["thing"] = late

    with pytest.raises(Unreachable, match="in time"):
        wire.send(READ)

    assert len(scripted.seen) == 1


def test_a_time_out_in_the_middle_of_the_body_is_one_too(scripted, wire) -> None:
    scripted.answers["thing"] = (200, GOOD)
    scripted.pause_before_body = 0.5

    with pytest.raises(Unreachable, match="in time"):
        wire.send(READ)

    assert len(scripted.seen) == 1


def test_nobody_listening_is_unreachable() -> None:
    wire = Wire("http://127.0.0.1:1", connect_timeout=1, timeout=1, pool=1)

    with pytest.raises(Unreachable):
        wire.send(READ)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("USER_ADD_ERROR_NAME_IN_USE", NameTaken),
        ("USERS_LIMIT_EXCEEDED|10", LimitReached),
        ("USER_NOT_FOUND", NotFound),
        ("User does not exist.", NotFound),
        ("INVALID_PERMISSIONS", NoPermission),
        ("User does not meet password requirements", PasswordRejected),
        ("SOMETHING_NEW", Refused),
        ("Something new.", Refused),
        ("", Refused),
    ],
)
def test_each_known_reason_has_its_error(message, error) -> None:
    assert type(refusal(WRITE, "change: HTTP 400", message)) is error


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("USER_ADD_ERROR_PASSWORD_TOO_SHORT", "length"),
        ("PASSWORD_REQUIRES_CAPITAL", "upper"),
        ("PASSWORD_REQUIRES_NUMBER", "digit"),
        ("PASSWORD_REQUIRES_SYMBOL", "special"),
        ("PASSWORD_CONTAINS_USERNAME", "user"),
        ("PASSWORD_CONTAINS_DOMAIN", "domain"),
        ("USER_ADD_ERROR_PASSWORD_TOO_COMMON", None),
    ],
)
def test_a_password_refusal_names_our_rule_where_it_tells(code, rule) -> None:
    error = refusal(WRITE, "change: HTTP 400", code)

    assert isinstance(error, PasswordRejected)
    assert error.rule == rule


@given(st.text())
def test_only_a_code_gets_into_an_error_text(message) -> None:
    allowed = set(string.ascii_uppercase + string.digits + "_")

    assert set(code_of(message)) <= allowed


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"success": False, "message": "The password canary is too short"}),
        (400, {"success": False, "message": "canary"}),
        (401, {"success": False, "message": "canary"}),
        (404, {"success": False, "message": "canary"}),
        (500, {"success": False, "message": "canary"}),
        (200, b"canary"),
        (200, {"canary": "canary"}),
    ],
)
def test_no_error_text_repeats_what_was_sent_or_answered(scripted, wire, answer) -> None:
    scripted.answers["thing"] = answer

    with pytest.raises(MailError) as caught:
        wire.send(WRITE, token="canary-token")

    texts = [str(error) + repr(error) for error in (caught.value, caught.value.__cause__, caught.value.__context__)]
    assert "canary" not in "".join(texts)


def test_a_call_does_not_show_its_body() -> None:
    assert "canary" not in repr(WRITE)
