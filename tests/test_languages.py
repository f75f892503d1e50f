import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import languages
from tests.world import BASE, Visitor, World

SPACE = "\N{NO-BREAK SPACE}"


def language_of(page: str) -> str:
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("FR-ca", "fr"),
        ("fr-Latn-CH", "fr"),
        ("pt-BR", None),
        ("tlh", None),
        ("", None),
        ("fr_CA", None),
        ("../../etc", None),
        ("*", None),
        ("x" * 300, None),
    ],
)
def test_the_nearest_language_of_a_tag(tag: str, ours: str | None) -> None:
    assert languages.nearest(tag) == ours


@given(st.text(max_size=40))
def test_no_tag_is_too_strange(tag: str) -> None:
    assert languages.nearest(tag) in {*languages.LANGUAGES, None}


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (1, "1 B", "1 o"),
        (1023, "1,023 B", "1\N{NARROW NO-BREAK SPACE}023 o"),
        (1024, "1 KB", "1 Ko"),
        (2**20, "1 MB", "1 Mo"),
        (1_288_490_189, "1.2 GB", "1,2 Go"),
        (5 * 2**30, "5 GB", "5 Go"),
        (150 * 2**30, "150 GB", "150 Go"),
        (2**40, "1 TB", "1 To"),
        (5_000 * 2**40, "5,000 TB", "5\N{NARROW NO-BREAK SPACE}000 To"),
        (2**30 - 1, "1 GB", "1 Go"),
        (2**20 - 1, "1 MB", "1 Mo"),
        (None, "not known", None),
    ],
)
def test_sizes_are_written_as_the_language_does(
    world: World, count: int | None, english: str, french: str | None
) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        in_english = languages.size(count)
    with world.app.test_request_context(headers={"Accept-Language": "fr"}):
        in_french = languages.size(count)

    assert in_english.replace(SPACE, " ") == english
    assert french is None or in_french.replace(SPACE, " ") == french
    assert count is None or in_english.count(SPACE) == 1


@given(count=st.integers(0, 2**50 - 2**40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_size_is_a_number_from_1_to_1023_of_the_largest_unit_that_fits(world: World, count: int) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        number = float(languages.size(count).partition(SPACE)[0].replace(",", ""))

    assert 1 <= number < 1024 or count == 0


@pytest.mark.parametrize(
    ("handed", "shown"), [("fr-CA", "fr"), ("fr", "fr"), ("en-CA", "en"), ("tlh", "en"), ("xx-invalid-", "en")]
)
def test_a_page_speaks_the_language_that_whmcs_handed_over(world: World, handed: str, shown: str) -> None:
    visitor = world.visitor(lang=handed)

    assert language_of(visitor.page.text) == shown
    assert language_of(visitor.open("addresses/", **{"Accept-Language": "de"}).text) == shown


def test_a_language_is_chosen_for_the_session_and_answers_at_once(alice: Visitor, omar: Visitor) -> None:
    answer = alice.post("language", {"lang": "fr"}, **{"HX-Request-Type": "full"})
    afterwards = alice.open("addresses/")
    other_session = omar.open("addresses/")

    assert answer.status_code == 200
    assert language_of(answer.text) == language_of(afterwards.text) == "fr"
    assert language_of(other_session.text) == "en"


def test_after_the_choice_the_whole_overview_is_there(world: World) -> None:
    alice = world.visitor(plan={"max_domain_aliases": "3"})

    answer = alice.post("language", {"lang": "fr"}, **{"HX-Request-Type": "full"})

    assert [
        card for card in ("usage", "deliverability", "addresses", "domain-aliases") if f'id="{card}"' in answer.text
    ] == [
        "usage",
        "deliverability",
        "addresses",
        "domain-aliases",
    ]


@pytest.mark.parametrize("lang", ["de", "", "fr-CA", "../en", "FR"])
def test_a_language_there_is_none_of_is_refused(alice: Visitor, lang: str) -> None:
    answer = alice.post("language", {"lang": lang})

    assert answer.status_code == 400
    assert language_of(alice.open("addresses/").text) == "en"


def test_somebody_who_may_only_look_may_choose_a_language(reader: Visitor) -> None:
    answer = reader.post("language", {"lang": "fr"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [("fr-CA, en;q=0.5", "fr"), ("de, fr;q=0.8", "fr"), ("de", "en"), ("", "en"), ("*", "en"), ("x" * 2000, "en")],
)
def test_a_page_without_a_session_speaks_the_browsers_language(world: World, accepted: str, shown: str) -> None:
    page = world.app.test_client().get("/sso/northwind", base_url=BASE, headers={"Accept-Language": accepted})

    assert language_of(page.text) == shown


@pytest.mark.parametrize("tag", languages.LANGUAGES)
def test_what_is_preloaded_is_there_for_every_language(world: World, tag: str) -> None:
    for kept in (languages._size, languages._number):
        kept.cache_clear()
    languages.preload(world.app)
    read = languages._number.cache_info().misses

    with world.app.test_request_context(headers={"Accept-Language": tag}):
        written = languages.number(0)

    assert written == "0"
    assert languages._number.cache_info().misses == read
