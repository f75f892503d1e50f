"""What a page shows, as tests read it."""

import html
import re

from werkzeug.test import TestResponse

from tests.world import Visitor


def says(page: TestResponse, text: str) -> bool:
    return text in html.unescape(page.text)


def text_of(markup: str) -> str:
    """The text of some HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def value_of(page: TestResponse, field: str) -> str:
    """The value of an input."""
    tag = next(tag for tag in page.text.split("<input")[1:] if f'name="{field}"' in tag).partition(">")[0]
    return html.unescape(tag.partition('value="')[2].partition('"')[0])


def facts(page: TestResponse) -> dict[str, str]:
    """What stands beside each name of the card."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.text, re.DOTALL)
    return {name: text_of(text) for name, text in pairs}


def range_of(page: TestResponse) -> str:
    """Which part of a list is shown."""
    return text_of(page.text.partition('<p class="range"')[2].partition(">")[2].partition("</p>")[0])


def settled(visitor: Visitor, path: str) -> TestResponse:
    """A card once nothing is being looked up for it any more."""
    for _ in range(50):
        page = visitor.get(path)
        if 'aria-busy="true"' not in page.text:
            return page
    raise TimeoutError(path)
