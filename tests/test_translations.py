import html
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from portal import ROOT, languages
from tests.world import BASE, IN_A_WINDOW, Visitor, World, new_mailbox

CATALOGUES = {
    tag: ROOT / "portal" / "translations" / str(locale) / "LC_MESSAGES" / "messages.po"
    for tag, locale in languages.LOCALES.items()
    if tag != languages.ENGLISH
}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w+\}")
# Of how many forms a language has, and which number takes which (gettext, CLDR).
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "pt-BR": "nplurals=2; plural=(n > 1);",
}
SPACE = "\N{NO-BREAK SPACE}"
# What no text of a language has. The list of special characters is quoted as it stands.
NEVER = {
    # A colon, question mark and their like follow a space at which no line may break.
    "fr": rf"[^{SPACE}][:;?!»](?=\s|$)|«[^{SPACE}]|'|\.\.\.|[“”]",
    "de": r"['\"]|\.\.\.|\s[:;?!](?=\s|$)|”",
    "es": r"['\"]|\.\.\.|\s[:;?!](?=\s|$)|(?:^|[.:!?] )[^¿]*\?$",
    "pt-BR": r"['\"]|\.\.\.|\s[:;?!](?=\s|$)|\b[Vv]ós\b",
    "id": r"['\"]|\.\.\.|\s[:;?!](?=\s|$)",
}
QUOTED = "(! @ # $ % ^ & * - _ = +)"
every_language = pytest.mark.parametrize("tag", CATALOGUES)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@cache
def catalogue(tag: str) -> Catalog:
    return read(CATALOGUES[tag])


