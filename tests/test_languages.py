from datetime import UTC, datetime

import pytest
from flask_babel import gettext, ngettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from portal import languages, pseudo
from portal.store.tenants import Tenant
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
        ("fr_CA", "fr"),
        ("es-419", "es"),
        ("es-MX", "es"),
        ("de-AT", "de"),
        ("id-ID", "id"),
        ("pt-BR", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt_PT", "pt-BR"),
        ("it", None),
        ("zh-TW", None),
        ("tlh", None),
        ("", None),
        ("en-XA", "en"),
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


WRITTEN = {
    "en": ("1,288.5", "Mar 9, 2026", "2:05 PM", "1.5 GB", "a, b, and c"),
    "de": ("1.288,5", "09.03.2026", "14:05", "1,5 GB", "a, b und c"),
    "es": ("1.288,5", "9 mar 2026", "14:05", "1,5 GB", "a, b y c"),
    "fr": ("1\N{NARROW NO-BREAK SPACE}288,5", "9 mars 2026", "14:05", "1,5 Go", "a, b et c"),
    "id": ("1.288,5", "9 Mar 2026", "14.05", "1,5 GB", "a, b, dan c"),
    "pt-BR": ("1.288,5", "9 de mar. de 2026", "14:05", "1,5 GB", "a, b e c"),
}


@pytest.mark.parametrize("tag", languages.LANGUAGES)
def test_numbers_dates_times_sizes_and_lists_are_written_as_the_language_does(world: World, tag: str) -> None:
    moment = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)

    with world.app.test_request_context(headers={"Accept-Language": tag}):
        number, day, clock = languages.number(1288.5), languages.day(moment), languages.clock(moment)
        size, names = languages.size(3 * 2**29), languages.listed(["a", "b", "c"])

    # Between a time and its PM is a narrow space.
    assert (number, day, " ".join(clock.split()), " ".join(size.split()), names) == WRITTEN[tag]


def test_names_in_html_are_listed_in_html(world: World) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "de"}):
        listed = languages.listed([Markup("<bdi>a</bdi>"), "<b>", "c"])

    assert listed == Markup("<bdi>a</bdi>, &lt;b&gt; und c")


@given(count=st.integers(0, 2**50 - 2**40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_size_is_a_number_from_1_to_1023_of_the_largest_unit_that_fits(world: World, count: int) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        number = float(languages.size(count).partition(SPACE)[0].replace(",", ""))

    assert 1 <= number < 1024 or count == 0


@pytest.mark.parametrize(
    ("handed", "shown"),
    [("fr-CA", "fr"), ("fr", "fr"), ("en-CA", "en"), ("pt-PT", "pt-BR"), ("tlh", "en"), ("xx-invalid-", "en")],
)
def test_a_page_speaks_the_language_that_whmcs_handed_over(world: World, handed: str, shown: str) -> None:
    visitor = world.visitor(lang=handed)

    assert language_of(visitor.page.text) == shown
    assert language_of(visitor.open("addresses/", **{"Accept-Language": "es"}).text) == shown


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


@pytest.mark.parametrize("lang", ["it", "", "fr-CA", "pt", "pt_BR", "en-XA", "../en", "FR"])
def test_a_language_there_is_none_of_is_refused(alice: Visitor, lang: str) -> None:
    answer = alice.post("language", {"lang": lang})

    assert answer.status_code == 400
    assert language_of(alice.open("addresses/").text) == "en"


def test_somebody_who_may_only_look_may_choose_a_language(reader: Visitor) -> None:
    answer = reader.post("language", {"lang": "fr"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        ("fr-CA, en;q=0.5", "fr"),
        ("it, de;q=0.8", "de"),
        ("pt-PT", "pt-BR"),
        ("it", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 2000, "en"),
    ],
)
def test_a_page_without_a_session_speaks_the_browsers_language(world: World, accepted: str, shown: str) -> None:
    page = world.app.test_client().get("/sso/northwind", base_url=BASE, headers={"Accept-Language": accepted})

    assert language_of(page.text) == shown


@pytest.mark.parametrize(
    ("brands", "asked", "shown"), [("de", "it", "de"), ("pt", "", "pt-BR"), ("de", "fr", "fr"), ("it", "it", "en")]
)
def test_where_nothing_else_says_so_the_brand_has_a_language(world: World, brands: str, asked: str, shown: str) -> None:
    Tenant.update(brand={"language": brands}).where(Tenant.slug == "northwind").execute()

    page = world.app.test_client().get("/sso/northwind", base_url=BASE, headers={"Accept-Language": asked})
    visitor = world.visitor(lang=asked)

    assert language_of(page.text) == language_of(visitor.page.text) == shown


def test_a_page_shows_every_language_by_its_own_name_and_marks_the_one_it_speaks(world: World) -> None:
    page = world.visitor(lang="pt-BR").page.text

    assert [
        tag for tag, name in languages.LANGUAGES.items() if f'value="{tag}" lang="{tag}"' in page and name in page
    ] == [*languages.LANGUAGES]
    assert 'lang="pt-BR" aria-current="true">Português (Brasil)</button>' in page
    assert page.count('aria-current="true"') == 1


@pytest.mark.parametrize(
    ("text", "pseudo_text"),
    [
        ("Delete %(name)s", "[Dééléétéé %(name)s]"),
        ("DNS", "[DÑŠ]"),
        ("Type the whole domain", "[Týpéé théé whööléé döömááîîñ]"),
        ("{count} changes:", "[{count} çháñgééš:––––]"),
    ],
)
def test_the_pseudo_locale_keeps_places_and_is_longer(text: str, pseudo_text: str) -> None:
    made = pseudo.translated(text)

    assert len(made) >= round(len(text) * 1.4)
    assert pseudo.PLACE.findall(made) == pseudo.PLACE.findall(text)
    assert made.startswith(pseudo_text[:4])


def test_a_browser_that_asks_for_the_pseudo_locale_gets_it_whatever_was_handed_over(world: World) -> None:
    visitor = world.visitor(lang="fr")

    page = visitor.open("addresses/", **{"Accept-Language": "en-XA"})
    other = visitor.open("addresses/", **{"Accept-Language": "en"})

    assert language_of(page.text) == "en-XA"
    assert pseudo.translated("New email address") in page.text
    assert (language_of(other.text), "Nouvelle adresse" in other.text) == ("fr", True)


def test_where_it_is_not_switched_on_there_is_no_pseudo_locale(world: World) -> None:
    world.app.config["PORTAL_PSEUDO_LOCALE"] = False

    page = world.visitor().open("addresses/", **{"Accept-Language": "en-XA"})

    assert language_of(page.text) == "en"


def test_what_is_written_for_somebody_else_is_in_their_language(world: World) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        ours = languages.number(1.5)
        with languages.speaking("fr-CA"):
            theirs = languages.number(1.5), gettext("Help"), ngettext("%(num)s month", "%(num)s months", 2)
        again = languages.number(1.5)

    assert (ours, theirs, again) == ("1.5", ("1,5", "Aide", "2 mois"), "1.5")


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
