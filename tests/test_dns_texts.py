"""The sentences for what the judges find: one for each code, with the values that come with it."""

import re
from importlib import import_module

import pytest
from flask import Flask
from flask_babel import force_locale

from portal import dns_texts
from portal.dns import Note, Record, spf
from portal.dns_texts import TEXTS
from tests.world import World

DOCUMENTED = ("judging", "mx", "dkim", "dmarc", "autodiscover")
CODE = re.compile(r"``([\w-]+)``(?: \{([\w, ]+)\})?")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# Codes that the cards give themselves: DKIM's states, and what no judge can know.
OF_THE_CARDS = {
    "": {"not-answered", "not-asked", "not-configured"},
    "dkim": {"active", "off", "disabled", "alias", "not-noticed", "new-key", "keep-old", "remove-old"},
}


def codes(module: str) -> dict[str, set[str]]:
    """The codes that a judge's docstring tells of, with the names of their values."""
    text = (import_module(f"portal.dns.{module}").__doc__ or "").replace("\n", " ")
    return {
        code: {name.strip() for name in values.split(",")} - {""}
        for code, values in CODE.findall(text)
        if code != "judging"
    }


def given() -> list[tuple[str, str, set[str]]]:
    """Every code a judge can give: the record, the code, its values."""
    documented = [
        ("" if module == "judging" else module, code, values)
        for module in DOCUMENTED
        for code, values in codes(module).items()
    ]
    return documented + [("spf", code, set(values)) for code, values in (spf.REASONS | spf.HINTS).items()]


@pytest.fixture
def app(world: World) -> Flask:
    return world.app


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_code_has_a_sentence_that_its_values_fill(app: Flask, lang: str) -> None:
    with app.test_request_context(), force_locale(lang):
        for record, code, values in given():
            if code == "added":
                continue
            note = Note(code, dict.fromkeys(values, "7"))

            said = dns_texts.sentence(note, record or "mx")

            assert said, code
            assert "%(" not in said


def test_no_sentence_is_for_nothing() -> None:
    known = {(record, code) for record, code, _ in given()}
    of_the_cards = {(record, code) for record, names in OF_THE_CARDS.items() for code in names}

    ours = {(record, code) for record, texts in TEXTS.items() for code in texts}

    assert ours - known - of_the_cards == set()


def test_a_value_is_shown_safely_and_cut() -> None:
    shown = dns_texts.visible("a\x00b\N{RIGHT-TO-LEFT OVERRIDE}c" + "x" * 3000)

    assert shown.startswith("a\\u{0}b\\u{202e}cx")
    assert shown.endswith("… (3005)")
    assert len(shown) < 2100


@pytest.mark.parametrize(
    ("host", "short"),
    [
        ("alice.test", "@"),
        ("autodiscover.alice.test", "autodiscover"),
        ("_autodiscover._tcp.alice.test", "_autodiscover._tcp"),
        ("malice.test", "malice.test"),
        ("alice.test._report._dmarc.bob.test", "alice.test._report._dmarc.bob.test"),
    ],
)
def test_the_short_host_is_the_part_before_the_domain(host: str, short: str) -> None:
    assert dns_texts.short_host(Record(host, "TXT", ""), "alice.test") == short