def texts(catalogue: Catalog) -> list[Message]:
    """The messages; the first of a catalogue is its header."""
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A text, or its forms for one and for several."""
    return text if isinstance(text, tuple) else (text,)


def places(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts of code and templates, as `make messages` finds them."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [*(sys.executable, "-m", "babel.messages.frontend"), "--quiet", "extract", "-F", "pyproject.toml"]
    marks = ["-k", "_l", "-k", "_n:1,2", "--no-location"]
    subprocess.run([*command, *marks, "-o", str(found), "."], cwd=ROOT, check=True)
    return read(found)


@pytest.fixture(scope="module")
def french() -> Catalog:
    return catalogue("fr")


def test_there_is_a_catalogue_for_each_language_and_for_no_other() -> None:
    assert sorted((ROOT / "portal" / "translations").glob("*/*/*.po")) == sorted(CATALOGUES.values())


@every_language
def test_a_catalogue_holds_the_texts_of_code_and_templates_and_no_others(extracted: Catalog, tag: str) -> None:
    assert {message.id for message in texts(catalogue(tag))} == {message.id for message in texts(extracted)}
    assert catalogue(tag).obsolete == {}


@every_language
def test_every_text_is_translated(tag: str) -> None:
    assert [m.id for m in texts(catalogue(tag)) if not all(map(str.strip, forms(m.string))) or m.fuzzy] == []


@every_language
def test_no_sentence_is_left_in_english(tag: str) -> None:
    sentences = [m for m in texts(catalogue(tag)) if len(re.findall(r"[^\W\d_]{2,}", forms(m.id)[0])) > 3]

    assert [m.id for m in sentences if set(forms(m.id)) & set(forms(m.string))] == []


@every_language
def test_a_text_with_a_count_has_every_form_the_language_has(tag: str) -> None:
    counted = [message for message in texts(catalogue(tag)) if isinstance(message.id, tuple)]

    assert catalogue(tag).plural_forms == PLURALS[tag]
    assert [m.id for m in counted if len(forms(m.string)) != catalogue(tag).num_plurals] == []


@every_language
def test_a_text_and_its_translation_have_the_same_placeholders(tag: str) -> None:
    """The form for one may say "one" in the place of the number."""
    different = [
        message.id
        for message in texts(catalogue(tag))
        for number, ours in enumerate(forms(message.string), 1)
        if places(ours)
        not in [places(theirs) for theirs in forms(message.id)[0 if number < len(forms(message.string)) else -1 :]]
    ]

    assert different == []


@every_language
def test_a_language_is_written_with_its_own_spaces_and_marks(tag: str) -> None:
    sentences = [form.replace(QUOTED, "") for message in texts(catalogue(tag)) for form in forms(message.string)]

    assert [sentence for sentence in sentences if re.search(NEVER[tag], sentence)] == []


@every_language
def test_a_translation_begins_and_ends_as_its_text_does(tag: str) -> None:
    """Texts are put together: a space or a dot too many or too few would be seen."""
    different = [
        ours
        for message in texts(catalogue(tag))
        for ours in forms(message.string)
        if (ours[:1].isspace(), ours[-1:].isspace(), ours[-1:] in ".?…")
        != ((text := forms(message.id)[-1])[:1].isspace(), text[-1:].isspace(), text[-1:] in ".?…")
    ]

    assert different == []


def english_left(page: TestResponse, french: Catalog) -> list[str]:
    """The English texts, or parts of them between placeholders, of several words that stand on the page."""
    shown = html.unescape(page.text)
    english = [form for message in texts(french) for form in forms(message.id)]
    parts = [part.strip() for form in english for part in PLACEHOLDER.split(form)]
    return [part for part in parts if re.search(r"[a-z] [a-z]", part) and part in shown]


def refused_hand_off(world: World) -> TestResponse:
    return world.post_token("nonsense", **{"Accept-Language": "fr-CA"})


def sign_on_page(world: World) -> TestResponse:
    return world.app.test_client().get("/sso/northwind", base_url=BASE, headers={"Accept-Language": "fr-CA"})


def console(world: World) -> TestResponse:
    return world.post_token(world.token(world.operator(lang="fr-CA")), **IN_A_WINDOW)


def suspended(world: World) -> TestResponse:
    world.register("northwind", 102, "alice-shop.test", status="Suspended", age=-60)
    return world.visitor(svc=102, name="alice-shop.test", lang="fr-CA").page


def unreachable(world: World, alice: Visitor) -> TestResponse:
    world.mail.faults({"path": "*", "kind": "500"})
    return alice.get("addresses/?q=unreachable&refresh=1")


def test_no_page_is_half_english(world: World, french: Catalog) -> None:
    alice = world.visitor(lang="fr-CA")
    reader = world.visitor(lang="fr-CA", role="readonly", user={"id": 8, "name": "Rita", "email": "rita@example.test"})

    pages = [
        alice.page,
        alice.get("usage"),
        alice.get("addresses/"),
        alice.get("addresses/?q=nothing-like-this"),
        alice.get("history"),
        alice.get("billing"),
        *(alice.get(page) for page in ("deliverability", "deliverability/records")),
        *(alice.get(page) for page in ("mx", "spf", "dkim", "dmarc", "autodiscover")),
        alice.get("help"),
        alice.get("devices/alice@alice.test"),
        alice.get("mailboxes/new"),
        alice.get("mailboxes/alice@alice.test"),
        alice.post("mailboxes/", new_mailbox("a..b", display_name="x" * 200, limit_mb="many", password="short")),
        alice.post("mailboxes/alice@alice.test", {"display_name": "Alice", "seen": "something else"}),
        alice.post("mailboxes/alice@alice.test/password", {"password": "short"}),
        alice.post("mailboxes/alice@alice.test/delete", {"confirm": ""}),
        alice.post("mailboxes/", new_mailbox("marie")),
        alice.post("mailboxes/marie@alice.test/delete", {"confirm": "marie@alice.test"}),
        alice.get("mailboxes/nobody@alice.test"),
        reader.page,
        reader.post("mailboxes/", new_mailbox("marie")),
        refused_hand_off(world),
        sign_on_page(world),
        console(world),
        suspended(world),
        unreachable(world, alice),
    ]

    assert [page.status_code for page in pages] == [
        *[200] * 17, 422, 409, 422, 422, 200, 200, 404, 200, 403, 400, 200, 200, 200, 503
    ]  # fmt: skip
    assert {page.request.path: left for page in pages if (left := english_left(page, french))} == {}


def test_what_the_form_library_says_is_french_too(world: World) -> None:
    alice = world.visitor(lang="fr-CA")

    answer = alice.post("mailboxes/", new_mailbox("a" * 65))

    assert "Utilisez au plus 64 caractères." in html.unescape(answer.text)
