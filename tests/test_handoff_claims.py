from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import handoff
from portal.handoff import BadClaims
from sso import envelope

CUSTOMER: dict[str, Any] = {
    "v": 1,
    "aud": "northwind",
    "jti": envelope.new_jti(),
    "role": "customer",
    "mode": "embed",
    "svc": 101,
    "product": "domain",
    "name": "alice.test",
    "plan": {"max_users": "10"},
    "client": 1,
    "user": {"id": 7, "name": "Alice", "email": "alice@example.test"},
    "lang": "en",
    "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
    "billing": {
        "cycle": "Monthly",
        "months": 1,
        "next_due": "2026-12-01",
        "unit_price": "5.00",
        "status": "Active",
        "since": "2026-01-01",
    },
    "links": {name: f"https://whmcs.test/{name}" for name in ("service", "support", "upgrade")},
    "origin": "https://whmcs.test",
}
ADMIN = CUSTOMER | {"role": "admin", "user": CUSTOMER["user"] | {"admin": {"id": 1, "name": "Nora"}}}
OPERATOR = {name: CUSTOMER[name] for name in ("v", "aud", "jti", "mode", "user", "lang", "origin")} | {
    "role": "operator",
    "links": {"service": "https://whmcs.test/admin"},
}
ROLES = {
    "customer": CUSTOMER,
    "readonly": CUSTOMER | {"role": "readonly"},
    "admin": ADMIN,
    "operator": OPERATOR,
    "mailbox": CUSTOMER | {"product": "mailbox", "name": "a@shared.test", "plan": {"max_aliases": "5"}},
}
OBJECTS = ("user", "currency", "billing", "links")
SECRET = "never-quote-this-value"

claims = st.sampled_from(list(ROLES.values()))
numbers = st.integers() | st.floats() | st.booleans()
# Every kind of JSON; texts are longer than any claim may be and no link.
anything = st.none() | numbers | st.just(SECRET * 60) | st.lists(st.none()) | st.dictionaries(st.just("x"), st.none())
not_text = st.none() | numbers | st.lists(st.text()) | st.dictionaries(st.text(), st.text())


def refused(payload: dict[str, Any]) -> str:
    with pytest.raises(BadClaims) as error:
        handoff.parse(payload)
    return str(error.value)


@pytest.mark.parametrize("payload", ROLES.values(), ids=ROLES)
def test_claims_that_fit_are_read(payload: dict[str, Any]) -> None:
    found = handoff.parse(payload)

    assert (found.tenant, found.jti, found.mode) == (payload["aud"], payload["jti"], payload["mode"])
    assert (found.role, found.svc, found.name) == (payload["role"], payload.get("svc"), payload.get("name"))
    assert (found.user.id, found.user.name, found.claims) == ("7", "Alice", payload)


def test_the_admin_who_acts_is_read_beside_the_customer() -> None:
    as_owner = CUSTOMER | {"user": CUSTOMER["user"] | {"admin": {"id": 2, "name": "Otto"}}}

    acting, none = handoff.parse(as_owner).user, handoff.parse(CUSTOMER).user

    assert (acting.admin_id, acting.admin_name) == ("2", "Otto")
    assert (none.admin_id, none.admin_name) == ("", "")


@given(claims, st.data())
def test_a_claim_too_few_is_refused_by_name(payload: dict[str, Any], data: st.DataObject) -> None:
    missing = data.draw(st.sampled_from(sorted(payload)))

    text = refused({name: value for name, value in payload.items() if name != missing})

    # Without its role a hand-off is judged as a customer's.
    assert missing in text or missing == "role"


@given(claims, st.text(), anything)
def test_a_claim_too_many_is_refused_without_being_quoted(payload: dict[str, Any], name: str, value: Any) -> None:
    text = refused({f"x{name}{SECRET}": value} | payload)

    assert SECRET not in text


