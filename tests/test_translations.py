import ast
import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from portal import ROOT
from tests.world import BASE, IN_A_WINDOW, Visitor, World, new_mailbox

FRENCH = ROOT / "portal" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w+\}")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def texts(catalogue: Catalog) -> list[Message]:
    """The messages; the first of a catalogue is its header."""
    return [message for message in catalogue if message.id]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A text, or its forms for one and for several."""
    return text if isinstance(text, tuple) else (text,)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts of code and templates, as `make messages` finds them."""
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [*(sys.executable, "-m", "babel.messages.frontend"), "--quiet", "extract", "-F", "pyproject.toml"]
    subprocess.run([*command, "-k", "_l", "-k", "_n:1,2", "--no-location", "-o", str(found), "."], cwd=ROOT, check=True)
    return read(found)


@pytest.fixture(scope="module")
def french() -> Catalog:
    return read(FRENCH)


def test_the_french_catalogue_holds_the_texts_of_code_and_templates_and_no_others(
    extracted: Catalog, french: Catalog
) -> None:
    assert {message.id for message in texts(french)} == {message.id for message in texts(extracted)}
    assert french.obsolete == {}


def test_every_text_has_a_french_one(french: Catalog) -> None:
    assert [message.id for message in texts(french) if not all(forms(message.string)) or message.fuzzy] == []


def test_a_text_and_its_translation_have_the_same_placeholders(french: Catalog) -> None:
    different = [
        message.id
        for message in texts(french)
        for ours in forms(message.string)
        if sorted(PLACEHOLDER.findall(forms(message.id)[-1])) != sorted(PLACEHOLDER.findall(ours))
    ]

    assert different == []


def test_french_is_written_with_its_own_spaces_and_apostrophes(french: Catalog) -> None:
    """A colon, question mark and their like follow a space at which no line may break."""
    wrong = re.compile(r"[^\N{NO-BREAK SPACE}][:;?!»](?=\s|$)|«[^\N{NO-BREAK SPACE}]|'|\.\.\.")

    # The list of special characters is quoted as it stands.
    sentences = [form.replace("(! @", "(") for message in texts(french) for form in forms(message.string)]

    assert [sentence for sentence in sentences if wrong.search(sentence)] == []


def test_templates_hold_no_words_that_are_not_marked_for_translation() -> None:
    """Product names apart. An attribute is told by its equals sign, wherever a condition cut its element in two."""
    found = {}
    for path in (ROOT / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", "\0", text)
        found[path.name] = set(re.findall(r"[^\W\d_]{2,}", text)) - {"EAS", "MAPI"}

    assert {name: words for name, words in found.items() if words} == {}


def test_no_text_to_translate_stands_in_an_f_string() -> None:
    """Its call would not be found there, and the text stay English."""
    found = [
        f"{path.name}:{call.lineno}"
        for path in (ROOT / "portal").rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text()))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_l")
    ]

    assert found == []


def english_left(page: TestResponse, french: Catalog) -> list[str]:
    """The English texts, or parts of them between placeholders, of several words that stand on the page."""
    shown = html.unescape(page.text)
    english = [form for message in texts(french) for form in forms(message.id)]
    parts = [part.strip() for form in english for part in PLACEHOLDER.split(form)]
    return [part for part in parts if " " in part and part in shown]


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

    assert "Utilisez 64 caractères au plus." in html.unescape(answer.text)
