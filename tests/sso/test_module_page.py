"""The HTML that the module puts into WHMCS's product page, rendered by both Smarty versions WHMCS has used."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.missing import needs
from tests.sso.people import ALICE

Module = Callable[..., dict[str, Any]]
POISON = "\"><script>alert(1)</script>'{$token}.test"


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def one(self, tag: str) -> dict[str, str | None]:
        (attributes,) = [attributes for name, attributes in self.found if name == tag]
        return attributes


@pytest.fixture(params=["smarty3", "smarty4"])
def smarty(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    needs(name)
    return name


def test_the_page_is_a_form_that_posts_the_token_into_the_frame(module: Module, smarty: str) -> None:
    answer = module("ClientArea", render=smarty)

    page = Elements(answer["html"])
    frame, form, token, button = page.one("iframe"), page.one("form"), page.one("input"), page.one("button")
    assert (form["action"], form["target"]) == ("https://portal.example.com/sso/northwind", frame["name"])
    assert (token["name"], token["value"]) == ("token", answer["result"]["templateVariables"]["handOff"])
    assert (button["type"], button["formmethod"]) == ("submit", "post")


def test_the_frame_has_a_title_and_lets_the_portal_copy(module: Module, smarty: str) -> None:
    frame = Elements(module("ClientArea", render=smarty)["html"]).one("iframe")

    assert frame["title"] == "E-mail for alice.test"
    assert frame["allow"] == "clipboard-write https://portal.example.com"


def test_the_page_has_a_way_out_into_a_new_tab(module: Module, smarty: str) -> None:
    link = Elements(module("ClientArea", render=smarty)["html"]).one("a")

    assert link["href"] == "clientarea.php?action=productdetails&id=101&dosinglesignon=1"
    assert (link["target"], link["rel"]) == ("_blank", "noopener")


def test_the_pages_script_comes_from_the_module_and_nothing_is_inline(module: Module, smarty: str) -> None:
    page = Elements(module("ClientArea", render=smarty)["html"])

    address = page.one("script")["src"] or ""
    assert address.startswith("https://billing.northwind.test/modules/servers/mailporch/frame.js?v=")
    assert not [name for _, attributes in page.found for name in attributes if name == "style" or name.startswith("on")]


def test_the_page_speaks_the_customers_language(module: Module, smarty: str) -> None:
    session = {"area": "client", "user": ALICE, "language": "french"}

    html = module("ClientArea", render=smarty, session=session)["html"]

    assert "Ouvrir dans un nouvel onglet" in html
    assert Elements(html).one("iframe")["title"] == "Courriel de alice.test"


@pytest.mark.parametrize("language", ["../../lib/Problem", "klingon", "english\0"])
def test_a_language_without_sentences_reads_english(module: Module, params: dict[str, Any], language: str) -> None:
    session = {"area": "client", "user": ALICE, "language": language}

    answer = module("ClientArea", session=session)

    assert answer["result"]["templateVariables"]["texts"]["new_tab"] == "Open in a new tab"


def test_nothing_that_whmcs_holds_becomes_markup(module: Module, params: dict[str, Any], smarty: str) -> None:
    answer = module("ClientArea", params | {"domain": POISON}, render=smarty)

    page = Elements(answer["html"])
    assert [tag for tag, _ in page.found if tag == "script"] == ["script"]
    assert page.one("iframe")["title"] == f"E-mail for {POISON.lower()}"


def test_the_notice_is_a_sentence_and_no_frame(module: Module, params: dict[str, Any], smarty: str) -> None:
    html = module("ClientArea", params | {"domain": ""}, render=smarty)["html"]

    assert "cannot be opened at the moment" in html
    assert [tag for tag, _ in Elements(html).found] == ["div"]