@given(claims, st.data())
def test_a_claim_of_a_wrong_kind_is_refused_without_its_value(payload: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(payload)))
    value = data.draw(anything.filter(lambda value: not fits(name, value)))

    text = refused(payload | {name: value})

    assert SECRET not in text


@given(st.sampled_from(OBJECTS), st.data())
def test_the_objects_are_as_exact_as_the_whole(outer: str, data: st.DataObject) -> None:
    inside = CUSTOMER[outer]
    name = data.draw(st.sampled_from(sorted(inside)))
    wrong = data.draw(not_text.filter(lambda value: not fits(name, value)))

    texts = [
        refused(CUSTOMER | {outer: {key: value for key, value in inside.items() if key != name}}),
        refused(CUSTOMER | {outer: inside | {"more": "text"}}),
        refused(CUSTOMER | {outer: inside | {name: wrong}}),
    ]

    assert all(outer in text for text in texts)


@pytest.mark.parametrize(
    "plan",
    [
        {"server": "mail1"},
        {"domain_path": "C:\\mail"},
        {"delete_data": "on"},
        {"outbound_ip": "192.0.2.1"},
        {"max_users": 5},
        {"max_users": None},
        {"max_aliases": "5"},
    ],
    ids=str,
)
def test_a_hand_offs_plan_holds_only_what_customers_may_see_as_text(plan: dict[str, Any]) -> None:
    text = refused(CUSTOMER | {"plan": plan})

    assert "plan" in text


@pytest.mark.parametrize(
    "link",
    [
        "http://whmcs.test/",
        "//whmcs.test/",
        "/clientarea.php",
        "javascript:alert(1)",
        "https://",
        "https://x\ny",
        'https://x"y',
        "ftp://whmcs.test/",
        "http://localhost.evil.test/",
        " https://whmcs.test/",
    ],
)
def test_a_link_is_absolute_and_https(link: str) -> None:
    text = refused(CUSTOMER | {"links": CUSTOMER["links"] | {"support": link}})

    assert "links" in text


@pytest.mark.parametrize("link", ["http://localhost/", "http://whmcs.localhost:8080/x", "https://whmcs.test/x?y=1#z"])
def test_only_the_sandboxs_own_names_go_without_https(link: str) -> None:
    found = handoff.parse(CUSTOMER | {"links": CUSTOMER["links"] | {"support": link}})

    assert found.claims["links"]["support"] == link


@pytest.mark.parametrize("claim", ["plan", "svc", "billing", "currency", "client", "name", "product", "theme"])
def test_an_operators_hand_off_names_no_service(claim: str) -> None:
    value = "light" if claim == "theme" else CUSTOMER[claim]

    text = refused(OPERATOR | {claim: value})

    assert text == "a claim that is not in the schema"


def test_an_admins_hand_off_names_the_admin() -> None:
    text = refused(ADMIN | {"user": CUSTOMER["user"]})

    assert "user" in text


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("v", 2),
        ("v", True),
        ("role", "owner"),
        ("mode", "popup"),
        ("theme", "blue"),
        ("product", "list"),
        ("svc", 0),
        ("svc", 2**31),
        ("svc", True),
        ("client", -1),
        ("name", "a\0b"),
        ("jti", "x" * 21),
        ("jti", "x" * 65),
        ("jti", "x" * 21 + "="),
        ("lang", "x" * 36),
    ],
)
def test_values_outside_their_range_are_refused(claim: str, value: Any) -> None:
    text = refused(CUSTOMER | {claim: value})

    assert claim in text


def fits(name: str, value: Any) -> bool:
    """The values of `anything` that one claim or another does take."""
    is_number = type(value) is int
    return (
        (name == "v" and is_number and value == 1)
        or (name == "svc" and is_number and 0 < value < 2**31)
        or (name in ("client", "id") and is_number and value >= 0)
        or (name == "months" and is_number and 0 <= value <= 120)
        or (name in ("next_due", "since") and value is None)
        or (name == "plan" and value == {})
    )
