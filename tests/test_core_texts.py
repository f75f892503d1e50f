"""What the core says in English is found again, and said in the reader's language."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from portal import ROOT, core_texts, plan
from portal.mail.polarismail import CURES
from portal.plan import MailboxPlan, NotConfigured, Plan
from portal.store import loans, services
from tests.world import World

PROVISIONING = sorted((ROOT / "portal" / "provisioning").rglob("*.py"))
# Words in the place of values; only in English are they as good in one sentence as in the other.
WORDS = {"product": ("domain", "mailbox"), "limited": ("domains", "mailboxes")}


@pytest.fixture
def app(world: World) -> Flask:
    return world.app


def said(app: Flask, text: str, language: str = "fr") -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return core_texts.said(text)


def sentences(path: Path) -> Iterator[str]:
    """What a module says: its texts that end like one, with places to fill in."""
    tree = ast.parse(path.read_text())
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
    inside = {part for joined in ast.walk(tree) if isinstance(joined, ast.JoinedStr) for part in joined.values}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value).rpartition('.')[2]}}}"
                for part in node.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
        elif isinstance(node, ast.Constant) and node not in inside:
            text = str(node.value)
        if text.endswith(".") and " " in text and text not in docstrings:
            yield text


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def filled(text: str) -> Iterator[str]:
    """The sentence with values, once for each choice of the words in it."""
    chosen = [name for name in WORDS if f"{{{name}}}" in text]
    for words in product(*(WORDS[name] for name in chosen)):
        values = defaultdict(lambda: "1", zip(chosen, words, strict=True))
        yield text.format_map(values | {"lacking": "a digit, no spaces"})


@pytest.mark.parametrize("path", PROVISIONING, ids=[path.relative_to(ROOT).as_posix() for path in PROVISIONING])
def test_what_is_not_possible_is_said_in_the_readers_language(app: Flask, path: Path) -> None:
    english = [sentence for text in sentences(path) for sentence in filled(text)]

    assert [sentence for sentence in english if said(app, sentence) == sentence] == []


@pytest.mark.parametrize("text", [services.NOT_LENT, services.FULL, loans.FULL])
def test_where_there_is_no_room_that_is_said_in_the_readers_language(app: Flask, text: str) -> None:
    assert [sentence for sentence in filled(text) if said(app, sentence) == sentence] == []


@pytest.mark.parametrize(
    ("kind", "setting"),
    [(kind, name) for kind in (Plan, MailboxPlan) for name in kind.names() if kind.parse({name: "~ ~"}).errors],
)
def test_a_setting_without_a_meaning_is_said_with_what_was_expected(
    app: Flask, kind: type[plan.Settings], setting: str
) -> None:
    with pytest.raises(NotConfigured) as error:
        getattr(kind.parse({setting: "~ ~"}), setting)

    english, french = str(error.value), said(app, str(error.value))

    expected = english.partition(" is not ")[2].removesuffix(".")
    assert french.startswith(f"{setting}")
    assert (english == french, expected in french) == (False, False)


def test_sentences_one_after_the_other_are_each_said(app: Flask) -> None:
    both = " ".join(Plan.parse({"tier_gb": "1. a. b", "eas_price": "much"}).errors.values())

    french = said(app, both)

    assert "1. a. b" in french
    assert "is not" not in french


@pytest.mark.parametrize("cure", [cure for _, cure in CURES])
def test_what_to_do_about_a_mail_server_is_said_behind_what_failed(app: Flask, cure: str) -> None:
    french = said(app, f"sign in: no answer in time. {cure}")

    assert french.startswith("sign in: no answer in time. ")
    assert cure not in french


def test_what_a_mail_servers_test_found_is_said_in_the_readers_language(world: World) -> None:
    english = world.app.extensions["mail"].client(world.server).check()

    assert "administrateur" in said(world.app, english)


def test_what_a_password_lacks_is_listed_as_the_language_does(app: Flask) -> None:
    english = "The password does not do for the mail platform: it needs a digit, no spaces. Set another one and repeat."

    assert "eine Ziffer und keine Leerzeichen" in said(app, english, "de")


@pytest.mark.parametrize(
    "text",
    ["", "create the domain: no answer in time", "This cat is in use here already, by another service.", "x" * 500],
)
def test_what_is_not_the_cores_stays_as_it_is(app: Flask, text: str) -> None:
    assert said(app, text) == text


def test_nothing_that_a_value_holds_is_taken_for_a_place(app: Flask) -> None:
    english = "The domain %(admin)s%s is not on the mail server."

    assert "%(admin)s%s" in said(app, english)
