import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portal.views.addresses import guarded
from tests.elsewhere import Elsewhere
from tests.world import ADMIN, BASE, Visitor, World

GB = 2**30
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"


def table(answer: TestResponse) -> list[dict[str, str]]:
    """The rows of the file as a program reads them."""
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def addresses(answer: TestResponse) -> list[str]:
    return [row["address"] for row in table(answer)]


def form(page: TestResponse) -> str:
    """Where the list's button sends its form."""
    found = re.search(r'<form method="post" action="([^"]*addresses\.csv[^"]*)">', page.text)
    assert found is not None, "there is no button"
    return found[1].replace("&amp;", "&")


@pytest.fixture
def busy(world: World, elsewhere: Elsewhere, alice: Visitor) -> Visitor:
    """Alice with aliases, a forward and a mailbox of every kind."""
    world.mail.mailbox("alice.test", "zoe", display_name="Zoé, “Z”", used=7, last_login="2026-03-01T08:00:00Z")
    elsewhere.alias("team@alice.test", "alice@alice.test", "carol@alice.test")
    elsewhere.alias("half@alice.test", "alice@alice.test", "someone@example.com")
    elsewhere.alias("out@alice.test", "partner@example.net", "other@example.org")
    elsewhere.alias("all@alice.test", everyone=True)
    elsewhere.protocols("carol@alice.test")
    elsewhere.change("carol@alice.test", securityFlags={"isDisabled": True})
    return alice


def test_the_file_holds_everything_the_list_knows(busy: Visitor) -> None:
    rows = {row["address"]: list(row.values())[1:] for row in table(busy.open("addresses.csv"))}

    both = "half@alice.test team@alice.test"
    assert rows == {
        "alice@alice.test": [
            "mailbox",
            "Alice Martin",
            both,
            "not read",
            str(3 * GB),
            str(5 * GB),
            "never",
            "",
            "",
            "",
        ],
        "all@alice.test": ["everyone", "", "", "", "", "", "", "", "", ""],
        "carol@alice.test": [
            *("mailbox", "Carol Reyes", "team@alice.test", "not read", str(2**20), "0", "never", "yes", "yes", "yes")
        ],
        "info@alice.test": ["mailbox", "", "", "not read", "0", "0", "never", "", "", ""],
        "out@alice.test": ["forward", "", "", "partner@example.net other@example.org", "", "", "", "", "", ""],
        "zoe@alice.test": ["mailbox", "Zoé, “Z”", "", "not read", "7", "0", "2026-03-01T08:00:00+00:00", "", "", ""],
    }


def test_the_first_line_names_the_columns_in_the_customers_language(world: World) -> None:
    english, french = (
        world.visitor(lang=lang).open("addresses.csv").data.decode("utf-8-sig").splitlines()[0] for lang in ("en", "fr")
    )

    assert english == (
        "address,kind,display name,aliases,destinations,used bytes,limit bytes,last sign-in,EAS,MAPI,disabled"
    )
    assert french.startswith("adresse,")


def test_it_is_a_file_that_a_spreadsheet_opens_and_nobody_keeps(alice: Visitor) -> None:
    answer = alice.open("addresses.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=addresses-alice.test.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"\r\n" in answer.data


def test_the_hidden_admin_is_not_in_it(busy: Visitor) -> None:
    assert ADMIN not in busy.open("addresses.csv").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=forward", ["out@alice.test"]),
        ("q=carol", ["carol@alice.test"]),
        ("state=disabled", ["carol@alice.test"]),
        ("type=mailbox&sort=-address", ["zoe@alice.test", "info@alice.test", "carol@alice.test", "alice@alice.test"]),
        ("q=nothing-like-this", []),
    ],
)
def test_the_search_and_the_filters_are_those_of_the_list(busy: Visitor, query: str, found: list[str]) -> None:
    answer = busy.open(f"addresses.csv?{query}")

    assert addresses(answer) == found


def test_all_pages_are_in_it(world: World) -> None:
    world.mail.domain("big.test", 110, 0, admin=ADMIN)
    world.register("northwind", 103, "big.test")
    alice = world.visitor(svc=103, name="big.test")

    answer = alice.open("addresses.csv?page=2")

    assert len(set(addresses(answer))) == 110
    assert addresses(answer) == sorted(addresses(answer))


def test_the_button_of_the_list_sends_what_the_list_shows(busy: Visitor) -> None:
    page = busy.get("addresses/?q=alice&type=forward&sort=-size&page=1")

    answer = busy.client.post(form(page), base_url=BASE, data={"portal_token": busy.token})

    assert addresses(answer) == ["out@alice.test"]


def test_the_button_works_without_any_cookie_and_a_link_does_not(world: World, alice: Visitor) -> None:
    stranger = world.app.test_client()

    by_form = stranger.post(form(alice.get("addresses/")), base_url=BASE, data={"portal_token": alice.token})
    by_link = stranger.get("/s/northwind-101/addresses.csv", base_url=BASE)

    assert len(addresses(by_form)) == 3
    assert by_link.status_code == 401
    assert "alice@" not in by_link.text


def test_somebody_who_may_only_look_may_have_the_file_too(reader: Visitor) -> None:
    assert reader.open("addresses.csv").status_code == 200
    assert reader.post("addresses.csv").status_code == 200


@pytest.mark.parametrize("kind", ["down", "500", "html", "403"])
def test_a_failed_read_is_an_error_and_never_an_empty_file(world: World, alice: Visitor, kind: str) -> None:
    world.mail.faults({"path": "settings/", "kind": kind})

    link, button = alice.open("addresses.csv"), alice.post("addresses.csv")

    for answer in (link, button):
        assert answer.status_code in (502, 503)
        assert answer.mimetype == "text/html"
        assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '"=1', "x;=1", "x\n@y", "\uff1d1"]
)
def test_a_cell_that_looks_like_a_formula_is_kept_as_text(world: World, alice: Visitor, name: str) -> None:
    world.mail.mailbox("alice.test", "evil", display_name=name)

    [row] = table(alice.open("addresses.csv?q=evil"))

    assert row["display name"] != name
    assert row["display name"].replace("'", "") == name


@pytest.mark.parametrize("name", ["Anna-Maria", "O'Brien", "a=b", "C+D", "x; y", "", "«»", "1"])
def test_an_ordinary_name_is_left_as_it_is(name: str) -> None:
    assert guarded(name) == name


@given(st.text(st.sampled_from([*FORMULA, *"a1 ;,\t\r\n\0'\"é"]), max_size=12))
def test_no_part_that_a_spreadsheet_may_split_off_begins_like_a_formula(cell: str) -> None:
    kept = guarded(cell)

    parts = re.split(r"[;\t\r\n]", kept)
    assert not kept.startswith(("\t", "\r"))
    assert not any(part.lstrip(' \0"').startswith(tuple(FORMULA)) for part in parts)
    assert kept.replace("'", "") == cell.replace("'", "")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_the_file_gives_back_what_was_put_in(cell: str) -> None:
    file = io.StringIO(newline="")

    csv.writer(file).writerow([guarded(cell), "end"])

    assert list(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [[guarded(cell), "end"]]
