"""The steps at a DNS provider, as a card shows them."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from jinja2 import FileSystemBytecodeCache

from portal import ROOT, create_app, store
from portal.dns import Record
from portal.dns.providers import PANELS, PROVIDERS, Provider, Zone
from portal.dns.steps import guides
from tests.views.pages import text_of
from tests.world import BASE

ALL = (
    Record("alice.test", "MX", "mail.example.test", priority=10),
    Record("alice.test", "TXT", "v=spf1 include:spf.example.test -all"),
    Record("s1._domainkey.alice.test", "TXT", f"v=DKIM1; p={'A' * 392}"),
    Record("_dmarc.alice.test", "TXT", "v=DMARC1; p=none"),
    Record("autodiscover.alice.test", "CNAME", "mail.example.test"),
    Record("_autodiscover._tcp.alice.test", "SRV", "mail.example.test", priority=0, weight=1, port=443),
)
CARD = '{% from "cards/_dns_steps.html" import dns_steps %}{{ dns_steps(guides, "records") }}'

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=[provider.code for provider in PROVIDERS])


@pytest.fixture
def app(settings: dict[str, Any], compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    yield made
    made.extensions["mail"].close()
    store.close()


def shown(app: Flask, provider: Provider | None, records: Sequence[Record] = ALL, language: str = "en") -> str:
    with app.test_request_context(base_url=BASE, headers={"Accept-Language": language}):
        return render_template_string(CARD, guides=guides(Zone("alice.test", provider), records))


def copied(markup: str) -> list[str]:
    """What the copy buttons put on the clipboard."""
    return [
        html.unescape(text) for text in re.findall(r'<span class="mono" id="[^"]*">(.*?)</span>', markup, re.DOTALL)
    ]


@each_provider
def test_a_provider_has_its_steps_in_its_own_words(app: Flask, provider: Provider) -> None:
    markup = shown(app, provider)

    assert f"The DNS of your domain is at {provider.name}." in text_of(markup)
    assert markup.count("<ol>") == 1
    assert f'href="{provider.login}" target="_blank" rel="noopener"' in html.unescape(markup)
    words = {html.unescape(word) for word in re.findall("<q>(.*?)</q>", markup)}
    assert {*provider.path, provider.add, provider.save} - {""} <= words


@pytest.mark.parametrize("provider", [*PROVIDERS, None], ids=lambda provider: provider.code if provider else "unknown")
def test_each_field_is_there_to_copy(app: Flask, provider: Provider | None) -> None:
    markup = shown(app, provider)

    found = guides(Zone("alice.test", provider), ALL)
    typed = [
        value
        for guide in found
        for entry in guide.entries
        for value in [*(field.value for field in entry.fields if field.code != "type"), entry.pieces]
        if value
    ]
    assert copied(markup) == typed
    ids = re.findall(r'\sid="([^"]*)"', markup)
    assert len(ids) == len(set(ids))
    assert re.findall(r'<span class="mono" id="([^"]*)"', markup) == re.findall(r'data-copy-from="#([^"]*)"', markup)


@each_provider
def test_the_steps_are_french_for_those_who_read_french(app: Flask, provider: Provider) -> None:
    with (ROOT / "portal" / "translations" / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        english = [part.strip() for message in read_po(file) for part in re.split(r"%\(\w+\)s", str(message.id))]

    text = text_of(shown(app, provider, language="fr-CA"))

    assert f"Le DNS de votre domaine est chez {provider.name}." in text
    theirs = {*provider.path, *provider.labels.values(), provider.add, provider.save}
    assert [part for part in english if re.search("[a-z] ", part) and part in text and part not in theirs] == []
    assert all(word in text for word in (*provider.path, provider.add, provider.save))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_domain_at_an_unknown_provider_has_steps_for_panels_and_others(app: Flask, language: str) -> None:
    markup = shown(app, None, ALL[:2], language=language)

    summaries = [text_of(text) for text in re.findall("<summary[^>]*>(.*?)</summary>", markup)]
    others = {"en": "Another page, such as the registrar's", "fr": "Une autre page, comme celle du registraire"}
    assert summaries == ["cPanel", "Plesk", others[language]]
    assert markup.count("<ol>") == 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_hint_has_its_sentence(app: Flask, language: str) -> None:
    markup = "".join(shown(app, provider, language=language) for provider in (*PROVIDERS, None))

    sentences = dict(re.findall(r'data-hint="([^"]*)">(.*?)</p>', markup, re.DOTALL))
    assert set(sentences) == {hint for provider in (*PROVIDERS, *PANELS) for hint in provider.hints}
    assert [hint for hint, sentence in sentences.items() if len(text_of(sentence)) < 20] == []


def test_a_field_with_nothing_in_it_says_so_and_has_no_button(app: Flask) -> None:
    porkbun = next(provider for provider in PROVIDERS if provider.code == "porkbun")

    markup = shown(app, porkbun, ALL[:1])

    assert re.search(r"<dt><q>Host</q></dt>\s*<dd>leave it empty</dd>", markup)
    assert copied(markup) == ["mail.example.test", "10"]


def test_markup_in_a_record_is_shown_as_text(app: Flask) -> None:
    hostile = Record("alice.test", "TXT", '"><script>alert(1)</script>' * 12)

    markup = shown(app, PROVIDERS[1], [hostile])

    assert "<script" not in markup
    assert copied(markup)[1] == hostile.value
